import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { fewCalls, orderly, refused } from '../bench/abuse/judge.ts';
import { ATTACKS } from '../bench/abuse/main.ts';
import type { Reply } from '../bench/abuse/wire.ts';
import { percentile, slope } from '../bench/soak/latency.ts';

const reply = (status: number, body: unknown): Reply => ({
  ...{ status, headers: {}, ms: 1 },
  text: typeof body === 'string' ? body : JSON.stringify(body),
});
const REFUSAL = { errors: [{ message: 'no', extensions: { code: 'NO' } }] };

describe('the abuse list', () => {
  test('has more than 50 attacks, each with a name and a time of its own', () => {
    const names = ATTACKS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(50);
    for (const { boundMs } of ATTACKS) expect(boundMs).toBeLessThan(60_000);
  });

  test('is the one that docs/abuse.md tells of', async () => {
    const page = await readFile(new URL('../docs/abuse.md', import.meta.url), 'utf8');
    const [said = ''] = /Of (\d+) attacks/.exec(page)?.slice(1) ?? [];
    expect(Number(said)).toBe(ATTACKS.length);
    for (const { name } of ATTACKS) expect(page).toContain(`| ${name} |`);
  });
});

describe('the judges', () => {
  test('take refusals, and data that is nothing', () => {
    const replies = [
      reply(400, REFUSAL),
      reply(200, { ...REFUSAL, data: null }),
      reply(200, { ...REFUSAL, data: { nodes: [null] } }),
      reply(503, REFUSAL),
    ];
    expect(refused(replies).problems).toEqual([]);
  });

  test.each([
    ['data', reply(200, { data: { node: { id: 'x' } } }), 'it was answered with data'],
    ['a fault', reply(500, REFUSAL), 'status 500'],
    ['silence', reply(0, 'ECONNRESET'), 'no answer (ECONNRESET)'],
    ['much text', reply(400, 'x'.repeat(20_000)), 'an answer of 20000 bytes'],
  ])('do not take %s for a refusal', (_what, answer, problem) => {
    expect(refused([reply(400, REFUSAL), answer, answer]).problems).toEqual([problem]);
  });

  test('take an answer for an orderly one, a fault not', () => {
    expect(orderly([reply(200, { data: { id: 'x' } })]).problems).toEqual([]);
    expect(orderly([reply(502, REFUSAL)]).problems).toEqual(['status 502']);
  });

  test('count calls, of one action where one is named', () => {
    const calls = { ListCACertificates: 3, UpdateCACertificate: 1 };
    expect(fewCalls(calls, 4).problems).toEqual([]);
    expect(fewCalls(calls, 3).problems).toHaveLength(1);
    expect(fewCalls(calls, 0, 'UpdateCACertificate').problems).toHaveLength(1);
    expect(fewCalls(calls, 0, 'DeleteCACertificate').problems).toEqual([]);
  });
});

describe('figures of the soak', () => {
  test('percentiles are values that were seen', () => {
    const values = Array.from({ length: 100 }, (_, place) => 100 - place);
    expect([0.5, 0.99, 1].map((part) => percentile(values, part))).toEqual([50, 99, 100]);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  test('the slope is that of the line, and none of what goes up and down', () => {
    expect(slope([1, 3, 5, 7])).toBeCloseTo(2);
    expect(slope([5, 5, 5])).toBe(0);
    expect(Math.abs(slope([1, 9, 1, 9, 1, 9, 1]))).toBeLessThan(0.1);
    expect(slope([4])).toBe(0);
  });
});
