import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ActionName,
  actionNames,
  actions,
  type Shape,
} from '../../src/controlplane/actions.ts';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { runAudit, titleOf } from './audit.ts';
import { unprovokablePairKeys, unprovokableReason } from './audits/modelledErrors.ts';
import { audits } from './audits.ts';
import { type Endpoint, openEndpoint } from './endpoint.ts';
import { modelledStatuses } from './expect.ts';

describe('the local control plane', () => {
  let plane: ControlPlane;
  let endpoint: Endpoint;
  const internalErrors: unknown[] = [];

  beforeAll(async () => {
    const onInternalError = (error: unknown) => internalErrors.push(error);
    plane = await startControlPlane({ onInternalError });
    endpoint = await openEndpoint({ url: plane.url });
  });

  afterAll(() => plane.close());

  for (const audit of audits) test(titleOf(audit), () => runAudit(audit, endpoint));

  test('no audit brought about a failure inside', () => {
    expect(internalErrors).toEqual([]);
  });
});

describe('the list of audits', () => {
  test('no two have the same id', () => {
    const ids = audits.map((audit) => audit.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('no two have the same words', () => {
    const titles = audits.map((audit) => `${audit.action} ${audit.sentence}`);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  const provoked = (action: ActionName, error: string) =>
    audits.filter((audit) => audit.action === action && audit.provokes === error);
  const switchedOn = (action: ActionName, error: string) =>
    audits.some((audit) => audit.id === `ERR-${action}-${error.replace(/Exception$/, '')}`);
  const pairs = actionNames.flatMap((action) =>
    actions[action].errors.map((error) => [action, error] as const),
  );

  test.each(pairs)('%s: %s is provoked, or there is a reason why not', (action, error) => {
    const count = provoked(action, error).length;
    const reason = unprovokableReason(action, error);
    expect({ action, error, isProvoked: count > 0, hasReason: reason !== undefined }).toEqual({
      action,
      error,
      isProvoked: reason === undefined,
      hasReason: reason !== undefined,
    });
    if (reason !== undefined) expect(switchedOn(action, error)).toBe(true);
  });

  test('every error that an audit provokes is modelled for its action', () => {
    const stray = audits.filter(
      ({ action, provokes }) =>
        action !== 'protocol' &&
        provokes !== undefined &&
        !actions[action].errors.includes(provokes),
    );
    expect(stray.map((audit) => audit.id)).toEqual([]);
  });

  test('every reason is for an error that the model has', () => {
    const modelled = new Set(pairs.map((pair) => pair.join('/')));
    expect(unprovokablePairKeys.filter((key) => !modelled.has(key))).toEqual([]);
  });

  test.each(actionNames)('%s: there is an audit of its success', (action) => {
    const successes = audits.filter(
      (audit) => audit.action === action && audit.provokes === undefined && audit.level === 'MUST',
    );
    expect(successes.filter((audit) => audit.id.endsWith('-01')).length).toBeGreaterThan(0);
  });
});

/** The limits of AWS's model by member, as `type least..most pattern`, written down once more. */
const name = 'string 1..36 ^[0-9A-Za-z_-]+$';
const body = 'string ..10240';
const role = 'string 20..2048';
const pem = 'string 1..65536';
const id = 'string 64..64 (0x)?[a-fA-F0-9]+';
const tagKey = 'string 1..128 ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$';
const pageSize = 'integer 1..250';
const certificateStatus =
  'string .. ACTIVE|INACTIVE|REVOKED|PENDING_TRANSFER|REGISTER_INACTIVE|PENDING_ACTIVATION';
const modelLimits: Readonly<Record<string, string>> = {
  templateName: name,
  templateBody: body,
  description: 'string ..500 [^\\p{C}]*',
  provisioningRoleArn: role,
  roleArn: role,
  targetArn: 'string ..2048',
  payloadVersion: 'string 10..32 ^[0-9-]+$',
  type: 'string .. FLEET_PROVISIONING|JITP',
  caCertificate: pem,
  verificationCertificate: pem,
  certificatePem: pem,
  caCertificatePem: pem,
  certificateId: id,
  caCertificateId: id,
  certificateMode: 'string .. DEFAULT|SNI_ONLY',
  marker: 'string ..1024 [A-Za-z0-9+/]+={0,2}',
  nextToken: 'string ..',
  resourceArn: 'string ..',
  pageSize,
  maxResults: pageSize,
  versionId: 'integer ..',
  defaultVersionId: 'integer ..',
  Key: tagKey,
  Value: 'string ..256',
  'tagKeys.*': tagKey,
  'UpdateCACertificate newStatus': 'string .. ACTIVE|INACTIVE',
  newAutoRegistrationStatus: 'string .. ENABLE|DISABLE',
  'UpdateCertificate newStatus': certificateStatus,
  status: certificateStatus,
};

describe('the limits that the audits are made from', () => {
  test.each(actionNames)('%s: they are those of the model', (action) => {
    for (const [member, shape] of Object.entries(actions[action].input)) {
      for (const [key, limits] of limitsOf(member, shape)) {
        const expected = modelLimits[key] ?? modelLimits[`${action} ${key}`];
        expect({ member: key, limits }).toEqual({ member: key, limits: expected });
      }
    }
  });

  test('every error has its status', () => {
    const listed = [...new Set(actionNames.flatMap((action) => actions[action].errors))].sort();
    expect(listed).toEqual(Object.keys(modelledStatuses).sort());
  });
});

/** The limits of a member and of those inside it, by the name of each. */
function limitsOf(key: string, shape: Shape): Array<readonly [key: string, limits: string]> {
  switch (shape.type) {
    case 'string': {
      const rule = shape.enum?.join('|') ?? shape.pattern;
      const range = `${shape.min ?? ''}..${shape.max ?? ''}`;
      return [[key, `string ${range}${rule === undefined ? '' : ` ${rule}`}`]];
    }
    case 'integer':
      return [[key, `integer ${shape.min ?? ''}..${shape.max ?? ''}`]];
    case 'structure':
      return Object.entries(shape.members).flatMap(([inner, member]) => limitsOf(inner, member));
    case 'list':
      return limitsOf(`${key}.*`, shape.member);
    default:
      return [];
  }
}
