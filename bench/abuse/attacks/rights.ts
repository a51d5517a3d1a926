import type { Attack } from '../attack.ts';
import { both, briefAll, fewCalls, leaksData, refused } from '../judge.ts';
import { send } from '../wire.ts';

const CA = '0'.repeat(64);
const READ = '{caCertificates(first:1){nodes{certificateId}}}';
const CHANGE = `mutation{updateCACertificate(input:{certificateId:"${CA}",newStatus:INACTIVE}){userErrors{code}}}`;

/** What a client must never be told: it names the role of the gateway and an inner host. */
const INNER =
  'User: arn:aws:sts::123456789012:assumed-role/GatewayRole/i-0abc is not authorized at db-7.internal.example (key AKIAIOSFODNN7EXAMPLE)';
const INNER_PARTS = /assumed-role|GatewayRole|internal\.example|AKIA/;

/** Known attacks on rights, and on what a server tells too much of. */
export const rightsAttacks: readonly Attack[] = [
  {
    name: 'No credentials',
    group: 'rights and leaks',
    does: 'a query and a change without credentials, and with 50 that are guessed',
    withstood: 'refused with 401, nothing changed',
    boundMs: 8000,
    async run(victim) {
      await victim.takeCalls();
      const guesses = Array.from({ length: 50 }, (_, place) => ({
        authorization: `Bearer iotgw_${place}${'a'.repeat(40)}`,
      }));
      const replies = await Promise.all(
        [{}, ...guesses].flatMap((headers) =>
          [READ, CHANGE].map((query) => send(victim, { headers, body: { query } })),
        ),
      );
      const open = replies.filter(({ status }) => status !== 401).length;
      const { problems, note } = both(
        refused(replies),
        fewCalls(await victim.takeCalls(), 0, 'UpdateCACertificate'),
      );
      return { problems: open > 0 ? [...problems, `${open} were not told 401`] : problems, note };
    },
  },
  {
    name: 'Rights of another',
    group: 'rights and leaks',
    does: 'a caller who may only read sends the very change that another caller was allowed before, plain, by alias and in a fragment',
    withstood: 'refused, nothing changed',
    boundMs: 8000,
    async run(victim) {
      const ways = [
        CHANGE,
        CHANGE.replace('updateCACertificate', 'caCertificates:updateCACertificate'),
        `mutation{...F}fragment F on Mutation{${CHANGE.slice('mutation{'.length)}`,
      ];
      for (const query of ways) await send(victim, { headers: victim.operator, body: { query } });
      await victim.takeCalls();
      const replies = await Promise.all(
        ways.map((query) => send(victim, { headers: victim.reader, body: { query } })),
      );
      return both(refused(replies), fewCalls(await victim.takeCalls(), 0, 'UpdateCACertificate'));
    },
  },
  {
    name: 'Leak of upstream messages',
    group: 'rights and leaks',
    does: 'a query while what is behind the server fails with a message that names its role, key and host',
    withstood: 'an error that tells none of it',
    boundMs: 12_000,
    async run(victim) {
      const actions = ['DescribeProvisioningTemplate', 'UpdateCACertificate'];
      await victim.set({ actions, delayMs: 0, failure: INNER });
      const replies = [
        await send(victim, {
          headers: { ...victim.operator, 'cache-control': 'no-cache' },
          body: { query: '{provisioningTemplate(templateName:"any"){enabled}}' },
        }),
        await send(victim, {
          headers: { ...victim.operator, 'cache-control': 'no-cache' },
          body: { query: CHANGE },
        }),
      ];
      await victim.set({ actions: [], delayMs: 0, failure: undefined });
      const problems = replies.flatMap(({ status, text }) => {
        if (INNER_PARTS.test(text)) return ['the message is passed on'];
        return status === 0 ? [text] : [];
      });
      return { problems: [...new Set(problems)], note: briefAll(replies) };
    },
  },
  {
    name: 'Stack traces',
    group: 'rights and leaks',
    does: 'bad JSON, bad types and bad UTF-16 in the hope for a stack trace or a path of the server',
    withstood: 'no stack and no path in an answer',
    boundMs: 6000,
    async run(victim) {
      const bodies = ['{', '[]', 'null', '{"query":1}', '{"query":"{"}', '{"query":"{\\ud800}"}'];
      const replies = await Promise.all(
        bodies.map((body) =>
          send(victim, {
            headers: { ...victim.operator, 'content-type': 'application/json' },
            body,
          }),
        ),
      );
      const told = replies.filter(({ text }) => /node_modules|\bat .+:\d+:\d+|\/dist\//.test(text));
      const { problems, note } = refused(replies);
      return { problems: told.length > 0 ? [...problems, 'it tells a stack'] : problems, note };
    },
  },
  {
    name: 'Suggestions',
    group: 'rights and leaks',
    does: 'misspelt fields, arguments and types, to be told the names of the schema',
    withstood: 'no name that was not asked for',
    boundMs: 6000,
    async run(victim) {
      const queries = [
        '{caCertificats{nodes{id}}}',
        '{caCertificates(frist:1){nodes{id}}}',
        '{node(id:"x"){...on CACertificat{id}}}',
        '{caCertificates(filter:{statu:ACTIVE}){nodes{id}}}',
        'mutation{updateCACertificate(input:{certificateId:"x",newStatus:ACTIV}){userErrors{code}}}',
      ];
      const replies = await Promise.all(
        queries.map((query) => send(victim, { headers: victim.reader, body: { query } })),
      );
      const telling = replies.filter(({ text }) => /did you mean/i.test(text)).length;
      return {
        problems: telling > 0 ? [`${telling} of ${replies.length} answers suggest a name`] : [],
        note: briefAll(replies),
      };
    },
  },
  {
    name: 'Introspection',
    group: 'rights and leaks',
    does: '__schema and __type by a caller without the right, plain and in a fragment',
    withstood: 'refused',
    boundMs: 6000,
    async run(victim) {
      const queries = [
        '{__schema{types{name}}}',
        '{__type(name:"Query"){fields{name}}}',
        '{...F}fragment F on Query{a:__schema{queryType{name}}}',
      ];
      const replies = await Promise.all(
        queries.map((query) => send(victim, { headers: victim.reader, body: { query } })),
      );
      const told = replies.filter(leaksData).length;
      const { problems, note } = refused(replies);
      return { problems: told > 0 ? [...problems, `${told} were answered`] : problems, note };
    },
  },
];
