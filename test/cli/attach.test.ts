import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AttachOptions, attach } from '../../src/cli/attach.ts';
import { durationText } from '../../src/cli/planTable.ts';
import { readSchemaText } from '../../src/gateway.ts';
import { type Account, makeAccount } from '../support/account.ts';
import { at, type Harness, START_MS, startHarness } from '../support/harness.ts';

let account: Account;
let harness: Harness;

beforeEach(async () => {
  account = makeAccount({ jitp: { line: 1, other: 2 }, unnamed: 30, createdMs: START_MS });
  harness = await startHarness({ seed: account.seed });
});

afterEach(() => harness.close());

interface Ran {
  readonly exitCode: number;
  readonly text: string;
}

/** The input ends instead of a key. */
const END = Symbol('end');

/** Runs the command; with `keys` on a terminal at which they are typed. */
async function run(options: Partial<AttachOptions>, keys?: string | typeof END): Promise<Ran> {
  const isTTY = keys !== undefined;
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough(), { isTTY, columns: 100, rows: 40 });
  let text = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.includes('Attach line to') && keys !== undefined) {
      const typed = keys;
      keys = undefined;
      // Nobody types while the question is being written.
      setImmediate(() => (typed === END ? input.end() : input.write(typed)));
    }
  });
  const exitCode = await attach(
    { template: 'line', filter: '{}', url: harness.gateway.url, ...options },
    { input, output },
    await readSchemaText(),
  );
  return { exitCode, text };
}

async function attached(): Promise<unknown> {
  const answer = await harness.query(
    '{ caCertificates(filter: {templateName: "line"}, countAll: true) { totalCount } }',
  );
  return at(answer.data, 'caCertificates', 'totalCount');
}

describe('iotgw attach', () => {
  test('shows the plan, applies it and tells what became of it', async () => {
    const { exitCode, text } = await run({ yes: true, enableAutoRegistration: true });
    expect(exitCode).toBe(0);
    expect(text).toContain('│ CA certificate │ now ');
    expect(text).toContain((account.idsOf.get('')?.[29] ?? '').slice(0, 12));
    expect(text).toContain('no registration, INACTIVE, DISABLE │ line, INACTIVE, ENABLE');
    expect(text).toContain('... and 13 more');
    expect(text).toContain('33 to change, 0 with nothing to do, 0 refused. 66 AWS calls');
    expect(text).toContain('DONE: 33 changed, 0 unchanged, 0 in conflict, 0 failed');
    expect(await attached()).toBe(33);
  });

  test('warns of what will keep devices from being provisioned', async () => {
    await harness.query(
      'mutation { updateProvisioningTemplate(input: {templateName: "line", enabled: false}) { userErrors { message } } }',
    );
    expect((await run({})).text).toMatch(/^Warning: Provisioning template line is disabled/);
  });

  test('takes only what the filter lets through', async () => {
    const { exitCode, text } = await run({ yes: true, filter: 'registration=NAMED' });
    expect(exitCode).toBe(0);
    expect(text).toContain('2 to change, 1 with nothing to do, 0 refused.');
    expect(await attached()).toBe(3);
  });

  test('asks before it changes anything', async () => {
    expect(await run({}, 'y')).toMatchObject({ exitCode: 0 });
    expect(await attached()).toBe(33);
  });

  test.each<[string, string | typeof END]>([
    ['the answer is no', 'n'],
    ['Ctrl-D is pressed', '\x04'],
    // As a terminal passes on an end of input that it took before it was asked for single keys.
    ['the input ended before the question', '\0'],
    ['the input ends', END],
  ])('changes nothing when %s', async (_, keys) => {
    const { exitCode, text } = await run({}, keys);
    expect(exitCode).toBe(1);
    expect(text).toContain('Nothing was changed.');
    expect(await attached()).toBe(1);
    const operations = await harness.query('{ bulkOperations { nodes { state } } }');
    expect(at(operations.data, 'bulkOperations', 'nodes')).toEqual([{ state: 'CANCELLED' }]);
  });

  test('changes nothing where nobody can be asked', async () => {
    const { exitCode, text } = await run({});
    expect(exitCode).toBe(1);
    expect(text).toContain('Give --yes');
    expect(await attached()).toBe(1);
  });

  test('has nothing to ask when there is nothing to do', async () => {
    const { exitCode, text } = await run({ filter: 'templateName=line' });
    expect(exitCode).toBe(0);
    expect(text).toContain('0 to change, 1 with nothing to do');
    const none = await run({ filter: 'templateName=nobody' });
    expect(none.exitCode).toBe(0);
    expect(none.text).toMatch(/^No CA certificate passes the filter\.$/m);
  });

  test('names the CAs that it could not change', async () => {
    await harness.setFaults([
      { kind: 'error', action: 'UpdateCACertificate', name: 'InvalidRequestException', times: 1 },
    ]);
    const { exitCode, text } = await run({ yes: true, filter: 'templateName=other' });
    expect(exitCode).toBe(1);
    expect(text).toContain('1 changed, 0 unchanged, 0 in conflict, 1 failed');
    expect(text).toMatch(/^[0-9a-f]{64} FAILED: /m);
  });

  test.each([
    [
      'a template that is not there',
      { template: 'none' },
      'There is no provisioning template none.',
    ],
    [
      'a filter of another name',
      { filter: 'colour=red' },
      '--filter has no condition "colour"; there are templateName, status, expiresBefore, ',
    ],
    [
      'a value that there is not',
      { filter: 'status=RED' },
      '--filter: status takes one of ACTIVE, INACTIVE; "RED" is none.',
    ],
    [
      'a value that only the gateway can judge',
      { filter: 'expiresBefore=soon' },
      /^--filter: expiresBefore: A DateTime is a string as RFC 3339 has it/,
    ],
    ['an address where no gateway is', { url: 'http://127.0.0.1:9' }, 'No gateway answers at'],
    ['what is no address', { url: 'nowhere' }, 'nowhere is not a URL'],
  ])('says what is wrong with %s', async (_, options, words) => {
    await expect(run(options)).rejects.toThrow(words);
  });
});

test.each([
  [400, '1 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [61_500, '1 min 2 s'],
])('%i ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
