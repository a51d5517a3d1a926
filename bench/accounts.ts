import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type {
  DescribeCACertificateRequest,
  DescribeCACertificateResponse,
  DescribeProvisioningTemplateRequest,
  DescribeProvisioningTemplateResponse,
  ListCACertificatesRequest,
  ListCACertificatesResponse,
  ListProvisioningTemplatesRequest,
  ListProvisioningTemplatesResponse,
} from '@aws-sdk/client-iot';
import { AwsError } from '../src/controlplane/awsError.ts';
import type { Rule } from '../src/controlplane/contract.ts';
import { readPage } from '../src/controlplane/paging.ts';
import type { Seed } from '../src/controlplane/seedFormat.ts';
import type { ControlPlaneOptions } from '../src/controlplane/server.ts';
import { certificatePem, issueCertificate } from '../src/provisioning/issueCertificate.ts';

/** An account in figures. CA number i is older than CA number i + 1. */
export interface AccountShape {
  readonly caCertificates: number;
  readonly templates: number;
  /** How many of the templates are of type JITP; the CAs name them in turn. */
  readonly jitpTemplates: number;
  /** Every so many CAs, one names no template; 0 for none. */
  readonly unnamedEvery: number;
}

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/provisioning`;

const FIRST_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
/** Beyond this many CAs, signing a certificate for each takes longer than the measurement. */
const MOST_SIGNED = 5000;

/** Ten templates, five of them of type JITP and shared evenly by all CAs. */
export function account(caCertificates: number, unnamedEvery = 0): AccountShape {
  return { caCertificates, templates: 10, jitpTemplates: 5, unnamedEvery };
}

/** JITP templates come at even places, as far as there are enough of each kind. */
export function isJitp(index: number, { templates, jitpTemplates }: AccountShape): boolean {
  return (
    Math.floor(((index + 1) * jitpTemplates) / templates) >
    Math.floor((index * jitpTemplates) / templates)
  );
}

export function templateNameOf(index: number): string {
  return `fleet-${String(index).padStart(4, '0')}`;
}

export function jitpNames(shape: AccountShape): string[] {
  return Array.from({ length: shape.templates }, (_, index) => index)
    .filter((index) => isJitp(index, shape))
    .map(templateNameOf);
}

/** The template that a CA names, null for none. */
export function namedBy(
  index: number,
  shape: AccountShape,
  names: readonly string[],
): string | null {
  if (shape.unnamedEvery > 0 && index % shape.unnamedEvery === 0) return null;
  return names[index % names.length] ?? null;
}

export function bodyOf(templateName: string): string {
  return JSON.stringify({
    Parameters: { 'AWS::IoT::Certificate::Id': { Type: 'String' } },
    Resources: {
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'ACTIVE' },
      },
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: { Ref: 'AWS::IoT::Certificate::Id' },
          ThingGroups: [templateName],
        },
      },
    },
  });
}

/** What a control plane needs to serve the account: a seed, or for large ones rules of its own. */
export function accountOptions(shape: AccountShape): ControlPlaneOptions {
  return shape.caCertificates <= MOST_SIGNED
    ? { seeds: [seedOf(shape)] }
    : { rules: syntheticRules(shape) };
}

function seedOf(shape: AccountShape): Seed {
  const names = jitpNames(shape);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const publicKey = createPublicKey(privateKey);
  const caCertificates = Array.from({ length: shape.caCertificates }, (_, index) => {
    const subject = [['CN', `Bench CA ${index}`]] as const;
    const der = issueCertificate({
      serialNumberHex: '01',
      issuer: subject,
      subject,
      notBeforeMs: FIRST_MS,
      notAfterMs: FIRST_MS + 3650 * DAY_MS,
      publicKey,
      signingKey: privateKey,
      profile: 'ca',
    });
    const templateName = namedBy(index, shape, names);
    return {
      certificatePem: certificatePem(der),
      status: 'ACTIVE' as const,
      autoRegistrationStatus: 'ENABLE' as const,
      certificateMode: 'SNI_ONLY' as const,
      creationDate: new Date(FIRST_MS + index * 1000),
      ...(templateName === null ? {} : { registrationConfig: { templateName } }),
    };
  });
  const templates = Array.from({ length: shape.templates }, (_, index) => ({
    templateName: templateNameOf(index),
    description: `Template ${index} of the bench`,
    type: isJitp(index, shape) ? ('JITP' as const) : ('FLEET_PROVISIONING' as const),
    enabled: true,
    provisioningRoleArn: ROLE,
    creationDate: new Date(FIRST_MS + index * 1000),
    versions: [{ templateBody: bodyOf(templateNameOf(index)) }],
  }));
  return { account: ACCOUNT, region: REGION, templates, caCertificates };
}

/** The two lists and the two Describes over records that are made when they are asked for. */
function syntheticRules(shape: AccountShape): NonNullable<ControlPlaneOptions['rules']> {
  const names = jitpNames(shape);
  const count = shape.caCertificates;
  const ids = Array.from({ length: count }, (_, index) => idOf(index));
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const all = ids.map((_, index) => index);
  const byTemplate = new Map<string, number[]>(names.map((name) => [name, []]));
  for (const index of all) byTemplate.get(namedBy(index, shape, names) ?? '')?.push(index);

  const row = (index: number) => ({
    certificateArn: `arn:aws:iot:${REGION}:${ACCOUNT}:cacert/${ids[index]}`,
    certificateId: ids[index] ?? '',
    status: 'ACTIVE' as const,
    creationDate: new Date(FIRST_MS + index * 1000),
  });
  const listCACertificates: Rule<ListCACertificatesRequest, ListCACertificatesResponse> = (
    { templateName, ascendingOrder: ascending = false, pageSize, marker },
    context,
  ) => {
    const listed = templateName === undefined ? all : (byTemplate.get(templateName) ?? []);
    const page = readPage(
      { list: 'cacertificates', filter: templateName, ascending, pageSize, token: marker },
      context,
      (after, limit) => {
        const places = after === undefined ? 0 : after + 1;
        return Array.from({ length: Math.min(limit, listed.length - places) }, (_, offset) => ({
          place: places + offset,
          index: listed[ascending ? places + offset : listed.length - 1 - places - offset] ?? 0,
        }));
      },
      ({ place }) => place,
    );
    return {
      certificates: page.items.map(({ index }) => row(index)),
      ...(page.nextToken && { nextMarker: page.nextToken }),
    };
  };
  const pem = seedOf({ ...shape, caCertificates: 1 }).caCertificates?.[0]?.certificatePem ?? '';
  const describeCACertificate: Rule<
    DescribeCACertificateRequest,
    DescribeCACertificateResponse
  > = ({ certificateId = '' }) => {
    const index = indexOf.get(certificateId);
    if (index === undefined) throw new AwsError('ResourceNotFoundException', 'No such CA.');
    const templateName = namedBy(index, shape, names);
    return {
      certificateDescription: {
        ...row(index),
        certificatePem: pem,
        ownedBy: ACCOUNT,
        autoRegistrationStatus: 'ENABLE',
        lastModifiedDate: new Date(FIRST_MS),
        customerVersion: 1,
        generationId: '00000000-0000-4000-8000-000000000000',
        validity: { notBefore: new Date(FIRST_MS), notAfter: new Date(FIRST_MS + 3650 * DAY_MS) },
        certificateMode: 'SNI_ONLY',
      },
      ...(templateName === null ? {} : { registrationConfig: { templateName } }),
    };
  };
  return {
    ListCACertificates: listCACertificates,
    DescribeCACertificate: describeCACertificate,
    ...templateRules(shape),
  };
}

function templateRules(shape: AccountShape) {
  const row = (index: number) => ({
    templateArn: `arn:aws:iot:${REGION}:${ACCOUNT}:provisioningtemplate/${templateNameOf(index)}`,
    templateName: templateNameOf(index),
    description: `Template ${index} of the bench`,
    creationDate: new Date(FIRST_MS + index * 1000),
    lastModifiedDate: new Date(FIRST_MS + index * 1000),
    enabled: true,
    type: isJitp(index, shape) ? ('JITP' as const) : ('FLEET_PROVISIONING' as const),
  });
  const rows = Array.from({ length: shape.templates }, (_, index) => row(index));
  const list: Rule<ListProvisioningTemplatesRequest, ListProvisioningTemplatesResponse> = (
    { maxResults, nextToken },
    context,
  ) => {
    const page = readPage(
      { list: 'templates', ascending: true, pageSize: maxResults, token: nextToken },
      context,
      (after, limit) => {
        const start = after === undefined ? 0 : after + 1;
        return rows
          .slice(start, start + limit)
          .map((item, offset) => ({ item, place: start + offset }));
      },
      ({ place }) => place,
    );
    return {
      templates: page.items.map(({ item }) => item),
      ...(page.nextToken && { nextToken: page.nextToken }),
    };
  };
  const describe: Rule<
    DescribeProvisioningTemplateRequest,
    DescribeProvisioningTemplateResponse
  > = ({ templateName }) => {
    const found = rows.find((item) => item.templateName === templateName);
    if (found === undefined) throw new AwsError('ResourceNotFoundException', 'No such template.');
    return {
      ...found,
      defaultVersionId: 1,
      templateBody: bodyOf(found.templateName),
      provisioningRoleArn: ROLE,
    };
  };
  return { ListProvisioningTemplates: list, DescribeProvisioningTemplate: describe };
}

function idOf(index: number): string {
  return createHash('sha256').update(`Bench CA ${index}`).digest('hex');
}
