import { keyFault, readCertificate } from '../provisioning/x509.ts';
import { roleRefusal } from './arn.ts';
import type { AwsError } from './awsError.ts';
import type { SeedDocument } from './parseSeed.ts';
import { hookRefusal, templateBodyRefusal } from './provisioningTemplateRecord.ts';
import { registrationConfigRefusal } from './registrationConfig.ts';
import { resourceLimits } from './resourceLimits.ts';
import { numberedVersions } from './seed.ts';
import { readOutlines, type SeedCA, signersOf } from './seedIssuers.ts';
import { mergeTags, tagsRefusal } from './tagSet.ts';

/** Where a value stands, and what is wrong with it; no second part when nothing is. */
type Check = readonly [path: string, problem: string | AwsError | undefined];

const choices = { attachFleetTemplate: 'refuse', unassumableRoleArns: [] } as const;

/** What a well-formed seed holds that AWS would not: `path: problem` for each, empty when sound. */
export function seedProblems(document: SeedDocument): string[] {
  const cas = readOutlines(document.caCertificates);
  return [
    ...document.templates.flatMap((_, index) => templateChecks(document, index)),
    ...document.caCertificates.flatMap((_, index) => caChecks(document, index, cas)),
    ...document.certificates.flatMap((_, index) => certificateChecks(document, index, cas)),
  ].flatMap(([path, problem]) => {
    if (problem === undefined) return [];
    return [`${path}: ${typeof problem === 'string' ? problem : problem.message}`];
  });
}

function templateChecks(document: SeedDocument, index: number): Check[] {
  const item = document.templates[index];
  if (item === undefined) return [];
  const path = `templates[${index}]`;
  const versions = numberedVersions(item.versions);
  const ids = versions.map((version) => version.versionId);
  const isNameTaken = document.templates
    .slice(0, index)
    .some((other) => other.templateName === item.templateName);
  const { defaultVersionId } = item;
  return [
    [`${path}.templateName`, when(isNameTaken, 'another template has this name')],
    [`${path}.preProvisioningHook`, hookRefusal(item.preProvisioningHook, item.type)],
    [`${path}.provisioningRoleArn`, roleRefusal(item.provisioningRoleArn, [])],
    [
      `${path}.versions`,
      when(
        ids.some((id, place) => id <= (ids[place - 1] ?? 0)),
        'version ids must grow',
      ),
    ],
    [
      `${path}.defaultVersionId`,
      when(
        defaultVersionId !== undefined && !ids.includes(defaultVersionId),
        'there is no such version',
      ),
    ],
    ...versions.map(
      (version, place): Check => [
        `${path}.versions[${place}].templateBody`,
        templateBodyRefusal(version.templateBody),
      ],
    ),
    [`${path}.tags`, tagProblem(item.tags)],
  ];
}

function caChecks(document: SeedDocument, index: number, cas: readonly SeedCA[]): Check[] {
  const item = document.caCertificates[index];
  if (item === undefined) return [];
  const path = `caCertificates[${index}]`;
  const config = item.registrationConfig;
  const findTemplate = (templateName: string) =>
    document.templates.find((template) => template.templateName === templateName);
  return [
    [`${path}.certificatePem`, caProblem(item.certificatePem, index, cas)],
    [
      `${path}.registrationConfig`,
      config && registrationConfigRefusal(config, findTemplate, choices),
    ],
    [`${path}.tags`, tagProblem(item.tags)],
  ];
}

function caProblem(pem: string, index: number, cas: readonly SeedCA[]): string | undefined {
  const certificate = readCertificate(pem);
  if (certificate.kind === 'unreadable') return certificate.message;
  if (!certificate.isCA) return 'basicConstraints do not say CA:TRUE';
  const earlier = cas.filter((ca) => ca.index < index).map((ca) => ca.outline);
  if (earlier.some((other) => other.certificateId === certificate.certificateId)) {
    return 'this certificate stands in the seed twice';
  }
  const { subjectDigest } = certificate;
  const sameSubject = earlier.filter((other) => other.subjectDigest === subjectDigest);
  if (sameSubject.length >= resourceLimits.caCertificatesPerSubject) {
    return `more than ${resourceLimits.caCertificatesPerSubject} certificates have this subject`;
  }
  return keyFault(certificate.key);
}

function certificateChecks(document: SeedDocument, index: number, cas: readonly SeedCA[]): Check[] {
  const item = document.certificates[index];
  if (item === undefined) return [];
  const path = `certificates[${index}].certificatePem`;
  const certificate = readCertificate(item.certificatePem);
  if (certificate.kind === 'unreadable') return [[path, certificate.message]];
  const signers = signersOf({ ...item, index, outline: certificate }, cas);
  const isTwice = document.certificates
    .slice(0, index)
    .some((other) => other.certificatePem === item.certificatePem);
  return [
    [path, keyFault(certificate.key)],
    [path, when(isTwice, 'this certificate stands in the seed twice')],
    [path, when(signers.length === 0, 'no CA certificate of this seed signed it')],
    [path, when(signers.length > 1, 'several CA certificates could have signed it: name one')],
  ];
}

function tagProblem(tags: Readonly<Record<string, string>>): AwsError | undefined {
  return tagsRefusal(
    mergeTags(
      [],
      Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    ),
  );
}

function when(isWrong: boolean, problem: string): string | undefined {
  return isWrong ? problem : undefined;
}
