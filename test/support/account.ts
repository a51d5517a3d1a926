import { createHash } from 'node:crypto';
import type { Seed } from '../../src/controlplane/seedFormat.ts';
import { makeCA, makePrivateKey } from './pki.ts';

export interface AccountOptions {
  /** Templates of type JITP, each with how many CAs name it. */
  readonly jitp: Readonly<Record<string, number>>;
  /** Templates of type FLEET_PROVISIONING. */
  readonly fleet?: readonly string[];
  /** CAs that name no template. */
  readonly unnamed?: number;
  /** When everything was created. */
  readonly createdMs: number;
}

export interface Account {
  readonly seed: Seed;
  /** The ids of the CAs that name a template, or none under the key ''; in order of creation. */
  readonly idsOf: ReadonlyMap<string, readonly string[]>;
}

const ROLE = 'arn:aws:iam::123456789012:role/provisioning';

/** The data of an account of any size; all CAs have one key, for keys take long to make. */
export function makeAccount({ jitp, fleet = [], unnamed = 0, createdMs }: AccountOptions): Account {
  const privateKey = makePrivateKey();
  const creationDate = new Date(createdMs);
  const idsOf = new Map<string, string[]>();
  const caCertificates: Seed['caCertificates'] = [];
  for (const [templateName, count] of [...Object.entries(jitp), ['', unnamed] as const]) {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const ca = makeCA({ privateKey, subject: [['CN', `${templateName || 'unnamed'} ${index}`]] });
      ids.push(createHash('sha256').update(ca.der).digest('hex'));
      caCertificates.push({
        certificatePem: ca.pem,
        creationDate,
        ...(templateName !== '' && { registrationConfig: { templateName } }),
      });
    }
    idsOf.set(templateName, ids);
  }
  const template = (templateName: string, type: 'JITP' | 'FLEET_PROVISIONING') => ({
    templateName,
    type,
    creationDate,
    provisioningRoleArn: ROLE,
    versions: [{ templateBody: '{"Resources":{}}' }],
  });
  const templates = [
    ...Object.keys(jitp).map((name) => template(name, 'JITP')),
    ...fleet.map((name) => template(name, 'FLEET_PROVISIONING')),
  ];
  return { seed: { templates, caCertificates }, idsOf };
}
