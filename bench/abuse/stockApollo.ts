import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLScalarType, type GraphQLSchema } from 'graphql';

/**
 * Apollo Server as its own documentation starts it, over the gateway's schema and a fleet in memory.
 * Each thing read or changed counts as a call; a parent process may slow calls down or let them fail.
 */
export interface Dials {
  /** The actions of AWS that are meant; others go on as ever. */
  readonly actions: readonly string[];
  readonly delayMs: number;
  readonly failure: string | undefined;
}

interface Held {
  readonly place: number;
}

interface WindowArguments {
  readonly first?: number;
}

class Fleet {
  readonly templates = Array.from({ length: 10 }, (_, place) => ({
    place,
    id: `T${place}`,
    templateName: `template-${place}`,
    templateArn: `arn:aws:iot:us-east-1:123456789012:provisioningtemplate/template-${place}`,
    type: 'JITP',
    enabled: true,
    templateBody: '{"Resources":{}}',
  }));
  readonly caCertificates = Array.from({ length: 40 }, (_, place) => ({
    place,
    id: `C${place}`,
    certificateId: place.toString(16).padStart(64, '0'),
    status: 'ACTIVE',
    certificatePem: '-'.repeat(1200),
  }));
  dials: Dials = { actions: [], delayMs: 0, failure: undefined };
  readonly #calls = new Map<string, number>();

  /** What a call to something behind the server is: counted, maybe slow, maybe failing. */
  call<Result>(action: string, answer: () => Result): Result | Promise<Result> {
    this.#calls.set(action, (this.#calls.get(action) ?? 0) + 1);
    const { actions, delayMs, failure } = this.dials;
    if (!actions.includes(action)) return answer();
    if (failure !== undefined) throw new Error(failure);
    return delayMs === 0 ? answer() : sleep(delayMs).then(answer);
  }

  takeCalls(): Readonly<Record<string, number>> {
    const calls = Object.fromEntries(this.#calls);
    this.#calls.clear();
    return calls;
  }
}

const window = (items: readonly object[], { first = 25 }: WindowArguments) => ({
  nodes: items.slice(0, first),
  edges: items.slice(0, first).map((node) => ({ node, cursor: '' })),
  pageInfo: { hasNextPage: items.length > first, hasPreviousPage: false },
});

function stockSchema(sdl: string, fleet: Fleet): GraphQLSchema {
  const passing = (name: string) => new GraphQLScalarType({ name, serialize: (value) => value });
  const certificate = (id: string) => fleet.caCertificates.find((one) => one.certificateId === id);
  return makeExecutableSchema({
    typeDefs: sdl,
    resolvers: {
      DateTime: passing('DateTime'),
      JSON: passing('JSON'),
      Query: {
        provisioningTemplates: (_root: unknown, given: WindowArguments) =>
          fleet.call('ListProvisioningTemplates', () => window(fleet.templates, given)),
        caCertificates: (_root: unknown, given: WindowArguments) =>
          fleet.call('ListCACertificates', () => window(fleet.caCertificates, given)),
        provisioningTemplate: (_root: unknown, { templateName }: { templateName: string }) =>
          fleet.call(
            'DescribeProvisioningTemplate',
            () => fleet.templates.find((one) => one.templateName === templateName) ?? null,
          ),
        caCertificate: (_root: unknown, given: { certificateId: string }) =>
          fleet.call('DescribeCACertificate', () => certificate(given.certificateId) ?? null),
        nodes: (_root: unknown, { ids }: { ids: readonly string[] }) =>
          ids.map(() => fleet.call('DescribeCACertificate', () => null)),
      },
      Mutation: {
        updateCACertificate: (_root: unknown, given: { input: { certificateId: string } }) =>
          fleet.call('UpdateCACertificate', () => ({
            caCertificate: certificate(given.input.certificateId),
            userErrors: [],
          })),
      },
      Node: { __resolveType: () => 'CACertificate' },
      CACertificate: {
        template: ({ place }: Held) => fleet.templates[place % fleet.templates.length],
      },
      ProvisioningTemplate: {
        caCertificates: ({ place }: Held, given: WindowArguments) =>
          fleet.call('ListCACertificates', () =>
            window(
              fleet.caCertificates.filter((one) => one.place % fleet.templates.length === place),
              given,
            ),
          ),
      },
    },
    resolverValidationOptions: { requireResolversToMatchSchema: 'ignore' },
  });
}

type Question =
  | { readonly id: number; readonly name: 'calls' }
  | { readonly id: number; readonly name: 'dials'; readonly dials: Dials };

const [schemaFile = 'schema.graphql'] = process.argv.slice(2);
const fleet = new Fleet();
const server = new ApolloServer({ schema: stockSchema(readFileSync(schemaFile, 'utf8'), fleet) });
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
process.on('message', (question: Question) => {
  if (question.name === 'dials') fleet.dials = question.dials;
  process.send?.({ id: question.id, value: question.name === 'calls' ? fleet.takeCalls() : null });
});
// What its caller listens for must not keep it alive.
process.channel?.unref();
process.stdout.write(`listening on ${url}\n`);
