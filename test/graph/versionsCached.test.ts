import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import {
  ACCOUNT,
  type Answer,
  CACHED,
  type Harness,
  LIVE,
  REGION,
  startHarness,
} from '../support/harness.ts';

const NAMES = ['one', 'other'];
const ALL = `{ ${NAMES.map(
  (name) =>
    `${name}: provisioningTemplate(templateName: "${name}") { enabled defaultVersionId templateBody tags { key value } versionsUsed versions { nodes { id versionId isDefaultVersion creationDate templateBody } } }`,
).join(' ')} provisioningTemplates { nodes { templateName enabled lastModifiedDate } } }`;

const arn = (name: string) => `arn:aws:iot:${REGION}:${ACCOUNT}:provisioningtemplate/${name}`;
const idOf = (name: string, version: number) =>
  Buffer.from(`${arn(name)}/versions/${version}`).toString('base64url');
const IDS = NAMES.flatMap((name) => [1, 2, 3].map((version) => idOf(name, version)));
const BY_ID = `{ nodes(ids: ${JSON.stringify(IDS)}) { ... on ProvisioningTemplateVersion { versionId isDefaultVersion templateBody } } }`;

interface Step {
  readonly name: string;
  readonly mutation: string;
  readonly input: object;
}

const anyBody = fc
  .nat(99)
  .map((unit) => `{"Parameters":{"p${unit}":{"Type":"String"}},"Resources":{}}`);
const anyVersion = fc.integer({ min: 1, max: 7 });

/** Whatever this gateway can do to a template, also what AWS will refuse. */
const anyStep: fc.Arbitrary<Step> = fc.constantFrom(...NAMES).chain((name) => {
  const step = (mutation: string, input: fc.Arbitrary<object>) =>
    input.map((given) => ({ name, mutation, input: { templateName: name, ...given } }));
  const tagStep = (mutation: string, input: fc.Arbitrary<object>) =>
    input.map((given) => ({ name, mutation, input: { resourceArn: arn(name), ...given } }));
  return fc.oneof(
    {
      weight: 6,
      arbitrary: step(
        'createProvisioningTemplateVersion',
        fc.record({
          templateBody: anyBody,
          setAsDefault: fc.boolean(),
          prune: fc.constantFrom(null, 'OLDEST_NON_DEFAULT'),
        }),
      ),
    },
    {
      weight: 3,
      arbitrary: step('deleteProvisioningTemplateVersion', fc.record({ versionId: anyVersion })),
    },
    {
      weight: 3,
      arbitrary: step(
        'setDefaultProvisioningTemplateVersion',
        fc.record({ versionId: anyVersion }),
      ),
    },
    step('updateProvisioningTemplate', fc.record({ enabled: fc.boolean() })),
    step('deleteProvisioningTemplate', fc.constant({})),
    {
      weight: 3,
      arbitrary: step(
        'createProvisioningTemplate',
        fc.record({
          templateBody: anyBody,
          provisioningRoleArn: fc.constant(`arn:aws:iam::${ACCOUNT}:role/provisioning`),
          tags: fc.constantFrom([], [{ key: 'born', value: 'with' }]),
        }),
      ),
    },
    tagStep(
      'tagResource',
      fc.record({ tags: fc.nat(3).map((n) => [{ key: 'k', value: String(n) }]) }),
    ),
    tagStep('untagResource', fc.constant({ tagKeys: ['k'] })),
  );
});

const change = ({ mutation, input }: Step): [string, Record<string, unknown>] => [
  `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { userErrors { code } } }`,
  { input },
];

/** Another gateway over the same control plane, which knows of no change. */
function startWitness({ plane, clock }: Harness): Promise<Gateway> {
  return startGateway({
    host: '127.0.0.1',
    port: 0,
    target: {
      name: 'witness',
      region: REGION,
      endpoint: plane.url,
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
    },
    clock,
    onFault: (error) => {
      throw error;
    },
  });
}

async function live({ url }: Gateway, query: string): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...LIVE },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

test('after any changes the cache answers what AWS would, though hardly any time passes', async () => {
  const harness = await startHarness({ seed: 'none' });
  const witness = await startWitness(harness);
  let made = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 12 }), async (steps) => {
        for (const step of steps) {
          // Two templates of one name are not created in one millisecond.
          harness.clock.advance(1);
          const changed = await harness.query(...change(step), CACHED);
          expect([step, changed.errors]).toEqual([step, undefined]);
          if (JSON.stringify(changed.data).includes('"userErrors":[]')) made += 1;
          // By id first: a list would tell what a thing that is asked for by its id keeps to itself.
          for (const query of [BY_ID, ALL]) {
            const kept = await harness.query(query, {}, CACHED);
            const seen = await live(witness, query);
            expect([step, kept.errors, kept.data]).toEqual([step, undefined, seen.data]);
          }
        }
      }),
      { numRuns: 25, seed: 20260601 },
    );
    expect(made).toBeGreaterThan(50);
  } finally {
    await witness.drain();
    await harness.close();
  }
});
