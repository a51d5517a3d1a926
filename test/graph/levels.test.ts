import { readFileSync } from 'node:fs';
import * as iot from '@aws-sdk/client-iot';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, getDirectiveValues, isObjectType } from 'graphql';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const upstream = schema.getDirective('upstream');
const shapes = iot as unknown as Readonly<Record<string, unknown>>;

/** Where an answer keeps the members of a thing: the shape beside or below the answer's own. */
const ROWS: Readonly<Record<string, string>> = {
  ListProvisioningTemplates: 'ProvisioningTemplateSummary',
  ListProvisioningTemplateVersions: 'ProvisioningTemplateVersionSummary',
  ListCACertificates: 'CACertificate',
  ListCertificatesByCA: 'Certificate',
};
const DETAILS: Readonly<Record<string, readonly string[]>> = {
  DescribeProvisioningTemplate: ['DescribeProvisioningTemplateResponse', 'ProvisioningHook'],
  ListProvisioningTemplateVersions: ['ListProvisioningTemplateVersionsResponse'],
  DescribeProvisioningTemplateVersion: ['DescribeProvisioningTemplateVersionResponse'],
  ListTagsForResource: ['ListTagsForResourceResponse', 'Tag'],
  DescribeCACertificate: [
    'CACertificateDescription',
    'DescribeCACertificateResponse',
    'RegistrationConfig',
    'CertificateValidity',
  ],
  DescribeCertificate: ['CertificateDescription', 'CertificateValidity'],
};

/** Fields of ours that a member of another name feeds, or several. */
const FED_BY: Readonly<Record<string, string>> = {
  'ProvisioningTemplate.templateBodyJson': 'templateBody',
  'ProvisioningTemplate.diagnostics': 'templateBody',
  'ProvisioningTemplate.versionsUsed': 'versions',
  'ProvisioningTemplateVersion.templateBodyJson': 'templateBody',
  'Tag.key': 'Key',
  'Tag.value': 'Value',
  'CACertificate.template': 'registrationConfig',
  'NamedTemplateRegistration.template': 'templateName',
  'CACertificate.expiresInDays': 'validity',
  'CACertificate.x509': 'certificatePem',
  'Certificate.caCertificate': 'caCertificateId',
  'CACertificate.jitpReadiness': 'status',
  'InlineTemplateRegistration.templateBodySha256': 'templateBody',
  'InlineTemplateRegistration.templateBodyJson': 'templateBody',
  'InlineTemplateRegistration.diagnostics': 'templateBody',
  'ProvisioningTemplateDeletionImpact.caCertificateCount': 'certificateId',
  'ProvisioningTemplateDeletionImpact.activeCount': 'status',
  'ProvisioningTemplateDeletionImpact.autoRegisteringCount': 'autoRegistrationStatus',
  'CACertificateDeletionImpact.isActive': 'status',
  'CACertificateDeletionImpact.certificateCount': 'certificateId',
  'CACertificateDeletionImpact.activeCertificateCount': 'status',
};

/** Types of ours whose every field is read from one member. */
const READ_FROM: Readonly<Record<string, string>> = {
  X509Certificate: 'certificatePem',
};

function members(shape: string): readonly string[] {
  const described = shapes[`${shape}$`] as readonly unknown[] | undefined;
  if (described === undefined) throw new Error(`the SDK has no shape ${shape}`);
  return described[4] as string[];
}

interface Declared {
  readonly field: string;
  readonly level: string;
  readonly action: string | undefined;
  readonly isList: boolean;
}

const declared: Declared[] = Object.values(schema.getTypeMap()).flatMap((type) =>
  isObjectType(type)
    ? Object.values(type.getFields()).flatMap((field) => {
        const values =
          upstream && field.astNode ? getDirectiveValues(upstream, field.astNode) : undefined;
        if (!values) return [];
        return {
          field: `${type.name}.${field.name}`,
          level: values.level as string,
          action: values.action as string | undefined,
          isList: String(field.type).includes('Connection'),
        };
      })
    : [],
);

describe('@upstream against the shapes of the SDK', () => {
  test('stands on every field of the things that AWS tells of', () => {
    for (const name of [
      'ProvisioningTemplate',
      'ProvisioningTemplateVersion',
      'CACertificate',
      'Certificate',
    ]) {
      const type = schema.getType(name);
      const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
      const bare = fields.filter(
        (field) => !declared.some((one) => one.field === `${name}.${field}`),
      );
      expect([name, bare]).toEqual([name, []]);
    }
  });

  test.each(declared)('$field', ({ field, level, action, isList }) => {
    if (level === 'REF' && action === undefined) return;
    expect(shapes[`${action}$`]).toBeDefined();
    // Lists and the fields of Query are answers themselves, not members of one.
    if (isList || field.startsWith('Query.')) return;
    const [type = '', name] = field.split('.');
    const member = FED_BY[field] ?? READ_FROM[type] ?? name;
    if (level === 'ROW') {
      expect(members(ROWS[action as string] as string)).toContain(member);
    } else {
      expect((DETAILS[action as string] ?? []).flatMap(members)).toContain(member);
    }
  });

  test('no field that a row answers asks for more', () => {
    const rowsOf: Readonly<Record<string, string>> = {
      ProvisioningTemplate: 'ProvisioningTemplateSummary',
      ProvisioningTemplateVersion: 'ProvisioningTemplateVersionSummary',
      CACertificate: 'CACertificate',
      Certificate: 'Certificate',
    };
    const tooMuch = declared.filter(({ field, level }) => {
      const [type = '', name = ''] = field.split('.');
      const shape = rowsOf[type];
      return shape !== undefined && level === 'DETAIL' && members(shape).includes(name);
    });
    expect(tooMuch).toEqual([]);
  });
});
