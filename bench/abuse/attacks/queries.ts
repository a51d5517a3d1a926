import type { Attack, Finding } from '../attack.ts';
import { both, fewCalls, orderly, refused } from '../judge.ts';
import type { Victim } from '../victims.ts';
import { type Reply, send } from '../wire.ts';

const repeat = (count: number, text: (place: number) => string): string =>
  Array.from({ length: count }, (_, place) => text(place)).join(' ');

/** Fragments that each spread the next one more than once. */
function fragments(count: number, type: string, body: (next: string) => string, last: string) {
  return `${repeat(count, (place) => `fragment F${place} on ${type}{${body(`...F${place + 1}`)}}`)} fragment F${count} on ${type}{${last}}`;
}

/** With four CAs for each template the answer would have 4 to the 21st objects. */
const EXPANSION_BOMB = `{provisioningTemplates{nodes{...F0}}}${fragments(
  21,
  'ProvisioningTemplate',
  (next) => `caCertificates{nodes{template{${next}}}}`,
  'templateName',
)}`;

const INTROSPECTION_BOMB = `{__schema{types{...F0}}}${fragments(
  22,
  '__Type',
  (next) => `a:ofType{${next}}b:ofType{${next}}`,
  'name',
)}`;

const NESTED = (levels: number): string => {
  const inner = 'caCertificates(first:500){nodes{template{';
  return `{provisioningTemplates(first:500){nodes{${inner.repeat(levels)}templateName${'}}}'.repeat(levels)}}}}`;
};

interface QueryAttack
  extends Pick<Attack, 'name' | 'does' | 'withstood'>,
    Partial<Pick<Attack, 'boundMs'>> {
  /** The body of the request; a text is sent as it stands. */
  readonly body: unknown;
  /** How many of it are sent at once. Default 1. */
  readonly copies?: number;
  /** Default: all of them have to be refused. */
  readonly judge?: (replies: readonly Reply[], victim: Victim) => Finding | Promise<Finding>;
}

const REFUSED = 'refused in less than 16 KiB';

const QUERIES: readonly QueryAttack[] = [
  {
    name: 'Expansion bomb',
    does: `one query of ${(EXPANSION_BOMB.length / 1024).toFixed(1)} KB: 21 fragments, each of which spreads the next over a list`,
    withstood: REFUSED,
    body: { query: EXPANSION_BOMB },
  },
  {
    name: 'Introspection bomb',
    does: `one query of ${(INTROSPECTION_BOMB.length / 1024).toFixed(1)} KB: 22 fragments on __Type, each spread twice by the one before`,
    withstood: REFUSED,
    body: { query: INTROSPECTION_BOMB },
  },
  {
    name: 'Validation bomb',
    does: 'twenty queries at once, each asking 3,000 times for the same object field, which validation compares pair by pair',
    withstood: REFUSED,
    body: { query: `{${'quota{action} '.repeat(3000)}}` },
    copies: 20,
  },
  {
    name: 'Alias bomb',
    does: 'one query that reads 500 templates by aliases of one root field',
    withstood: 'refused, or at most 200 calls to AWS',
    body: {
      query: `{${repeat(500, (place) => `a${place}:provisioningTemplate(templateName:"t${place}"){enabled}`)}}`,
    },
    judge: async (_replies, victim) =>
      fewCalls(await victim.takeCalls(), 200, 'DescribeProvisioningTemplate'),
  },
  {
    name: 'Change storm',
    does: 'one mutation that changes a CA 100 times by aliases',
    withstood: 'refused, nothing changed',
    body: {
      query: `mutation{${repeat(100, (place) => `a${place}:updateCACertificate(input:{certificateId:"${'0'.repeat(64)}",newStatus:ACTIVE}){userErrors{code}}`)}}`,
    },
    judge: async (replies, victim) =>
      both(refused(replies), fewCalls(await victim.takeCalls(), 0, 'UpdateCACertificate')),
  },
  {
    name: 'Deep nesting',
    does: 'templates of CAs of templates of CAs, ten times, lists of 500 each',
    withstood: REFUSED,
    body: { query: NESTED(10) },
  },
  {
    name: 'Bottomless nesting',
    does: 'a selection 40,000 levels deep, to exhaust the stack',
    withstood: `${REFUSED}, no 5xx`,
    body: { query: '{a'.repeat(40_000) },
  },
  {
    name: 'Bottomless value',
    does: 'an argument of 60,000 nested lists, to exhaust the stack',
    withstood: `${REFUSED}, no 5xx`,
    body: { query: `{nodes(ids:${'['.repeat(60_000)}${']'.repeat(60_000)}){id}}` },
  },
  {
    name: 'Huge page',
    does: 'a list with first: 1000000',
    withstood: 'refused',
    body: {
      query: '{caCertificates(first:1000000){nodes{certificatePem}}}',
    },
  },
  {
    name: 'Many ids',
    does: 'nodes(ids:) with 20,000 ids in a variable',
    withstood: 'refused, no call',
    body: {
      query: 'query($ids:[ID!]!){nodes(ids:$ids){id}}',
      variables: { ids: Array.from({ length: 20_000 }, (_, place) => `id-${place}`) },
    },
    judge: async (replies, victim) =>
      both(refused(replies), fewCalls(await victim.takeCalls(), 0, 'DescribeCACertificate')),
  },
  {
    name: 'Token flood',
    does: 'ten queries at once of 20,000 fields each',
    withstood: REFUSED,
    body: { query: `{${'__typename '.repeat(20_000)}}` },
    copies: 10,
  },
  {
    name: 'Directive flood',
    does: 'a field with 12,000 @include',
    withstood: REFUSED,
    body: { query: `{__typename ${'@include(if:true)'.repeat(12_000)}}` },
  },
  {
    name: 'Operation flood',
    does: 'a document of 8,000 operations',
    withstood: REFUSED,
    body: { query: repeat(8000, (place) => `query q${place}{__typename}`), operationName: 'q1' },
  },
  {
    name: 'Variable flood',
    does: 'an operation that declares 10,000 variables',
    withstood: REFUSED,
    body: { query: `query(${repeat(10_000, (place) => `$v${place}:Int`)}){__typename}` },
  },
  {
    name: 'Error amplification',
    does: 'a query with 20,000 unknown fields',
    withstood: REFUSED,
    body: { query: `{${repeat(20_000, (place) => `x${place}`)}}` },
  },
  {
    name: 'Echo of variables',
    does: 'a variable of the wrong type with 200 KB in it, which may be a secret',
    withstood: `${REFUSED}, the value not repeated at length`,
    body: {
      query: 'query($first:Int){caCertificates(first:$first){nodes{id}}}',
      variables: { first: 'S3CRET'.repeat(35_000) },
    },
    judge(replies) {
      const echoes = replies.some(({ text }) => text.includes('S3CRET'.repeat(100)));
      const { problems, note } = refused(replies);
      return { problems: echoes ? [...problems, 'it repeats the value'] : problems, note };
    },
  },
  {
    name: 'Fragment cycle',
    does: 'three fragments that spread each other in a circle',
    withstood: REFUSED,
    body: {
      query:
        '{...A}fragment A on Query{...B}fragment B on Query{...C}fragment C on Query{...A quota{action}}',
    },
  },
  {
    name: 'Batch',
    does: 'an array of 100 operations in one request',
    withstood: 'refused',
    body: Array.from({ length: 100 }, () => ({ query: '{caCertificates{nodes{id}}}' })),
  },
  {
    name: 'Deep JSON',
    does: 'variables of 100,000 nested arrays',
    withstood: 'refused, no 5xx',
    body: `{"query":"query($x:JSON){caCertificates{nodes{id}}}","variables":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
  },
  {
    name: 'Prototype pollution',
    does: '__proto__ and constructor as keys of the body, the variables and the extensions, and as aliases',
    withstood: 'orderly answers, and none of the keys in what other callers get',
    body: '{"query":"{__proto__:__typename constructor:__typename}","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"variables":{"__proto__":{"polluted":1}},"extensions":{"__proto__":{"polluted":1}}}',
    async judge(replies, victim) {
      const next = await send(victim, {
        headers: victim.operator,
        body: { query: '{caCertificates(first:1){nodes{id}}}' },
      });
      const isPolluted = next.status !== 200 || next.text.includes('polluted');
      const { problems, note } = orderly(replies);
      return { problems: isPolluted ? [...problems, 'the next answer differs'] : problems, note };
    },
  },
];

/** Known attacks that are one request with a hostile operation. */
export const queryAttacks: readonly Attack[] = QUERIES.map(
  ({ name, does, withstood, body, copies = 1, judge = refused, boundMs = 8000 }) => ({
    name,
    group: 'queries',
    does,
    withstood,
    boundMs,
    async run(victim) {
      await victim.takeCalls();
      const replies = await Promise.all(
        Array.from({ length: copies }, () =>
          send(victim, { headers: victim.reader, body, waitMs: boundMs - 1000 }),
        ),
      );
      return judge(replies, victim);
    },
  }),
);
