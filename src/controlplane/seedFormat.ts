// Written out, not inferred from the checks in parseSeed.ts: the package publishes it, and comes without zod.

import type { CertificateRecord } from './contract.ts';

/**
 * What a control plane is filled with before its first request, as it is written;
 * docs/control-plane.md has the defaults of what is left out.
 */
export interface Seed {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly registrationCode?: string | undefined;
  readonly templates?: SeedTemplate[] | undefined;
  readonly caCertificates?: SeedCACertificate[] | undefined;
  readonly certificates?: SeedDeviceCertificate[] | undefined;
}

/** A date, or ISO 8601 with a time zone. */
type SeedDate = Date | string;

/** Text, kept byte for byte, or an object, written with an indent of two. */
type SeedBody = string | Readonly<Record<string, unknown>>;

interface SeedTemplate {
  readonly templateName: string;
  readonly description?: string | undefined;
  readonly type?: 'FLEET_PROVISIONING' | 'JITP' | undefined;
  readonly enabled?: boolean | undefined;
  readonly provisioningRoleArn: string;
  readonly preProvisioningHook?:
    | { readonly payloadVersion?: string | undefined; readonly targetArn: string }
    | undefined;
  readonly defaultVersionId?: number | undefined;
  readonly creationDate?: SeedDate | undefined;
  readonly lastModifiedDate?: SeedDate | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly versions: ReadonlyArray<{
    readonly versionId?: number | undefined;
    readonly templateBody: SeedBody;
    readonly creationDate?: SeedDate | undefined;
  }>;
}

interface SeedCACertificate {
  readonly certificatePem: string;
  readonly status?: 'ACTIVE' | 'INACTIVE' | undefined;
  readonly autoRegistrationStatus?: 'ENABLE' | 'DISABLE' | undefined;
  readonly certificateMode?: 'DEFAULT' | 'SNI_ONLY' | undefined;
  readonly registrationConfig?:
    | {
        readonly templateName?: string | undefined;
        readonly templateBody?: SeedBody | undefined;
        readonly roleArn?: string | undefined;
      }
    | undefined;
  readonly creationDate?: SeedDate | undefined;
  readonly lastModifiedDate?: SeedDate | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

interface SeedDeviceCertificate {
  readonly certificatePem: string;
  readonly caCertificateId?: string | undefined;
  readonly status?: CertificateRecord['status'] | undefined;
  readonly creationDate?: SeedDate | undefined;
  readonly lastModifiedDate?: SeedDate | undefined;
}
