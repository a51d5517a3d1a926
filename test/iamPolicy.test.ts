import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { SCOPES, type Scope } from '../src/caller.ts';
import { iamPolicyText } from '../src/cli/iamPolicy.ts';
import { actions as servedActions } from '../src/controlplane/actions.ts';
import { readSchemaText } from '../src/gateway.ts';
import { ACTION_RIGHTS, actionsFor, iamPolicy } from '../src/iamPolicy.ts';
import { type Answer, at, type Harness, startHarness } from './support/harness.ts';
import { makeCA, makeLeaf } from './support/pki.ts';

const ANYWHERE = { partition: 'aws', region: '*', account: '*' };
const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const BODY = '{"Resources":{}}';

type Action = keyof typeof ACTION_RIGHTS;
const ALL = Object.keys(ACTION_RIGHTS) as Action[];

/** What was sent for callers with certain scopes. */
interface Sent {
  readonly scopes: readonly Scope[];
  readonly actions: readonly string[];
}

describe('the IAM policy', () => {
  let harness: Harness;
  const sent: Sent[] = [];
  beforeAll(async () => {
    harness = await startHarness();
    for (const step of Object.values(STEPS)) await step();
  });
  afterAll(() => harness.close());

  /** Runs what callers with these scopes may run; `lost`: the answer to this action gets lost. */
  async function run(
    scopes: readonly Scope[],
    query: string,
    variables: Record<string, unknown> = {},
    lost?: Action,
  ): Promise<Answer> {
    await harness.setFaults(
      lost === undefined ? [] : [{ action: lost, kind: 'lostResponse', times: 1 }],
    );
    const { bill, ...answer } = await harness.billed(query, variables);
    expect(answer.errors).toBeUndefined();
    sent.push({ scopes, actions: Object.keys(bill) });
    return answer;
  }

  const mutate = (scopes: readonly Scope[], name: string, input: object, lost?: Action) =>
    run(
      scopes,
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code message } } }`,
      { input },
      lost,
    );

  const read = (query: string) => run(['iot:read'], query);

  const WRITE: readonly Scope[] = ['iot:template:write'];
  const CA_WRITE: readonly Scope[] = ['iot:ca:write'];
  const DELETE: readonly Scope[] = ['iot:template:write', 'iot:delete'];
  const CA_DELETE: readonly Scope[] = ['iot:ca:write', 'iot:delete'];
  const BOTH: readonly Scope[] = ['iot:template:write', 'iot:ca:write'];

  const templateName = 'kettle';

  /** Every way of the gateway to send an action, one after the other. */
  const STEPS = {
    templates: async () => {
      const template = { templateBody: BODY, provisioningRoleArn: ROLE, type: 'JITP' };
      await mutate(
        WRITE,
        'createProvisioningTemplate',
        { templateName, ...template },
        'CreateProvisioningTemplate',
      );
      await mutate(
        WRITE,
        'updateProvisioningTemplate',
        { templateName, enabled: true },
        'UpdateProvisioningTemplate',
      );
      await mutate(
        WRITE,
        'createProvisioningTemplateVersion',
        { templateName, templateBody: '{"Resources":{},"Parameters":{}}' },
        'CreateProvisioningTemplateVersion',
      );
      await read(
        `{ provisioningTemplate(templateName: "${templateName}") { versions { nodes { templateBody } } } }`,
      );
      await mutate(WRITE, 'setDefaultProvisioningTemplateVersion', { templateName, versionId: 1 });
      await mutate(
        DELETE,
        'deleteProvisioningTemplateVersion',
        { templateName, versionId: 2 },
        'DeleteProvisioningTemplateVersion',
      );
      const fleet = { templateName: 'fleet', enabled: true };
      await mutate(WRITE, 'createProvisioningTemplate', {
        ...template,
        ...fleet,
        type: 'FLEET_PROVISIONING',
      });
      await mutate(['iot:claim'], 'createProvisioningClaim', { templateName: 'fleet' });
      await mutate(DELETE, 'deleteProvisioningTemplate', { templateName: 'fleet' });
    },
    certificates: async () => {
      const { pem } = makeCA({ subject: [['CN', 'Policy']] });
      const registered = { caCertificate: pem, certificateMode: 'SNI_ONLY' };
      await mutate(CA_WRITE, 'registerCACertificate', registered, 'RegisterCACertificate');
      const { data } = await read(
        '{ caCertificates(first: 1) { nodes { certificateId certificateArn } } }',
      );
      const ca = at(data, 'caCertificates', 'nodes', 0);
      const certificateId = at(ca, 'certificateId');
      await mutate(CA_WRITE, 'attachProvisioningTemplate', { certificateId, templateName });
      const tags = [{ key: 'a', value: 'b' }];
      const resourceArn = at(ca, 'certificateArn');
      await mutate(BOTH, 'tagResource', { resourceArn, tags }, 'TagResource');
      await mutate(BOTH, 'untagResource', { resourceArn, tagKeys: ['a'] }, 'UntagResource');
      await read(`{ provisioningTemplates { nodes { templateBody tags { key } versions { nodes { templateBody } } } }
        caCertificates(first: 9) { nodes { ownedBy tags { key } certificates(first: 1) { nodes { ownedBy } } } } }`);
      await read(`{ provisioningTemplate(templateName: "${templateName}") { defaultVersionId } }`);
      const update = { certificateId, newStatus: 'ACTIVE' };
      await mutate(CA_WRITE, 'updateCACertificate', update, 'UpdateCACertificate');
      await mutate(CA_WRITE, 'detachProvisioningTemplate', { certificateId });
      await mutate(CA_DELETE, 'deleteCACertificate', { certificateId, deactivateFirst: true });
    },
    code: async () => {
      const ca = makeCA({ subject: [['CN', 'Proof']] });
      const proof = makeLeaf(ca, { subject: [['CN', 'a'.repeat(64)]] }).pem;
      const input = { caCertificate: ca.pem, verificationCertificate: proof };
      await mutate(CA_WRITE, 'registerCACertificate', input);
      const query = '{ prepareCARegistration(input: {}) { registrationCode } }';
      await run(['iot:read', ...CA_WRITE], query);
      await mutate(CA_DELETE, 'deleteRegistrationCode', {});
    },
  };

  test('has every action that was sent for the scopes that its sender needs', () => {
    for (const { scopes, actions } of sent) {
      const allowed = actionsFor(new Set(scopes));
      expect([scopes, actions.filter((action) => !allowed.includes(action as Action))]).toEqual([
        scopes,
        [],
      ]);
    }
  });

  test('has no action that the scopes it is given for cannot cause', () => {
    const promised = ALL.flatMap((action) =>
      ACTION_RIGHTS[action].scopes.map((scopes) => ({ action, scopes })),
    );
    const unseen = promised.filter(
      ({ action, scopes }) =>
        !sent.some(
          (one) => one.actions.includes(action) && one.scopes.every((s) => scopes.includes(s)),
        ),
    );
    expect(unseen).toEqual([]);
  });

  test('needs of no caller what the schema does not ask of it', async () => {
    const needed = new Map<string, readonly string[]>();
    for (const definition of parse(await readSchemaText()).definitions) {
      if (definition.kind !== 'ObjectTypeDefinition' || definition.name.value !== 'Mutation')
        continue;
      for (const { name, directives = [] } of definition.fields ?? []) {
        const rule = directives.find((directive) => directive.name.value === 'requiresScopes');
        const text = JSON.stringify(rule ?? '');
        needed.set(
          name.value,
          SCOPES.filter((scope) => text.includes(`"${scope}"`)),
        );
      }
    }
    expect(needed.get('attachProvisioningTemplate')).toEqual(CA_WRITE);
    expect(needed.get('deleteProvisioningTemplateVersion')).toEqual(DELETE);
    expect(needed.get('tagResource')).toEqual(BOTH);
    expect(needed.get('createProvisioningClaim')).toEqual(['iot:claim']);
    expect(needed.get('deleteCACertificate')).toEqual(CA_DELETE);
  });

  test('passes roles for the actions whose input can name one, and for no other', () => {
    const named = ALL.filter((action) => {
      const members = JSON.stringify(servedActions[action].input ?? servedActions[action]);
      return /[rR]oleArn|registrationConfig/.test(members);
    });
    expect(ALL.filter((action) => ACTION_RIGHTS[action].passesRole)).toEqual(named);
  });

  test('for all scopes: each action once, bound to the ARNs that it supports', () => {
    const place = { partition: 'aws', region: 'eu-west-1', account: '123456789012' };
    const { Version, Statement } = iamPolicy(place);
    expect(Version).toBe('2012-10-17');
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual(
      ['iam:PassRole', ...ALL.map((action) => `iot:${action}`)].sort(),
    );
    const arn = 'arn:aws:iot:eu-west-1:123456789012';
    expect(Statement.map(({ Sid, Resource }) => [Sid, ...Resource])).toEqual([
      ['WithoutResource', '*'],
      ['ProvisioningTemplates', `${arn}:provisioningtemplate/*`],
      ['CACertificates', `${arn}:cacert/*`],
      ['Certificates', `${arn}:cert/*`],
      ['Tags', `${arn}:provisioningtemplate/*`, `${arn}:cacert/*`],
      ['RolesForAWSIoT', 'arn:aws:iam::123456789012:role/*'],
    ]);
    expect(Statement.at(-1)?.Condition).toEqual({
      StringEquals: { 'iam:PassedToService': 'iot.amazonaws.com' },
    });
    // IAM's limit for a managed policy, without white space.
    expect(JSON.stringify(iamPolicy(place)).length).toBeLessThan(6144);
  });

  test('for readers has no write and passes no role', () => {
    const actions = iamPolicy(ANYWHERE, ['iot:read']).Statement.flatMap(({ Action }) => Action);
    expect(actions).toHaveLength(9);
    for (const action of actions) expect(action).toMatch(/^iot:(?:List|Describe)/);
    expect(iamPolicy(ANYWHERE, ['iot:changes', 'iot:introspection']).Statement).toEqual([]);
  });

  test('is printed for the options given', () => {
    const options = { ...ANYWHERE, scopes: 'read, iot:ca:write', roleArn: [ROLE] };
    const policy = JSON.parse(iamPolicyText(options));
    expect(policy).toEqual(
      JSON.parse(
        JSON.stringify(iamPolicy({ ...ANYWHERE, roleArns: [ROLE] }, ['iot:read', 'iot:ca:write'])),
      ),
    );
    expect(() => iamPolicyText({ ...ANYWHERE, scopes: 'reed' })).toThrow(/"reed" is not a scope/);
    expect(() => iamPolicyText({ ...ANYWHERE, account: '1' })).toThrow(
      /--account must be 12 digits/,
    );
    expect(() => iamPolicyText({ ...ANYWHERE, roleArn: ['x'] })).toThrow(/--role-arn must be/);
  });
});

test('no policy is printed for scopes that need no right', () => {
  const options = { partition: 'aws', region: '*', account: '*' };
  expect(() => iamPolicyText({ ...options, scopes: 'bulk,changes' })).toThrow(
    /need no right at AWS/,
  );
});
