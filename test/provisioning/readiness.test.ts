import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  jitpReadiness,
  READINESS_REASONS,
  type ReadinessQuestion,
  type ReadinessReasonCode,
  type ReadinessState,
  type ReadinessTemplate,
} from '../../src/provisioning/readiness.ts';
import { type Finding, lintTemplateBody } from '../../src/provisioning/templateLint.ts';
import { previewProvisioning } from '../../src/provisioning/templatePreview.ts';
import { makeCA } from '../support/pki.ts';

const NOW_MS = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const at = (ms: number): string => new Date(ms).toISOString();

const PLAIN = makeCA({ subject: [['CN', 'Plain']] }).pem;
const RICH = makeCA({
  subject: [
    ['C', 'NZ'],
    ['O', 'Tide'],
    ['CN', 'Rich'],
  ],
}).pem;

const SOUND: ReadinessQuestion['caCertificate'] = {
  status: 'ACTIVE',
  autoRegistrationStatus: 'ENABLE',
  certificatePem: PLAIN,
  validity: { notBefore: at(NOW_MS - DAY_MS), notAfter: at(NOW_MS + 365 * DAY_MS) },
};

const JITP: ReadinessTemplate & { kind: 'NAMED' } = {
  kind: 'NAMED',
  templateName: 'kettle',
  type: 'JITP',
  enabled: true,
  templateBody: '{"Resources":{}}',
  findings: [],
};

const INLINE: ReadinessTemplate & { kind: 'INLINE' } = {
  kind: 'INLINE',
  templateBody: '{"Resources":{}}',
  roleArn: 'arn:aws:iam::123456789012:role/jitp',
  findings: [],
};

const finding = (
  severity: Finding['severity'],
  path: string,
  code: Finding['code'] = 'WRONG_SHAPE',
  effect: Finding['effect'] = severity === 'ERROR' ? 'REFUSED' : 'MAY_FAIL',
): Finding => ({
  severity,
  code,
  effect,
  path,
  line: 1,
  column: 1,
  message: 'It is wrong.',
  fix: 'Mend it.',
});

const withParameters = (parameters: object): string =>
  JSON.stringify({ Parameters: parameters, Resources: {} });
const name = (attribute: string): string => `AWS::IoT::Certificate::${attribute}`;
const needing = (...attributes: string[]): string =>
  withParameters(Object.fromEntries(attributes.map((one) => [name(one), { Type: 'String' }])));

function judge({ caCertificate, ...more }: Partial<ReadinessQuestion> = {}) {
  return jitpReadiness({
    caCertificate: { ...SOUND, ...caCertificate },
    template: JITP,
    expiringWithinDays: 30,
    nowMs: NOW_MS,
    ...more,
  });
}

const until = (notAfter: string): ReadinessQuestion['caCertificate'] => ({
  validity: { notBefore: at(NOW_MS - DAY_MS), notAfter },
});

const TABLE: ReadonlyArray<
  [
    what: string,
    question: Partial<ReadinessQuestion>,
    state: ReadinessState,
    codes: readonly ReadinessReasonCode[],
  ]
> = [
  ['all is well', {}, 'READY', []],
  [
    'the CA is inactive',
    { caCertificate: { status: 'INACTIVE' } },
    'NOT_READY',
    ['CA_CERTIFICATE_INACTIVE'],
  ],
  [
    'the status is unknown',
    { caCertificate: { status: undefined } },
    'NOT_READY',
    ['CA_CERTIFICATE_INACTIVE'],
  ],
  [
    'auto registration is off',
    { caCertificate: { autoRegistrationStatus: 'DISABLE' } },
    'NOT_READY',
    ['AUTO_REGISTRATION_DISABLED'],
  ],
  [
    'the CA ended a second ago',
    { caCertificate: until(at(NOW_MS - 1000)) },
    'NOT_READY',
    ['CA_CERTIFICATE_EXPIRED'],
  ],
  [
    'the CA is in its last instant, which is still valid',
    { caCertificate: until(at(NOW_MS)) },
    'AT_RISK',
    ['CA_CERTIFICATE_EXPIRING'],
  ],
  [
    'the CA ends at the threshold',
    { caCertificate: until(at(NOW_MS + 30 * DAY_MS)) },
    'AT_RISK',
    ['CA_CERTIFICATE_EXPIRING'],
  ],
  [
    'the CA ends a second after the threshold',
    { caCertificate: until(at(NOW_MS + 30 * DAY_MS + 1000)) },
    'READY',
    [],
  ],
  [
    'another threshold is given',
    { caCertificate: until(at(NOW_MS + 40 * DAY_MS)), expiringWithinDays: 40 },
    'AT_RISK',
    ['CA_CERTIFICATE_EXPIRING'],
  ],
  [
    'no day before the end counts',
    { caCertificate: until(at(NOW_MS + DAY_MS)), expiringWithinDays: 0 },
    'READY',
    [],
  ],
  [
    'the CA is not valid yet',
    { caCertificate: { validity: { notBefore: at(NOW_MS + 1), notAfter: at(NOW_MS * 2) } } },
    'NOT_READY',
    ['CA_CERTIFICATE_NOT_YET_VALID'],
  ],
  [
    'the validity is unknown',
    { caCertificate: { validity: undefined } },
    'AT_RISK',
    ['VALIDITY_UNKNOWN'],
  ],
  [
    'the validity cannot be read',
    { caCertificate: until('some day') },
    'AT_RISK',
    ['VALIDITY_UNKNOWN'],
  ],
  ['there is no registration', { template: { kind: 'NONE' } }, 'NOT_READY', ['NO_TEMPLATE']],
  [
    'the template is gone',
    { template: { kind: 'MISSING', templateName: 'gone' } },
    'NOT_READY',
    ['TEMPLATE_MISSING'],
  ],
  [
    'the template is of the wrong type, whatever else it is',
    {
      template: {
        ...JITP,
        type: 'FLEET_PROVISIONING',
        enabled: false,
        findings: [finding('ERROR', '$')],
      },
    },
    'NOT_READY',
    ['TEMPLATE_TYPE_MISMATCH'],
  ],
  [
    'the template is disabled',
    { template: { ...JITP, enabled: false } },
    'AT_RISK',
    ['TEMPLATE_DISABLED'],
  ],
  [
    'the body has errors and doubts',
    { template: { ...JITP, findings: [finding('WARNING', '$.a'), finding('ERROR', '$.b')] } },
    'NOT_READY',
    ['TEMPLATE_BODY_INVALID', 'TEMPLATE_BODY_DOUBTFUL'],
  ],
  [
    'the body has doubts only',
    { template: { ...JITP, findings: [finding('WARNING', '$.a')] } },
    'AT_RISK',
    ['TEMPLATE_BODY_DOUBTFUL'],
  ],
  [
    'the body has a fault that AWS takes and every device fails on',
    { template: { ...JITP, findings: [finding('WARNING', '$.a', 'UNKNOWN_FUNCTION', 'FAILS')] } },
    'NOT_READY',
    ['TEMPLATE_BODY_INVALID'],
  ],
  [
    'the body has faults that no device minds',
    { template: { ...JITP, findings: [finding('WARNING', '$.a', 'UNKNOWN_KEY', 'HARMLESS')] } },
    'READY',
    [],
  ],
  [
    'what devices may lack is told by what is known of the CA',
    { template: { ...JITP, findings: [finding('WARNING', '$.a', 'PARAMETER_UNUSED')] } },
    'READY',
    [],
  ],
  [
    'devices supply what every certificate has',
    { template: { ...JITP, templateBody: needing('Id', 'CommonName') } },
    'READY',
    [],
  ],
  [
    'devices may lack what the CA lacks',
    { template: { ...JITP, templateBody: needing('Id', 'CommonName', 'Country', 'SerialNumber') } },
    'AT_RISK',
    ['PARAMETER_MAY_BE_LACKING', 'DEVICE_ATTRIBUTE_NEEDED'],
  ],
  [
    'devices need what the CA tells nothing of',
    {
      template: { ...JITP, templateBody: needing('DistinguishedNameQualifier', 'SerialNumber') },
    },
    'READY',
    ['DEVICE_ATTRIBUTE_NEEDED'],
  ],
  [
    'the CA carries what the devices need',
    {
      caCertificate: { certificatePem: RICH },
      template: { ...JITP, templateBody: needing('Country', 'Organization') },
    },
    'READY',
    [],
  ],
  [
    'the CA cannot be read',
    {
      caCertificate: { certificatePem: 'no PEM' },
      template: { ...JITP, templateBody: needing('CommonName', 'Country') },
    },
    'AT_RISK',
    ['PARAMETER_MAY_BE_LACKING'],
  ],
  [
    'a default steps in',
    {
      template: {
        ...JITP,
        templateBody: withParameters({
          [name('Country')]: { Type: 'String', Default: '' },
          Site: { Type: 'String', Default: 'north' },
        }),
      },
    },
    'READY',
    [],
  ],
  [
    'no device can supply a parameter',
    { template: { ...JITP, templateBody: withParameters({ SerialNumber: { Type: 'String' } }) } },
    'NOT_READY',
    ['PARAMETER_NOT_SUPPLIED'],
  ],
  [
    'a parameter has the name of a built-in',
    { template: { ...JITP, templateBody: needing('constructor') } },
    'NOT_READY',
    ['PARAMETER_NOT_SUPPLIED'],
  ],
  ['the CA carries a body', { template: INLINE }, 'READY', ['INLINE_TEMPLATE']],
  [
    'the body that the CA carries has errors',
    { template: { ...INLINE, findings: [finding('ERROR', '$')] } },
    'NOT_READY',
    ['TEMPLATE_BODY_INVALID', 'INLINE_TEMPLATE'],
  ],
  [
    'the CA carries a body without a role',
    { template: { ...INLINE, roleArn: undefined } },
    'NOT_READY',
    ['ROLE_MISSING', 'INLINE_TEMPLATE'],
  ],
  [
    'the CA carries a role without a body',
    { template: { ...INLINE, templateBody: undefined } },
    'NOT_READY',
    ['NO_TEMPLATE'],
  ],
  [
    'everything is wrong at once, and what prevents comes first',
    {
      caCertificate: {
        status: 'INACTIVE',
        autoRegistrationStatus: 'DISABLE',
        ...until(at(NOW_MS + DAY_MS)),
      },
      template: {
        ...JITP,
        enabled: false,
        templateBody: needing('Country', 'Planet'),
        findings: [finding('ERROR', '$'), finding('WARNING', '$')],
      },
    },
    'NOT_READY',
    [
      'CA_CERTIFICATE_INACTIVE',
      'AUTO_REGISTRATION_DISABLED',
      'TEMPLATE_BODY_INVALID',
      'PARAMETER_NOT_SUPPLIED',
      'TEMPLATE_DISABLED',
      'CA_CERTIFICATE_EXPIRING',
      'PARAMETER_MAY_BE_LACKING',
      'TEMPLATE_BODY_DOUBTFUL',
    ],
  ],
];

/** A body that says nothing wrong, but for what is put over the properties of its resources. */
function bodyWith(thing: object, certificate: object = {}, more: object = {}): string {
  return JSON.stringify({
    Parameters: { [name('CommonName')]: { Type: 'String' } },
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: { ThingName: { Ref: name('CommonName') }, ...thing },
      },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: name('Id') }, ...certificate },
      },
    },
    ...more,
  });
}

const group = (value: unknown): string => bodyWith({ ThingGroups: [value] });
const made = (resource: object): string => bodyWith({}, {}, { Resources: { made: resource } });

describe('a body', () => {
  const readinessFor = (templateBody: string) =>
    judge({
      template: { ...JITP, templateBody, findings: lintTemplateBody(templateBody, 'JITP') },
    });

  test.each([
    ['an unknown function', group({ 'Fn::ToUpper': 'a' })],
    ['an argument too few', group({ 'Fn::Join': [''] })],
    ['a mapping that is not there', group({ 'Fn::FindInMap': ['M', 'a', 'b'] })],
    ['a policy variable in Fn::Sub', group({ 'Fn::Sub': `\${iot:ClientId}` })],
    ['a certificate parameter that is not declared', group({ Ref: name('Country') })],
    ['no CertificateId', bodyWith({}, { CertificateId: undefined })],
    ['no ThingName', bodyWith({ ThingName: undefined })],
    ['a status that there is not', bodyWith({}, { Status: 'ENABLED' })],
    ['four attributes', bodyWith({ AttributePayload: { a: '1', b: '2', c: '3', d: '4' } })],
    ['a type of its own', made({ Type: 'AWS::IoT::ThingGroup' })],
    [
      'a policy document that is not JSON',
      made({ Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: '{oops' } }),
    ],
    ['no resources', '{"Resources":{}}'],
  ])('with %s makes every device fail', (_what, body) => {
    const { state, reasons } = readinessFor(body);
    expect([state, reasons[0]?.code]).toEqual(['NOT_READY', 'TEMPLATE_BODY_INVALID']);
    const device = {
      kind: 'device',
      certificateId: 'a'.repeat(64),
      subject: new Map([['CommonName', ['kettle']]] as const),
    } as const;
    const found = previewProvisioning({ body, type: 'JITP', device, parameters: new Map() });
    expect(found.outcome).toBe('FAILED');
  });

  test.each([
    ['nothing wrong', bodyWith({})],
    ['a key that nobody reads', bodyWith({}, {}, { Description: 'x' })],
    [
      'a number that readers round',
      bodyWith({}, {}, { x: 0 }).replace(':0', ':0.12345678901234567'),
    ],
  ])('with %s leaves the CA ready', (_what, body) => {
    expect(readinessFor(body)).toEqual({ state: 'READY', reasons: [] });
  });

  test('with a number for a text is a doubt', () => {
    const { state, reasons } = readinessFor(bodyWith({ AttributePayload: { a: 1 } }));
    expect([state, reasons[0]?.code]).toEqual(['AT_RISK', 'TEMPLATE_BODY_DOUBTFUL']);
  });
});

describe('whether the next device of a CA is provisioned', () => {
  test.each(TABLE)('%s', (_what, question, state, codes) => {
    const readiness = judge(question);
    expect(readiness.reasons.map(({ code }) => code)).toEqual(codes);
    expect(readiness.state).toBe(state);
    for (const { message, fix, code, effect } of readiness.reasons) {
      expect(effect).toBe(READINESS_REASONS[code]);
      expect(message).toMatch(/^[A-Z].*\.$/s);
      expect(fix).toMatch(/^[A-Z].*\.$/s);
    }
  });

  test('every reason is reached by the table', () => {
    const reached = new Set(TABLE.flatMap(([, , , codes]) => codes));
    expect([...reached].sort()).toEqual(Object.keys(READINESS_REASONS).sort());
  });

  test.each([
    [at(NOW_MS + 5 * DAY_MS), 'in 5 days'],
    [at(NOW_MS + DAY_MS), 'in 1 day,'],
    [at(NOW_MS + DAY_MS - 1000), 'in less than a day'],
  ])('an end at %s is told as %s', (notAfter, text) => {
    const [reason] = judge({ caCertificate: until(notAfter) }).reasons;
    expect(reason?.message).toContain(text);
    expect(reason?.message).toContain(notAfter);
  });

  test('reasons name what they are about', () => {
    const { reasons } = judge({
      template: {
        ...JITP,
        templateBody: needing('Country', 'StateName'),
        findings: [finding('ERROR', '$.Resources.x'), finding('ERROR', '$.Resources.y')],
      },
    });
    expect(reasons[0]?.message).toBe(
      'In provisioning template kettle, at $.Resources.x: It is wrong. It is the first of 2 errors.',
    );
    expect(reasons[0]?.fix).toBe('Mend it.');
    expect(reasons[1]?.message).toContain(`\`${name('Country')}\`, \`${name('StateName')}\``);
  });

  test('a state is what its worst reason makes it, over any body and any time', () => {
    const worst = { PREVENTS: 'NOT_READY', RISKS: 'AT_RISK', ADVICE: 'READY' } as const;
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json()),
        fc.integer({ min: -400, max: 400 }),
        fc.nat({ max: 36_500 }),
        (templateBody, days, expiringWithinDays) => {
          const { state, reasons } = judge({
            template: { ...INLINE, templateBody },
            nowMs: NOW_MS + days * DAY_MS,
            expiringWithinDays,
          });
          expect(state).toBe(worst[reasons[0]?.effect ?? 'ADVICE']);
          const hasEnded = days > 365;
          expect(reasons.some(({ code }) => code === 'CA_CERTIFICATE_EXPIRED')).toBe(hasEnded);
          if (hasEnded) expect(state).toBe('NOT_READY');
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });
});
