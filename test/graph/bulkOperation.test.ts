import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Account, makeAccount } from '../support/account.ts';
import { fetchEvents } from '../support/events.ts';
import { at, type Harness, START_MS, startHarness } from '../support/harness.ts';

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';

const PLAN = `plan {
  id kind state durable templateName
  counts { total pending changed unchanged refused conflict failed }
  price { calls actions { action calls } }
}
userErrors { code message field }`;

const planOf = (mutation: string): string =>
  `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { ${PLAN} } }`;

const APPLY =
  'mutation ($planId: ID!) { applyPlan(input: {planId: $planId}) { bulkOperation { id state } userErrors { code field } } }';
const CANCEL =
  'mutation ($id: ID!) { cancelBulkOperation(input: {id: $id}) { bulkOperation { id state } userErrors { code field } } }';
const WATCH =
  'subscription ($id: ID!) { bulkOperation(id: $id) { state counts { total pending changed unchanged refused conflict failed } } }';
const ITEMS = `query ($id: ID!) { bulkOperation(id: $id) { state items(first: 500) { nodes {
  certificateId outcome code message
  before { registration templateName autoRegistrationStatus status }
  after { registration templateName autoRegistrationStatus status }
  found { registration templateName }
} } } }`;

let account: Account;
let harness: Harness;

beforeEach(async () => {
  account = makeAccount({
    jitp: { line: 2, other: 2 },
    fleet: ['claims'],
    unnamed: 3,
    createdMs: START_MS,
  });
  harness = await startHarness({ seed: account.seed });
});

afterEach(async () => {
  await harness.close();
  expect(harness.faults).toEqual([]);
});

const ids = (name: string): readonly string[] => account.idsOf.get(name) ?? [];

async function plan(mutation: string, input: unknown) {
  const answer = await harness.billed(planOf(mutation), { input });
  const payload = at(answer.data, mutation);
  return { ...answer, plan: at(payload, 'plan'), userErrors: at(payload, 'userErrors') };
}

/** Applies a plan and follows it to its end. */
async function apply(planId: unknown): Promise<unknown> {
  const applied = await harness.query(APPLY, { planId });
  expect(at(applied.data, 'applyPlan', 'userErrors')).toEqual([]);
  const events = await fetchEvents(harness.gateway.url, WATCH, { id: planId });
  return at(events.at(-1), 'data', 'bulkOperation');
}

describe('an attachment of many CAs', () => {
  test('is planned, applied and looked up, at the price it told', async () => {
    const planned = await plan('planAttach', {
      templateName: 'line',
      filter: {},
      enableAutoRegistration: true,
    });
    expect(planned.plan).toMatchObject({
      kind: 'ATTACH',
      state: 'PLANNED',
      durable: false,
      templateName: 'line',
      counts: { total: 7, pending: 7, unchanged: 0, refused: 0 },
      price: {
        calls: 14,
        actions: [
          { action: 'DescribeCACertificate', calls: 7 },
          { action: 'UpdateCACertificate', calls: 7 },
        ],
      },
    });
    expect(planned.bill).toEqual({
      DescribeProvisioningTemplate: 1,
      ListCACertificates: 1,
      DescribeCACertificate: 7,
    });
    // What the plan reads is not on the operation's own bill.
    expect(planned.extensions?.upstream.made).toEqual({ DescribeProvisioningTemplate: 1 });

    harness.plane.resetCalls();
    expect(await apply(at(planned.plan, 'id'))).toMatchObject({
      state: 'DONE',
      counts: { total: 7, changed: 7 },
    });
    expect(harness.plane.calls().served).toEqual({
      DescribeCACertificate: 7,
      UpdateCACertificate: 7,
    });
    const after = await harness.query(
      '{ caCertificates(filter: {templateName: "line", autoRegistrationStatus: ENABLE}, countAll: true) { totalCount } }',
    );
    expect(at(after.data, 'caCertificates', 'totalCount')).toBe(7);
  });

  test('beside another of the same CAs changes what it planned for, or tells of a conflict', async () => {
    const input = { certificateIds: ids('') };
    const plans = await Promise.all(
      ['line', 'other'].map((templateName) => plan('planAttach', { templateName, ...input })),
    );
    harness.plane.resetCalls();
    const ends = await Promise.all(plans.map(({ plan: planned }) => apply(at(planned, 'id'))));
    const sum = (name: string): number =>
      ends.reduce<number>((count, end) => count + Number(at(end, 'counts', name)), 0);
    expect([sum('changed'), sum('conflict')]).toEqual([3, 3]);
    expect(harness.plane.calls().served.UpdateCACertificate).toBe(3);
  });

  test('leaves alone what names the template already', async () => {
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: [...ids('line'), ...ids('other'), ids('other')[0]?.toUpperCase()],
    });
    expect(planned).toMatchObject({
      counts: { total: 4, pending: 2, unchanged: 2 },
      price: { calls: 4 },
    });
    harness.plane.resetCalls();
    await apply(at(planned, 'id'));
    expect(harness.plane.calls().served).toEqual({
      DescribeCACertificate: 2,
      UpdateCACertificate: 2,
    });
  });

  test('refuses CAs that are not there, and the rest goes on', async () => {
    const missing = 'a'.repeat(64);
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: [missing, ...ids('other')],
    });
    expect(planned).toMatchObject({ counts: { total: 3, pending: 2, refused: 1 } });
    const looked = await harness.query(ITEMS, { id: at(planned, 'id') });
    expect(at(looked.data, 'bulkOperation', 'items', 'nodes', 0)).toMatchObject({
      certificateId: missing,
      outcome: 'REFUSED',
      code: 'RESOURCE_NOT_FOUND',
      before: null,
      after: null,
    });
    expect(await apply(at(planned, 'id'))).toMatchObject({ counts: { changed: 2, refused: 1 } });
  });

  test('never overwrites what was changed since it was planned', async () => {
    const [first, second] = ids('other');
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: ids('other'),
    });
    await harness.query(
      'mutation ($id: String!) { updateCACertificate(input: {certificateId: $id, newStatus: ACTIVE}) { userErrors { code } } }',
      { id: first },
    );
    harness.plane.resetCalls();
    expect(await apply(at(planned, 'id'))).toMatchObject({ counts: { changed: 1, conflict: 1 } });
    expect(harness.plane.calls().served).toMatchObject({ UpdateCACertificate: 1 });
    const looked = await harness.query(ITEMS, { id: at(planned, 'id') });
    const nodes = at(looked.data, 'bulkOperation', 'items', 'nodes');
    expect(nodes).toEqual([
      expect.objectContaining({
        certificateId: first,
        outcome: 'CONFLICT',
        code: 'CONFLICTING_RESOURCE_UPDATE',
        found: { registration: 'NAMED', templateName: 'other' },
      }),
      expect.objectContaining({ certificateId: second, outcome: 'CHANGED', found: null }),
    ]);
  });

  test('leaves as it is what somebody else has done already', async () => {
    const [first = ''] = ids('other');
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: [first],
    });
    await harness.query(
      'mutation ($id: String!) { attachProvisioningTemplate(input: {certificateId: $id, templateName: "line"}) { userErrors { code } } }',
      { id: first },
    );
    expect(await apply(at(planned, 'id'))).toMatchObject({ counts: { unchanged: 1, pending: 0 } });
  });

  test.each([
    ['a template that is not there', { templateName: 'nothing', filter: {} }, 'RESOURCE_NOT_FOUND'],
    ['a fleet template', { templateName: 'claims', filter: {} }, 'TEMPLATE_TYPE_MISMATCH'],
    ['no CAs', { templateName: 'line' }, 'BAD_USER_INPUT'],
    [
      'ids and a filter',
      { templateName: 'line', filter: {}, certificateIds: [] },
      'BAD_USER_INPUT',
    ],
    ['what is no id', { templateName: 'line', certificateIds: ['abc'] }, 'BAD_USER_INPUT'],
  ])('is not planned for %s', async (_, input, code) => {
    const { plan: planned, userErrors } = await plan('planAttach', input);
    expect(planned).toBeNull();
    expect(userErrors).toEqual([expect.objectContaining({ code })]);
  });

  test('fails for the CAs alone when its template is gone', async () => {
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: ids('other'),
    });
    for (const id of ids('line')) {
      await harness.query(
        'mutation ($id: String!) { detachProvisioningTemplate(input: {certificateId: $id}) { userErrors { code } } }',
        { id },
      );
    }
    await harness.query(
      'mutation { deleteProvisioningTemplate(input: {templateName: "line"}) { userErrors { code } } }',
    );
    expect(await apply(at(planned, 'id'))).toMatchObject({
      state: 'DONE',
      counts: { failed: 2, pending: 0 },
    });
    const looked = await harness.query(ITEMS, { id: at(planned, 'id') });
    expect(at(looked.data, 'bulkOperation', 'items', 'nodes', 0)).toMatchObject({
      outcome: 'FAILED',
      code: 'RESOURCE_NOT_FOUND',
    });
  });
});

describe('a detachment of many CAs', () => {
  test('takes registrations off and reads back that they are', async () => {
    const { plan: planned } = await plan('planDetach', { filter: {} });
    expect(planned).toMatchObject({
      kind: 'DETACH',
      counts: { total: 7, pending: 4, unchanged: 3 },
      price: { calls: 12 },
    });
    harness.plane.resetCalls();
    expect(await apply(at(planned, 'id'))).toMatchObject({ counts: { changed: 4 } });
    expect(harness.plane.calls().served).toEqual({
      DescribeCACertificate: 8,
      UpdateCACertificate: 4,
    });
    const after = await harness.query(
      '{ caCertificates(filter: {registration: [NONE]}, countAll: true) { totalCount } }',
    );
    expect(at(after.data, 'caCertificates', 'totalCount')).toBe(7);
  });
});

describe('an operation that is over', () => {
  test('can be undone, but for what was changed since', async () => {
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      filter: {},
      enableAutoRegistration: true,
    });
    await apply(at(planned, 'id'));
    const [changedSince = ''] = ids('other');
    await harness.query(
      'mutation ($id: String!) { updateCACertificate(input: {certificateId: $id, newStatus: ACTIVE}) { userErrors { code } } }',
      { id: changedSince },
    );
    const { plan: reversal } = await plan('revertBulkOperation', { id: at(planned, 'id') });
    expect(reversal).toMatchObject({
      kind: 'REVERT',
      state: 'PLANNED',
      counts: { total: 7, pending: 6, conflict: 1 },
    });
    expect(await apply(at(reversal, 'id'))).toMatchObject({
      state: 'DONE',
      counts: { changed: 6, conflict: 1 },
    });
    const after = await harness.query(
      '{ line: caCertificates(filter: {templateName: "line"}, countAll: true) { totalCount } other: caCertificates(filter: {templateName: "other"}, countAll: true) { totalCount } none: caCertificates(filter: {registration: [NONE], autoRegistrationStatus: DISABLE}, countAll: true) { totalCount } }',
    );
    expect(after.data).toEqual({
      line: { totalCount: 3 },
      other: { totalCount: 1 },
      none: { totalCount: 3 },
    });
  });

  test('is not applied again, cancelled, or undone before it is over', async () => {
    const { plan: planned } = await plan('planAttach', { templateName: 'line', filter: {} });
    const id = at(planned, 'id');
    const early = await plan('revertBulkOperation', { id });
    expect(early.userErrors).toEqual([expect.objectContaining({ code: 'OPERATION_STATE' })]);
    await apply(id);
    const again = await harness.query(APPLY, { planId: id });
    expect(at(again.data, 'applyPlan', 'userErrors')).toEqual([
      { code: 'OPERATION_STATE', field: ['input', 'planId'] },
    ]);
    const late = await harness.query(CANCEL, { id });
    expect(at(late.data, 'cancelBulkOperation', 'userErrors')).toEqual([
      { code: 'OPERATION_STATE', field: ['input', 'id'] },
    ]);
  });

  test('stands in the list of operations, the newest first', async () => {
    const planned = [];
    for (let count = 0; count < 3; count += 1) {
      planned.push((await plan('planDetach', { certificateIds: ids('line') })).plan);
      harness.clock.advance(1);
    }
    const page = await harness.query(
      'query ($after: String) { bulkOperations(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
    );
    const listed = planned.map((each) => ({ id: at(each, 'id') })).reverse();
    expect(at(page.data, 'bulkOperations', 'nodes')).toEqual(listed.slice(0, 2));
    expect(at(page.data, 'bulkOperations', 'pageInfo', 'hasNextPage')).toBe(true);
  });
});

describe('a plan', () => {
  test('can be thrown away', async () => {
    const { plan: planned } = await plan('planDetach', { filter: {} });
    const id = at(planned, 'id');
    const cancelled = await harness.query(CANCEL, { id });
    expect(at(cancelled.data, 'cancelBulkOperation', 'bulkOperation')).toEqual({
      id,
      state: 'CANCELLED',
    });
    const applied = await harness.query(APPLY, { planId: id });
    expect(at(applied.data, 'applyPlan', 'userErrors')).toEqual([
      { code: 'OPERATION_STATE', field: ['input', 'planId'] },
    ]);
  });

  test.each([
    ['that is not there', 'nothing'],
    ['of an id that no plan can have', 'x'.repeat(600)],
  ])('%s is null, and nothing can be done with it', async (_, id) => {
    const looked = await harness.query('query ($id: ID!) { bulkOperation(id: $id) { id } }', {
      id,
    });
    expect(looked).toMatchObject({ data: { bulkOperation: null } });
    expect(looked.errors).toBeUndefined();
    const problem = (field: string) => [{ code: 'RESOURCE_NOT_FOUND', field: ['input', field] }];
    const applied = await harness.query(APPLY, { planId: id });
    expect(at(applied.data, 'applyPlan', 'userErrors')).toEqual(problem('planId'));
    const cancelled = await harness.query(CANCEL, { id });
    expect(at(cancelled.data, 'cancelBulkOperation', 'userErrors')).toEqual(problem('id'));
    const reverted = await plan('revertBulkOperation', { id });
    expect(reverted.userErrors).toEqual(problem('id').map(expect.objectContaining));
    const [event] = await fetchEvents(harness.gateway.url, WATCH, { id });
    expect(at(event, 'errors', 0, 'extensions', 'code')).toBe('RESOURCE_NOT_FOUND');
  });

  test('is shown page by page, and by outcome', async () => {
    const { plan: planned } = await plan('planAttach', { templateName: 'line', filter: {} });
    const id = at(planned, 'id');
    const query =
      'query ($id: ID!, $after: String, $outcome: [BulkItemOutcome!]) { bulkOperation(id: $id) { items(first: 3, after: $after, outcome: $outcome) { nodes { certificateId } pageInfo { hasNextPage endCursor } } } }';
    const seen: unknown[] = [];
    for (let after: unknown = null, isMore: unknown = true; isMore === true; ) {
      const page = await harness.query(query, { id, after, outcome: ['PENDING'] });
      const items = at(page.data, 'bulkOperation', 'items');
      seen.push(...(at(items, 'nodes') as unknown[]));
      after = at(items, 'pageInfo', 'endCursor');
      isMore = at(items, 'pageInfo', 'hasNextPage');
    }
    const expected = [...ids('other'), ...ids('')].map((certificateId) => ({ certificateId }));
    expect(seen).toHaveLength(expected.length);
    expect(seen).toEqual(expect.arrayContaining(expected));
  });
});

/** Looks at an operation until it is in a state; the time goes on between the looks. */
async function stateIs(id: unknown, wanted: string, advanceMs = 0): Promise<unknown> {
  const query =
    'query ($id: ID!) { bulkOperation(id: $id) { state reason { code } pausedUntil counts { pending changed unchanged } remainingMs } }';
  // The SDK waits between its attempts by a clock of its own, so a number of looks is no measure:
  // the limit is that of the test.
  for (;;) {
    const { data } = await harness.query(query, { id });
    if (at(data, 'bulkOperation', 'state') === wanted) return at(data, 'bulkOperation');
    harness.clock.advance(advanceMs);
  }
}

describe('an operation', () => {
  const throttled = { kind: 'error', action: 'UpdateCACertificate', name: 'ThrottlingException' };

  test('pauses while AWS throttles, and goes on by itself', async () => {
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: ids('other'),
    });
    const id = at(planned, 'id');
    await harness.setFaults([throttled]);
    await harness.query(APPLY, { planId: id });
    expect(await stateIs(id, 'PAUSED')).toEqual({
      state: 'PAUSED',
      reason: { code: 'UPSTREAM_THROTTLED' },
      pausedUntil: new Date(START_MS + 1000).toISOString(),
      counts: { pending: 2, changed: 0, unchanged: 0 },
      remainingMs: 1000,
    });
    await harness.setFaults([]);
    harness.plane.resetCalls();
    expect(await stateIs(id, 'DONE', 1000)).toMatchObject({ counts: { pending: 0, changed: 2 } });
    expect(harness.plane.calls().served).toMatchObject({ UpdateCACertificate: 2 });
  });

  test('pauses while AWS cannot be reached, also when it is being planned', async () => {
    await harness.setFaults([{ kind: 'reset', action: 'DescribeCACertificate' }]);
    const planning = plan('planDetach', { certificateIds: ids('line') });
    while (harness.clock.waiting < 3) await harness.query('{ quota { action } }');
    await harness.setFaults([]);
    harness.clock.advance(1000);
    expect((await planning).plan).toMatchObject({ state: 'PLANNED', counts: { pending: 2 } });
  });

  test('that is cancelled begins no more, and what it began is settled', async () => {
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: ids('other'),
    });
    const id = at(planned, 'id');
    await harness.setFaults([throttled]);
    await harness.query(APPLY, { planId: id });
    await stateIs(id, 'PAUSED');
    const cancelled = await harness.query(CANCEL, { id });
    expect(at(cancelled.data, 'cancelBulkOperation', 'bulkOperation', 'state')).toBe('CANCELLING');
    harness.plane.resetCalls();
    expect(await stateIs(id, 'CANCELLED', 1000)).toMatchObject({
      counts: { pending: 2, changed: 0 },
    });
    expect(harness.plane.calls().served.UpdateCACertificate).toBeUndefined();
  });

  test('that is cancelled while AWS throttles sends nothing more', async () => {
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: ids('other'),
    });
    const id = at(planned, 'id');
    await harness.setFaults([throttled]);
    await harness.query(APPLY, { planId: id });
    await stateIs(id, 'PAUSED');
    await harness.query(CANCEL, { id });
    await harness.setFaults([]);
    harness.plane.resetCalls();
    expect(await stateIs(id, 'CANCELLED')).toMatchObject({ counts: { pending: 2, changed: 0 } });
    expect(harness.plane.calls().served.UpdateCACertificate).toBeUndefined();
  });

  test('counts a write whose answer was lost as made, once', async () => {
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: ids('other'),
    });
    await harness.setFaults([{ kind: 'lostResponse', action: 'UpdateCACertificate', times: 1 }]);
    harness.plane.resetCalls();
    expect(await apply(at(planned, 'id'))).toMatchObject({ counts: { changed: 2 } });
    expect(harness.plane.calls().served).toMatchObject({ UpdateCACertificate: 2 });
  });

  test('leaves an entry in the journal of changes for each CA', async () => {
    const { plan: planned } = await plan('planAttach', {
      templateName: 'line',
      certificateIds: ids('other'),
    });
    await apply(at(planned, 'id'));
    const journal = await harness.query(
      '{ changes(first: 10) { nodes { operation outcome bulkOperationId resourceKey awsRequestId before after } } }',
    );
    expect(journal.errors).toBeUndefined();
    const all = at(journal.data, 'changes', 'nodes') as unknown[];
    const nodes = all.filter((node) => at(node, 'bulkOperationId') !== null);
    expect(nodes).toHaveLength(2);
    expect(nodes).toEqual(
      expect.arrayContaining(
        ids('other').map((resourceKey) =>
          expect.objectContaining({
            operation: 'applyPlan',
            outcome: 'DONE',
            bulkOperationId: at(planned, 'id'),
            resourceKey,
            awsRequestId: expect.any(String),
            before: expect.objectContaining({ registrationConfig: { templateName: 'other' } }),
            after: expect.objectContaining({ registrationConfig: { templateName: 'line' } }),
          }),
        ),
      ),
    );
  });
});

test('who planned, applied and cancelled is in the journal of changes', async () => {
  const input = { templateName: 'line', certificateIds: ids('other') };
  const { plan: one } = await plan('planAttach', input);
  const { plan: two } = await plan('planAttach', input);
  await apply(at(one, 'id'));
  await harness.query(CANCEL, { id: at(two, 'id') });
  await harness.query(CANCEL, { id: at(one, 'id') });
  await plan('planAttach', { ...input, templateName: 'nope' });
  const { data } = await harness.query(
    '{ changes(first: 10, filter: {kind: BULK_OPERATION}) { nodes { operation resourceKey outcome code } } }',
  );
  expect(at(data, 'changes', 'nodes')).toEqual([
    { operation: 'planAttach', resourceKey: null, outcome: 'REFUSED', code: 'RESOURCE_NOT_FOUND' },
    {
      operation: 'cancelBulkOperation',
      resourceKey: at(one, 'id'),
      outcome: 'REFUSED',
      code: 'OPERATION_STATE',
    },
    {
      operation: 'cancelBulkOperation',
      resourceKey: at(two, 'id'),
      outcome: 'DONE',
      code: null,
    },
    { operation: 'applyPlan', resourceKey: at(one, 'id'), outcome: 'DONE', code: null },
    { operation: 'planAttach', resourceKey: at(two, 'id'), outcome: 'DONE', code: null },
    { operation: 'planAttach', resourceKey: at(one, 'id'), outcome: 'DONE', code: null },
  ]);
});

test('a plan warns of a template that is disabled', async () => {
  await harness.query(
    'mutation { updateProvisioningTemplate(input: {templateName: "line", enabled: false}) { userErrors { message } } }',
  );
  const { data } = await harness.query(
    'mutation ($ids: [String!]) { planAttach(input: {templateName: "line", certificateIds: $ids}) { plan { state } warnings { code field } } }',
    { ids: ids('other') },
  );
  expect(at(data, 'planAttach')).toEqual({
    plan: { state: 'PLANNED' },
    warnings: [{ code: 'TEMPLATE_DISABLED', field: ['input', 'templateName'] }],
  });
});

describe('bodies that CAs carry themselves', () => {
  const BODY = '{"Resources":{"thing":{"Type":"AWS::IoT::Thing","Properties":{}}}}';
  const SAME = `{
    "Resources": { "thing": { "Properties": {}, "Type": "AWS::IoT::Thing" } }
  }`;
  const OTHER = '{"Resources":{}}';
  const SECOND_ROLE = 'arn:aws:iam::123456789012:role/second';

  async function carry(id: string | undefined, templateBody: string, roleArn: string) {
    const answer = await harness.query(
      'mutation ($id: String!, $templateBody: String!, $roleArn: String!) { updateCACertificate(input: {certificateId: $id, registrationConfig: {templateBody: $templateBody, roleArn: $roleArn}}) { userErrors { message } } }',
      { id, templateBody, roleArn },
    );
    expect(at(answer.data, 'updateCACertificate', 'userErrors')).toEqual([]);
  }

  test('move to one template for each body and role, there already or new', async () => {
    const [one, two, three] = ids('');
    const [four, five] = ids('other');
    await harness.query(
      'mutation { updateProvisioningTemplate(input: {templateName: "line", enabled: true}) { userErrors { code } } }',
    );
    await carry(one, BODY, ROLE);
    await carry(two, SAME, ROLE);
    await carry(three, BODY, SECOND_ROLE);
    await carry(four, OTHER, ROLE);
    await carry(five, OTHER, ROLE);
    const groups =
      'groups { templateName proposal templateBody roleArn certificateCount } price { actions { action calls } }';
    const planned = await harness.query(
      `mutation { planInlineMigration(input: {}) { plan { id state counts { total pending } ${groups} } userErrors { code } } }`,
    );
    const payload = at(planned.data, 'planInlineMigration', 'plan');
    expect(payload).toMatchObject({ state: 'PLANNED', counts: { total: 5, pending: 5 } });
    const found = at(payload, 'groups') as Record<string, unknown>[];
    const name = expect.stringMatching(/^jitp-[0-9a-f]{8}$/);
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        {
          templateName: name,
          proposal: 'NEW',
          templateBody: expect.any(String),
          roleArn: ROLE,
          certificateCount: 2,
        },
        {
          templateName: name,
          proposal: 'NEW',
          templateBody: BODY,
          roleArn: SECOND_ROLE,
          certificateCount: 1,
        },
        {
          templateName: 'line',
          proposal: 'EXISTING',
          templateBody: OTHER,
          roleArn: ROLE,
          certificateCount: 2,
        },
      ]),
    );
    expect(new Set(found.map(({ templateName }) => templateName)).size).toBe(3);
    expect(at(payload, 'price', 'actions')).toEqual([
      { action: 'CreateProvisioningTemplate', calls: 2 },
      { action: 'DescribeProvisioningTemplate', calls: 2 },
      { action: 'DescribeCACertificate', calls: 5 },
      { action: 'UpdateCACertificate', calls: 5 },
    ]);

    harness.plane.resetCalls();
    expect(await apply(at(payload, 'id'))).toMatchObject({ counts: { changed: 5 } });
    expect(harness.plane.calls().served).toEqual({
      CreateProvisioningTemplate: 2,
      DescribeProvisioningTemplate: 2,
      DescribeCACertificate: 5,
      UpdateCACertificate: 5,
    });
    const after = await harness.query(
      '{ inline: caCertificates(filter: {registration: [INLINE]}, countAll: true) { totalCount } line: caCertificates(filter: {templateName: "line"}, countAll: true) { totalCount } }',
    );
    expect(after.data).toEqual({ inline: { totalCount: 0 }, line: { totalCount: 4 } });
    for (const { templateName, proposal } of found) {
      if (proposal !== 'NEW') continue;
      const made = await harness.query(
        'query ($name: String!) { provisioningTemplate(templateName: $name) { type enabled caCertificates(countAll: true) { totalCount } } }',
        { name: templateName },
      );
      expect(at(made.data, 'provisioningTemplate')).toMatchObject({ type: 'JITP', enabled: true });
    }
  });

  test('stay where the filter leaves them out', async () => {
    await carry(ids('')[0], BODY, ROLE);
    for (const registration of [['NAMED'], []]) {
      const { plan: planned } = await plan('planInlineMigration', { filter: { registration } });
      expect(at(planned, 'counts', 'total')).toBe(0);
    }
    const { plan: planned } = await plan('planInlineMigration', {
      filter: { registration: ['INLINE', 'NONE'] },
    });
    expect(at(planned, 'counts', 'total')).toBe(1);
  });

  test('come back when the migration is undone', async () => {
    const [one] = ids('');
    await carry(one, SAME, ROLE);
    const { plan: planned } = await plan('planInlineMigration', {});
    await apply(at(planned, 'id'));
    const { plan: reversal } = await plan('revertBulkOperation', { id: at(planned, 'id') });
    expect(await apply(at(reversal, 'id'))).toMatchObject({ counts: { changed: 1 } });
    const after = await harness.query(
      'query ($id: String!) { caCertificate(certificateId: $id) { registrationConfig { ... on InlineTemplateRegistration { templateBody roleArn } } } }',
      { id: one },
    );
    expect(at(after.data, 'caCertificate', 'registrationConfig')).toEqual({
      templateBody: SAME,
      roleArn: ROLE,
    });
  });
});

test('an idempotency key plans and applies once', async () => {
  const input = { templateName: 'line', filter: {}, idempotencyKey: 'key-1' };
  const first = await plan('planAttach', input);
  const again = await plan('planAttach', input);
  expect(at(again.plan, 'id')).toBe(at(first.plan, 'id'));
  expect(again.bill).toEqual({});
  const applyOnce = `mutation ($planId: ID!) { applyPlan(input: {planId: $planId, idempotencyKey: "key-2"}) { bulkOperation { id } replayed userErrors { code } } }`;
  const planId = at(first.plan, 'id');
  const answers = [];
  for (let count = 0; count < 2; count += 1) {
    answers.push(at((await harness.query(applyOnce, { planId })).data, 'applyPlan'));
  }
  expect(answers).toEqual([
    { bulkOperation: { id: planId }, replayed: false, userErrors: [] },
    { bulkOperation: { id: planId }, replayed: true, userErrors: [] },
  ]);
  expect(await stateIs(planId, 'DONE')).toMatchObject({ counts: { changed: 5, unchanged: 2 } });
});
