import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AuditResult, auditServer } from 'graphql-http';
import { type Harness, startHarness } from '../support/harness.ts';

/** The audits of the GraphQL over HTTP specification, by the reference implementation. */
describe('GraphQL over HTTP', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  async function audit(headers: Readonly<Record<string, string>>): Promise<AuditResult[]> {
    return auditServer({
      url: `${harness.gateway.url}/graphql`,
      fetchFn: (url: string, { headers: own, ...init }: RequestInit = {}) =>
        fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(own)), ...headers } }),
    });
  }

  const not = (results: readonly AuditResult[], status: AuditResult['status']) =>
    results.flatMap((result) =>
      result.status === status && 'reason' in result ? [`${result.name}: ${result.reason}`] : [],
    );

  test('as any client speaks it: no error, no warning, three notices at most', async () => {
    const results = await audit({});
    expect(results).toHaveLength(61);
    expect(not(results, 'error')).toEqual([]);
    expect(not(results, 'warn')).toEqual([]);
    // A GET without a header that sites cannot set is refused, lest a page makes requests unasked.
    expect(not(results, 'notice').length).toBeLessThanOrEqual(3);
  });

  test('with the header that a page cannot set unasked: all 61 pass', async () => {
    const results = await audit({ 'apollo-require-preflight': 'true' });
    const failed = (['error', 'warn', 'notice'] as const).map((status) => not(results, status));
    expect(failed).toEqual([[], [], []]);
    expect(results).toHaveLength(61);
  });
});
