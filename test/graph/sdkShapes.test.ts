import { readFileSync } from 'node:fs';
import * as iot from '@aws-sdk/client-iot';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, isInputObjectType, isObjectType } from 'graphql';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

/** The seven methods that the API change of 2022-08-04 updated. */
const METHODS = [
  'CreateProvisioningTemplate',
  'DescribeProvisioningTemplate',
  'ListProvisioningTemplates',
  'RegisterCACertificate',
  'DescribeCACertificate',
  'ListCACertificates',
  'UpdateCACertificate',
];

/** Where each member of their requests and responses can be sent or read: a schema coordinate. */
const PLACES: Readonly<Record<string, string>> = {
  'CreateProvisioningTemplate.request.templateName': 'CreateProvisioningTemplateInput.templateName',
  'CreateProvisioningTemplate.request.description': 'CreateProvisioningTemplateInput.description',
  'CreateProvisioningTemplate.request.templateBody': 'CreateProvisioningTemplateInput.templateBody',
  'CreateProvisioningTemplate.request.enabled': 'CreateProvisioningTemplateInput.enabled',
  'CreateProvisioningTemplate.request.provisioningRoleArn':
    'CreateProvisioningTemplateInput.provisioningRoleArn',
  'CreateProvisioningTemplate.request.preProvisioningHook.payloadVersion':
    'PreProvisioningHookInput.payloadVersion',
  'CreateProvisioningTemplate.request.preProvisioningHook.targetArn':
    'PreProvisioningHookInput.targetArn',
  'CreateProvisioningTemplate.request.tags.Key': 'TagInput.key',
  'CreateProvisioningTemplate.request.tags.Value': 'TagInput.value',
  'CreateProvisioningTemplate.request.type': 'CreateProvisioningTemplateInput.type',
  'CreateProvisioningTemplate.response.templateArn': 'ProvisioningTemplate.templateArn',
  'CreateProvisioningTemplate.response.templateName': 'ProvisioningTemplate.templateName',
  'CreateProvisioningTemplate.response.defaultVersionId': 'ProvisioningTemplate.defaultVersionId',

  'DescribeProvisioningTemplate.request.templateName': 'Query.provisioningTemplate(templateName:)',
  'DescribeProvisioningTemplate.response.templateArn': 'ProvisioningTemplate.templateArn',
  'DescribeProvisioningTemplate.response.templateName': 'ProvisioningTemplate.templateName',
  'DescribeProvisioningTemplate.response.description': 'ProvisioningTemplate.description',
  'DescribeProvisioningTemplate.response.creationDate': 'ProvisioningTemplate.creationDate',
  'DescribeProvisioningTemplate.response.lastModifiedDate': 'ProvisioningTemplate.lastModifiedDate',
  'DescribeProvisioningTemplate.response.defaultVersionId': 'ProvisioningTemplate.defaultVersionId',
  'DescribeProvisioningTemplate.response.templateBody': 'ProvisioningTemplate.templateBody',
  'DescribeProvisioningTemplate.response.enabled': 'ProvisioningTemplate.enabled',
  'DescribeProvisioningTemplate.response.provisioningRoleArn':
    'ProvisioningTemplate.provisioningRoleArn',
  'DescribeProvisioningTemplate.response.preProvisioningHook.payloadVersion':
    'PreProvisioningHook.payloadVersion',
  'DescribeProvisioningTemplate.response.preProvisioningHook.targetArn':
    'PreProvisioningHook.targetArn',
  'DescribeProvisioningTemplate.response.type': 'ProvisioningTemplate.type',

  'ListProvisioningTemplates.request.nextToken': 'Query.provisioningTemplates(after:)',
  'ListProvisioningTemplates.response.templates.templateArn': 'ProvisioningTemplate.templateArn',
  'ListProvisioningTemplates.response.templates.templateName': 'ProvisioningTemplate.templateName',
  'ListProvisioningTemplates.response.templates.description': 'ProvisioningTemplate.description',
  'ListProvisioningTemplates.response.templates.creationDate': 'ProvisioningTemplate.creationDate',
  'ListProvisioningTemplates.response.templates.lastModifiedDate':
    'ProvisioningTemplate.lastModifiedDate',
  'ListProvisioningTemplates.response.templates.enabled': 'ProvisioningTemplate.enabled',
  'ListProvisioningTemplates.response.templates.type': 'ProvisioningTemplate.type',
  'ListProvisioningTemplates.response.nextToken': 'PageInfo.endCursor',

  'RegisterCACertificate.request.caCertificate': 'RegisterCACertificateInput.caCertificate',
  'RegisterCACertificate.request.verificationCertificate':
    'RegisterCACertificateInput.verificationCertificate',
  'RegisterCACertificate.request.setAsActive': 'RegisterCACertificateInput.setAsActive',
  'RegisterCACertificate.request.allowAutoRegistration':
    'RegisterCACertificateInput.allowAutoRegistration',
  'RegisterCACertificate.request.registrationConfig.templateBody':
    'RegistrationConfigInput.templateBody',
  'RegisterCACertificate.request.registrationConfig.roleArn': 'RegistrationConfigInput.roleArn',
  'RegisterCACertificate.request.registrationConfig.templateName':
    'RegistrationConfigInput.templateName',
  'RegisterCACertificate.request.tags.Key': 'TagInput.key',
  'RegisterCACertificate.request.tags.Value': 'TagInput.value',
  'RegisterCACertificate.request.certificateMode': 'RegisterCACertificateInput.certificateMode',
  'RegisterCACertificate.response.certificateArn': 'CACertificate.certificateArn',
  'RegisterCACertificate.response.certificateId': 'CACertificate.certificateId',

  'DescribeCACertificate.request.certificateId': 'Query.caCertificate(certificateId:)',
  'DescribeCACertificate.response.certificateDescription.certificateArn':
    'CACertificate.certificateArn',
  'DescribeCACertificate.response.certificateDescription.certificateId':
    'CACertificate.certificateId',
  'DescribeCACertificate.response.certificateDescription.status': 'CACertificate.status',
  'DescribeCACertificate.response.certificateDescription.certificatePem':
    'CACertificate.certificatePem',
  'DescribeCACertificate.response.certificateDescription.ownedBy': 'CACertificate.ownedBy',
  'DescribeCACertificate.response.certificateDescription.creationDate':
    'CACertificate.creationDate',
  'DescribeCACertificate.response.certificateDescription.autoRegistrationStatus':
    'CACertificate.autoRegistrationStatus',
  'DescribeCACertificate.response.certificateDescription.lastModifiedDate':
    'CACertificate.lastModifiedDate',
  'DescribeCACertificate.response.certificateDescription.customerVersion':
    'CACertificate.customerVersion',
  'DescribeCACertificate.response.certificateDescription.generationId':
    'CACertificate.generationId',
  'DescribeCACertificate.response.certificateDescription.validity.notBefore':
    'CertificateValidity.notBefore',
  'DescribeCACertificate.response.certificateDescription.validity.notAfter':
    'CertificateValidity.notAfter',
  'DescribeCACertificate.response.certificateDescription.certificateMode':
    'CACertificate.certificateMode',
  'DescribeCACertificate.response.registrationConfig.templateBody':
    'InlineTemplateRegistration.templateBody',
  'DescribeCACertificate.response.registrationConfig.roleArn': 'InlineTemplateRegistration.roleArn',
  'DescribeCACertificate.response.registrationConfig.templateName':
    'NamedTemplateRegistration.templateName',

  'ListCACertificates.request.marker': 'Query.caCertificates(after:)',
  'ListCACertificates.request.ascendingOrder': 'Query.caCertificates(ascendingOrder:)',
  'ListCACertificates.request.templateName': 'CACertificateFilter.templateName',
  'ListCACertificates.response.certificates.certificateArn': 'CACertificate.certificateArn',
  'ListCACertificates.response.certificates.certificateId': 'CACertificate.certificateId',
  'ListCACertificates.response.certificates.status': 'CACertificate.status',
  'ListCACertificates.response.certificates.creationDate': 'CACertificate.creationDate',
  'ListCACertificates.response.nextMarker': 'PageInfo.endCursor',

  'UpdateCACertificate.request.certificateId': 'UpdateCACertificateInput.certificateId',
  'UpdateCACertificate.request.newStatus': 'UpdateCACertificateInput.newStatus',
  'UpdateCACertificate.request.newAutoRegistrationStatus':
    'UpdateCACertificateInput.newAutoRegistrationStatus',
  'UpdateCACertificate.request.registrationConfig.templateBody':
    'RegistrationConfigInput.templateBody',
  'UpdateCACertificate.request.registrationConfig.roleArn': 'RegistrationConfigInput.roleArn',
  'UpdateCACertificate.request.registrationConfig.templateName':
    'RegistrationConfigInput.templateName',
  'UpdateCACertificate.request.removeAutoRegistration':
    'UpdateCACertificateInput.removeAutoRegistration',
};

/** Members without a place, each for a reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'ListProvisioningTemplates.request.maxResults':
    'The gateway always asks for pages of 250, which cost the fewest calls; `first` is the window.',
  'ListCACertificates.request.pageSize':
    'The gateway always asks for pages of 250, which cost the fewest calls; `first` is the window.',
};

/** The other methods of the family. */
const FAMILY: Readonly<Record<string, string>> = {
  'UpdateProvisioningTemplate.request.templateName': 'UpdateProvisioningTemplateInput.templateName',
  'UpdateProvisioningTemplate.request.description': 'UpdateProvisioningTemplateInput.description',
  'UpdateProvisioningTemplate.request.enabled': 'UpdateProvisioningTemplateInput.enabled',
  'UpdateProvisioningTemplate.request.defaultVersionId':
    'SetDefaultProvisioningTemplateVersionInput.versionId',
  'UpdateProvisioningTemplate.request.provisioningRoleArn':
    'UpdateProvisioningTemplateInput.provisioningRoleArn',
  'UpdateProvisioningTemplate.request.preProvisioningHook.payloadVersion':
    'PreProvisioningHookInput.payloadVersion',
  'UpdateProvisioningTemplate.request.preProvisioningHook.targetArn':
    'PreProvisioningHookInput.targetArn',
  'UpdateProvisioningTemplate.request.removePreProvisioningHook':
    'UpdateProvisioningTemplateInput.removePreProvisioningHook',
  'DeleteProvisioningTemplate.request.templateName': 'DeleteProvisioningTemplateInput.templateName',

  'CreateProvisioningTemplateVersion.request.templateName':
    'CreateProvisioningTemplateVersionInput.templateName',
  'CreateProvisioningTemplateVersion.request.templateBody':
    'CreateProvisioningTemplateVersionInput.templateBody',
  'CreateProvisioningTemplateVersion.request.setAsDefault':
    'CreateProvisioningTemplateVersionInput.setAsDefault',
  'CreateProvisioningTemplateVersion.response.templateArn': 'ProvisioningTemplate.templateArn',
  'CreateProvisioningTemplateVersion.response.templateName': 'ProvisioningTemplate.templateName',
  'CreateProvisioningTemplateVersion.response.versionId': 'ProvisioningTemplateVersion.versionId',
  'CreateProvisioningTemplateVersion.response.isDefaultVersion':
    'ProvisioningTemplateVersion.isDefaultVersion',
  'DescribeProvisioningTemplateVersion.request.templateName': 'Query.node(id:)',
  'DescribeProvisioningTemplateVersion.request.versionId': 'Query.node(id:)',
  'DescribeProvisioningTemplateVersion.response.versionId': 'ProvisioningTemplateVersion.versionId',
  'DescribeProvisioningTemplateVersion.response.creationDate':
    'ProvisioningTemplateVersion.creationDate',
  'DescribeProvisioningTemplateVersion.response.templateBody':
    'ProvisioningTemplateVersion.templateBody',
  'DescribeProvisioningTemplateVersion.response.isDefaultVersion':
    'ProvisioningTemplateVersion.isDefaultVersion',
  'ListProvisioningTemplateVersions.request.templateName': 'ProvisioningTemplate.versions',
  'ListProvisioningTemplateVersions.request.nextToken': 'ProvisioningTemplate.versions(after:)',
  'ListProvisioningTemplateVersions.response.versions.versionId':
    'ProvisioningTemplateVersion.versionId',
  'ListProvisioningTemplateVersions.response.versions.creationDate':
    'ProvisioningTemplateVersion.creationDate',
  'ListProvisioningTemplateVersions.response.versions.isDefaultVersion':
    'ProvisioningTemplateVersion.isDefaultVersion',
  'ListProvisioningTemplateVersions.response.nextToken': 'PageInfo.endCursor',
  'DeleteProvisioningTemplateVersion.request.templateName':
    'DeleteProvisioningTemplateVersionInput.templateName',
  'DeleteProvisioningTemplateVersion.request.versionId':
    'DeleteProvisioningTemplateVersionInput.versionId',

  'CreateProvisioningClaim.request.templateName': 'CreateProvisioningClaimInput.templateName',
  'CreateProvisioningClaim.response.certificateId': 'ProvisioningClaim.certificateId',
  'CreateProvisioningClaim.response.certificatePem': 'ProvisioningClaim.certificatePem',
  'CreateProvisioningClaim.response.keyPair.PublicKey': 'ProvisioningClaim.publicKey',
  'CreateProvisioningClaim.response.keyPair.PrivateKey': 'ProvisioningClaim.privateKey',
  'CreateProvisioningClaim.response.expiration': 'ProvisioningClaim.expiration',

  'DeleteCACertificate.request.certificateId': 'DeleteCACertificateInput.certificateId',
  'GetRegistrationCode.response.registrationCode': 'Query.registrationCode',
  'ListCertificatesByCA.request.caCertificateId': 'CACertificate.certificates',
  'ListCertificatesByCA.request.marker': 'CACertificate.certificates(after:)',
  'ListCertificatesByCA.request.ascendingOrder': 'CACertificate.certificates(ascendingOrder:)',
  'ListCertificatesByCA.response.certificates.certificateArn': 'Certificate.certificateArn',
  'ListCertificatesByCA.response.certificates.certificateId': 'Certificate.certificateId',
  'ListCertificatesByCA.response.certificates.status': 'Certificate.status',
  'ListCertificatesByCA.response.certificates.certificateMode': 'Certificate.certificateMode',
  'ListCertificatesByCA.response.certificates.creationDate': 'Certificate.creationDate',
  'ListCertificatesByCA.response.nextMarker': 'PageInfo.endCursor',

  'TagResource.request.resourceArn': 'TagResourceInput.resourceArn',
  'TagResource.request.tags.Key': 'TagInput.key',
  'TagResource.request.tags.Value': 'TagInput.value',
  'UntagResource.request.resourceArn': 'UntagResourceInput.resourceArn',
  'UntagResource.request.tagKeys': 'UntagResourceInput.tagKeys',
  'ListTagsForResource.request.resourceArn': 'ProvisioningTemplate.tags',
  'ListTagsForResource.response.tags.Key': 'Tag.key',
  'ListTagsForResource.response.tags.Value': 'Tag.value',
};

const FAMILY_METHODS = [
  ...new Set(Object.keys(FAMILY).map((member) => member.split('.')[0] ?? '')),
  // Its request and its answer are empty.
  'DeleteRegistrationCode',
];

const FAMILY_EXCEPTIONS: Readonly<Record<string, string>> = {
  'ListProvisioningTemplateVersions.request.maxResults':
    'The gateway always asks for pages of 250; a template has 5 versions at most.',
  'ListCertificatesByCA.request.pageSize':
    'The gateway always asks for pages of 250, which cost the fewest calls; `first` is the window.',
  'ListTagsForResource.request.nextToken': 'All tags are read: a resource has 50 at most.',
  'ListTagsForResource.response.nextToken': 'All tags are read: a resource has 50 at most.',
};

// The SDK describes its shapes as arrays: [kind, namespace, name, traits, ...]; a structure (3) has
// member names and member shapes, a list (1) the shape of its members, an operation (9) its two ends.
const STRUCTURE = 3;
const LIST = 1;

function leaves(shape: unknown, path: string): string[] {
  const resolved = typeof shape === 'function' ? shape() : shape;
  if (!Array.isArray(resolved)) return [path];
  const [kind, , , , names, shapes] = resolved;
  if (kind === STRUCTURE) {
    return names.flatMap((name: string, index: number) => leaves(shapes[index], `${path}.${name}`));
  }
  if (kind === LIST) return leaves(names, path);
  // A member with traits of its own: [shape, traits].
  return resolved.length === 2 ? leaves(resolved[0], path) : [path];
}

function membersOf(method: string): string[] {
  const operation = (iot as unknown as Record<string, unknown[]>)[`${method}$`] ?? [];
  return [
    ...leaves(operation[4], `${method}.request`),
    ...leaves(operation[5], `${method}.response`),
  ].filter((path) => path.split('.').length > 2);
}

function exists(coordinate: string): boolean {
  const [, typeName, fieldName, argument] = /^(\w+)\.(\w+)(?:\((\w+):\))?$/.exec(coordinate) ?? [];
  const type = schema.getType(typeName ?? '');
  if (isInputObjectType(type)) return type.getFields()[fieldName ?? ''] !== undefined;
  if (!isObjectType(type)) return false;
  const field = type.getFields()[fieldName ?? ''];
  return argument === undefined
    ? field !== undefined
    : field?.args.some(({ name }) => name === argument) === true;
}

describe('the API change of 2022-08-04', () => {
  const members = METHODS.flatMap(membersOf);

  test('the walk through the SDK finds the members that the change is about', () => {
    expect(members).toEqual(
      expect.arrayContaining([
        'CreateProvisioningTemplate.request.type',
        'DescribeProvisioningTemplate.response.type',
        'ListProvisioningTemplates.response.templates.type',
        'RegisterCACertificate.request.registrationConfig.templateName',
        'DescribeCACertificate.response.registrationConfig.templateName',
        'ListCACertificates.request.templateName',
        'UpdateCACertificate.request.registrationConfig.templateName',
      ]),
    );
  });

  test('every member of its seven methods has a place in the schema, or a reason', () => {
    const known = [...Object.keys(PLACES), ...Object.keys(EXCEPTIONS)];
    expect(members.filter((member) => !known.includes(member))).toEqual([]);
    expect(known.filter((member) => !members.includes(member))).toEqual([]);
  });

  test.each(Object.entries(PLACES))('%s is %s', (_member, coordinate) => {
    expect(exists(coordinate)).toBe(true);
  });
});

describe('the rest of the family', () => {
  const members = FAMILY_METHODS.flatMap(membersOf);

  test('every member of its methods has a place in the schema, or a reason', () => {
    const known = [...Object.keys(FAMILY), ...Object.keys(FAMILY_EXCEPTIONS)];
    expect(members.filter((member) => !known.includes(member))).toEqual([]);
    expect(known.filter((member) => !members.includes(member))).toEqual([]);
  });

  test('with the seven methods of the change it is every action of provisioning', () => {
    const mutations = schema.getMutationType()?.getFields() ?? {};
    expect(Object.keys(mutations)).toContain('deleteRegistrationCode');
    const provisioning =
      /(?:ProvisioningTemplate|ProvisioningClaim|CACertificate|RegistrationCode|CertificatesByCA|TagResource|UntagResource|TagsForResource)/;
    const actions = Object.keys(iot).flatMap((name) => /^(\w+)Command$/.exec(name)?.[1] ?? []);
    const all = actions.filter((action) => provisioning.test(action));
    expect([...METHODS, ...FAMILY_METHODS].sort()).toEqual(all.sort());
  });

  test.each(Object.entries(FAMILY))('%s is %s', (_member, coordinate) => {
    expect(exists(coordinate)).toBe(true);
  });
});
