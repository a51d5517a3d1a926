import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from '../attack.ts';
import { brief } from '../judge.ts';
import type { Victim } from '../victims.ts';
import { head, open, send } from '../wire.ts';
import { isWhole } from './connections.ts';

const SLOW = '{provisioningTemplate(templateName:"slow"){templateName}}';

/** How a server ended, or that it did not. */
async function endOf(victim: Victim, waitMs: number): Promise<string | undefined> {
  return Promise.race([victim.ended, sleep(waitMs).then(() => undefined)]);
}

/** Asks over one kept connection, again and again, until it is told to stop or cannot connect. */
async function ask(victim: Victim, agent: Agent): Promise<'whole' | 'refused' | 'cut' | 'gone'> {
  return new Promise((resolve) => {
    const sent = request(
      {
        ...{ host: victim.host, port: victim.port, path: '/graphql', method: 'POST', agent },
        headers: { 'content-type': 'application/json', ...victim.reader },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('error', () => resolve('cut'));
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          resolve(isWhole(status, text) ? 'whole' : status === 503 ? 'refused' : 'cut');
        });
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'gone' : 'cut'),
    );
    const query = `query Q${Math.random().toString(36).slice(2)}{caCertificates(first:1){nodes{id}}}`;
    sent.end(JSON.stringify({ query }));
  });
}

/** What a shutdown may cost. */
export const shutdownAttacks: readonly Attack[] = [
  {
    name: 'Shutdown within an operation',
    group: 'shutdown',
    does: 'SIGTERM while an operation waits 1.5 s for what is behind the server, and a new one 0.2 s later',
    withstood:
      'the first is answered whole, the second refused, the process ends by itself within 10 s',
    boundMs: 15_000,
    endsServer: true,
    async run(victim) {
      const actions = ['DescribeProvisioningTemplate'];
      await victim.set({ actions, delayMs: 1500, failure: undefined });
      const first = send(victim, { headers: victim.reader, body: { query: SLOW } });
      await sleep(300);
      victim.signal('SIGTERM');
      await sleep(200);
      const second = await send(victim, { headers: victim.reader, body: { query: SLOW } });
      const reply = await first;
      const end = await endOf(victim, 10_000);
      const isAnswered = reply.status === 200 && !/"errors"/.test(reply.text);
      const problems = [
        ...(isAnswered ? [] : [`the operation got: ${brief(reply)}`]),
        ...(second.status === 200 ? ['new work is accepted'] : []),
        ...(end === undefined ? ['it runs on after 10 s'] : []),
      ];
      return { problems, note: `${brief(reply)}, then ${brief(second)}; ${end ?? 'no end'}` };
    },
  },
  {
    name: 'Shutdown under load',
    group: 'shutdown',
    does: 'SIGTERM while 30 clients ask without a pause over kept connections',
    withstood: 'every request sent on a connection is answered: whole, or 503; none is cut',
    boundMs: 20_000,
    endsServer: true,
    async run(victim) {
      const tally = { whole: 0, refused: 0, cut: 0, gone: 0 };
      const client = async (): Promise<void> => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (;;) {
          const came = await ask(victim, agent);
          tally[came] += 1;
          if (came !== 'whole') break;
        }
        agent.destroy();
      };
      const clients = Array.from({ length: 30 }, client);
      await sleep(700);
      victim.signal('SIGTERM');
      await Promise.race([Promise.all(clients), sleep(8000)]);
      const end = await endOf(victim, 8000);
      const { whole, refused, cut, gone } = tally;
      const problems = [
        ...(cut > 0 ? [`${cut} requests were cut`] : []),
        ...(end === undefined ? ['it runs on'] : []),
      ];
      const note = `${whole} whole, ${refused} told 503, ${cut} cut, ${gone} found it closed; ${end ?? 'no end'}`;
      return { problems, note };
    },
  },
  {
    name: 'Shutdown held up',
    group: 'shutdown',
    does: 'SIGTERM while 100 clients keep half a request open and send a byte a second',
    withstood: 'the process ends by itself within 35 s',
    boundMs: 42_000,
    isWaiting: true,
    endsServer: true,
    async run(victim) {
      const sockets = Array.from({ length: 100 }, () => open(victim));
      const headers = { 'content-type': 'application/json', 'content-length': '10000' };
      const begin = `${head(victim, 'POST /graphql', { ...headers, ...victim.reader })}\r\n{`;
      for (const socket of sockets) socket.resume().write(begin);
      const drip = setInterval(() => {
        for (const socket of sockets) if (socket.writable) socket.write(' ');
      }, 1000);
      await sleep(500);
      const startMs = performance.now();
      victim.signal('SIGTERM');
      const end = await endOf(victim, 35_000);
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
      const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
      return {
        problems: end === undefined ? ['it runs on after 35 s'] : [],
        note: end === undefined ? 'no end' : `${end} after ${seconds} s`,
      };
    },
  },
];
