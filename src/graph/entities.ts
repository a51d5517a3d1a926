import type {
  CACertificateConstants,
  CACertificateDetail,
  CACertificateRow,
  CertificateDetail,
  CertificateRow,
  Edge,
  TemplateDetail,
  TemplateRow,
} from '../upstream/questions.ts';
import type { TemplateLife, VersionDetail, VersionRow } from '../upstream/versionQuestions.ts';
import type { Connection } from './connection.ts';

/**
 * What an operation knows of a thing. The key is always there (a ref); `row` is there once a list
 * has shown it, `detail` once it was described. A detail brings its row with it.
 */
export interface TemplateEntity {
  readonly kind: 'ProvisioningTemplate';
  readonly templateName: string;
  readonly templateArn: string;
  row?: TemplateRow;
  detail?: TemplateDetail;
}

export interface VersionEntity {
  readonly kind: 'ProvisioningTemplateVersion';
  readonly templateName: string;
  readonly templateArn: string;
  readonly versionId: number;
  row?: VersionRow;
  detail?: VersionDetail;
  /** The template through which it was reached. */
  life?: TemplateLife;
  /** What was once read of it. */
  body?: string | undefined;
}

export interface CACertificateEntity {
  readonly kind: 'CACertificate';
  readonly certificateId: string;
  readonly certificateArn: string;
  row?: CACertificateRow;
  detail?: CACertificateDetail;
  /** What was once described of this life of the CA and cannot have changed since. */
  constants?: CACertificateConstants;
  /** Which template it names, from its detail or from the list of a template. */
  edge?: Edge;
}

export interface CertificateEntity {
  readonly kind: 'Certificate';
  readonly certificateId: string;
  readonly certificateArn: string;
  row?: CertificateRow;
  detail?: CertificateDetail;
  /** The CA under which a list showed this certificate. */
  listedUnder?: string;
}

export type Entity = TemplateEntity | VersionEntity | CACertificateEntity | CertificateEntity;

export type TemplateEntityConnection = Connection<TemplateEntity>;
export type VersionEntityConnection = Connection<VersionEntity>;
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
