import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from '../abuse/attack.ts';
import { slowAttacks } from '../abuse/attacks/connections.ts';
import { queryAttacks } from '../abuse/attacks/queries.ts';
import { requestAttacks } from '../abuse/attacks/requests.ts';
import { rightsAttacks } from '../abuse/attacks/rights.ts';
import type { Victim } from '../abuse/victims.ts';
import { SLOW_CONNECTIONS } from './load.ts';

/**
 * The hostile part of the load, in a process of its own, so that its work does not count as waiting
 * of the good caller: attacks of the abuse list one after the other, slow connections all the time,
 * clients that leave before they are answered.
 */
export interface HostileSpec {
  readonly host: string;
  readonly port: number;
  readonly reader: Readonly<Record<string, string>>;
  /** Of the connections that are slow: another caller, whose limit the attacks do not share. */
  readonly secondReader: Readonly<Record<string, string>>;
}

export interface HostileTally {
  /** Attacks run, by name. */
  readonly attacks: Readonly<Record<string, number>>;
  /** What went wrong for the gateway, with how often. */
  readonly problems: Readonly<Record<string, number>>;
  /** Requests whose client left before the answer. */
  readonly left: number;
}

/** Those that turn dials of the control plane would hit the good caller, too. */
const NOT_HERE = new Set(['Leak of upstream messages', 'Flood of one caller', 'Pipelining']);

const SHORT: readonly Attack[] = [...queryAttacks, ...requestAttacks, ...rightsAttacks].filter(
  ({ name }) => !NOT_HERE.has(name),
);
const WAITING: readonly Attack[] = slowAttacks(SLOW_CONNECTIONS);

/** Between two attacks, and between two clients that leave. */
const REST_MS = 150;

/** The gateway as the attacks want it; what only its parent knows stays empty. */
function victimOf(
  { host, port, secondReader }: HostileSpec,
  reader: Readonly<Record<string, string>>,
): Victim {
  return {
    ...{
      host,
      port,
      kind: 'gateway',
      pid: 0,
      reader,
      secondReader,
      operator: reader,
      follower: {},
    },
    output: () => '',
    rssBytes: () => 0,
    descriptors: () => 0,
    takeCalls: async () => ({}),
    set: async () => undefined,
    signal: () => undefined,
    ended: new Promise(() => undefined),
    kill: async () => undefined,
  };
}

class Attacker {
  readonly #spec: HostileSpec;
  readonly #attacks: Record<string, number> = {};
  readonly #problems: Record<string, number> = {};
  #left = 0;
  #isOver = false;

  constructor(spec: HostileSpec) {
    this.#spec = spec;
  }

  async run(): Promise<void> {
    const { reader, secondReader } = this.#spec;
    await Promise.all([
      this.#turns(SHORT, victimOf(this.#spec, reader)),
      ...WAITING.map((one) => this.#turns([one], victimOf(this.#spec, secondReader))),
      this.#leave(),
    ]);
  }

  async #turns(attacks: readonly Attack[], victim: Victim): Promise<void> {
    while (!this.#isOver) {
      for (const attack of attacks) {
        if (this.#isOver) return;
        const { problems } = await attack.run(victim);
        this.#attacks[attack.name] = (this.#attacks[attack.name] ?? 0) + 1;
        for (const problem of problems) {
          const text = `${attack.name}: ${problem}`;
          this.#problems[text] = (this.#problems[text] ?? 0) + 1;
        }
        await sleep(REST_MS);
      }
    }
  }

  /** Clients that ask AWS for something and hang up. */
  async #leave(): Promise<void> {
    const { host, port, reader } = this.#spec;
    for (let turn = 0; !this.#isOver; turn += 1) {
      const sent = request({
        ...{ host, port, path: '/graphql', method: 'POST', agent: false },
        headers: { 'content-type': 'application/json', 'cache-control': 'no-cache', ...reader },
      });
      sent.on('error', () => undefined);
      sent.end(
        JSON.stringify({
          query: `query L${turn}{caCertificates(first:30){nodes{certificatePem}}}`,
        }),
      );
      await sleep(REST_MS);
      sent.destroy();
      this.#left += 1;
      await sleep(10 * REST_MS);
    }
  }

  stop(): HostileTally {
    this.#isOver = true;
    return { attacks: this.#attacks, problems: this.#problems, left: this.#left };
  }
}

const [spec] = process.argv.slice(2);
if (spec !== undefined) {
  const attacker = new Attacker(JSON.parse(spec) as HostileSpec);
  process.once('message', () => {
    process.send?.(attacker.stop(), () => process.exit(0));
  });
  void attacker.run();
}
