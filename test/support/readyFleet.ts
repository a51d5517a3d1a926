import { createHash } from 'node:crypto';
import { IoTClient } from '@aws-sdk/client-iot';
import type { Seed } from '../../src/controlplane/seedFormat.ts';
import { ACCOUNT, type Harness, REGION, START_MS } from './harness.ts';
import { makeCA, makeLeaf, makePrivateKey, type TestCertificate } from './pki.ts';

type SeedCA = NonNullable<Seed['caCertificates']>[number];
type SeedTemplate = NonNullable<Seed['templates']>[number];

export const ROLE = 'arn:aws:iam::123456789012:role/provisioning';
const CREATED = new Date(START_MS - 86_400_000);

/** A body of type JITP that nothing can be said against. */
export const SOUND_BODY = JSON.stringify({
  Parameters: {
    'AWS::IoT::Certificate::CommonName': { Type: 'String' },
    'AWS::IoT::Certificate::Id': { Type: 'String' },
  },
  Resources: {
    kettle: {
      Type: 'AWS::IoT::Thing',
      Properties: { ThingName: { Ref: 'AWS::IoT::Certificate::CommonName' } },
    },
    idCard: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'ACTIVE' },
    },
    rights: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'KettlePolicy' } },
  },
});

/** A template of type JITP, enabled and sound unless told otherwise. */
export function jitpTemplate(templateName: string, more: Partial<SeedTemplate> = {}): SeedTemplate {
  return {
    templateName,
    type: 'JITP',
    enabled: true,
    creationDate: CREATED,
    provisioningRoleArn: ROLE,
    versions: [{ templateBody: SOUND_BODY }],
    ...more,
  };
}

export interface SeededCA {
  readonly seed: SeedCA;
  readonly certificateId: string;
  readonly certificate: TestCertificate;
}

/** Makes CAs that are ready but for the template; all have one key, for keys take long to make. */
export function caMaker(): (
  name: string,
  more?: Partial<SeedCA> & { readonly notAfterMs?: number },
) => SeededCA {
  const privateKey = makePrivateKey();
  return (name, { notAfterMs, ...more } = {}) => {
    const certificate = makeCA({
      privateKey,
      subject: [['CN', name]],
      ...(notAfterMs === undefined ? {} : { notAfterMs }),
    });
    return {
      certificate,
      certificateId: createHash('sha256').update(certificate.der).digest('hex'),
      seed: {
        certificatePem: certificate.pem,
        status: 'ACTIVE',
        autoRegistrationStatus: 'ENABLE',
        creationDate: CREATED,
        ...more,
      },
    };
  };
}

/** Device certificates that a CA signed, for a seed. */
export function devicesOf(
  { certificate, certificateId }: SeededCA,
  statuses: ReadonlyArray<'ACTIVE' | 'INACTIVE' | 'PENDING_ACTIVATION'>,
): NonNullable<Seed['certificates']> {
  return statuses.map((status, index) => ({
    certificatePem: makeLeaf(certificate, { subject: [['CN', `device-${index}`]] }).pem,
    caCertificateId: certificateId,
    status,
  }));
}

/** A second client of AWS, which acts behind the gateway; the caller destroys it. */
export function otherClient({ plane }: Harness): IoTClient {
  return new IoTClient({
    region: REGION,
    endpoint: plane.url,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
  });
}
