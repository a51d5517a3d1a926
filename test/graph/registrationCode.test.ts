import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { at, CACHED, type Harness, LIVE, startHarness } from '../support/harness.ts';

describe('the registration code', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ seed: 'none' });
  });
  afterAll(() => harness.close());

  const current = async (headers = CACHED): Promise<unknown> =>
    at((await harness.query('{ registrationCode }', {}, headers)).data, 'registrationCode');
  const remove = (input: object) =>
    harness.billed(
      'mutation ($input: DeleteRegistrationCodeInput!) { deleteRegistrationCode(input: $input) { wasDeleted warnings { code } userErrors { code field } } }',
      { input },
      CACHED,
    );

  test('is another one after it was deleted, also from the cache', async () => {
    const before = await current();
    const { bill, data } = await remove({});
    expect(bill).toEqual({ DeleteRegistrationCode: 1 });
    expect(at(data, 'deleteRegistrationCode')).toEqual({
      wasDeleted: true,
      warnings: [],
      userErrors: [],
    });
    const after = await current();
    expect(after).toMatch(/^[0-9a-f]{64}$/);
    expect(after).not.toBe(before);
    expect(await current(LIVE)).toBe(after);
  });

  test('is deleted only if it is the one that was named', async () => {
    const code = await current();
    const refused = await remove({ registrationCode: '0'.repeat(64) });
    expect(refused.bill).toEqual({ GetRegistrationCode: 1 });
    expect(at(refused.data, 'deleteRegistrationCode')).toMatchObject({
      wasDeleted: false,
      userErrors: [{ code: 'RESOURCE_NOT_FOUND', field: ['input', 'registrationCode'] }],
    });
    expect(await current(LIVE)).toBe(code);
    const done = await remove({ registrationCode: code });
    expect(done.bill).toEqual({ GetRegistrationCode: 1, DeleteRegistrationCode: 1 });
    expect(at(done.data, 'deleteRegistrationCode', 'wasDeleted')).toBe(true);
  });

  test('that is not there cannot be deleted', async () => {
    await current(LIVE);
    await remove({});
    const again = await remove({});
    expect(at(again.data, 'deleteRegistrationCode')).toMatchObject({
      wasDeleted: false,
      userErrors: [{ code: 'RESOURCE_NOT_FOUND' }],
    });
  });

  test('of the wrong shape costs nothing', async () => {
    const { bill, data } = await remove({ registrationCode: 'nonsense' });
    expect(bill).toEqual({});
    expect(at(data, 'deleteRegistrationCode', 'userErrors')).toEqual([
      { code: 'BAD_USER_INPUT', field: ['input', 'registrationCode'] },
    ]);
  });
});
