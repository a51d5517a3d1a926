import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateProvisioningTemplateCommand,
  DeleteProvisioningTemplateCommand,
  IoTClient,
  paginateListProvisioningTemplates,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { randomSource } from '../../../src/controlplane/random.ts';
import { bundlePlaneMain, type PlaneProcess, startPlaneProcess } from './planeProcess.ts';

export interface KillFigures {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Under way when the process was killed: they may be there or not. */
  readonly undecided: number;
  /** Of the undecided ones, those that had been written. */
  readonly surfaced: number;
  /** Acknowledged writes that a restart did not show. Has to be empty. */
  readonly lost: readonly string[];
}

/** What may be found under a name: the description of a template, or none. */
type Found = string | undefined;

interface Expectation {
  /** The state after the last acknowledged write. */
  acknowledged: Found;
  /** The state that a write still under way would leave, if there is one. */
  underWay: { readonly state: Found } | undefined;
}

const WRITERS = 6;

/**
 * Each round starts a control plane on the same directory, checks that everything acknowledged in
 * any round is there, writes through the SDK from several clients at once, and kills the process
 * with SIGKILL after a number of acknowledgements drawn from the seed.
 */
export async function runKillLoop(rounds: number, seed: string): Promise<KillFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'control-plane-kill-'));
  const bundle = await bundlePlaneMain();
  const random = randomSource(seed);
  const book = new Book();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const plane = await startPlaneProcess(bundle, directory);
      await book.check(plane);
      const killAfter = 5 + (Number.parseInt(random.hex(2), 16) % 60);
      await writeUntilKilled(plane, book, round, killAfter);
    }
    const last = await startPlaneProcess(bundle, directory);
    await book.check(last);
    await last.kill();
  } finally {
    await rm(directory, { recursive: true });
    await rm(bundle);
  }
  return { rounds, ...book.figures() };
}

async function writeUntilKilled(
  plane: PlaneProcess,
  book: Book,
  round: number,
  killAfter: number,
): Promise<void> {
  const account = accountOf(round);
  const client = clientOf(plane, account);
  let acknowledged = 0;
  let killed: Promise<void> | undefined;
  const writer = async (number: number): Promise<void> => {
    for (let count = 0; !killed; count += 1) {
      const name = `w${number}-${Math.floor(count / 3)}`;
      try {
        await book.record(`${account}/${name}`, stateAfter(count), () =>
          write(client, name, count),
        );
      } catch {
        // Killed under way: the book knows that this one is undecided.
        return;
      }
      acknowledged += 1;
      if (acknowledged >= killAfter) killed ??= plane.kill();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
  await killed;
  client.destroy();
}

/** Each writer creates a template, changes it, and deletes every second one, over and over. */
function stateAfter(count: number): Found {
  if (count % 3 === 0) return 'created';
  if (count % 3 === 1) return 'changed';
  return count % 2 === 0 ? undefined : 'changed again';
}

async function write(client: IoTClient, templateName: string, count: number): Promise<void> {
  const description = stateAfter(count);
  if (count % 3 === 0) {
    const provisioningRoleArn = 'arn:aws:iam::123456789012:role/fleet';
    const templateBody = '{"Resources":{}}';
    const input = { templateName, templateBody, provisioningRoleArn, description };
    await client.send(new CreateProvisioningTemplateCommand(input));
  } else if (description !== undefined) {
    await client.send(new UpdateProvisioningTemplateCommand({ templateName, description }));
  } else {
    await client.send(new DeleteProvisioningTemplateCommand({ templateName }));
  }
}

/** What was acknowledged, what may be, and what was found missing. */
class Book {
  readonly #expected = new Map<string, Expectation>();
  readonly #lost: string[] = [];
  #acknowledged = 0;
  #undecided = 0;
  #surfaced = 0;

  async record(key: string, state: Found, write: () => Promise<void>): Promise<void> {
    const expectation = this.#expected.get(key) ?? { acknowledged: undefined, underWay: undefined };
    this.#expected.set(key, expectation);
    expectation.underWay = { state };
    await write();
    expectation.acknowledged = state;
    expectation.underWay = undefined;
    this.#acknowledged += 1;
  }

  async check(plane: PlaneProcess): Promise<void> {
    const found = new Map<string, Found>();
    const accounts = new Set([...this.#expected.keys()].map((key) => key.slice(0, 12)));
    for (const account of accounts) {
      const client = clientOf(plane, account);
      for await (const page of paginateListProvisioningTemplates({ client }, { maxResults: 250 })) {
        for (const { templateName, description } of page.templates ?? []) {
          found.set(`${account}/${templateName}`, description);
        }
      }
      client.destroy();
    }
    for (const [key, expectation] of this.#expected)
      this.#compare(key, expectation, found.get(key));
    for (const key of found.keys()) {
      if (!this.#expected.has(key)) this.#lost.push(`${key} came from nowhere`);
    }
  }

  #compare(key: string, expectation: Expectation, found: Found): void {
    const { acknowledged, underWay } = expectation;
    if (underWay) this.#undecided += 1;
    if (underWay && found === underWay.state) {
      this.#surfaced += 1;
      expectation.acknowledged = found;
    } else if (found !== acknowledged) {
      this.#lost.push(`${key}: ${acknowledged} was acknowledged, ${found} is there`);
    }
    expectation.underWay = undefined;
  }

  figures(): Omit<KillFigures, 'rounds'> {
    return {
      acknowledged: this.#acknowledged,
      undecided: this.#undecided,
      surfaced: this.#surfaced,
      lost: this.#lost,
    };
  }
}

/** A realm for each round: a realm holds a limited number of templates. */
function accountOf(round: number): string {
  return String(100_000_000_000 + round);
}

function clientOf(plane: PlaneProcess, accessKeyId: string): IoTClient {
  return new IoTClient({
    endpoint: plane.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
}
