import type {
  CACertificate,
  CACertificateDescription,
  Certificate,
  CertificateDescription,
  DescribeProvisioningTemplateResponse,
  ProvisioningTemplateSummary,
  RegistrationConfig,
} from '@aws-sdk/client-iot';
import type { Connection } from './connection.ts';

/**
 * What an operation knows of a thing. The key is always there (a ref); `row` is there once a list
 * has shown it, `detail` once it was described. A detail brings its row with it.
 */
export interface TemplateEntity {
  readonly kind: 'ProvisioningTemplate';
  readonly templateName: string;
  readonly templateArn: string;
  row?: ProvisioningTemplateSummary;
  detail?: DescribeProvisioningTemplateResponse;
}

export interface CACertificateEntity {
  readonly kind: 'CACertificate';
  readonly certificateId: string;
  readonly certificateArn: string;
  row?: CACertificate;
  detail?: CACertificateDetail;
  /** The template under which a list showed this CA: it has that template, without a Describe. */
  listedUnder?: string;
}

/** DescribeCACertificate answers the registration beside the description. */
export interface CACertificateDetail extends CACertificateDescription {
  readonly registrationConfig?: RegistrationConfig | undefined;
}

export interface CertificateEntity {
  readonly kind: 'Certificate';
  readonly certificateId: string;
  readonly certificateArn: string;
  row?: Certificate;
  detail?: CertificateDescription;
  /** The CA under which a list showed this certificate. */
  listedUnder?: string;
}

export type Entity = TemplateEntity | CACertificateEntity | CertificateEntity;

export type TemplateEntityConnection = Connection<TemplateEntity>;
export type CACertificateEntityConnection = Connection<CACertificateEntity>;
export type CertificateEntityConnection = Connection<CertificateEntity>;

/** A registration that names a template, with the CA that carries it. */
export interface NamedRegistration {
  readonly kind: 'NamedTemplateRegistration';
  readonly templateName: string;
  readonly roleArn: string | null;
  readonly caCertificate: CACertificateEntity;
}

/** A registration with a body of its own. */
export interface InlineRegistration {
  readonly kind: 'InlineTemplateRegistration';
  readonly templateBody: string | null;
  readonly roleArn: string | null;
}
