import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import fastify from 'fastify';
import { createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import { readSchemaText } from '../../src/gateway.ts';
import type { Server } from '../servers.ts';
import { type Fleet, inMemorySchema, windowOf } from './inMemory.ts';

/** Apollo Server as its own documentation starts it. */
export async function startApollo(fleet: Fleet): Promise<Server> {
  const server = new ApolloServer({
    schema: inMemorySchema(await readSchemaText(), fleet),
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
  return { url: `${url.replace(/\/$/, '')}/graphql`, close: () => server.stop() };
}

export async function startYoga(fleet: Fleet): Promise<Server> {
  const yoga = createYoga({
    schema: inMemorySchema(await readSchemaText(), fleet),
    graphiql: false,
    logging: false,
  });
  return listen((request, response) => {
    void yoga(request, response);
  });
}

/** Mercurius compiles a query the second time it comes. */
export async function startMercurius(fleet: Fleet): Promise<Server> {
  const app = fastify();
  await app.register(mercurius, {
    schema: inMemorySchema(await readSchemaText(), fleet),
    jit: 1,
    graphiql: false,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/graphql`, close: () => app.close() };
}

export interface StoredAnswer {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The least that a server can do: take the request whole, send the bytes it holds. */
export function startStoredBytes({ body, headers }: StoredAnswer): Promise<Server> {
  const bytes = Buffer.from(body);
  const fixed = { ...headers, 'content-length': bytes.length };
  return listen((request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, fixed);
      response.end(bytes);
    });
  });
}

/** Holds the answer as an object and writes it as JSON each time; the request is not looked at. */
export function startStringify({ body, headers }: StoredAnswer): Promise<Server> {
  const answer: unknown = JSON.parse(body);
  return listen((request, response) => {
    request.resume();
    request.once('end', () => {
      const text = JSON.stringify(answer);
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  });
}

/** Reads the variables, cuts the window out of objects that are joined already, writes JSON. */
export function startStringifyWindow(
  fleet: Fleet,
  headers: StoredAnswer['headers'],
): Promise<Server> {
  const joined = fleet.caCertificates.map((item, place) => ({
    ...item,
    template: fleet.templates[fleet.templateOf[place] ?? -1] ?? null,
  }));
  return listen((request, response) => {
    void bodyOf(request).then((body) => {
      const { variables } = JSON.parse(body) as { variables: { first: number; after?: string } };
      const caCertificates = windowOf(joined, variables.first, variables.after);
      const text = JSON.stringify({ data: { caCertificates } });
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        url: `http://127.0.0.1:${port}/graphql`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
