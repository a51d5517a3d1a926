import {
  IoTClient,
  RegisterCACertificateCommand,
  UpdateCACertificateCommand,
} from '@aws-sdk/client-iot';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from '../../src/controlplane/server.ts';
import { Door, type Send } from '../../src/upstream/door.ts';
import { EdgeFinder } from '../../src/upstream/edges.ts';
import { type Permits, unlimitedPermits } from '../../src/upstream/permits.ts';
import {
  describeCACertificate,
  describeTemplate,
  listCACertificates,
  listTemplates,
} from '../../src/upstream/questions.ts';
import { findTemplateRows } from '../../src/upstream/templateRows.ts';
import { createUpstream, type Upstream } from '../../src/upstream/upstream.ts';
import { type Account, type AccountOptions, makeAccount } from '../support/account.ts';
import { callScope } from '../support/callScope.ts';
import { REGION, START_MS } from '../support/harness.ts';
import { makeCA } from '../support/pki.ts';
import { VirtualClock } from '../support/virtualClock.ts';

const CREDENTIALS = { accessKeyId: '123456789012', secretAccessKey: 'secret' };

/** Runs before an attempt of the gateway leaves; what it changes, the attempt meets. */
type BeforeAttempt = (action: string, attempt: number) => Promise<void>;

interface Realm {
  readonly plane: ControlPlane;
  readonly upstream: Upstream;
  readonly clock: VirtualClock;
  readonly account: Account;
  /** A second client of AWS, which acts behind the gateway. */
  readonly other: IoTClient;
  readonly surprises: string[];
  before: BeforeAttempt | undefined;
}

type RealmOptions = Omit<AccountOptions, 'createdMs'> &
  Pick<ControlPlaneOptions, 'choices' | 'faults'>;

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startRealm({ choices, faults, ...options }: RealmOptions): Promise<Realm> {
  const clock = new VirtualClock(START_MS);
  const account = makeAccount({ ...options, createdMs: START_MS - 86_400_000 });
  const plane = await startControlPlane({
    clock,
    seeds: [account.seed],
    ...(choices && { choices }),
    ...(faults && { faults }),
  });
  closers.push(() => plane.close());
  let attempts = 0;
  const permits: Permits = {
    ...unlimitedPermits,
    async acquire(request) {
      attempts += 1;
      await realm.before?.(request.action, attempts);
      return unlimitedPermits.acquire(request);
    },
  };
  const surprises: string[] = [];
  const target = { name: 'test', region: REGION, endpoint: plane.url, credentials: CREDENTIALS };
  const upstream = createUpstream({
    target,
    clock,
    permits,
    cacheBytes: 10_000_000,
    onSurprise: (message) => surprises.push(message),
  });
  closers.push(() => upstream.close());
  const other = new IoTClient({ region: REGION, endpoint: plane.url, credentials: CREDENTIALS });
  closers.push(() => other.destroy());
  const realm: Realm = { plane, upstream, clock, account, other, surprises, before: undefined };
  return realm;
}

const ids = ({ account }: Realm, templateName: string): readonly string[] =>
  account.idsOf.get(templateName) ?? [];

const first = (realm: Realm, templateName: string): string => {
  const [id] = ids(realm, templateName);
  if (id === undefined) throw new Error(`No CA names ${templateName}`);
  return id;
};

/** Another client lets a CA name a template, or none. */
async function moveBehind(
  { other }: Realm,
  certificateId: string,
  templateName: string | null,
): Promise<void> {
  const change =
    templateName === null
      ? { removeAutoRegistration: true }
      : { registrationConfig: { templateName } };
  await other.send(new UpdateCACertificateCommand({ certificateId, ...change }));
}

interface Found {
  readonly names: ReadonlyArray<string | null | Error>;
  /** What the gateway's own calls were, by action. */
  readonly bill: Readonly<Record<string, number>>;
}

async function find(
  { upstream }: Realm,
  wanted: readonly string[],
  { maxAgeMs, wantsRows = false }: { maxAgeMs?: number; wantsRows?: boolean } = {},
): Promise<Found> {
  const scope = callScope(upstream.door, maxAgeMs === undefined ? {} : { maxAgeMs });
  const found = await upstream.edges.find(wanted, wantsRows, scope);
  return {
    names: wanted.map((id) => {
      const answer = found.get(id);
      if (answer === undefined) throw new Error(`No answer for ${id}`);
      return answer instanceof Error ? answer : answer.templateName;
    }),
    bill: scope.receipts.receipt(scope.inputs.oldestMs).made,
  };
}

const LIVE = { maxAgeMs: 0 };

describe('forwards or backwards', () => {
  test('many CAs of few templates: the lists', async () => {
    const realm = await startRealm({ jitp: { a: 5, b: 5 }, fleet: ['f'], unnamed: 2 });
    const wanted = [...ids(realm, 'a'), ...ids(realm, 'b'), ...ids(realm, '')];
    expect(await find(realm, wanted)).toEqual({
      names: [...Array(5).fill('a'), ...Array(5).fill('b'), null, null],
      bill: { ListProvisioningTemplates: 1, ListCACertificates: 2 },
    });
    // What the lists showed is known now; that two name no template is read off the same lists.
    expect((await find(realm, wanted)).bill).toEqual({});
  });

  test('two CAs: Describes', async () => {
    const realm = await startRealm({ jitp: { a: 1 }, unnamed: 1 });
    expect(await find(realm, [first(realm, 'a'), first(realm, '')])).toEqual({
      names: ['a', null],
      bill: { DescribeCACertificate: 2 },
    });
  });

  test('fewer CAs than lists: Describes, once that is known', async () => {
    const realm = await startRealm({ jitp: { a: 1, b: 1, c: 1, d: 1 } });
    const wanted = ['a', 'b', 'c'].map((name) => first(realm, name));
    expect((await find(realm, wanted)).bill).toEqual({
      ListProvisioningTemplates: 1,
      DescribeCACertificate: 3,
    });
  });

  test('with the templates known, exactly the fewer of Describes and lists', async () => {
    const realm = await startRealm({ jitp: { a: 3, b: 3, c: 3 }, fleet: ['f', 'g'] });
    const { door } = realm.upstream;
    await door.read(listTemplates(undefined), callScope(door));
    const threeOf = ['a', 'b', 'c'].map((name) => first(realm, name));
    expect((await find(realm, threeOf)).bill).toEqual({ DescribeCACertificate: 3 });
    const others = ['a', 'b', 'c'].flatMap((name) => ids(realm, name).slice(1));
    expect((await find(realm, others)).bill).toEqual({ ListCACertificates: 3 });
  });

  test('lists that are known already answer without a call', async () => {
    const realm = await startRealm({ jitp: { a: 2, b: 2 }, unnamed: 1 });
    const { door } = realm.upstream;
    const scope = callScope(door);
    await door.read(listTemplates(undefined), scope);
    for (const templateName of ['a', 'b']) {
      await door.read(
        listCACertificates({ templateName, ascendingOrder: false }, undefined),
        scope,
      );
    }
    expect(await find(realm, [first(realm, 'a'), first(realm, '')])).toEqual({
      names: ['a', null],
      bill: {},
    });
  });

  test('a walk ends as soon as all are found', async () => {
    const realm = await startRealm({ jitp: { a: 6, b: 1 } });
    const { bill } = await find(realm, ids(realm, 'a'));
    expect(bill).toMatchObject({ ListProvisioningTemplates: 1 });
    expect(bill.ListCACertificates).toBeLessThanOrEqual(2);
    // Known to name `a` once, so that its list comes first.
    realm.clock.advance(60_000);
    expect((await find(realm, ids(realm, 'a'))).bill).toEqual({
      ListProvisioningTemplates: 1,
      ListCACertificates: 1,
    });
  });

  test('lists of several pages', async () => {
    const realm = await startRealm({ jitp: { a: 251, b: 1 }, unnamed: 1 });
    const wanted = [...ids(realm, 'a').slice(0, 20), first(realm, '')];
    expect(await find(realm, wanted)).toEqual({
      names: [...Array(20).fill('a'), null],
      // Both lists at once; then two CAs are left, and one page of `a`, which shows the oldest.
      bill: { ListProvisioningTemplates: 1, ListCACertificates: 3 },
    });
  });

  test('no CA at all costs nothing', async () => {
    const realm = await startRealm({ jitp: { a: 1 } });
    expect((await find(realm, [])).bill).toEqual({});
  });

  test('20 operations that ask it at once cost what one does', async () => {
    const realm = await startRealm({ jitp: { a: 5, b: 5 } });
    const wanted = [...ids(realm, 'a'), ...ids(realm, 'b')];
    realm.plane.resetCalls();
    const found = await Promise.all(Array.from({ length: 20 }, () => find(realm, wanted, LIVE)));
    expect(realm.plane.calls().served).toEqual({
      ListProvisioningTemplates: 1,
      ListCACertificates: 2,
    });
    for (const { names } of found) {
      expect(names).toEqual([...Array(5).fill('a'), ...Array(5).fill('b')]);
    }
  });

  test('a CA that is gone names no template', async () => {
    const realm = await startRealm({ jitp: { a: 1 } });
    expect(await find(realm, ['0'.repeat(64)])).toEqual({
      names: [null],
      bill: { DescribeCACertificate: 1 },
    });
  });
});

describe('truth', () => {
  /** Walks `a` before `b`: a CA seen under `a` before is expected there again. */
  async function startWithHistory(): Promise<{
    realm: Realm;
    wanted: readonly string[];
    moved: string;
  }> {
    const realm = await startRealm({ jitp: { a: 6, b: 6 }, unnamed: 2 });
    const wanted = [...ids(realm, 'a'), ...ids(realm, 'b').slice(0, 3), ...ids(realm, '')];
    await find(realm, wanted);
    realm.clock.advance(120_000);
    return { realm, wanted, moved: first(realm, 'b') };
  }

  test('a CA that moved from the list not walked yet into the one walked already', async () => {
    const { realm, wanted, moved } = await startWithHistory();
    let walks = 0;
    realm.before = async (action) => {
      if (action !== 'ListCACertificates') return;
      walks += 1;
      // The list of `a` is read by now, that of `b` is about to be.
      if (walks === 2) await moveBehind(realm, moved, 'a');
    };
    const { names, bill } = await find(realm, wanted);
    expect(names[wanted.indexOf(moved)]).toBe('a');
    expect(bill).toEqual({
      ListProvisioningTemplates: 1,
      ListCACertificates: 2,
      DescribeCACertificate: 1,
    });
  });

  test('a CA that is newer than the lists that do not show it', async () => {
    const realm = await startRealm({ jitp: { a: 2, b: 2 }, unnamed: 1 });
    const { door } = realm.upstream;
    await find(realm, [...ids(realm, 'a'), ...ids(realm, 'b'), first(realm, '')]);
    realm.clock.advance(5000);
    const { certificateId = '' } = await realm.other.send(
      new RegisterCACertificateCommand({
        caCertificate: makeCA({ subject: [['CN', 'newcomer']] }).pem,
        certificateMode: 'SNI_ONLY',
        registrationConfig: { templateName: 'a' },
      }),
    );
    // It shows in the list of all, which is read only now; the lists by template are known.
    await door.read(listCACertificates({ ascendingOrder: false }, undefined), callScope(door));
    expect(await find(realm, [certificateId, first(realm, '')])).toEqual({
      names: ['a', null],
      bill: { DescribeCACertificate: 1 },
    });
  });

  test('a CA that was once known to name a template and is in no list', async () => {
    const { realm, wanted, moved } = await startWithHistory();
    await moveBehind(realm, moved, null);
    const { names, bill } = await find(realm, wanted);
    expect(names[wanted.indexOf(moved)]).toBeNull();
    expect(bill.DescribeCACertificate).toBe(1);
    // From then on it is known to name none.
    realm.clock.advance(60_000);
    const again = await find(realm, wanted);
    expect(again.names).toEqual(names);
    expect(again.bill.DescribeCACertificate).toBeUndefined();
  });

  test('a CA that two lists show', async () => {
    const realm = await startRealm({ jitp: { a: 4, b: 4 }, unnamed: 1 });
    // The unnamed one keeps the walk going to the end of both lists.
    const wanted = [...ids(realm, 'a'), ...ids(realm, 'b'), first(realm, '')];
    const [moved, place] = [first(realm, 'a'), 0];
    let walks = 0;
    realm.before = async (action) => {
      if (action !== 'ListCACertificates') return;
      walks += 1;
      if (walks === 2) await moveBehind(realm, moved, 'b');
    };
    const { names, bill } = await find(realm, wanted, LIVE);
    expect(names[place]).toBe('b');
    expect(bill).toEqual({
      ListProvisioningTemplates: 1,
      ListCACertificates: 2,
      DescribeCACertificate: 1,
    });
    expect((await find(realm, wanted)).names[place]).toBe('b');
  });

  test('a CA that we wrote in the last minute is described, though a list shows it', async () => {
    const realm = await startRealm({ jitp: { a: 4, b: 4 } });
    const { upstream, clock } = realm;
    const wanted = [...ids(realm, 'a'), ...ids(realm, 'b')];
    const written = first(realm, 'a');
    const write = (): Promise<unknown> =>
      upstream.write(
        'UpdateCACertificate',
        { certificateId: written, registrationConfig: { templateName: 'b' } },
        callScope(upstream.door),
      );
    await write();
    const { names, bill } = await find(realm, wanted);
    expect(names[0]).toBe('b');
    expect(bill.DescribeCACertificate).toBe(1);
    // What that Describe told is known now.
    expect((await find(realm, wanted)).bill).toEqual({});
    clock.advance(60_001);
    expect((await find(realm, wanted)).bill.DescribeCACertificate).toBeUndefined();
  });

  test('a CA that we wrote in the last minute is described, if no list shows it', async () => {
    const realm = await startRealm({ jitp: { a: 4, b: 4 } });
    const { upstream } = realm;
    const wanted = [...ids(realm, 'a'), ...ids(realm, 'b')];
    await upstream.write(
      'UpdateCACertificate',
      { certificateId: first(realm, 'a'), removeAutoRegistration: true },
      callScope(upstream.door),
    );
    const { names, bill } = await find(realm, wanted);
    expect(names[0]).toBeNull();
    expect(bill).toEqual({
      ListProvisioningTemplates: 1,
      ListCACertificates: 2,
      DescribeCACertificate: 1,
    });
  });
});

describe('random histories', () => {
  type Step =
    | { kind: 'ours' | 'theirs'; ca: number; templateName: string | null }
    | { kind: 'wait'; waitMs: number }
    | { kind: 'find'; cas: readonly number[]; isLive: boolean };
  const change = { ca: fc.nat(9), templateName: fc.constantFrom('a', 'b', 'c', null) };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constantFrom('ours' as const, 'theirs' as const), ...change }),
    fc.record({
      kind: fc.constant('wait' as const),
      waitMs: fc.constantFrom(1000, 14_000, 15_001, 61_000),
    }),
    fc.record({
      kind: fc.constant('find' as const),
      cas: fc.uniqueArray(fc.nat(9), { minLength: 1 }),
      isLive: fc.boolean(),
    }),
  );

  test('who reads live is told the truth; so is everybody, but for what others changed within the window', async () => {
    const realm = await startRealm({ jitp: { a: 3, b: 3, c: 0 }, unnamed: 4 });
    const { upstream, clock } = realm;
    const all = ['a', 'b', ''].flatMap((name) => ids(realm, name));
    const truth = ['a', 'a', 'a', 'b', 'b', 'b', null, null, null, null] as Array<string | null>;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        // What others changed before is past the window.
        clock.advance(15_001);
        let isOursAlone = true;
        for (const one of steps) {
          if (one.kind === 'wait') {
            clock.advance(one.waitMs);
            // Past the window everybody is told what others changed.
            if (one.waitMs > 15_000) isOursAlone = true;
          } else if (one.kind === 'find') {
            if (!one.isLive && !isOursAlone) continue;
            const wanted = one.cas.map((index) => all[index] ?? '');
            const { names } = await find(realm, wanted, one.isLive ? LIVE : {});
            expect(names).toEqual(one.cas.map((index) => truth[index]));
          } else {
            const { ca, templateName } = one;
            const certificateId = all[ca] ?? '';
            truth[ca] = templateName;
            if (one.kind === 'theirs') {
              isOursAlone = false;
              await moveBehind(realm, certificateId, templateName);
              continue;
            }
            const changed =
              templateName === null
                ? { removeAutoRegistration: true }
                : { registrationConfig: { templateName } };
            const input = { certificateId, ...changed };
            await upstream.write('UpdateCACertificate', input, callScope(upstream.door));
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('failures', () => {
  const fault = (action: 'ListCACertificates' | 'ListProvisioningTemplates' | '*', name: string) =>
    ({ kind: 'error', action, name }) as const;

  test.each(['ListCACertificates', 'ListProvisioningTemplates'] as const)(
    'without the right to %s, Describes answer',
    async (action) => {
      const realm = await startRealm({
        jitp: { a: 3, b: 3 },
        unnamed: 1,
        faults: [fault(action, 'UnauthorizedException')],
      });
      const wanted = [...ids(realm, 'a'), ...ids(realm, 'b'), first(realm, '')];
      const { names, bill } = await find(realm, wanted);
      expect(names).toEqual(['a', 'a', 'a', 'b', 'b', 'b', null]);
      expect(bill.DescribeCACertificate).toBe(7);
    },
  );

  test.each([
    ['ListCACertificates', 'ThrottlingException', 'UPSTREAM_THROTTLED'],
    ['ListProvisioningTemplates', 'ThrottlingException', 'UPSTREAM_THROTTLED'],
    ['ListCACertificates', 'ServiceUnavailableException', 'UPSTREAM_UNAVAILABLE'],
  ] as const)('%s answering %s: errors, never null', async (action, name, code) => {
    const realm = await startRealm({
      jitp: { a: 3, b: 3 },
      unnamed: 1,
      faults: [fault(action, name)],
    });
    const wanted = [...ids(realm, 'a'), ...ids(realm, 'b'), first(realm, '')];
    const { names, bill } = await find(realm, wanted);
    for (const answer of names) expect(answer).toMatchObject({ code });
    expect(bill.DescribeCACertificate).toBeUndefined();
  });

  test('credentials that are not accepted are not tried once for each CA', async () => {
    const realm = await startRealm({
      jitp: { a: 3, b: 3 },
      faults: [fault('*', 'ExpiredTokenException')],
    });
    const { names, bill } = await find(realm, [...ids(realm, 'a'), ...ids(realm, 'b')]);
    for (const answer of names) expect(answer).toMatchObject({ code: 'UPSTREAM_CREDENTIALS' });
    expect(bill).toEqual({ ListProvisioningTemplates: 1 });
  });

  test('what one list told stands when the next one fails', async () => {
    const realm = await startRealm({ jitp: { a: 3, b: 3 } });
    let walks = 0;
    realm.before = async (action) => {
      if (action !== 'ListCACertificates') return;
      walks += 1;
      if (walks !== 2) return;
      await fetch(`${realm.plane.url}/_local/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([fault('ListCACertificates', 'ThrottlingException')]),
      });
    };
    const { names } = await find(realm, [...ids(realm, 'a'), ...ids(realm, 'b')]);
    expect(names.filter((answer) => typeof answer === 'string')).toHaveLength(3);
    expect(names.filter((answer) => answer instanceof Error)).toHaveLength(3);
  });

  test('where one of the lists read side by side fails, Describes answer for what the others do not show', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const realm = await startRealm({
      jitp: Object.fromEntries(names.map((name) => [name, 10])),
      faults: [{ ...fault('ListCACertificates', 'UnauthorizedException'), times: 1 }],
    });
    const wanted = names.flatMap((name) => ids(realm, name));
    const found = await find(realm, wanted);
    expect(found.names).toEqual(names.flatMap((name) => Array(10).fill(name)));
    expect(found.bill).toEqual({
      ListProvisioningTemplates: 1,
      ListCACertificates: 5,
      DescribeCACertificate: 10,
    });
  });

  test('where the budget does not do for all Describes, it does for those asked for first', async () => {
    const realm = await startRealm({
      jitp: { a: 8 },
      faults: [fault('ListProvisioningTemplates', 'UnauthorizedException')],
    });
    const { door, edges } = realm.upstream;
    const wanted = ids(realm, 'a');
    const found = await edges.find(wanted, false, callScope(door, { calls: 6 }));
    const answers = wanted.map((id) => found.get(id));
    expect(answers.slice(0, 5)).toEqual(Array(5).fill({ templateName: 'a' }));
    for (const answer of answers.slice(5)) {
      expect(answer).toMatchObject({ code: 'UPSTREAM_BUDGET_SPENT' });
    }
  });

  test('a spent budget is an error of the CAs that are still unknown', async () => {
    const realm = await startRealm({ jitp: { a: 3, b: 3 } });
    const { door, edges } = realm.upstream;
    const wanted = [...ids(realm, 'a'), ...ids(realm, 'b')];
    const found = await edges.find(wanted, false, callScope(door, { calls: 2 }));
    const answers = wanted.map((id) => found.get(id));
    expect(answers.filter((answer) => answer instanceof Error)).toHaveLength(3);
    expect(answers.find((answer) => answer instanceof Error)).toMatchObject({
      code: 'UPSTREAM_BUDGET_SPENT',
    });
  });

  test.each(['ListProvisioningTemplates', 'ListCACertificates'] as const)(
    'pages of %s that lead in a circle end in errors, not in an endless walk',
    async (action) => {
      const next: Record<string, string> = { '': 'x', x: 'y', y: 'x' };
      const send = (async (name, input) => {
        const { nextToken, marker } = input as { nextToken?: string; marker?: string };
        const token = next[nextToken ?? marker ?? ''];
        if (name === 'ListProvisioningTemplates') {
          const templates = [{ templateName: 'a', type: 'JITP' }];
          return { templates, nextToken: action === name ? token : undefined };
        }
        return { certificates: [], nextMarker: action === name ? token : undefined };
      }) as Send;
      const door = new Door({ send, clock: new VirtualClock(), maxBytes: 1_000_000 });
      const edges = new EdgeFinder(door, () => undefined);
      const wanted = Array.from({ length: 50 }, (_, index) => `ca-${index}`);
      for (let round = 0; round < 2; round += 1) {
        const found = await edges.find(wanted, false, callScope(door));
        expect(found.get('ca-0')).toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
      }
      const rows = findTemplateRows(wanted, door, callScope(door));
      if (action === 'ListProvisioningTemplates') {
        await expect(rows).rejects.toMatchObject({
          code: 'UPSTREAM_PROTOCOL',
          details: { action },
        });
      } else {
        expect((await rows).size).toBe(0);
      }
    },
  );
});

describe('a CA that names a template of type FLEET_PROVISIONING', () => {
  async function startSurprising(): Promise<{ realm: Realm; odd: readonly string[] }> {
    const realm = await startRealm({
      jitp: { a: 6 },
      fleet: ['f', 'g'],
      unnamed: 2,
      choices: { attachFleetTemplate: 'allow' },
    });
    const odd = ids(realm, '');
    for (const id of odd) await moveBehind(realm, id, 'f');
    return { realm, odd };
  }

  const describeCA = async ({ upstream: { door, edges } }: Realm, id: string): Promise<void> => {
    const { value } = await door.read(describeCACertificate(id), callScope(door));
    // As the loaders do with every detail.
    const templateName = value?.registrationConfig?.templateName;
    if (templateName !== undefined) edges.sawNamed(templateName);
  };

  test('is not looked for, until a Describe shows it', async () => {
    const { realm, odd } = await startSurprising();
    const wanted = [...ids(realm, 'a'), ...odd];
    const before = await find(realm, wanted);
    expect(before.names.slice(-2)).toEqual([null, null]);
    expect(realm.upstream.edges.canBeNamed('FLEET_PROVISIONING')).toBe(false);

    const [one = '', two = ''] = odd;
    await describeCA(realm, one);
    expect(realm.surprises).toEqual([
      expect.stringContaining('f, which is of type FLEET_PROVISIONING'),
    ]);
    expect(realm.upstream.edges.canBeNamed('FLEET_PROVISIONING')).toBe(true);
    const after = await find(realm, wanted);
    expect(after.names).toEqual([...Array(6).fill('a'), 'f', 'f']);
    expect(after.bill).toEqual({
      ListProvisioningTemplates: 1,
      ListCACertificates: 2,
    });
    // With more of them than lists, the lists of both types are walked.
    const third = first(realm, 'a');
    await moveBehind(realm, third, 'g');
    realm.clock.advance(60_000);
    expect((await find(realm, wanted)).names).toEqual(['g', ...Array(5).fill('a'), 'f', 'f']);

    await describeCA(realm, two);
    expect(realm.surprises).toHaveLength(1);
  });

  test('is noticed when the type of the template is learnt after the Describe', async () => {
    const { realm, odd } = await startSurprising();
    const [one = '', two = ''] = odd;
    await describeCA(realm, one);
    expect(realm.surprises).toEqual([]);
    const { names } = await find(realm, [...ids(realm, 'a'), two]);
    expect(realm.surprises).toHaveLength(1);
    expect(names.at(-1)).toBe('f');
  });

  test('is noticed when the CAs of the template are asked for after the Describe', async () => {
    const { realm, odd } = await startSurprising();
    const { edges } = realm.upstream;
    expect(edges.canBeNamed('FLEET_PROVISIONING', 'f')).toBe(false);
    await describeCA(realm, odd[0] ?? '');
    expect(edges.canBeNamed('FLEET_PROVISIONING', 'g')).toBe(false);
    expect(edges.canBeNamed('FLEET_PROVISIONING', 'f')).toBe(true);
    expect(realm.surprises).toHaveLength(1);
  });

  test('is forgotten when a thousand others of unknown type were named since', async () => {
    const realm = await startRealm({ jitp: {} });
    const { edges } = realm.upstream;
    for (let index = 0; index <= 1000; index += 1) edges.sawNamed(`t${index}`);
    // The oldest but one is made the youngest.
    edges.sawNamed('t1');
    edges.sawNamed('t1001');
    for (const templateName of ['t0', 't2']) {
      expect(edges.canBeNamed('FLEET_PROVISIONING', templateName)).toBe(false);
    }
    expect(edges.canBeNamed('FLEET_PROVISIONING', 't1')).toBe(true);
  });

  test('that a CA names a template of type JITP is no surprise', async () => {
    const { realm } = await startSurprising();
    await describeCA(realm, first(realm, 'a'));
    await find(realm, ids(realm, 'a'));
    expect(realm.surprises).toEqual([]);
  });
});

describe('rows of templates by name', () => {
  test('one name is left to its Describe, several are one list', async () => {
    const realm = await startRealm({ jitp: { a: 0, b: 0, c: 0 } });
    const { door } = realm.upstream;
    const one = callScope(door);
    expect((await findTemplateRows(['a'], door, one)).size).toBe(0);
    expect(one.receipts.receipt(0).made).toEqual({});
    const two = callScope(door);
    const rows = await findTemplateRows(['c', 'a', 'gone'], door, two);
    expect([...rows.keys()].sort()).toEqual(['a', 'c']);
    expect(two.receipts.receipt(0).made).toEqual({ ListProvisioningTemplates: 1 });
    const known = callScope(door);
    expect((await findTemplateRows(['b'], door, known)).get('b')).toMatchObject({ type: 'JITP' });
    expect(known.receipts.receipt(0).made).toEqual({});
  });

  test('a template that is gone is null, and described once', async () => {
    const realm = await startRealm({ jitp: { a: 0 } });
    const { door } = realm.upstream;
    const scope = callScope(door);
    expect((await door.read(describeTemplate('gone'), scope)).value).toBeNull();
    expect((await door.read(describeTemplate('gone'), scope)).value).toBeNull();
    expect(scope.receipts.receipt(0).made).toEqual({ DescribeProvisioningTemplate: 1 });
  });
});
