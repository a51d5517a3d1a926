import { afterEach, describe, expect, test } from '@jest/globals';
import type { HttpLimits } from '../../src/exposure/limits.ts';
import { type Harness, type HarnessOptions, startHarness } from '../support/harness.ts';
import { startKeyedHarness } from '../support/keyed.ts';
import {
  openRaw,
  postText,
  type RawClient,
  refusalIn,
  refusalOf,
  requestText,
} from '../support/rawHttp.ts';

const LIST = '{"query":"{ provisioningTemplates(first: 1) { nodes { templateName } } }"}';
const TYPENAME = '{"query":"{ __typename }"}';
/** A time of Node.js's own, which no test can move. */
const SHORT_MS = 100;

const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Started<House extends Harness = Harness> = House & { open(): Promise<RawClient> };

const start = (limits: Partial<HttpLimits>, options: HarnessOptions = {}): Promise<Started> =>
  startHouse(startHarness, limits, options);

async function startHouse<House extends Harness>(
  boot: (options: HarnessOptions) => Promise<House>,
  limits: Partial<HttpLimits>,
  options: HarnessOptions = {},
): Promise<Started<House>> {
  const harness = await boot({
    closeGraceMs: 0,
    ...options,
    gatewayOptions: { exposure: { limits } },
  });
  const clients: RawClient[] = [];
  closers.push(async () => {
    for (const { socket } of clients) socket.destroy();
    await harness.setFaults([]);
    const closed = harness.close();
    let isClosed = false;
    closed.then(() => {
      isClosed = true;
    });
    while (!isClosed) {
      harness.clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(harness.faults).toEqual([]);
  });
  return Object.assign(harness, {
    async open() {
      const client = await openRaw(harness.gateway.url);
      clients.push(client);
      return client;
    },
  });
}

/** Does something again and again until the test is over, also when it fails. */
function regularly(ms: number, work: () => void): void {
  const timer = setInterval(work, ms);
  closers.unshift(async () => clearInterval(timer));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets the time of the clock pass until the work is done. */
async function passing<Result>({ clock }: Harness, work: Promise<Result>): Promise<Result> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  work.then(done, done);
  while (!isDone) {
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return work;
}

/** Operations that call the control plane wait until time passes. */
const HELD: HarnessOptions = { latency: { minMs: 1000, maxMs: 1000 } };

describe('a slow client', () => {
  test.each<[string, string]>([
    ['that says nothing', ''],
    ['with half a line', 'GET /hea'],
    ['with headers that never end', 'GET /healthz HTTP/1.1\r\nhost: localhost\r\na: b\r\n'],
  ])('%s loses its connection', async (_, bytes) => {
    const { open } = await start({ headersTimeoutMs: SHORT_MS });
    const client = await open();
    client.write(bytes);
    const [answer] = await client.closed();
    expect(refusalIn(answer)).toEqual(refusalOf(408, 'REQUEST_TIMEOUT'));
  });

  test('that sends a byte now and then does not get longer', async () => {
    const { open } = await start({ headersTimeoutMs: SHORT_MS });
    const client = await open();
    regularly(10, () => client.write('a'));
    client.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n');
    const [answer] = await client.closed();
    expect(refusalIn(answer)).toEqual(refusalOf(408, 'REQUEST_TIMEOUT'));
  });

  test('with a body that never ends loses its connection', async () => {
    const { open, gateway } = await start({ headersTimeoutMs: SHORT_MS, requestTimeoutMs: 200 });
    const client = await open();
    client.write(postText(gateway.url, TYPENAME).slice(0, -5));
    const [answer] = await client.closed();
    expect(refusalIn(answer)).toEqual(refusalOf(408, 'REQUEST_TIMEOUT'));
  });

  test('in good time is answered', async () => {
    const { open, gateway } = await start({ headersTimeoutMs: 400, requestTimeoutMs: 400 });
    const client = await open();
    const text = postText(gateway.url, TYPENAME, [['connection', 'close']]);
    for (const part of [text.slice(0, 20), text.slice(20, -5), text.slice(-5)]) {
      client.write(part);
      await pause(30);
    }
    expect(await client.closed()).toMatchObject([{ status: 200 }]);
  });

  test('that waits for its answer may wait as long as the operation runs', async () => {
    const started = await start(
      { headersTimeoutMs: SHORT_MS, requestTimeoutMs: SHORT_MS, writeTimeoutMs: SHORT_MS },
      HELD,
    );
    const client = await started.open();
    client.write(postText(started.gateway.url, LIST, [['connection', 'close']]));
    await pause(4 * SHORT_MS);
    expect(await passing(started, client.closed())).toMatchObject([{ status: 200 }]);
  });
});

describe('a client that does not read', () => {
  /** More than the system keeps for a socket that is not read. */
  const MANY = 400;

  test('loses its connection, and what waits for it is dropped', async () => {
    const { open, gateway } = await start({ writeTimeoutMs: SHORT_MS });
    const client = await open();
    client.socket.pause();
    const ask = requestText(gateway.url, 'GET /schema.graphql');
    client.write(ask.repeat(MANY));
    // A socket that is paused hears of its end only by writing.
    regularly(20, () => client.write(ask));
    await new Promise((resolve) => client.socket.once('close', resolve));
  });

  test('loses it too when it reads a little now and then', async () => {
    const started = await start({ writeTimeoutMs: 60_000 });
    const client = await started.open();
    client.socket.pause();
    regularly(5, () => client.socket.read(1));
    regularly(20, () => client.write('GET'));
    client.write(requestText(started.gateway.url, 'GET /schema.graphql').repeat(MANY));
    const closed = new Promise((resolve) => client.socket.once('close', resolve));
    await pause(2 * SHORT_MS);
    expect(client.socket.destroyed).toBe(false);
    await passing(started, closed);
  });

  test('but comes back in time gets all of its answers', async () => {
    const { open, gateway } = await start({ writeTimeoutMs: 2_000 });
    const client = await open();
    client.socket.pause();
    const ask = requestText(gateway.url, 'GET /schema.graphql');
    client.write(ask.repeat(40));
    await pause(100);
    client.socket.resume();
    const answers = await client.answers(40);
    expect(answers).toHaveLength(40);
    expect(new Set(answers.map(({ body }) => body.length)).size).toBe(1);
  });
});

describe('connections', () => {
  test('are so many at once; the one without a request for longest makes room', async () => {
    const { open, gateway } = await start({ connections: 3 });
    const ask = requestText(gateway.url, 'GET /healthz');
    const [first, second, third] = [await open(), await open(), await open()];
    for (const client of [first, second, third]) {
      client.write(ask);
      await client.answers(1);
    }
    first.write(ask);
    await first.answers(2);
    const fourth = await open();
    fourth.write(ask);
    expect(await fourth.answers(1)).toMatchObject([{ status: 200 }]);
    await second.closed();
    for (const client of [first, third]) {
      client.write(ask);
      const count = client === first ? 3 : 2;
      expect(await client.answers(count)).toHaveLength(count);
    }
  });

  test('that only begin requests keep nobody out', async () => {
    const { open, gateway } = await start({ connections: 5 });
    const hostile: RawClient[] = [];
    for (let index = 0; index < 20; index += 1) {
      const client = await open();
      client.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\na: ');
      hostile.push(client);
    }
    const good = await open();
    good.write(requestText(gateway.url, 'GET /healthz'));
    expect(await good.answers(1)).toMatchObject([{ status: 200 }]);
    for (const client of hostile.slice(0, 10)) expect(await client.closed()).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['to a path that is not there', 'POST /nope', ''],
    ['to one that is open', 'POST /healthz', ''],
    ['to one that is not, without credentials', 'POST /graphql', ''],
    ['to one that is not, with credentials', 'POST /graphql', 'key'],
  ])('with a body that does not come keep nobody out: %s', async (_, line, name) => {
    const { open, gateway, keyFor } = await startHouse(startKeyedHarness, { connections: 5 });
    const fields: Array<[string, string]> = [
      ['content-type', 'application/json'],
      ['content-length', '100000'],
      ['expect', '100-continue'],
    ];
    if (name !== '')
      fields.push(['authorization', (await keyFor(['iot:read'], name)).authorization]);
    for (let index = 0; index < 20; index += 1) {
      const client = await open();
      client.write(`${requestText(gateway.url, line, fields)}{`);
      while (client.received() === '' && !client.socket.closed) await new Promise(setImmediate);
    }
    const good = await open();
    good.write(requestText(gateway.url, 'GET /healthz'));
    expect(await good.answers(1)).toMatchObject([{ status: 200 }]);
  });

  test('with requests under way are not ended for a new one', async () => {
    const started = await start({ connections: 2 }, HELD);
    const { open, gateway } = started;
    const busy = [await open(), await open()];
    busy.forEach((client, index) => {
      client.write(postText(gateway.url, LIST.replace('first: 1', `first: ${index + 1}`)));
    });
    await pause(30);
    const late = await open();
    late.write(requestText(gateway.url, 'GET /healthz'));
    // An answer would end the wait as well as the close does.
    expect(await late.answers(1)).toEqual([]);
    await late.closed();
    for (const client of busy) {
      expect(await passing(started, client.answers(1))).toMatchObject([{ status: 200 }]);
    }
  });

  test('take so many requests, then are closed', async () => {
    const { open, gateway } = await start({ requestsPerConnection: 3 });
    const ask = requestText(gateway.url, 'GET /healthz');
    const client = await open();
    for (let count = 1; count <= 3; count += 1) {
      client.write(ask);
      const answers = await client.answers(count);
      expect(answers[count - 1]?.headers.connection).toBe(count < 3 ? 'keep-alive' : 'close');
    }
    expect(await client.closed()).toHaveLength(3);
    const pipelining = await open();
    pipelining.write(ask.repeat(5));
    expect(await pipelining.closed()).toHaveLength(3);
  });

  test('without a request are closed after a while', async () => {
    const { open, gateway } = await start({ keepAliveMs: SHORT_MS });
    const client = await open();
    client.write(requestText(gateway.url, 'GET /healthz'));
    expect(await client.closed()).toMatchObject([{ status: 200 }]);
  });
});

describe('pipelined requests', () => {
  test('are answered in their order, whichever is ready first', async () => {
    const started = await start({}, HELD);
    const { open, gateway } = started;
    const client = await open();
    client.write(postText(gateway.url, LIST) + postText(gateway.url, TYPENAME));
    await pause(50);
    expect(client.received()).toBe('');
    const [slow, quick] = await passing(started, client.answers(2));
    expect(slow?.body).toContain('provisioningTemplates');
    expect(quick?.body).toContain('"__typename":"Query"');
  });

  test.each<[string, string]>([
    ['what is no request', 'nonsense\r\n\r\n'],
    ['headers that are too long', `GET / HTTP/1.1\r\na: ${'a'.repeat(20_000)}`],
    ['headers that do not come', 'GET / HTTP/1.1\r\na: '],
  ])('before %s get their own answers, and no other', async (_, bytes) => {
    const started = await start({ headersTimeoutMs: SHORT_MS }, HELD);
    const client = await started.open();
    client.write(postText(started.gateway.url, LIST) + bytes);
    await pause(3 * SHORT_MS);
    expect(client.received()).toBe('');
    const answers = await passing(started, client.closed());
    expect(answers).toMatchObject([{ status: 200 }]);
    expect(answers[0]?.body).toContain('provisioningTemplates');
  });

  test('after one that closes the connection are not run', async () => {
    const { open, gateway, plane } = await start({ requestsPerConnection: 1 });
    const client = await open();
    client.write(postText(gateway.url, TYPENAME) + postText(gateway.url, LIST));
    expect(await client.closed()).toHaveLength(1);
    expect(plane.calls().served).toEqual({});
  });

  test('may be 64 that wait, and not one more', async () => {
    const started = await start({}, HELD);
    const { open, gateway } = started;
    const later = requestText(gateway.url, 'GET /schema.graphql');
    for (const count of [64, 65]) {
      const client = await open();
      const first = postText(gateway.url, LIST, [['cache-control', 'no-cache']]);
      client.write(first + later.repeat(count - 1));
      await pause(50);
      // Of the 65 the last is not answered: the connection is closed instead.
      expect(await passing(started, client.answers(count))).toHaveLength(64);
    }
  });

  test('of clients that nobody knows may be 8 that wait, and not one more', async () => {
    const started = await start({}, HELD);
    const { open, gateway } = started;
    const later = requestText(gateway.url, 'GET /healthz');
    for (const count of [8, 9]) {
      const client = await open();
      const first = postText(gateway.url, LIST, [['cache-control', 'no-cache']]);
      client.write(first + later.repeat(count));
      await pause(50);
      // Of the 9 the last is not answered: the connection is closed instead.
      expect(await passing(started, client.answers(1 + count))).toHaveLength(9);
    }
  });

  test('of a client that has left are forgotten, also those that wait behind others', async () => {
    const started = await start({}, HELD);
    const { open, gateway, clock } = started;
    const client = await open();
    client.write(postText(gateway.url, LIST) + requestText(gateway.url, 'GET /healthz').repeat(5));
    await pause(50);
    client.socket.destroy();
    let isDrained = false;
    gateway.drain().then(() => {
      isDrained = true;
    });
    // The operation has 1 s to go, and what waits for ever is cut after 25 s: less must do.
    for (let turn = 0; turn < 2_000 && !isDrained; turn += 1) {
      clock.advance(5);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(isDrained).toBe(true);
  });
});
