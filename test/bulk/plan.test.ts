import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalBody, type JitpTemplate, planMigration } from '../../src/bulk/migration.ts';
import { planItem, planReversal } from '../../src/bulk/plan.ts';
import type { CAState } from '../../src/bulk/registration.ts';
import { PROPERTY, states } from './states.ts';

const ID = 'a'.repeat(64);
const selection = { kind: 'IDS', certificateIds: [ID] } as const;

const attach = (enableAutoRegistration: boolean, activate: boolean) =>
  ({
    kind: 'ATTACH',
    selection,
    templateName: 'one',
    enableAutoRegistration,
    activate,
  }) as const;

describe('the plan for one CA', () => {
  test('to attach changes what was asked for and nothing else', () => {
    fc.assert(
      fc.property(states, fc.boolean(), fc.boolean(), (state, enable, activate) => {
        const { after, outcome } = planItem(attach(enable, activate), { certificateId: ID, state });
        expect(after?.registrationConfig?.templateName).toBe('one');
        expect(after?.registrationConfig?.templateBody).toBeUndefined();
        expect(after?.status).toBe(activate ? 'ACTIVE' : state.status);
        const auto = enable ? 'ENABLE' : state.autoRegistrationStatus;
        expect(after?.autoRegistrationStatus).toBe(auto);
        const isThere =
          state.registrationConfig?.templateName === 'one' &&
          after?.status === state.status &&
          after.autoRegistrationStatus === state.autoRegistrationStatus;
        expect(outcome.kind).toBe(isThere ? 'UNCHANGED' : 'PENDING');
      }),
      PROPERTY,
    );
  });

  test('to detach leaves CAs without a registration alone', () => {
    fc.assert(
      fc.property(states, (state) => {
        const intent = { kind: 'DETACH', selection } as const;
        const { after, outcome } = planItem(intent, { certificateId: ID, state });
        const isNone = state.registrationConfig === null;
        expect(outcome.kind).toBe(isNone ? 'UNCHANGED' : 'PENDING');
        expect(after?.registrationConfig).toBeNull();
        if (!isNone) expect(after?.autoRegistrationStatus).toBe('DISABLE');
      }),
      PROPERTY,
    );
  });

  test('to undo goes back, or leaves what somebody changed since', () => {
    fc.assert(
      fc.property(states, states, states, fc.boolean(), (before, after, found, isThere) => {
        const done = {
          certificateId: ID,
          before,
          after,
          outcome: { kind: 'CHANGED', atMs: 0 },
        } as const;
        const item = planReversal(done, { certificateId: ID, state: found }, () => isThere);
        const same = (one: CAState, other: CAState) =>
          JSON.stringify(one) === JSON.stringify(other);
        if (same(found, before)) {
          expect(item.outcome.kind).toBe('UNCHANGED');
        } else if (!same(found, after)) {
          expect(item.outcome).toMatchObject({ kind: 'CONFLICT', found });
        } else if (before.registrationConfig?.templateName !== undefined && !isThere) {
          expect(item.outcome).toMatchObject({ kind: 'REFUSED', code: 'RESOURCE_NOT_FOUND' });
        } else {
          expect(item).toMatchObject({
            before: after,
            after: before,
            outcome: { kind: 'PENDING' },
          });
        }
      }),
      PROPERTY,
    );
  });
});

describe('a migration of bodies', () => {
  const inline = (templateBody: string, roleArn = 'role'): CAState => ({
    status: 'ACTIVE',
    autoRegistrationStatus: 'ENABLE',
    registrationConfig: { templateBody, roleArn },
  });
  const candidates = (...list: (CAState | null)[]) =>
    list.map((state, index) => ({ certificateId: String(index), state }));

  test('sees that bodies are equal whatever the order of their keys and their spaces', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        const turned = Object.fromEntries(Object.entries(body).reverse());
        expect(canonicalBody(JSON.stringify(turned, null, 3))).toBe(
          canonicalBody(JSON.stringify(body)),
        );
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test.each(['', '[]', '"text"', '{', 'null'])('has no canonical form for %j', (body) => {
    expect(canonicalBody(body)).toBeUndefined();
  });

  test('groups by body and role, and gives each group one name', () => {
    const { items, groups } = planMigration(
      candidates(
        inline('{"a":1,"b":2}'),
        inline('{"b":2, "a":1}'),
        inline('{"a":1,"b":2}', 'other'),
        null,
        inline('no json'),
        { ...inline(''), registrationConfig: { templateName: 'named' } },
        { ...inline(''), registrationConfig: { templateBody: '{}' } },
      ),
      [],
      'jitp',
    );
    expect(groups.map(({ certificateCount, proposal }) => [certificateCount, proposal])).toEqual([
      [2, 'NEW'],
      [1, 'NEW'],
    ]);
    expect(items.map(({ outcome }) => outcome.kind)).toEqual([
      'PENDING',
      'PENDING',
      'PENDING',
      'REFUSED',
      'REFUSED',
      'REFUSED',
    ]);
    expect(items[0]?.after?.registrationConfig).toEqual({ templateName: groups[0]?.templateName });
    expect(items[1]?.after).toEqual(items[0]?.after);
  });

  test('takes a template that is there only when it is enabled and has the role', () => {
    const template = (given: Partial<JitpTemplate>): JitpTemplate => ({
      templateName: 'there',
      templateBody: '{ "a": 1 }',
      roleArn: 'role',
      enabled: true,
      ...given,
    });
    const proposalWith = (templates: readonly JitpTemplate[]) =>
      planMigration(candidates(inline('{"a":1}')), templates, 'p').groups[0];
    expect(proposalWith([template({})])).toMatchObject({
      templateName: 'there',
      proposal: 'EXISTING',
      template: 'PRESENT',
    });
    for (const given of [{ enabled: false }, { roleArn: 'x' }, { templateBody: '{}' }]) {
      expect(proposalWith([template(given)])).toMatchObject({ proposal: 'NEW' });
    }
  });

  test('never takes a name that is taken', () => {
    const [first] = planMigration(candidates(inline('{"a":1}')), [], 'p').groups;
    const taken: JitpTemplate = {
      templateName: first?.templateName ?? '',
      templateBody: '{}',
      roleArn: 'role',
      enabled: true,
    };
    const [second] = planMigration(candidates(inline('{"a":1}')), [taken], 'p').groups;
    expect(second?.templateName).toMatch(/^p-[0-9a-f]{8}$/);
    expect(second?.templateName).not.toBe(first?.templateName);
  });
});
