import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Attack, Finding } from '../attack.ts';
import {
  both,
  brief,
  briefAll,
  disorder,
  fewCalls,
  leaksData,
  orderly,
  refused,
} from '../judge.ts';
import type { Victim } from '../victims.ts';
import { exchange, head, type Reply, type Request, send } from '../wire.ts';

const MIB = 1024 * 1024;
const CA = '0'.repeat(64);
const CHANGE = `mutation{updateCACertificate(input:{certificateId:"${CA}",newStatus:INACTIVE}){userErrors{code}}}`;
const READ = '{caCertificates(first:1){nodes{certificateId}}}';
const STATUSES = /^HTTP\/1\.1 (\d{3})/gm;

interface RequestAttack
  extends Pick<Attack, 'name' | 'does' | 'withstood'>,
    Partial<Pick<Attack, 'boundMs'>> {
  readonly requests: (victim: Victim) => readonly Request[];
  /** Default: all of them have to be refused. */
  readonly judge?: (replies: readonly Reply[], victim: Victim) => Finding | Promise<Finding>;
}

function* zeros(bytes: number): Iterable<Buffer> {
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
}

/** A connection cut before the whole request was sent is a refusal, too. */
function refusedOrCut(replies: readonly Reply[]): Finding {
  const cut = (reply: Reply): boolean => /^(?:ECONNRESET|EPIPE|cut)/.test(reply.text);
  const answered = replies.filter((reply) => !(reply.status === 0 && cut(reply)));
  return { problems: refused(answered).problems, note: briefAll(replies) };
}

/** A body whose text is JSON of this many bytes. */
const bulky = (bytes: number): string =>
  JSON.stringify({ query: READ, variables: { x: ' '.repeat(bytes) } });

const noChange = async (replies: readonly Reply[], victim: Victim): Promise<Finding> =>
  both(refused(replies), fewCalls(await victim.takeCalls(), 0, 'UpdateCACertificate'));

const REQUESTS: readonly RequestAttack[] = [
  {
    name: 'Body of 100 MB',
    does: 'a POST of 100 MB with its length in the header',
    withstood: 'refused or cut',
    requests: () => [
      {
        headers: { 'content-type': 'application/json', 'content-length': 100 * MIB },
        chunks: zeros(100 * MIB),
      },
    ],
    judge: refusedOrCut,
  },
  {
    name: 'Endless body',
    does: 'four chunked POSTs of 100 MB each without a length',
    withstood: 'refused or cut',
    requests: () =>
      Array.from({ length: 4 }, () => ({
        headers: { 'content-type': 'application/json' },
        chunks: zeros(100 * MIB),
      })),
    judge: refusedOrCut,
  },
  {
    name: 'Padded body',
    does: 'four operations at once in bodies of 40 MB of valid JSON',
    withstood: 'refused or cut',
    requests: () => Array.from({ length: 4 }, () => ({ body: bulky(40 * MIB) })),
    judge: refusedOrCut,
  },
  {
    name: 'Compression bomb',
    does: 'four bodies of 40 KB that gzip makes 40 MB of',
    withstood: 'refused',
    requests: () => {
      const body = gzipSync(bulky(40 * MIB));
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      return Array.from({ length: 4 }, () => ({ headers, body }));
    },
  },
  {
    name: 'Many headers',
    does: 'a request with 1,500 headers of 10 bytes',
    withstood: 'refused',
    requests: () => [
      {
        headers: Object.fromEntries(
          Array.from({ length: 1500 }, (_, place) => [`h${place}`, 'x'] as const),
        ),
        body: { query: READ },
      },
    ],
  },
  {
    name: 'Large header',
    does: 'a request with a header of 60 KB',
    withstood: 'refused or cut',
    requests: () => [{ headers: { 'x-large': 'x'.repeat(60_000) }, body: { query: READ } }],
    judge: refusedOrCut,
  },
  {
    name: 'Forms of other sites',
    does: 'a change in a body that an HTML form can send: text/plain, urlencoded, multipart, no type',
    withstood: 'refused, nothing changed',
    requests: () =>
      [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        '',
      ].map((type) => ({
        headers: { 'content-type': type },
        body: JSON.stringify({ query: CHANGE }),
      })),
    judge: noChange,
  },
  {
    name: 'Change by GET',
    does: 'a mutation in the URL of a GET, with the header that preflights',
    withstood: 'refused, nothing changed',
    requests: () => [
      {
        method: 'GET',
        path: `/graphql?query=${encodeURIComponent(CHANGE)}`,
        headers: { 'apollo-require-preflight': 'true' },
      },
    ],
    judge: noChange,
  },
  {
    name: 'GET without preflight',
    does: 'a query in the URL, as an image or a script of another site would ask',
    withstood: 'refused',
    requests: () => [{ method: 'GET', path: `/graphql?query=${encodeURIComponent(READ)}` }],
  },
  {
    name: 'DNS rebinding',
    does: 'a query whose Host is another site, as a rebound name would send it',
    withstood: 'refused',
    requests: () => [{ headers: { host: 'rebound.example:4000' }, body: { query: READ } }],
  },
  {
    name: 'Foreign origin',
    does: 'a preflight and a query with the Origin of another site',
    withstood: 'no Access-Control-Allow-Origin in any answer',
    requests: () => [
      {
        method: 'OPTIONS',
        headers: {
          origin: 'https://other.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      },
      { headers: { origin: 'https://other.example' }, body: { query: READ } },
    ],
    judge(replies) {
      const allowed = replies.map(({ headers }) => headers['access-control-allow-origin']);
      const isOpen = allowed.some((value) => value !== undefined);
      const problem = `it answers Access-Control-Allow-Origin: ${allowed.find(Boolean)}`;
      return { problems: isOpen ? [problem] : [], note: briefAll(replies) };
    },
  },
  {
    name: 'Unknown persisted queries',
    does: '300 hashes that nobody registered, and one whose text has another hash',
    withstood: 'refused',
    requests: () => [
      ...Array.from({ length: 300 }, (_, place) => ({
        body: { extensions: persisted(`q${place}`) },
      })),
      { body: { query: READ, extensions: persisted('something else') } },
    ],
  },
  {
    name: 'Foreign charset',
    does: 'a query in UTF-16, past a filter that reads UTF-8',
    withstood: 'refused',
    requests: () => [
      {
        headers: { 'content-type': 'application/json; charset=utf-16le' },
        body: Buffer.from(JSON.stringify({ query: READ }), 'utf16le'),
      },
    ],
  },
  {
    name: 'Broken UTF-8',
    does: 'a body with bytes that are no UTF-8',
    withstood: 'refused',
    requests: () => [
      {
        headers: { 'content-type': 'application/json' },
        body: Buffer.concat([
          Buffer.from('{"query":"{caCertificates(first:1){nodes{certificateId}}}","x":"'),
          Buffer.from([0xff, 0xfe, 0xc0, 0xaf]),
          Buffer.from('"}'),
        ]),
      },
    ],
  },
  {
    name: 'Odd methods',
    does: 'TRACE, PUT, DELETE and PATCH with an operation',
    withstood: 'refused, the request not echoed',
    requests: () =>
      ['TRACE', 'PUT', 'DELETE', 'PATCH'].map((method) => ({
        method,
        headers: { 'x-secret': 'S3CRET' },
        ...(method === 'TRACE' ? {} : { body: { query: READ } }),
      })),
    judge(replies) {
      const { problems, note } = refused(replies);
      const echoes = replies.some(({ text }) => text.includes('S3CRET'));
      return { problems: echoes ? [...problems, 'it echoes a header'] : problems, note };
    },
  },
  {
    name: 'Path traversal',
    does: 'paths that climb out of the directory of the page, plain and encoded',
    withstood: 'no file of the server in an answer, no 5xx',
    requests: () =>
      [
        '/../../../../etc/passwd',
        '/assets/..%2f..%2f..%2fpackage.json',
        '/assets/%2e%2e/%2e%2e/main.js',
        '/assets/..\\..\\package.json',
        '//etc/passwd',
        '/%00',
        '/%ff',
      ].map((path) => ({ method: 'GET', path })),
    judge(replies) {
      const { problems, note } = orderly(replies.filter(({ status }) => status !== 200));
      const leaks = replies.some(({ text }) => /root:.*:0:0|"dependencies"/.test(text));
      return { problems: leaks ? [...problems, 'it sends a file'] : problems, note };
    },
  },
  {
    name: 'Log injection',
    does: 'line feeds, forged log lines and terminal codes in the operation name, variables, header and path',
    withstood: 'no forged line and no control character in what the server writes',
    requests: () => {
      const forged = '\n{"level":30,"msg":"FORGED"}\r\n\u001b[2JFORGED';
      return [
        { body: { query: READ, operationName: forged } },
        { body: { query: `query{${forged}}` } },
        { body: { query: READ, variables: { x: forged } } },
        { path: '/graphql%0AFORGED', method: 'GET' },
        { headers: { 'x-request-id': 'a\tFORGED' }, body: { query: READ } },
        { body: `{"query":${forged}` },
      ];
    },
    judge(replies, victim) {
      const isForged = victim
        .output()
        .split(/[\r\n]/)
        .some(
          (line) => /^(?:\{"level":30,"msg":")?FORGED/.test(line) || line.includes('\u001b[2J'),
        );
      const { problems, note } = orderly(replies);
      return { problems: isForged ? [...problems, 'it writes the forged line'] : problems, note };
    },
  },
  {
    name: 'Answers as a page',
    does: 'HTML in a query, an unknown path and a bad body, for a browser that guesses types',
    withstood: 'every answer is JSON and nosniff',
    requests: () => [
      { body: { query: '{<script>alert(1)</script>}' } },
      { method: 'GET', path: '/no/such/<script>alert(1)</script>'.replaceAll('<', '%3C') },
      { body: '{"query":"<script>alert(1)</script>' },
      { headers: { 'content-type': 'text/html' }, body: '<script>alert(1)</script>' },
    ],
    judge(replies) {
      const loose = replies.filter(
        ({ headers }) =>
          !/^application\/(?:graphql-response\+)?json/.test(headers['content-type'] ?? '') ||
          headers['x-content-type-options'] !== 'nosniff',
      );
      const problems = loose.map(
        (reply) => `${brief(reply)} as ${reply.headers['content-type']} without both`,
      );
      return { problems: [...new Set(problems)], note: briefAll(replies) };
    },
  },
];

function persisted(text: string) {
  const sha256Hash = createHash('sha256').update(text).digest('hex');
  return { persistedQuery: { version: 1, sha256Hash } };
}

const requestRows: readonly Attack[] = REQUESTS.map(
  ({ name, does, withstood, requests, judge = refused, boundMs = 10_000 }) => ({
    name,
    group: 'requests',
    does,
    withstood,
    boundMs,
    async run(victim) {
      await victim.takeCalls();
      const replies = await Promise.all(
        requests(victim).map((request) =>
          send(victim, {
            ...request,
            headers: { ...victim.operator, ...request.headers },
            waitMs: boundMs - 1000,
          }),
        ),
      );
      return judge(replies, victim);
    },
  }),
);

/** Requests that no client library sends. */
const rawRows: readonly Attack[] = [
  {
    name: 'Request smuggling',
    group: 'requests',
    does: 'a request with both Content-Length and Transfer-Encoding, with a second request in its body',
    withstood: 'one answer, a refusal',
    boundMs: 5000,
    async run(victim) {
      const hidden = `${head(victim, 'GET /healthz')}\r\n`;
      const bytes = `${head(victim, 'POST /graphql', {
        'content-type': 'application/json',
        'content-length': '4',
        'transfer-encoding': 'chunked',
        ...victim.operator,
      })}\r\n0\r\n\r\n${hidden}`;
      const said = await exchange(victim, bytes, 2000);
      const statuses = [...said.matchAll(STATUSES)].map(([, status]) => status ?? '');
      const isRefused = statuses.length === 1 && statuses[0]?.startsWith('4') === true;
      return {
        problems: isRefused ? [] : [`it answered ${statuses.join(', ') || 'nothing'}`],
        note: statuses.join(', '),
      };
    },
  },
  {
    name: 'Noise',
    group: 'requests',
    does: 'bytes that are no HTTP: TLS, random bytes, a bare line feed, an absurd version, 1 MB without a line end',
    withstood: 'each connection refused and closed',
    boundMs: 6000,
    async run(victim) {
      const noises = [
        Buffer.from('16030100c8010000c40303', 'hex'),
        Buffer.from(Array.from({ length: 2000 }, (_, place) => (place * 7919) % 256)),
        Buffer.from('POST /graphql HTTP/9.9\r\n\r\n'),
        Buffer.from('GET\n\n\n'),
        Buffer.alloc(MIB, 0x41),
      ];
      const said = await Promise.all(noises.map((noise) => exchange(victim, noise, 3000)));
      const odd = said.filter((text) => text !== '' && !/^HTTP\/1\.1 4\d\d/.test(text));
      return {
        problems: odd.map((text) => `it answered ${text.slice(0, 40)}`),
        note: said.map((text) => text.slice(9, 12) || 'closed').join(', '),
      };
    },
  },
  {
    name: 'Document flood',
    group: 'requests',
    does: '1,500 different queries of 1.5 KB, to fill every cache of parsed and compiled queries',
    withstood: 'orderly answers',
    boundMs: 20_000,
    async run(victim) {
      const replies: Reply[] = [];
      const filler = Array.from({ length: 60 }, (_, place) => `f${place}:certificateId`).join(' ');
      for (let batch = 0; batch < 150; batch += 1) {
        const some = Array.from({ length: 10 }, (_, place) =>
          send(victim, {
            headers: victim.reader,
            body: {
              query: `query Q${batch}_${place}{caCertificates(first:1){nodes{${filler}}}}`,
            },
          }),
        );
        replies.push(...(await Promise.all(some)));
      }
      const problems = replies.flatMap((reply) => disorder(reply) ?? []);
      const answered = replies.filter(leaksData).length;
      const note = `${answered} answered, ${replies.length - answered} refused`;
      return { problems: [...new Set(problems)], note };
    },
  },
];

/** Known attacks on what reads HTTP. */
export const requestAttacks: readonly Attack[] = [...requestRows, ...rawRows];
