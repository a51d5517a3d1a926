import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Victim } from '../abuse/victims.ts';

/** What a well-behaved caller does: answered from memory, read live from AWS, or a change. */
export type Kind = 'from memory' | 'live' | 'change';

export interface Sample {
  readonly kind: Kind;
  /** When it was due, since the beginning. */
  readonly atMs: number;
  /** From the time when it was due, so that a server that stalls is not asked less. */
  readonly ms: number;
}

interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: ReadonlyArray<{ readonly extensions?: { readonly code?: string } }>;
}

const FROM_MEMORY: readonly Operation[] = [
  {
    query: 'query Fleet($first:Int!){caCertificates(first:$first){nodes{certificateId status}}}',
    variables: { first: 20 },
  },
  { query: 'query Templates{provisioningTemplates(first:10){nodes{templateName type enabled}}}' },
  { query: 'query Edges{caCertificates(first:10){nodes{certificateId template{templateName}}}}' },
];
const LIVE = 'query Live($id:String!){caCertificate(certificateId:$id){status certificateMode}}';
const CHANGE =
  'mutation Toggle($input:UpdateCACertificateInput!){updateCACertificate(input:$input){caCertificate{certificateId status}userErrors{code message}}}';
const STATUS = 'query Check($id:String!){caCertificate(certificateId:$id){status}}';

/** A root field of an answer's data, whose shape the query decides. */
function field<Shape>({ data }: Answer, name: string): Shape {
  const value = data?.[name];
  if (value === undefined || value === null) throw new Error(`no ${name}`);
  return value as Shape;
}

/** How often each kind comes, in milliseconds; together well below what one caller may ask. */
const PERIOD_MS: Readonly<Record<Kind, number>> = { 'from memory': 60, live: 1000, change: 2000 };

/** How long an answer may take before it counts as lost. */
const WAIT_MS = 30_000;

/** The caller whose answers the soak measures. */
export class GoodCaller {
  readonly #victim: Victim;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #ids: readonly string[];
  /** What each CA was changed to last. */
  readonly #statuses = new Map<string, string>();
  #samples: Sample[] = [];
  readonly #lost = new Map<string, number>();
  #changes = 0;

  private constructor(victim: Victim, ids: readonly string[]) {
    this.#victim = victim;
    this.#ids = ids;
  }

  /** Finds the CAs that it may change: those that are not in use by the other queries. */
  static async start(victim: Victim): Promise<GoodCaller> {
    const finder = new GoodCaller(victim, []);
    const answer = await finder.#ask({
      query: '{caCertificates(first:6,ascendingOrder:true){nodes{certificateId}}}',
    });
    finder.close();
    const { nodes } = field<{ nodes: ReadonlyArray<{ certificateId: string }> }>(
      answer,
      'caCertificates',
    );
    return new GoodCaller(
      victim,
      nodes.map(({ certificateId }) => certificateId),
    );
  }

  /** Works for so long and answers what it saw. */
  async work(ms: number): Promise<readonly Sample[]> {
    this.#samples = [];
    const startMs = performance.now();
    const kinds = Object.keys(PERIOD_MS) as Kind[];
    await Promise.all(kinds.map((kind) => this.#repeat(kind, startMs, ms)));
    return this.#samples;
  }

  async #repeat(kind: Kind, startMs: number, ms: number): Promise<void> {
    const running: Array<Promise<void>> = [];
    for (let turn = 0; ; turn += 1) {
      const dueMs = startMs + turn * PERIOD_MS[kind];
      if (dueMs - startMs >= ms) break;
      await sleep(Math.max(0, dueMs - performance.now()));
      // A change waits for the one before, so that the last one is the one that holds.
      if (kind === 'change') await running.at(-1);
      running.push(this.#once(kind, turn, { startMs, dueMs }));
    }
    await Promise.all(running);
  }

  async #once(
    kind: Kind,
    turn: number,
    { startMs, dueMs }: { readonly startMs: number; readonly dueMs: number },
  ): Promise<void> {
    try {
      await this.#do(kind, turn);
    } catch (error) {
      const why = `${kind}: ${(error as Error).message}`;
      this.#lost.set(why, (this.#lost.get(why) ?? 0) + 1);
    }
    this.#samples.push({ kind, atMs: dueMs - startMs, ms: performance.now() - dueMs });
  }

  async #do(kind: Kind, turn: number): Promise<void> {
    const certificateId = this.#ids[turn % this.#ids.length] ?? '';
    switch (kind) {
      case 'from memory': {
        const operation = FROM_MEMORY[turn % FROM_MEMORY.length];
        if (operation !== undefined) await this.#ask(operation);
        return;
      }
      case 'live':
        await this.#ask({ query: LIVE, variables: { id: certificateId } }, true);
        return;
      case 'change': {
        const newStatus = this.#statuses.get(certificateId) === 'INACTIVE' ? 'ACTIVE' : 'INACTIVE';
        const answer = await this.#ask({
          query: CHANGE,
          variables: { input: { certificateId, newStatus } },
        });
        const payload = field<{ readonly caCertificate: { readonly status: string } | null }>(
          answer,
          'updateCACertificate',
        );
        if (payload.caCertificate?.status !== newStatus) throw new Error('it was not made');
        this.#statuses.set(certificateId, newStatus);
        this.#changes += 1;
      }
    }
  }

  /** What did not come, with how often. */
  get lost(): ReadonlyMap<string, number> {
    return this.#lost;
  }

  /** How many changes were acknowledged. */
  get changes(): number {
    return this.#changes;
  }

  /** The CAs that are not as the last acknowledged change left them, and changes without a record. */
  async findLost(victim: Victim): Promise<readonly string[]> {
    const found: string[] = [];
    for (const [id, status] of this.#statuses) {
      const answer = await this.#ask({ query: STATUS, variables: { id } }, true, victim);
      const { status: now } = field<{ readonly status: string }>(answer, 'caCertificate');
      if (now !== status) found.push(`CA ${id} is ${now}, not ${status}`);
    }
    const recorded = await this.#recorded(victim);
    if (recorded < this.#changes) found.push(`${this.#changes - recorded} changes have no record`);
    return found;
  }

  async #recorded(victim: Victim): Promise<number> {
    let count = 0;
    let after: string | null = null;
    do {
      const answer: Answer = await this.#ask(
        {
          query:
            'query Journal($after:String){changes(first:500,after:$after,filter:{operation:"updateCACertificate",outcome:[DONE]}){nodes{id}pageInfo{hasNextPage endCursor}}}',
          variables: { after },
        },
        false,
        victim,
      );
      const page = field<{
        readonly nodes: readonly unknown[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      }>(answer, 'changes');
      count += page.nodes.length;
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    return count;
  }

  async #ask(operation: Operation, isLive = false, victim = this.#victim): Promise<Answer> {
    const { status, text } = await this.#send(operation, isLive, victim);
    const answer = JSON.parse(text) as Answer;
    const code = answer.errors?.[0]?.extensions?.code;
    if (status !== 200 || code !== undefined || !answer.data) throw new Error(`${status} ${code}`);
    return answer;
  }

  #send(
    operation: Operation,
    isLive: boolean,
    { host, port, operator }: Victim,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const headers = {
      'content-type': 'application/json',
      ...operator,
      ...(isLive ? { 'cache-control': 'no-cache' } : {}),
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        { host, port, path: '/graphql', method: 'POST', agent: this.#agent, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
          response.on('error', reject);
        },
      );
      sent.setTimeout(WAIT_MS, () => sent.destroy(new Error(`no answer in ${WAIT_MS / 1000} s`)));
      sent.on('error', reject);
      sent.end(JSON.stringify(operation));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
