import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TemplateEntity, VersionEntity, CACertificateEntity, CertificateEntity, TemplateEntityConnection, VersionEntityConnection, CACertificateEntityConnection, CertificateEntityConnection, NamedRegistration, InlineRegistration } from '../graph/entities.ts';
import type { Change as RecordedChange } from '../journal/change.ts';
import type { ChangePage } from '../graph/changes.ts';
import type { PreviewAnswer } from '../graph/preview.ts';
import type { TemplateOutcome, TemplateDeletionOutcome, VersionOutcome, VersionDeletionOutcome, TagOutcome, RegistrationCodeOutcome, CACertificateOutcome, CACertificateDeletionOutcome, AttachOutcome } from '../graph/mutation.ts';
import type { Operation, MigrationGroup } from '../bulk/operation.ts';
import type { Item } from '../bulk/item.ts';
import type { OperationConnection, ItemConnection, BulkOutcome } from '../graph/bulkOutcome.ts';
import type { CAState } from '../bulk/registration.ts';
import type { GraphContext } from '../graph/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant in UTC, RFC 3339, millisecond precision: 2026-01-31T12:00:00.000Z. */
  DateTime: { input: Date; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
};

/** Which plan to apply. */
export type ApplyPlanInput = {
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The id of the plan. */
  planId: Scalars['ID']['input'];
};

/** The answer to applyPlan. */
export type ApplyPlanPayload = {
  __typename?: 'ApplyPlanPayload';
  /** The operation; null when it was not started. */
  bulkOperation?: Maybe<BulkOperation>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why it was not done; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although it was done. */
  warnings: Array<Warning>;
};

/** Which template a CA certificate is to name. */
export type AttachProvisioningTemplateInput = {
  /** Set the CA to ACTIVE in the same step. */
  activate?: InputMaybe<Scalars['Boolean']['input']>;
  /** The CA, 64 hexadecimal characters. */
  certificateId: Scalars['String']['input'];
  /** Enable auto registration in the same step; without it devices are not provisioned. */
  enableAutoRegistration?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * How the CA was registered when the caller last looked; nothing is written when it no longer is. AWS
   * has no conditional update: a change between this look and the write, some milliseconds, is not seen.
   */
  expectedRegistration?: InputMaybe<ExpectedRegistrationInput>;
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The template, of type JITP. */
  templateName: Scalars['String']['input'];
};

/** The answer to attachProvisioningTemplate. */
export type AttachProvisioningTemplatePayload = {
  __typename?: 'AttachProvisioningTemplatePayload';
  /** The CA as read after the change; null when it was not changed. */
  caCertificate?: Maybe<CACertificate>;
  /** What was expected and what is, when the CA is not registered as expected; null otherwise. */
  conflict?: Maybe<RegistrationConflict>;
  /** The template that the CA names now; null when nothing was changed. */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** Why devices may still not be provisioned: template disabled, CA inactive, auto registration off. */
  warnings: Array<Warning>;
};

/** Whether a device certificate is registered by itself when its device first connects. */
export type AutoRegistrationStatus =
  /** Not registered. */
  | 'DISABLE'
  /** Registered by itself, and provisioned when the CA has a registration. */
  | 'ENABLE';

/** Calls of one AWS action. */
export type BulkActionPrice = {
  __typename?: 'BulkActionPrice';
  /** The AWS IoT action. */
  action: Scalars['String']['output'];
  /** How many. */
  calls: Scalars['Int']['output'];
};

/** One CA of a bulk operation. */
export type BulkItem = {
  __typename?: 'BulkItem';
  /** As it is to be; null where nothing can be done. */
  after?: Maybe<CARegistrationState>;
  /** As it was when it was planned; null when it was not there. */
  before?: Maybe<CARegistrationState>;
  /** The CA. */
  certificateId: Scalars['String']['output'];
  /** Why, for REFUSED, CONFLICT and FAILED; null for other outcomes. */
  code?: Maybe<ErrorCode>;
  /** As it was found instead, for CONFLICT; null for other outcomes. */
  found?: Maybe<CARegistrationState>;
  /** The same in words. */
  message?: Maybe<Scalars['String']['output']>;
  /** What became of it. */
  outcome: BulkItemOutcome;
};

/** A page of the CAs of a bulk operation. */
export type BulkItemConnection = {
  __typename?: 'BulkItemConnection';
  /** The page, each CA with its cursor. */
  edges: Array<BulkItemEdge>;
  /** The page, without cursors. */
  nodes: Array<BulkItem>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
};

/** One CA of a page. */
export type BulkItemEdge = {
  __typename?: 'BulkItemEdge';
  /** Where this edge stands in the connection; opaque. */
  cursor: Scalars['String']['output'];
  /** The CA and what becomes of it. */
  node: BulkItem;
};

/** What became of one CA of a bulk operation. */
export type BulkItemOutcome =
  /** Changed as planned. */
  | 'CHANGED'
  /** Somebody else changed it since it was planned; nothing was written over that. */
  | 'CONFLICT'
  /** It could not be changed. */
  | 'FAILED'
  /** A change is planned, and not made yet. */
  | 'PENDING'
  /** Nothing can be done, as the plan found. */
  | 'REFUSED'
  /** It was already as it should be; nothing was written. */
  | 'UNCHANGED';

/**
 * A plan to change many CA certificates, and once it is applied the operation that it became. Its calls
 * wait for their permits behind those of all other operations.
 */
export type BulkOperation = {
  __typename?: 'BulkOperation';
  /** Who applied it; null before. The journal of changes names it for each change. */
  appliedBy?: Maybe<Scalars['String']['output']>;
  /** How many CAs have which outcome. */
  counts: BulkOperationCounts;
  /** When it was planned. */
  creationDate: Scalars['DateTime']['output'];
  /**
   * Whether it survives a restart of the gateway: true where the gateway keeps records
   * (IOTGW_DATA_DIR); a gateway that starts again then goes on with it by itself.
   */
  durable: Scalars['Boolean']['output'];
  /** When it was over; null before. */
  endDate?: Maybe<Scalars['DateTime']['output']>;
  /** The templates of an INLINE_MIGRATION; empty for other kinds. */
  groups: Array<InlineMigrationGroup>;
  /** The id of the plan and of the operation; opaque. */
  id: Scalars['ID']['output'];
  /** The CAs, in the order of the plan. Costs no call. */
  items: BulkItemConnection;
  /** What it does. */
  kind: BulkOperationKind;
  /** When a PAUSED operation goes on by itself; null in other states. */
  pausedUntil?: Maybe<Scalars['DateTime']['output']>;
  /** Who planned it. */
  plannedBy: Scalars['String']['output'];
  /** What applying the whole plan costs when nothing goes wrong. */
  price: BulkOperationPrice;
  /** Why it is PAUSED or FAILED; null in other states. */
  reason?: Maybe<BulkOperationReason>;
  /**
   * How long what is left will take, in milliseconds: by the quota, or at the pace so far where that is
   * more; 0 when it is over, and before it begins where the upstream has no quotas.
   */
  remainingMs: Scalars['Float']['output'];
  /** The operation that a REVERT undoes; null for other kinds. */
  revertedOperationId?: Maybe<Scalars['ID']['output']>;
  /** When it was applied; null before. */
  startDate?: Maybe<Scalars['DateTime']['output']>;
  /** How far it is. */
  state: BulkOperationState;
  /** The template that an ATTACH attaches; null for other kinds. */
  templateName?: Maybe<Scalars['String']['output']>;
};


/**
 * A plan to change many CA certificates, and once it is applied the operation that it became. Its calls
 * wait for their permits behind those of all other operations.
 */
export type BulkOperationitemsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  outcome?: InputMaybe<Array<BulkItemOutcome>>;
};

/** A page of bulk operations. */
export type BulkOperationConnection = {
  __typename?: 'BulkOperationConnection';
  /** The page, each operation with its cursor. */
  edges: Array<BulkOperationEdge>;
  /** The page, without cursors. */
  nodes: Array<BulkOperation>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
};

/** How many CAs of a bulk operation have which outcome. */
export type BulkOperationCounts = {
  __typename?: 'BulkOperationCounts';
  /** Changed. */
  changed: Scalars['Int']['output'];
  /** Were changed by somebody else since they were planned, and left so. */
  conflict: Scalars['Int']['output'];
  /** Could not be changed. */
  failed: Scalars['Int']['output'];
  /** To be changed, and not changed yet. */
  pending: Scalars['Int']['output'];
  /** Cannot be changed, as the plan found. */
  refused: Scalars['Int']['output'];
  /** All CAs of the plan. */
  total: Scalars['Int']['output'];
  /** Were already as they should be. */
  unchanged: Scalars['Int']['output'];
};

/** One bulk operation of a page. */
export type BulkOperationEdge = {
  __typename?: 'BulkOperationEdge';
  /** Where this edge stands in the connection; opaque. */
  cursor: Scalars['String']['output'];
  /** The plan or operation. */
  node: BulkOperation;
};

/** What a bulk operation does. */
export type BulkOperationKind =
  /** Makes CAs name a template. */
  | 'ATTACH'
  /** Takes the registration off CAs. */
  | 'DETACH'
  /** Moves bodies that CAs carry themselves to named templates. */
  | 'INLINE_MIGRATION'
  /** Undoes another operation. */
  | 'REVERT';

/** AWS calls. */
export type BulkOperationPrice = {
  __typename?: 'BulkOperationPrice';
  /** By action. */
  actions: Array<BulkActionPrice>;
  /** All together. */
  calls: Scalars['Int']['output'];
};

/** Why a bulk operation stands still. */
export type BulkOperationReason = {
  __typename?: 'BulkOperationReason';
  /** What went wrong, from a closed set. */
  code: ErrorCode;
  /** In words. */
  message: Scalars['String']['output'];
};

/** How far a bulk operation is. */
export type BulkOperationState =
  /** It was cancelled; items that are PENDING were not changed. */
  | 'CANCELLED'
  /** No more is begun; what is under way is settled. */
  | 'CANCELLING'
  /** All its CAs are settled. */
  | 'DONE'
  /** It could not be planned; `reason` says why. */
  | 'FAILED'
  /** AWS throttled it, could not be reached or did not take the credentials; it goes on by itself. */
  | 'PAUSED'
  /** It waits for `applyPlan`; nothing was changed. */
  | 'PLANNED'
  /** Its CAs are being read. */
  | 'PLANNING'
  /** Its CAs are being changed. */
  | 'RUNNING';

/**
 * A CA certificate registered with AWS IoT. Fields at level ROW come with every list; all others
 * need one DescribeCACertificate for each CA.
 */
export type CACertificate = Node & {
  __typename?: 'CACertificate';
  /** Whether device certificates are registered by themselves. */
  autoRegistrationStatus?: Maybe<AutoRegistrationStatus>;
  /** `arn:aws:iot:REGION:ACCOUNT:cacert/ID`. */
  certificateArn: Scalars['String']['output'];
  /** The SHA-256 of the certificate's DER in lower-case hex. */
  certificateId: Scalars['String']['output'];
  /** How ownership was proved; fixed when the CA is registered. */
  certificateMode?: Maybe<CertificateMode>;
  /** The certificate as PEM, byte for byte as it was registered. */
  certificatePem?: Maybe<Scalars['String']['output']>;
  /**
   * The device certificates that this CA signed and AWS IoT registered, newest first.
   * Costs one ListCertificatesByCA for each 250 of them.
   */
  certificates?: Maybe<CertificateConnection>;
  /** When it was registered. */
  creationDate?: Maybe<Scalars['DateTime']['output']>;
  /** AWS's own version count of the record, from 1. */
  customerVersion?: Maybe<Scalars['Int']['output']>;
  /** What deleting this CA would break. Costs what the fields selected of it cost. */
  deletionImpact?: Maybe<CACertificateDeletionImpact>;
  /**
   * Whole days until the certificate ends, counted down; below 0 once it has ended. Read against the
   * clock at every request.
   */
  expiresInDays?: Maybe<Scalars['Int']['output']>;
  /** AWS's own id of the record's generation, a UUID. */
  generationId?: Maybe<Scalars['String']['output']>;
  /** The global id: the encoded ARN. */
  id: Scalars['ID']['output'];
  /**
   * Whether the next device of this CA will be provisioned just in time, and what speaks against it.
   * A template that cannot be read is an error here, never a missing one. Read against the clock at
   * every request. Costs the DescribeCACertificate of this CA and, when it names a template, one
   * DescribeProvisioningTemplate; CAs that name one template share it.
   */
  jitpReadiness?: Maybe<JitpReadiness>;
  /** When its registration last changed. */
  lastModifiedDate?: Maybe<Scalars['DateTime']['output']>;
  /** The account that registered it, 12 digits. */
  ownedBy?: Maybe<Scalars['String']['output']>;
  /** How its devices are provisioned; null when the CA has no registration. */
  registrationConfig?: Maybe<RegistrationConfig>;
  /** Whether AWS IoT accepts new device certificates that the CA signed. */
  status?: Maybe<CACertificateStatus>;
  /** Its tags, at most 50, in AWS's order. Costs one ListTagsForResource, also from a list. */
  tags?: Maybe<Array<Tag>>;
  /**
   * The template that the registration names; null when it names none, and when the named template
   * is gone (then `registrationConfig.templateName` still tells its name). Costs nothing for a CA
   * that was reached through its template. For many CAs at once it is found out by DescribeCACertificate
   * of each, or by the lists of the templates, whichever costs fewer calls.
   */
  template?: Maybe<ProvisioningTemplate>;
  /** From when until when the certificate is valid. */
  validity?: Maybe<CertificateValidity>;
  /** What the certificate itself says; null when its PEM cannot be read. */
  x509?: Maybe<X509Certificate>;
};


/**
 * A CA certificate registered with AWS IoT. Fields at level ROW come with every list; all others
 * need one DescribeCACertificate for each CA.
 */
export type CACertificatecertificatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  ascendingOrder?: InputMaybe<Scalars['Boolean']['input']>;
  countAll?: InputMaybe<Scalars['Boolean']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * A CA certificate registered with AWS IoT. Fields at level ROW come with every list; all others
 * need one DescribeCACertificate for each CA.
 */
export type CACertificatejitpReadinessArgs = {
  expiringWithinDays?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of CA certificates. */
export type CACertificateConnection = {
  __typename?: 'CACertificateConnection';
  /**
   * True when a filter matched so little that the walk stopped after 20 AWS pages, or when the calls of the
   * operation were spent; go on from `endCursor`.
   */
  cutShort: Scalars['Boolean']['output'];
  /** The page, each CA with its cursor. */
  edges: Array<CACertificateEdge>;
  /** The page, without cursors. */
  nodes: Array<CACertificate>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
  /** How many match in all; null unless `countAll` was given, or no `after` was and the page came from the last AWS page or all pages are known already. It makes no call of its own: selected without anything of the page, it reads none unless `countAll` was given. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** What deleting a CA certificate would break. */
export type CACertificateDeletionImpact = {
  __typename?: 'CACertificateDeletionImpact';
  /** How many of these are ACTIVE. Costs the same lists; null beyond 50,000. */
  activeCertificateCount?: Maybe<Scalars['Int']['output']>;
  /**
   * How many device certificates that it signed are registered. AWS keeps them, but they can no longer be
   * reached through their CA. Costs one ListCertificatesByCA for each 250; null beyond 50,000.
   */
  certificateCount?: Maybe<Scalars['Int']['output']>;
  /** These device certificates, newest first. Costs one ListCertificatesByCA for each 250 shown. */
  certificates?: Maybe<CertificateConnection>;
  /** Whether it is ACTIVE: AWS refuses to delete it, and new devices still arrive through it. */
  isActive?: Maybe<Scalars['Boolean']['output']>;
  /** The template that it names: devices of this CA will no longer be provisioned by it; null for none. */
  templateName?: Maybe<Scalars['String']['output']>;
};


/** What deleting a CA certificate would break. */
export type CACertificateDeletionImpactcertificatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** One CA certificate of a page. */
export type CACertificateEdge = {
  __typename?: 'CACertificateEdge';
  /** Where this edge stands in the connection; opaque. */
  cursor: Scalars['String']['output'];
  /** The CA certificate. */
  node: CACertificate;
};

/** Which CA certificates to list. Every condition given must hold. */
export type CACertificateFilter = {
  /** Only CAs with auto registration enabled, or disabled. Costs a Describe for each CA looked at. */
  autoRegistrationStatus?: InputMaybe<AutoRegistrationStatus>;
  /** Only CAs of this mode. Costs a Describe, once, for each CA looked at. */
  certificateMode?: InputMaybe<CertificateMode>;
  /** Only CAs whose certificate is valid no longer than this. Costs a Describe, once, for each CA looked at. */
  expiresBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /**
   * With `jitpReadiness`: how many days before its end a certificate counts as expiring, 0 to 36,500;
   * 30 when left out.
   */
  expiringWithinDays?: InputMaybe<Scalars['Int']['input']>;
  /**
   * Only CAs whose just-in-time provisioning is in one of these states; see `CACertificate.jitpReadiness`.
   * Costs a Describe for each CA looked at, and one for each template that they name.
   */
  jitpReadiness?: InputMaybe<Array<JitpReadinessState>>;
  /** Only CAs registered in one of these ways. Costs a Describe for each CA looked at. */
  registration?: InputMaybe<Array<RegistrationKind>>;
  /** Only CAs of this status. */
  status?: InputMaybe<CACertificateStatus>;
  /** Only CAs whose registration names this template. AWS does this filtering itself. */
  templateName?: InputMaybe<Scalars['String']['input']>;
};

/** In which order to list CA certificates. Costs the whole list, a call for each 250 CAs. */
export type CACertificateOrder = {
  /** Which way; ascending when left out. */
  direction?: OrderDirection;
  /** By what. */
  field: CACertificateOrderField;
};

/** What CA certificates can be ordered by. */
export type CACertificateOrderField =
  /** When the CA was registered. */
  | 'CREATION_DATE'
  /** When the certificate ends. Costs a Describe, once, for each CA of the list. */
  | 'NOT_AFTER';

/** Whether AWS IoT accepts new device certificates that the CA signed. */
export type CACertificateStatus =
  /** Accepted. */
  | 'ACTIVE'
  /** Not accepted; devices that are registered already go on working. */
  | 'INACTIVE';

/** What to do with the CA certificates that name a template when it is deleted. */
export type CACertificatesOnDeletion =
  /** Take their registration off and turn their auto registration off. */
  | 'DETACH'
  /** Make them name another template; auto registration stays as it is. */
  | 'MOVE_TO';

/** The kinds of key that a new CA can have. */
export type CAKeyAlgorithm =
  /** Elliptic curve P-256. */
  | 'EC_P256'
  /** Elliptic curve P-384. */
  | 'EC_P384'
  /** RSA with 2,048 bits. */
  | 'RSA_2048'
  /** RSA with 4,096 bits. */
  | 'RSA_4096';

/** What would become of a registration. */
export type CARegistrationCheck = {
  __typename?: 'CARegistrationCheck';
  /** The id that AWS gives this CA; null when the certificate cannot be read. */
  certificateId?: Maybe<Scalars['String']['output']>;
  /**
   * How many registered CAs its subject was compared with, for the limit of ten CAs with one subject. Not
   * all of them where fewer than ten could have the subject; SUBJECTS_NOT_ALL_COMPARED is among the
   * findings where the others could make ten. 0 where something else is wrong.
   */
  comparedCACertificates: Scalars['Int']['output'];
  /** All that was found: in the order in which it is judged. */
  findings: Array<CARegistrationFinding>;
  /** Whether nothing was found that AWS, or the gateway, would refuse. */
  isAcceptable: Scalars['Boolean']['output'];
  /** What the CA certificate says of itself; null when it cannot be read. */
  x509?: Maybe<X509Certificate>;
};

/** One thing that is wrong with a registration, or probably not meant. */
export type CARegistrationFinding = {
  __typename?: 'CARegistrationFinding';
  /** What it is, from a closed set. */
  code: CARegistrationFindingCode;
  /** The code that the user error of `registerCACertificate` carries; null for a warning. */
  errorCode?: Maybe<ErrorCode>;
  /** The input field it is about, as a path from `input`. */
  field: Array<Scalars['String']['output']>;
  /** How to mend it, in words. */
  fix: Scalars['String']['output'];
  /** In words; never a part of what was sent. */
  message: Scalars['String']['output'];
  /** Whether it would be refused. */
  severity: FindingSeverity;
};

/** What can be wrong with a registration. */
export type CARegistrationFindingCode =
  /** This CA is registered already. */
  | 'ALREADY_REGISTERED'
  /** Warning: the CA certificate ends in less than 30 days. */
  | 'CA_CERTIFICATE_EXPIRES_SOON'
  /** A field that is no certificate breaks a rule: the registration or a tag. */
  | 'INPUT_INVALID'
  /** An RSA key of less than 2,048 bits, or a key of a kind or on a curve that AWS does not take. */
  | 'KEY_NOT_ACCEPTED'
  /** Warning: the PEM holds several certificates, of which AWS takes the first. */
  | 'MORE_THAN_ONE_CERTIFICATE'
  /** The extension basicConstraints does not say CA:TRUE. */
  | 'NOT_A_CA'
  /** The verification certificate was not signed with the private key of the CA. */
  | 'NOT_SIGNED_BY_CA'
  /** The certificate is not of version 3. */
  | 'NOT_VERSION_3'
  /** The CA certificate has expired, or is not valid yet. */
  | 'OUTSIDE_VALIDITY'
  /** The PEM is empty, or longer than 65,536 characters. */
  | 'PEM_LENGTH'
  /** The PEM holds no certificate that can be read. */
  | 'PEM_UNREADABLE'
  /** A private key was sent. The gateway refuses it, wherever it is; it is not passed on, kept or logged. */
  | 'PRIVATE_KEY_REFUSED'
  /** The common name of the verification certificate is not the registration code. */
  | 'REGISTRATION_CODE_MISMATCH'
  /** Warning: not all registered CAs could be compared, so there may be ten with this subject. */
  | 'SUBJECTS_NOT_ALL_COMPARED'
  /** There are ten registered CAs with this subject, which is all that AWS allows. */
  | 'SUBJECT_LIMIT_REACHED'
  /** The template that the registration names does not exist. */
  | 'TEMPLATE_MISSING'
  /** The template that the registration names is not of type JITP. */
  | 'TEMPLATE_TYPE_MISMATCH'
  /** DEFAULT mode needs a verification certificate. */
  | 'VERIFICATION_CERTIFICATE_NEEDED'
  /** SNI_ONLY mode takes no verification certificate. */
  | 'VERIFICATION_CERTIFICATE_NOT_ALLOWED'
  /** Warning: the verification certificate is not valid at the moment. */
  | 'VERIFICATION_CERTIFICATE_OUTSIDE_VALIDITY';

/** What to do before a CA can be registered. */
export type CARegistrationPreparation = {
  __typename?: 'CARegistrationPreparation';
  /** The file whose content is to be sent as `caCertificate`. */
  caCertificateFile: Scalars['String']['output'];
  /** How ownership is to be proved. */
  certificateMode: CertificateMode;
  /** What the mode asks for, in words. */
  explanation: Scalars['String']['output'];
  /**
   * The operation to send then, with the contents of the files as the variables `$caCertificate` and
   * `$verificationCertificate`.
   */
  mutation: Scalars['String']['output'];
  /** The code that the commands put into the verification certificate; null in SNI_ONLY mode. */
  registrationCode?: Maybe<Scalars['String']['output']>;
  /** The same commands as one script for `sh`, which stops at the first that fails; empty when there are none. */
  script: Scalars['String']['output'];
  /** The commands for a POSIX shell, in order; empty when there is nothing to make. */
  steps: Array<CARegistrationStep>;
  /** The file whose content is to be sent as `verificationCertificate`; null in SNI_ONLY mode. */
  verificationCertificateFile?: Maybe<Scalars['String']['output']>;
};

/** What of a CA certificate a bulk operation changes. */
export type CARegistrationState = {
  __typename?: 'CARegistrationState';
  /** Whether device certificates are registered by themselves. */
  autoRegistrationStatus: AutoRegistrationStatus;
  /** How its devices are provisioned. */
  registration: RegistrationKind;
  /** The role beside the name or the body; null when there is none. */
  roleArn?: Maybe<Scalars['String']['output']>;
  /** Whether AWS IoT accepts new device certificates that the CA signed. */
  status: CACertificateStatus;
  /** The body that it carries itself, as text; null when it carries none. */
  templateBody?: Maybe<Scalars['String']['output']>;
  /** The template that it names; null when it names none. */
  templateName?: Maybe<Scalars['String']['output']>;
};

/** One command of the way to a registration. */
export type CARegistrationStep = {
  __typename?: 'CARegistrationStep';
  /** The command, for a POSIX shell; names are quoted. */
  command: Scalars['String']['output'];
  /** What the command does. */
  description: Scalars['String']['output'];
  /** The files that it writes. */
  writes: Array<Scalars['String']['output']>;
};

/** Which plan or bulk operation to cancel. */
export type CancelBulkOperationInput = {
  /** The id of the plan or operation. */
  id: Scalars['ID']['input'];
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The answer to cancelBulkOperation. */
export type CancelBulkOperationPayload = {
  __typename?: 'CancelBulkOperationPayload';
  /** The plan or operation; null when it was not cancelled. */
  bulkOperation?: Maybe<BulkOperation>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why it was not done; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although it was done. */
  warnings: Array<Warning>;
};

/**
 * A device certificate. Fields at level ROW come with the list of its CA; all others need one
 * DescribeCertificate for each certificate.
 */
export type Certificate = Node & {
  __typename?: 'Certificate';
  /** The CA that signed it; null when it was registered without one, or the CA is gone. */
  caCertificate?: Maybe<CACertificate>;
  /** `arn:aws:iot:REGION:ACCOUNT:cert/ID`. */
  certificateArn: Scalars['String']['output'];
  /** The SHA-256 of the certificate's DER in lower-case hex. */
  certificateId: Scalars['String']['output'];
  /** The mode, taken over from its CA. */
  certificateMode?: Maybe<CertificateMode>;
  /** The certificate as PEM. */
  certificatePem?: Maybe<Scalars['String']['output']>;
  /** When it was registered. */
  creationDate?: Maybe<Scalars['DateTime']['output']>;
  /** The global id: the encoded ARN. */
  id: Scalars['ID']['output'];
  /** When its record last changed. */
  lastModifiedDate?: Maybe<Scalars['DateTime']['output']>;
  /** The account that owns it, 12 digits. */
  ownedBy?: Maybe<Scalars['String']['output']>;
  /** Whether its device may connect. */
  status?: Maybe<CertificateStatus>;
  /** From when until when the certificate is valid. */
  validity?: Maybe<CertificateValidity>;
};

/** A page of device certificates. */
export type CertificateConnection = {
  __typename?: 'CertificateConnection';
  /** Always false: this connection has no filter. */
  cutShort: Scalars['Boolean']['output'];
  /** The page, each certificate with its cursor. */
  edges: Array<CertificateEdge>;
  /** The page, without cursors. */
  nodes: Array<Certificate>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
  /** How many there are in all; null unless `countAll` was given, or no `after` was and the page came from the last AWS page or all pages are known already. It makes no call of its own: selected without anything of the page, it reads none unless `countAll` was given. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One device certificate of a page. */
export type CertificateEdge = {
  __typename?: 'CertificateEdge';
  /** Where this edge stands in the connection; opaque. */
  cursor: Scalars['String']['output'];
  /** The certificate. */
  node: Certificate;
};

/** How the ownership of a CA was proved, and whether several accounts may hold it. */
export type CertificateMode =
  /** A verification certificate proved ownership; one account of a region may hold the CA. */
  | 'DEFAULT'
  /** No proof; several accounts may hold the CA, and devices must send the server name (SNI). */
  | 'SNI_ONLY';

/** The status of a device certificate. */
export type CertificateStatus =
  /** May connect. */
  | 'ACTIVE'
  /** May not connect. */
  | 'INACTIVE'
  /** Registered by itself at its device's first connection and not provisioned yet, or in vain. */
  | 'PENDING_ACTIVATION'
  /** Is being moved to another account. */
  | 'PENDING_TRANSFER'
  /** No longer used by AWS. */
  | 'REGISTER_INACTIVE'
  /** Was revoked; may not connect. */
  | 'REVOKED';

/** From when until when a certificate is valid. */
export type CertificateValidity = {
  __typename?: 'CertificateValidity';
  /** The last instant, whole seconds. */
  notAfter?: Maybe<Scalars['DateTime']['output']>;
  /** The first instant, whole seconds. */
  notBefore?: Maybe<Scalars['DateTime']['output']>;
};

/** One change to AWS IoT, made or not, as the gateway wrote it down. It holds no secret. Costs no AWS call. */
export type Change = {
  __typename?: 'Change';
  /** The account it went to, 12 digits; null until AWS has shown it. */
  account?: Maybe<Scalars['String']['output']>;
  /** The AWS IoT action; null where nothing was sent. */
  action?: Maybe<Scalars['String']['output']>;
  /** What the change makes of it, as far as its input and its answer tell; null for what is gone. */
  after?: Maybe<Scalars['JSON']['output']>;
  /** When it was begun. */
  at: Scalars['DateTime']['output'];
  /** The id that AWS gave the request, for a support case; null where no answer came. */
  awsRequestId?: Maybe<Scalars['String']['output']>;
  /**
   * What the gateway knew of the resource before, in AWS's own names; null when it knew nothing or that
   * there was none, which `beforeKnownAt` tells apart. It is not read for the journal.
   */
  before?: Maybe<Scalars['JSON']['output']>;
  /** When `before` was known; null when nothing was. */
  beforeKnownAt?: Maybe<Scalars['DateTime']['output']>;
  /** The bulk operation it belongs to, if any. */
  bulkOperationId?: Maybe<Scalars['ID']['output']>;
  /** Who asked for it. */
  caller: Scalars['String']['output'];
  /** Why it was not made; null when it was. */
  code?: Maybe<ErrorCode>;
  /** Names the change in the journal; opaque. */
  id: Scalars['ID']['output'];
  /** The same in words; never a secret. */
  message?: Maybe<Scalars['String']['output']>;
  /** The mutation, as attachProvisioningTemplate. */
  operation: Scalars['String']['output'];
  /** What became of it. */
  outcome: ChangeOutcome;
  /** The region it went to; null until AWS has shown it. */
  region?: Maybe<Scalars['String']['output']>;
  /** Whether it was found made by reading back, after its answer was lost. */
  replayed: Scalars['Boolean']['output'];
  /** The id of the request it came with; null for a bulk operation. */
  requestId?: Maybe<Scalars['String']['output']>;
  /** The ARN of the resource; null where it has none or the account was not known yet. */
  resourceArn?: Maybe<Scalars['String']['output']>;
  /** The template's name, the CA's id or the id of the bulk operation; null where there is none. */
  resourceKey?: Maybe<Scalars['String']['output']>;
  /** What kind of resource it is about. */
  resourceKind: ChangedResourceKind;
  /** When its end was known; null while the outcome is UNKNOWN for want of one. */
  settledAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A page of changes. */
export type ChangeConnection = {
  __typename?: 'ChangeConnection';
  /** True when a filter matched so little that the walk stopped after 5,000 changes; go on from `endCursor`. */
  cutShort: Scalars['Boolean']['output'];
  /** Whether the journal is there after a restart: true when IOTGW_DATA_DIR is set. */
  durable: Scalars['Boolean']['output'];
  /** The page, each change with its cursor. */
  edges: Array<ChangeEdge>;
  /** The page, without cursors. */
  nodes: Array<Change>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
  /** How many match in all; null unless this page reached the end of the journal and no `after` was given. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One change of a page. */
export type ChangeEdge = {
  __typename?: 'ChangeEdge';
  /** Where this edge stands in the connection; opaque. */
  cursor: Scalars['String']['output'];
  /** The change. */
  node: Change;
};

/** Which changes to list. Every condition given must hold. */
export type ChangeFilter = {
  /** Only changes by this AWS IoT action, as UpdateCACertificate. */
  action?: InputMaybe<Scalars['String']['input']>;
  /** Only changes of this bulk operation, by its id. */
  bulkOperationId?: InputMaybe<Scalars['ID']['input']>;
  /** Only changes made by this caller. */
  caller?: InputMaybe<Scalars['String']['input']>;
  /** Only changes of resources of this kind. */
  kind?: InputMaybe<ChangedResourceKind>;
  /** Only changes made by this mutation, as attachProvisioningTemplate. */
  operation?: InputMaybe<Scalars['String']['input']>;
  /** Only changes with one of these outcomes. */
  outcome?: InputMaybe<Array<ChangeOutcome>>;
  /** Only changes of this resource: its ARN, a template's name, a CA's id, or the id of a bulk operation. */
  resource?: InputMaybe<Scalars['String']['input']>;
  /** Only changes begun at this time or later. */
  since?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only changes begun before this time. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What became of a change. */
export type ChangeOutcome =
  /** It was made. */
  | 'DONE'
  /** It could not be made; nothing was changed. */
  | 'FAILED'
  /** It was refused, because of the input or by a rule of AWS; nothing was changed. */
  | 'REFUSED'
  /** It was sent and no answer came, or the gateway ended before one did; it may have been made. */
  | 'UNKNOWN';

/** What kind of resource was changed. */
export type ChangedResourceKind =
  /** A plan or bulk operation of the gateway: that it was planned, applied or cancelled, and by whom. */
  | 'BULK_OPERATION'
  /** A CA certificate. */
  | 'CA_CERTIFICATE'
  /** A provisioning template, one of its versions, or a claim made for it. */
  | 'PROVISIONING_TEMPLATE'
  /** The registration code of the account and region. */
  | 'REGISTRATION_CODE';

/** Which provisioning template to make a claim for. */
export type CreateProvisioningClaimInput = {
  /** The template, 1 to 36 characters; enabled, of type FLEET_PROVISIONING. */
  templateName: Scalars['String']['input'];
};

/** The answer to createProvisioningClaim. */
export type CreateProvisioningClaimPayload = {
  __typename?: 'CreateProvisioningClaimPayload';
  /** The claim, with its private key; null when none was made. */
  provisioningClaim?: Maybe<ProvisioningClaim>;
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** A new provisioning template. */
export type CreateProvisioningTemplateInput = {
  /** At most 500 characters, no control characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Whether it may provision devices at once; false when left out. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Not for templates of type JITP. */
  preProvisioningHook?: InputMaybe<PreProvisioningHookInput>;
  /** The role that AWS IoT takes on to provision a device, 20 to 2,048 characters. */
  provisioningRoleArn: Scalars['String']['input'];
  /** At most 50. */
  tags?: InputMaybe<Array<TagInput>>;
  /** The body as text, at most 10,240 characters. Give this or `templateBodyJson`. */
  templateBody?: InputMaybe<Scalars['String']['input']>;
  /** The body as an object. Give this or `templateBody`. */
  templateBodyJson?: InputMaybe<Scalars['JSON']['input']>;
  /** 1 to 36 characters: letters, digits, `_` and `-`. */
  templateName: Scalars['String']['input'];
  /** FLEET_PROVISIONING when left out; a CA can name a template of type JITP only. */
  type?: InputMaybe<TemplateType>;
};

/** The answer to createProvisioningTemplate. */
export type CreateProvisioningTemplatePayload = {
  __typename?: 'CreateProvisioningTemplatePayload';
  /** The new template as read after the change; null when it was not created. */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** A new version of a provisioning template. */
export type CreateProvisioningTemplateVersionInput = {
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Which version to delete where there are five already; without this the new one is refused then. */
  prune?: InputMaybe<VersionPruning>;
  /** Put it in force at once; without this the default version stays what it is. */
  setAsDefault?: InputMaybe<Scalars['Boolean']['input']>;
  /** The body as text, at most 10,240 characters. Give this or `templateBodyJson`. */
  templateBody?: InputMaybe<Scalars['String']['input']>;
  /** The body as an object. Give this or `templateBody`. */
  templateBodyJson?: InputMaybe<Scalars['JSON']['input']>;
  /** The template, 1 to 36 characters. */
  templateName: Scalars['String']['input'];
};

/** The answer to createProvisioningTemplateVersion. */
export type CreateProvisioningTemplateVersionPayload = {
  __typename?: 'CreateProvisioningTemplateVersionPayload';
  /** The template as read after the change; null when the version was not created. */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
  /** The new version; null when it was not created. Beyond its id, number and template it is read after the change. */
  provisioningTemplateVersion?: Maybe<ProvisioningTemplateVersion>;
  /** The version that was deleted to make room; null when none was. Also told when the new one was then refused. */
  prunedVersionId?: Maybe<Scalars['Int']['output']>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** Which CA certificate to delete. */
export type DeleteCACertificateInput = {
  /** The CA to delete, 64 hexadecimal characters. */
  certificateId: Scalars['String']['input'];
  /** Set an ACTIVE CA to INACTIVE first; without it an ACTIVE CA is not deleted. */
  deactivateFirst?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The answer to deleteCACertificate. */
export type DeleteCACertificatePayload = {
  __typename?: 'DeleteCACertificatePayload';
  /** The global id of the CA that is gone; null when it was not deleted. */
  deletedId?: Maybe<Scalars['ID']['output']>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
  /** Whether the CA was set to INACTIVE first; also when it was then not deleted. */
  wasDeactivated: Scalars['Boolean']['output'];
};

/** Which provisioning template to delete. */
export type DeleteProvisioningTemplateInput = {
  /** What to do with the CA certificates that name it; while there are any it is not deleted without this. */
  caCertificates?: InputMaybe<CACertificatesOnDeletion>;
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** With MOVE_TO: the template that they are to name instead, of type JITP. */
  moveToTemplateName?: InputMaybe<Scalars['String']['input']>;
  /** The template to delete. */
  templateName: Scalars['String']['input'];
};

/** The answer to deleteProvisioningTemplate. */
export type DeleteProvisioningTemplatePayload = {
  __typename?: 'DeleteProvisioningTemplatePayload';
  /**
   * The CAs that were detached or moved, in the order of the changes; also when the template was then not
   * deleted. Fields beyond their id and ARN are read after the change.
   */
  changedCACertificates: Array<CACertificate>;
  /** The global id of the template that is gone; null when it was not deleted. */
  deletedId?: Maybe<Scalars['ID']['output']>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** Which version of a provisioning template to delete. */
export type DeleteProvisioningTemplateVersionInput = {
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The template, 1 to 36 characters. */
  templateName: Scalars['String']['input'];
  /** The version, from 1; not the default one. */
  versionId: Scalars['Int']['input'];
};

/** The answer to deleteProvisioningTemplateVersion. */
export type DeleteProvisioningTemplateVersionPayload = {
  __typename?: 'DeleteProvisioningTemplateVersionPayload';
  /** The global id of the version that is gone; null when it was not deleted. */
  deletedId?: Maybe<Scalars['ID']['output']>;
  /** The template as read after the change; null when the version was not deleted. */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** The deletion of the registration code. */
export type DeleteRegistrationCodeInput = {
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /**
   * The code to delete, 64 hexadecimal characters: when another one is current nothing is deleted.
   * Costs one GetRegistrationCode, read live. Left out: whichever is current is deleted.
   */
  registrationCode?: InputMaybe<Scalars['String']['input']>;
};

/** The answer to deleteRegistrationCode. */
export type DeleteRegistrationCodePayload = {
  __typename?: 'DeleteRegistrationCodePayload';
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
  /** Whether a code was deleted. */
  wasDeleted: Scalars['Boolean']['output'];
};

/** Which CA certificate is to lose its registration. */
export type DetachProvisioningTemplateInput = {
  /** The CA, 64 hexadecimal characters. */
  certificateId: Scalars['String']['input'];
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The answer to detachProvisioningTemplate. */
export type DetachProvisioningTemplatePayload = {
  __typename?: 'DetachProvisioningTemplatePayload';
  /** The CA as read after the change; null when it could not be changed. */
  caCertificate?: Maybe<CACertificate>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made, or had no effect; empty when it was made. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/**
 * The attributes of a certificate's subject that just-in-time provisioning can use, each at most 1,024
 * characters; left out for one that the subject lacks.
 */
export type DeviceSubjectInput = {
  /** CN, the parameter `AWS::IoT::Certificate::CommonName`. */
  commonName?: InputMaybe<Scalars['String']['input']>;
  /** C, the parameter `AWS::IoT::Certificate::Country`. */
  country?: InputMaybe<Scalars['String']['input']>;
  /** dnQualifier, the parameter `AWS::IoT::Certificate::DistinguishedNameQualifier`. */
  distinguishedNameQualifier?: InputMaybe<Scalars['String']['input']>;
  /** O, the parameter `AWS::IoT::Certificate::Organization`. */
  organization?: InputMaybe<Scalars['String']['input']>;
  /** OU, the parameter `AWS::IoT::Certificate::OrganizationalUnit`. */
  organizationalUnit?: InputMaybe<Scalars['String']['input']>;
  /** serialNumber of the subject, not that of the certificate; the parameter `AWS::IoT::Certificate::SerialNumber`. */
  serialNumber?: InputMaybe<Scalars['String']['input']>;
  /** ST, the parameter `AWS::IoT::Certificate::StateName`. */
  stateName?: InputMaybe<Scalars['String']['input']>;
};

/** What can be wrong with a template body. */
export type DiagnosticCode =
  /** A certificate that is given in more than one way. */
  | 'AMBIGUOUS_CERTIFICATE'
  /** A certificate that is not the one with which the device has come. */
  | 'CERTIFICATE_NOT_OWN'
  /** A certificate status other than ACTIVE and INACTIVE. */
  | 'CERTIFICATE_STATUS'
  /** A key stands twice in one object. */
  | 'DUPLICATE_KEY'
  /** A function with the wrong number or kind of arguments. */
  | 'FUNCTION_ARGUMENTS'
  /** Keys beside the name of a function. */
  | 'FUNCTION_WITH_SIBLINGS'
  /** A pre-provisioning hook on a template of type JITP, which does not support one. */
  | 'HOOK_ON_JITP'
  /** Fn::Select beyond the end of its list. */
  | 'INDEX_OUT_OF_RANGE'
  /** Fn::FindInMap of a mapping or key that does not exist. */
  | 'MAPPING_NOT_FOUND'
  /** A mapping that no Fn::FindInMap reaches. */
  | 'MAPPING_UNUSED'
  /** A certificate without CertificateId. */
  | 'MISSING_CERTIFICATE_ID'
  /** A thing without ThingName. */
  | 'MISSING_THING_NAME'
  /** There are more than 100 warnings; the effect is the worst of those that are left out. */
  | 'MORE_FINDINGS'
  /** Nested more than 64 levels deep; not looked at any further. */
  | 'NESTED_TOO_DEEPLY'
  /** Refused: the JSON is no object. */
  | 'NOT_AN_OBJECT'
  /** A section or function that AWS documents for fleet provisioning only, in a body of type JITP. */
  | 'NOT_DOCUMENTED_FOR_JITP'
  /** Refused: the text is not JSON. */
  | 'NOT_JSON'
  /** No certificate resource, so nothing puts the device's certificate in force. */
  | 'NO_CERTIFICATE_RESOURCE'
  /** No resources, so nothing is provisioned. */
  | 'NO_RESOURCES'
  /** A number that readers of JSON round. */
  | 'NUMBER_NOT_EXACT'
  /** An override setting that does not exist, or a value that it cannot have. */
  | 'OVERRIDE_SETTING'
  /** A JITP parameter without a default that no certificate can supply. */
  | 'PARAMETER_NOT_SUPPLIED'
  /** A parameter that is not of type String, the only type. */
  | 'PARAMETER_TYPE'
  /** A certificate parameter that is used and not declared. */
  | 'PARAMETER_UNDECLARED'
  /** A parameter that is declared and not used. May fail where a device's certificate may lack it: it is not provisioned then. */
  | 'PARAMETER_UNUSED'
  /**
   * A policy document without Statement, or a statement without Effect, Action or Resource; may fail only
   * where Version alone is missing.
   */
  | 'POLICY_DOCUMENT_INCOMPLETE'
  /** A policy document that is not JSON. */
  | 'POLICY_DOCUMENT_NOT_JSON'
  /** A policy variable in Fn::Sub that is not written as `${!...}`. */
  | 'POLICY_VARIABLE_IN_SUB'
  /** Refused: a policy without PolicyName and without PolicyDocument. */
  | 'POLICY_WITHOUT_NAME_AND_DOCUMENT'
  /** A policy with both PolicyName and PolicyDocument. */
  | 'POLICY_WITH_NAME_AND_DOCUMENT'
  /** A reference to a resource; what that comes to is not documented. */
  | 'REFERENCE_TO_RESOURCE'
  /** A reference to a name that is neither a parameter nor a resource. */
  | 'REFERENCE_UNRESOLVED'
  /** A ThingName that depends on no parameter, so that all devices share one thing. */
  | 'SAME_THING_FOR_ALL'
  /** A second thing or a second certificate; AWS documents one. */
  | 'SEVERAL_OF_ONE_TYPE'
  /** A variable of Fn::Sub that its text does not use. */
  | 'SUB_VARIABLE_UNUSED'
  /** Refused: more than 10,240 characters. */
  | 'TOO_LONG'
  /** More attributes than a thing can have: 3 without a thing type, 50 with one. */
  | 'TOO_MANY_ATTRIBUTES'
  /** A function that templates do not have. */
  | 'UNKNOWN_FUNCTION'
  /** A section, or a member of a parameter or a resource, that templates do not have. */
  | 'UNKNOWN_KEY'
  /** A property that resources of the type do not have. */
  | 'UNKNOWN_PROPERTY'
  /** A resource without a type, or of one that templates cannot make. */
  | 'UNKNOWN_RESOURCE_TYPE'
  /** Text that AWS does not take as that name or value, for its characters or its length. */
  | 'VALUE_NOT_ALLOWED'
  /**
   * A value of another kind than belongs there. May fail only where AWS may read it all the same, as a number
   * for its text, or where nothing looks it up.
   */
  | 'WRONG_SHAPE';

/** What comes of a fault in a template body. */
export type DiagnosticEffect =
  /** AWS takes it, and provisioning fails. */
  | 'FAILS'
  /** AWS takes it, and no device minds. */
  | 'HARMLESS'
  /** AWS takes it; some devices may fail, or get something else than was meant, or it is not documented what happens. */
  | 'MAY_FAIL'
  /** AWS does not take the body. */
  | 'REFUSED';

/**
 * Every code that an error of this gateway can carry, in `userErrors.code` and in `extensions.code` of
 * an error of the operation. The codes of Apollo Server for requests that never ran
 * (GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED and their like) come beside them.
 */
export type ErrorCode =
  /** An argument or input field breaks a rule; the message names the field and the rule. */
  | 'BAD_USER_INPUT'
  /** The certificate could not be taken because of another one. */
  | 'CERTIFICATE_CONFLICT'
  /** The certificate's status does not allow it; a CA must be INACTIVE to be deleted. */
  | 'CERTIFICATE_STATE'
  /** AWS refused the certificate: not a CA, too weak a key, out of its validity, or not signed by the CA. */
  | 'CERTIFICATE_VALIDATION'
  /** The client left before anything was changed; seen in the journal of changes only. */
  | 'CLIENT_CLOSED_REQUEST'
  /** Somebody else changed it at the same moment; try again. */
  | 'CONFLICTING_RESOURCE_UPDATE'
  /** AWS no longer accepts the page token in the cursor; start again from the first page. */
  | 'CURSOR_EXPIRED'
  /** The cursor is not one of this connection, with this filter and this order. */
  | 'CURSOR_INVALID'
  /** It cannot be deleted while something else names it. */
  | 'DELETE_CONFLICT'
  /** The change was sent, yet the CA still names a template when read back. */
  | 'DETACH_NOT_EFFECTIVE'
  /** Only listed documents are taken, and this is none of them; add it to the list of the gateway. */
  | 'DOCUMENT_NOT_TRUSTED'
  /** The document has more tokens than one may; `extensions.limit` says how many. Ask for less at once. */
  | 'DOCUMENT_TOO_LONG'
  /** The caller lacks scopes that the operation needs; `extensions.paths` tells where. Nothing was run. */
  | 'FORBIDDEN'
  /** A fragment spreads itself, directly or through others; take one of the spreads out. */
  | 'FRAGMENT_CYCLE'
  /** The idempotency key was used in the last 24 hours with another mutation or another input; take a new key. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** A fault of the gateway. */
  | 'INTERNAL_SERVER_ERROR'
  /** The schema may not be read here, or not by this caller; that takes the scope iot:introspection. */
  | 'INTROSPECTION_REFUSED'
  /** AWS refused the request as invalid; the message is AWS's own. */
  | 'INVALID_REQUEST'
  /** A limit of the AWS account is reached, for example ten CAs with one subject. */
  | 'LIMIT_EXCEEDED'
  /** The plan or bulk operation is in a state that does not allow it, for example over already. */
  | 'OPERATION_STATE'
  /** The operation would cost more AWS calls than one may; `extensions` has price, limit and worstPath. */
  | 'OPERATION_TOO_COSTLY'
  /** The fields nest deeper than `extensions.limit`; ask again from where the answer ends. */
  | 'OPERATION_TOO_DEEP'
  /** No list of documents is kept, so a hash means nothing; send the text as `query` without a hash. */
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  /** A private key was sent where none belongs; it was not passed on, kept or logged. */
  | 'PRIVATE_KEY_REFUSED'
  /** The caller has spent what it may for now; try again after `extensions.retryAfterMs`. */
  | 'RATE_LIMITED'
  /** The gateway cannot write its own records (its disk failed or is full), so it makes no change. */
  | 'RECORDS_UNAVAILABLE'
  /** The CA is not registered as the caller expected; `conflict` shows both. */
  | 'REGISTRATION_CHANGED'
  /** The verification certificate does not carry the current registration code. */
  | 'REGISTRATION_CODE_VALIDATION'
  /** Something of that name or that certificate is there already. */
  | 'RESOURCE_ALREADY_EXISTS'
  /** The template, CA or certificate named is not there. */
  | 'RESOURCE_NOT_FOUND'
  /** The template is not of type JITP, so no CA can name it. */
  | 'TEMPLATE_TYPE_MISMATCH'
  /** The operation has more aliases than `extensions.limit`; ask for lists, or `nodes`, in their place. */
  | 'TOO_MANY_ALIASES'
  /** The operation has more directives than `extensions.limit`; take some out. */
  | 'TOO_MANY_DIRECTIVES'
  /** The lists could hold more things than `extensions.limit`; lower `first` and page through them. */
  | 'TOO_MANY_NODES'
  /** Too many plans and bulk operations are under way; wait for one to end. */
  | 'TOO_MANY_OPERATIONS'
  /** The operation has more root fields than `extensions.limit`; send two operations. */
  | 'TOO_MANY_ROOT_FIELDS'
  /** With its fragments written out the document has more selections than `extensions.limit`; spread less. */
  | 'TOO_MANY_SELECTIONS'
  /** The variables hold more values than `extensions.limit`; send fewer at once. */
  | 'TOO_MANY_VALUES'
  /** AWS refused the gateway's credentials the right to this action. */
  | 'UPSTREAM_ACCESS_DENIED'
  /** The operation has made as many AWS calls as it may; what was read by then stands. */
  | 'UPSTREAM_BUDGET_SPENT'
  /** The gateway's AWS credentials are missing, expired or not accepted. */
  | 'UPSTREAM_CREDENTIALS'
  /** The answer of AWS was lost, so it is not known whether the change was made. */
  | 'UPSTREAM_OUTCOME_UNKNOWN'
  /** AWS's answer could not be understood. */
  | 'UPSTREAM_PROTOCOL'
  /** AWS throttled the action, also after the retries. */
  | 'UPSTREAM_THROTTLED'
  /** AWS did not answer in time. */
  | 'UPSTREAM_TIMEOUT'
  /** AWS could not be reached, or answered with a fault of its own. */
  | 'UPSTREAM_UNAVAILABLE'
  /** The template has five versions already. */
  | 'VERSIONS_LIMIT_EXCEEDED';

/**
 * How the caller saw a CA registered. NONE takes nothing beside the kind, NAMED `templateName`, INLINE
 * `roleArn` and either the body or its digest.
 */
export type ExpectedRegistrationInput = {
  /** In which way it was registered. */
  kind: RegistrationKind;
  /** With INLINE: the role that it carried, 20 to 2,048 characters. */
  roleArn?: InputMaybe<Scalars['String']['input']>;
  /** With INLINE: the body that it carried, byte for byte, at most 10,240 characters. */
  templateBody?: InputMaybe<Scalars['String']['input']>;
  /** With INLINE: the SHA-256 of the body's UTF-8 bytes, 64 hexadecimal characters. */
  templateBodySha256?: InputMaybe<Scalars['String']['input']>;
  /** With NAMED: the template that it named. */
  templateName?: InputMaybe<Scalars['String']['input']>;
};

/** How much a finding matters. */
export type FindingSeverity =
  /** AWS refuses what it is about. */
  | 'ERROR'
  /** AWS takes it; it is probably not what was meant. */
  | 'WARNING';

/** CAs that carry an equal body with an equal role, and the template that they are to name. */
export type InlineMigrationGroup = {
  __typename?: 'InlineMigrationGroup';
  /** How many CAs. */
  certificateCount: Scalars['Int']['output'];
  /** Whether the template is there already, or is created when the plan is applied. */
  proposal: InlineMigrationProposal;
  /** The role. */
  roleArn: Scalars['String']['output'];
  /** The body, as the first CA of the group carries it. */
  templateBody: Scalars['String']['output'];
  /** The template. */
  templateName: Scalars['String']['output'];
};

/** Where the template of a migration comes from. */
export type InlineMigrationProposal =
  /** An enabled template of type JITP with an equal body and an equal role is there. */
  | 'EXISTING'
  /** A template of type JITP is created, enabled, for it takes the place of a body that was in force. */
  | 'NEW';

/** The CA carries a template body and a role itself. */
export type InlineTemplateRegistration = {
  __typename?: 'InlineTemplateRegistration';
  /** What is wrong, or probably wrong, with the body, as that of a template of type JITP. */
  diagnostics?: Maybe<Array<TemplateDiagnostic>>;
  /** The role that AWS IoT takes on to provision a device. */
  roleArn?: Maybe<Scalars['String']['output']>;
  /** The body: JSON as text, at most 10,240 characters, byte for byte. */
  templateBody?: Maybe<Scalars['String']['output']>;
  /** The same body, parsed; null when it is not JSON. Given back unchanged it leaves the stored text as it is. */
  templateBodyJson?: Maybe<Scalars['JSON']['output']>;
  /** The SHA-256 of the body's UTF-8 bytes, 64 hexadecimal characters; null when there is no body. */
  templateBodySha256?: Maybe<Scalars['String']['output']>;
};

/** Whether just-in-time provisioning will work for the next device of a CA. */
export type JitpReadiness = {
  __typename?: 'JitpReadiness';
  /** Why: first what prevents provisioning, then what puts it at risk, then advice. */
  reasons: Array<JitpReadinessReason>;
  /** The state that the reasons come to. */
  state: JitpReadinessState;
};

/** What a reason does to the state of readiness. */
export type JitpReadinessEffect =
  /** Leaves it READY. */
  | 'ADVICE'
  /** Makes it NOT_READY. */
  | 'PREVENTS'
  /** Makes it AT_RISK. */
  | 'RISKS';

/** One thing that speaks against just-in-time provisioning, or could be better about it. */
export type JitpReadinessReason = {
  __typename?: 'JitpReadinessReason';
  /** What it is, from a closed set. */
  code: JitpReadinessReasonCode;
  /** What it does to the state. */
  effect: JitpReadinessEffect;
  /** What to do about it, in words. */
  fix: Scalars['String']['output'];
  /** What is the matter, in words. */
  message: Scalars['String']['output'];
};

/** What speaks against just-in-time provisioning. */
export type JitpReadinessReasonCode =
  /** Auto registration is off, so the certificate of a new device is not registered. Prevents. */
  | 'AUTO_REGISTRATION_DISABLED'
  /** The CA certificate is past its end. AWS goes on showing it as ACTIVE. Prevents. */
  | 'CA_CERTIFICATE_EXPIRED'
  /** The CA certificate ends within the threshold. Risks. */
  | 'CA_CERTIFICATE_EXPIRING'
  /** The CA is INACTIVE, so AWS IoT takes no new device that it signed. Prevents. */
  | 'CA_CERTIFICATE_INACTIVE'
  /** The CA certificate's validity has not begun. Prevents. */
  | 'CA_CERTIFICATE_NOT_YET_VALID'
  /**
   * The body needs, without a default, an attribute that each device certificate has of its own
   * (SerialNumber, DistinguishedNameQualifier), of which the CA tells nothing. Advice.
   */
  | 'DEVICE_ATTRIBUTE_NEEDED'
  /** The CA carries its own body, which could move to a named template. Advice. */
  | 'INLINE_TEMPLATE'
  /** The CA names no template and carries no body of its own. Prevents. */
  | 'NO_TEMPLATE'
  /**
   * The body needs, without a default, an attribute of the device certificate's subject that the CA's own
   * subject lacks, so its devices may lack it too. Risks.
   */
  | 'PARAMETER_MAY_BE_LACKING'
  /** The body needs a parameter that no device certificate can supply, and has no default for it. Prevents. */
  | 'PARAMETER_NOT_SUPPLIED'
  /** The CA carries a body without a role. Prevents. */
  | 'ROLE_MISSING'
  /** The body has faults that AWS accepts and that may make devices fail. Risks. */
  | 'TEMPLATE_BODY_DOUBTFUL'
  /** AWS refuses the template body, or every device will fail on it. Prevents. */
  | 'TEMPLATE_BODY_INVALID'
  /** The template that the CA names is disabled; AWS does not document whether it provisions all the same. Risks. */
  | 'TEMPLATE_DISABLED'
  /** The template that the CA names does not exist. Prevents. */
  | 'TEMPLATE_MISSING'
  /** The template that the CA names is not of type JITP. Prevents. */
  | 'TEMPLATE_TYPE_MISMATCH'
  /** AWS does not tell until when the CA certificate is valid. Risks. */
  | 'VALIDITY_UNKNOWN';

/** Whether just-in-time provisioning will work. */
export type JitpReadinessState =
  /** It may fail: soon, for some devices, or for all where AWS does not document what happens. */
  | 'AT_RISK'
  /** It fails for every device. */
  | 'NOT_READY'
  /** Nothing that can be read speaks against it. */
  | 'READY';

/**
 * How much must be known of a thing to answer a field: its key alone, the row that a List action
 * returns, or the detail that a Describe action returns.
 */
export type KnowledgeLevel =
  /** What cannot change while the thing lives: costs one call once, then nothing beyond its row. */
  | 'CONSTANT'
  /** The answer of a Describe action. Costs one call for each thing. */
  | 'DETAIL'
  /** What a thing points to: from its detail, or from the list of what points back, whichever costs less. */
  | 'EDGE'
  /** The key alone (an ARN, an id, a name). Costs no call. */
  | 'REF'
  /** A row of a List action. Up to 250 rows cost one call. */
  | 'ROW';

/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type Mutation = {
  __typename?: 'Mutation';
  /**
   * Starts the bulk operation of a plan and answers at once. Before each write the CA is read again: one
   * that is no longer as it was planned is a CONFLICT and stays as it is. Costs no call of its own; what
   * the operation costs is its `price`.
   */
  applyPlan: ApplyPlanPayload;
  /**
   * Makes a CA certificate name a provisioning template, so that its devices are provisioned by it.
   * The template must exist and be of type JITP; this is checked before anything is written. A body
   * that the CA carries itself is replaced. With `expectedRegistration` the CA is read live first, and
   * nothing is written when it is registered otherwise (REGISTRATION_CHANGED). Costs one
   * DescribeProvisioningTemplate, one UpdateCACertificate and one DescribeCACertificate, and one
   * DescribeCACertificate more with `expectedRegistration`.
   */
  attachProvisioningTemplate: AttachProvisioningTemplatePayload;
  /**
   * Throws a plan away, or begins no more of a bulk operation: what was changed stays changed (see
   * `revertBulkOperation`), and what is under way is settled. Costs no call.
   */
  cancelBulkOperation: CancelBulkOperationPayload;
  /**
   * Makes a claim with which devices can be provisioned by an enabled template of type
   * FLEET_PROVISIONING: a certificate, valid for 5 minutes, and its key pair. The private key is in
   * this answer and nowhere else; the gateway keeps nothing of it. Sent to AWS once and never again:
   * where the answer is lost the error is UPSTREAM_OUTCOME_UNKNOWN, and a claim that may have been made
   * runs out by itself. Costs one CreateProvisioningClaim.
   */
  createProvisioningClaim: CreateProvisioningClaimPayload;
  /** Creates a provisioning template with version 1 as its default. Costs one CreateProvisioningTemplate, and one Describe when the template is read back. */
  createProvisioningTemplate: CreateProvisioningTemplatePayload;
  /**
   * Creates a version of a provisioning template's body. Where there are five already it is refused
   * (VERSIONS_LIMIT_EXCEEDED), unless `prune` says which to delete; nothing is deleted before AWS has
   * refused the version for that reason, so a body that AWS refuses costs no version. Costs one
   * CreateProvisioningTemplateVersion; for a body given as JSON one DescribeProvisioningTemplate before
   * it, so that the text in force keeps what the body does not change; where one is pruned also one
   * ListProvisioningTemplateVersions, one DeleteProvisioningTemplateVersion and the creation once more.
   */
  createProvisioningTemplateVersion: CreateProvisioningTemplateVersionPayload;
  /**
   * Deletes a CA certificate. Refused (CERTIFICATE_STATE) while it is ACTIVE, unless `deactivateFirst`.
   * Costs one DescribeCACertificate, read live, and one DeleteCACertificate; one UpdateCACertificate more
   * for a CA that is deactivated first.
   */
  deleteCACertificate: DeleteCACertificatePayload;
  /**
   * Deletes a provisioning template with all its versions. Refused (DELETE_CONFLICT) while CA certificates
   * name it, unless `caCertificates` says what to do with them: then they are changed one after the other
   * and the template is deleted when none names it any more. When one cannot be changed nothing more is
   * done, and `changedCACertificates` tells which were. Costs one ListCACertificates(templateName), read
   * live, and one DeleteProvisioningTemplate; with CAs to change also one DescribeCACertificate and one
   * UpdateCACertificate for each and the list once more, and for MOVE_TO one
   * DescribeProvisioningTemplate.
   */
  deleteProvisioningTemplate: DeleteProvisioningTemplatePayload;
  /** Deletes a version that is not the default. Costs one DeleteProvisioningTemplateVersion, and one Describe before it when `deletedId` is asked for and the account is not known yet. */
  deleteProvisioningTemplateVersion: DeleteProvisioningTemplateVersionPayload;
  /**
   * Deletes the registration code of the account and region; the next time one is asked for AWS makes
   * another. A verification certificate that carries the deleted code proves nothing any more; CAs that
   * are registered stay so. Costs one DeleteRegistrationCode.
   */
  deleteRegistrationCode: DeleteRegistrationCodePayload;
  /**
   * Takes the registration off a CA certificate and turns auto registration off. The CA is read back;
   * where AWS still names a template the answer is the user error DETACH_NOT_EFFECTIVE, never success.
   * Costs one UpdateCACertificate and one DescribeCACertificate.
   */
  detachProvisioningTemplate: DetachProvisioningTemplatePayload;
  /**
   * Plans to make CA certificates name a provisioning template. The template must exist and be of type
   * JITP. Costs one DescribeProvisioningTemplate; the CAs are read by the plan itself, one
   * DescribeCACertificate each, behind all that people wait for. The answer comes when the plan is
   * made, or after 10 seconds with the state PLANNING. Nothing is changed until `applyPlan`.
   */
  planAttach: PlanAttachPayload;
  /**
   * Plans to take the registration off CA certificates, which also turns their auto registration off.
   * Costs no call of its own; reads its CAs as `planAttach` does. Nothing is changed until `applyPlan`.
   */
  planDetach: PlanDetachPayload;
  /**
   * Plans to move CA certificates that carry a template body of their own to named templates: CAs with an
   * equal body (in the canonical form of RFC 8785) and an equal role go to one template, which is an
   * enabled one of type JITP that is there already or a new one. Costs no call of its own; the plan
   * reads its CAs as `planAttach` does, and all templates of type JITP, one
   * DescribeProvisioningTemplate each. Nothing is changed until `applyPlan`.
   */
  planInlineMigration: PlanInlineMigrationPayload;
  /**
   * Registers a CA certificate, once `checkCARegistration` finds nothing against it; else its findings
   * are the user errors and nothing is sent. Which CAs are registered is left to AWS. Costs one
   * RegisterCACertificate, before it at most one GetRegistrationCode in DEFAULT mode and one
   * DescribeProvisioningTemplate where a template is named, and one Describe when the CA is read back.
   */
  registerCACertificate: RegisterCACertificatePayload;
  /**
   * Plans to undo a bulk operation: each CA that it changed goes back to how it was before, unless
   * somebody changed it since. Templates that a migration created stay. Costs no call of its own; reads
   * its CAs as `planAttach` does. Nothing is changed until `applyPlan`.
   */
  revertBulkOperation: RevertBulkOperationPayload;
  /** Puts a version in force. Costs one UpdateProvisioningTemplate, and one DescribeProvisioningTemplate when `warnings` or the template are asked for. */
  setDefaultProvisioningTemplateVersion: SetDefaultProvisioningTemplateVersionPayload;
  /**
   * Puts tags on a provisioning template or a CA certificate; a tag with the key of one that is there
   * replaces it. Costs one TagResource.
   */
  tagResource: TagResourcePayload;
  /** Takes tags off a provisioning template or a CA certificate; keys that are not there are passed over. Costs one UntagResource. */
  untagResource: UntagResourcePayload;
  /**
   * Changes what is given of a CA certificate and leaves the rest. Costs one UpdateCACertificate, one
   * DescribeCACertificate before it when a body is given as JSON, so that the text which the CA carries
   * keeps what the body does not change, and one when the CA is read back.
   */
  updateCACertificate: UpdateCACertificatePayload;
  /**
   * Changes what is given of a provisioning template and leaves the rest, the text of its body included.
   * Where `enabled` or `defaultVersionId` puts a body to work, `warnings` tells what is wrong with it.
   * Costs one UpdateProvisioningTemplate, and one Describe when the template is read back or such
   * warnings are asked for.
   */
  updateProvisioningTemplate: UpdateProvisioningTemplatePayload;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationapplyPlanArgs = {
  input: ApplyPlanInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationattachProvisioningTemplateArgs = {
  input: AttachProvisioningTemplateInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationcancelBulkOperationArgs = {
  input: CancelBulkOperationInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationcreateProvisioningClaimArgs = {
  input: CreateProvisioningClaimInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationcreateProvisioningTemplateArgs = {
  input: CreateProvisioningTemplateInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationcreateProvisioningTemplateVersionArgs = {
  input: CreateProvisioningTemplateVersionInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationdeleteCACertificateArgs = {
  input: DeleteCACertificateInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationdeleteProvisioningTemplateArgs = {
  input: DeleteProvisioningTemplateInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationdeleteProvisioningTemplateVersionArgs = {
  input: DeleteProvisioningTemplateVersionInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationdeleteRegistrationCodeArgs = {
  input: DeleteRegistrationCodeInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationdetachProvisioningTemplateArgs = {
  input: DetachProvisioningTemplateInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationplanAttachArgs = {
  input: PlanAttachInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationplanDetachArgs = {
  input: PlanDetachInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationplanInlineMigrationArgs = {
  input: PlanInlineMigrationInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationregisterCACertificateArgs = {
  input: RegisterCACertificateInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationrevertBulkOperationArgs = {
  input: RevertBulkOperationInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationsetDefaultProvisioningTemplateVersionArgs = {
  input: SetDefaultProvisioningTemplateVersionInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationtagResourceArgs = {
  input: TagResourceInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationuntagResourceArgs = {
  input: UntagResourceInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationupdateCACertificateArgs = {
  input: UpdateCACertificateInput;
};


/**
 * Changes run one after the other, in the order written. Input that AWS would refuse, and refusals
 * by AWS's rules, come back as `userErrors` with nothing changed; outages, throttling and missing
 * rights are errors of the operation.
 */
export type MutationupdateProvisioningTemplateArgs = {
  input: UpdateProvisioningTemplateInput;
};

/** The CA names a provisioning template of type JITP (possible since 2022-08-04). */
export type NamedTemplateRegistration = {
  __typename?: 'NamedTemplateRegistration';
  /** A role that the CA carries beside the name, null as a rule: the template's own role is used. */
  roleArn?: Maybe<Scalars['String']['output']>;
  /** The template; null when it is gone. */
  template?: Maybe<ProvisioningTemplate>;
  /** The name as the CA carries it, also when the template is gone. */
  templateName: Scalars['String']['output'];
};

/** A CA to make with openssl. */
export type NewCAInput = {
  /** The name of the CA, 1 to 64 characters. */
  commonName: Scalars['String']['input'];
  /** The country, two letters. */
  country?: InputMaybe<Scalars['String']['input']>;
  /** The kind of key. */
  keyAlgorithm?: CAKeyAlgorithm;
  /** The place, at most 128 characters. */
  locality?: InputMaybe<Scalars['String']['input']>;
  /** The organization, at most 64 characters. */
  organization?: InputMaybe<Scalars['String']['input']>;
  /** The unit of the organization, at most 64 characters. */
  organizationalUnit?: InputMaybe<Scalars['String']['input']>;
  /** The state or province, at most 128 characters. */
  state?: InputMaybe<Scalars['String']['input']>;
  /** For how many days the CA is to be valid, 1 to 36,500. */
  validityDays?: Scalars['Int']['input'];
};

/** Anything with a global id. Relay's object identification. */
export type Node = {
  /** The global id: opaque, unique over all types, accounts and regions. Costs no call. */
  id: Scalars['ID']['output'];
};

/** Which way an order goes. */
export type OrderDirection =
  /** From the first to the last, from the oldest to the newest. */
  | 'ASC'
  /** From the last to the first, from the newest to the oldest. */
  | 'DESC';

/** Where a page of a connection begins and ends. Relay's cursor connections, forward only. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last edge; where a filtered walk was cut short, the place to go on from. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /**
   * Whether more edges follow this page. Exact, except where `cutShort` of the connection is true.
   * Asking for it may cost one more list call when the page ends exactly where an AWS page ends.
   */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether edges come before this page: true when the page was asked for with `after`. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first edge, null when the page is empty. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** Which template CA certificates are to name. Give `certificateIds` or `filter`, not both. */
export type PlanAttachInput = {
  /** Set the CAs to ACTIVE in the same step. */
  activate?: Scalars['Boolean']['input'];
  /**
   * The CAs, 64 hexadecimal characters each; one given twice counts once. At most 10,000, and no more than one
   * request may hold: about 1,990 as things are set at first (`--query-values`, `--body-max`). More at once by `filter`.
   */
  certificateIds?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Enable auto registration in the same step; without it devices are not provisioned. */
  enableAutoRegistration?: Scalars['Boolean']['input'];
  /** All CAs that the filter lets through, at most 10,000; `{}` means all. */
  filter?: InputMaybe<CACertificateFilter>;
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The template, of type JITP. */
  templateName: Scalars['String']['input'];
};

/** The answer to planAttach. */
export type PlanAttachPayload = {
  __typename?: 'PlanAttachPayload';
  /** The plan; null when it could not be begun. */
  plan?: Maybe<BulkOperation>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why it was not done; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although it was done. */
  warnings: Array<Warning>;
};

/** Which CA certificates are to lose their registration. Give `certificateIds` or `filter`, not both. */
export type PlanDetachInput = {
  /**
   * The CAs, 64 hexadecimal characters each; one given twice counts once. At most 10,000, and no more than one
   * request may hold: about 1,990 as things are set at first (`--query-values`, `--body-max`). More at once by `filter`.
   */
  certificateIds?: InputMaybe<Array<Scalars['String']['input']>>;
  /** All CAs that the filter lets through, at most 10,000; `{}` means all. */
  filter?: InputMaybe<CACertificateFilter>;
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The answer to planDetach. */
export type PlanDetachPayload = {
  __typename?: 'PlanDetachPayload';
  /** The plan; null when it could not be begun. */
  plan?: Maybe<BulkOperation>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why it was not done; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although it was done. */
  warnings: Array<Warning>;
};

/** Which CA certificates are to name a template in place of a body. Give `certificateIds`, `filter` or neither. */
export type PlanInlineMigrationInput = {
  /**
   * The CAs, 64 hexadecimal characters each. At most 10,000, and no more than one request may hold: about 1,990 as
   * things are set at first (`--query-values`, `--body-max`). More at once by `filter`.
   */
  certificateIds?: InputMaybe<Array<Scalars['String']['input']>>;
  /** All CAs that the filter lets through, at most 10,000; all with a body of their own when left out. */
  filter?: InputMaybe<CACertificateFilter>;
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What the names of new templates begin with: 1 to 27 letters, digits, `_` and `-`; a digest of body and role follows. */
  templateNamePrefix?: Scalars['String']['input'];
};

/** The answer to planInlineMigration. */
export type PlanInlineMigrationPayload = {
  __typename?: 'PlanInlineMigrationPayload';
  /** The plan; null when it could not be begun. */
  plan?: Maybe<BulkOperation>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why it was not done; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although it was done. */
  warnings: Array<Warning>;
};

/** The Lambda function that may refuse a device before it is provisioned. */
export type PreProvisioningHook = {
  __typename?: 'PreProvisioningHook';
  /** The version of the payload that the function is sent; AWS knows 2020-04-01 only. */
  payloadVersion?: Maybe<Scalars['String']['output']>;
  /** The function's ARN. */
  targetArn: Scalars['String']['output'];
};

/** The Lambda function to ask before a device is provisioned. */
export type PreProvisioningHookInput = {
  /** The version of the payload; AWS knows 2020-04-01 only. */
  payloadVersion?: InputMaybe<Scalars['String']['input']>;
  /** The function's ARN, at most 2,048 characters. */
  targetArn: Scalars['String']['input'];
};

/** A CA that is to be registered. */
export type PrepareCARegistrationInput = {
  /** The file of the CA certificate, for the commands; 1 to 1,024 characters. */
  caCertificateFile?: Scalars['String']['input'];
  /** The file of the CA's private key, for the commands; 1 to 1,024 characters. It is never sent. */
  caKeyFile?: Scalars['String']['input'];
  /** How ownership is to be proved. */
  certificateMode?: CertificateMode;
  /** What the names of the other files begin with; 1 to 1,024 characters. */
  filePrefix?: Scalars['String']['input'];
  /** A CA to make first; left out for one whose private key and certificate are there already. */
  newCA?: InputMaybe<NewCAInput>;
};

/** What to know about a preview. */
export type PreviewNote = {
  __typename?: 'PreviewNote';
  /** What it is, from a closed set. */
  code: PreviewNoteCode;
  /** In words. */
  message: Scalars['String']['output'];
};

/** What to know about a preview. */
export type PreviewNoteCode =
  /** The id of the certificate is not known; `CERTIFICATE_ID` stands for it. */
  | 'CERTIFICATE_ID_UNKNOWN'
  /** The certificate would be INACTIVE, so the device could not connect. */
  | 'CERTIFICATE_STAYS_INACTIVE'
  /** JITP provisions at the first connection and cuts that by design; the device has to connect again. */
  | 'FIRST_CONNECTION_IS_CUT'
  /** The template has a hook, which may refuse the device or change its parameters; it was not asked. */
  | 'HOOK_NOT_ASKED'
  /** The template does not put the certificate in force that the device has come with. */
  | 'NO_CERTIFICATE'
  /** The template attaches no policy. */
  | 'NO_POLICY'
  /** A value was given for a parameter that the template does not declare. */
  | 'PARAMETER_IGNORED'
  /** A value was given that in just-in-time provisioning no device can send. */
  | 'PARAMETER_NOT_SENT_BY_DEVICE'
  /** A policy is made from a document and named by a hash. */
  | 'POLICY_NAMED_BY_HASH'
  /** The subject has an attribute several times; the first was taken. */
  | 'SEVERAL_VALUES'
  /** The template is disabled; AWS does not document whether it provisions all the same. */
  | 'TEMPLATE_DISABLED';

/** What would become of a device. */
export type PreviewOutcome =
  /** The device is not provisioned, or what it gets cannot be worked out; `problems` says why. */
  | 'FAILED'
  /**
   * Everything resolves, and no diagnostic is known to fail; whether named policies, types and groups exist was
   * not looked up. `notes` and `diagnostics` tell what may go wrong all the same.
   */
  | 'PROVISIONED'
  /** AWS does not take such a body; `diagnostics` says why. */
  | 'REFUSED';

/** Why a device would not be provisioned. */
export type PreviewProblem = {
  __typename?: 'PreviewProblem';
  /** What it is, from a closed set. */
  code: PreviewProblemCode;
  /** In words. */
  message: Scalars['String']['output'];
  /** Where it is: JSONPath from the top of the body. */
  path: Scalars['String']['output'];
};

/** Why a device would not be provisioned. */
export type PreviewProblemCode =
  /** The body is nested too deeply to be looked at. */
  | 'BODY_NOT_EVALUATED'
  /** A function, or what stands in its place, could not be worked out. */
  | 'FUNCTION_FAILED'
  /** The body has no resources. */
  | 'NO_RESOURCES'
  /** A declared parameter has neither a value nor a default. */
  | 'PARAMETER_MISSING'
  /** A reference to a name that is no parameter; what one to a resource comes to is not documented. */
  | 'REFERENCE_UNRESOLVED'
  /** A resource that templates cannot make. */
  | 'RESOURCE_NOT_KNOWN'
  /** A thing without a name, or a certificate without an id. */
  | 'VALUE_MISSING'
  /** A value that AWS does not take there, or a certificate that is given in more than one way. */
  | 'VALUE_NOT_ALLOWED'
  /** The functions make more text than the gateway works out: 1,000,000 characters for a body. */
  | 'VALUE_TOO_LARGE';

/** What to try with which device. */
export type PreviewProvisioningInput = {
  /** The certificate of a device as PEM, at most 65,536 characters. Give this or `subject`, or neither. */
  deviceCertificatePem?: InputMaybe<Scalars['String']['input']>;
  /**
   * Values by the names of parameters, at most 100: what a device sends in fleet provisioning. They win
   * over what the certificate supplies.
   */
  parameters?: InputMaybe<Array<ProvisioningParameterInput>>;
  /** The subject of a certificate that is not at hand. Give this or `deviceCertificatePem`, or neither. */
  subject?: InputMaybe<DeviceSubjectInput>;
  /** A body as text, at most 10,240 characters. Give this, `templateBodyJson` or `templateName`. */
  templateBody?: InputMaybe<Scalars['String']['input']>;
  /** A body as an object. Give this, `templateBody` or `templateName`. */
  templateBodyJson?: InputMaybe<Scalars['JSON']['input']>;
  /** A template, whose version in force is tried. Give this or a body. */
  templateName?: InputMaybe<Scalars['String']['input']>;
  /** What the body is for; JITP when left out. With `templateName` the template says it itself. */
  type?: InputMaybe<TemplateType>;
};

/** What would become of the device's certificate. */
export type PreviewedCertificate = {
  __typename?: 'PreviewedCertificate';
  /**
   * The id; `CERTIFICATE_ID` stands for one that is not known. Null when it could not be worked out, or the
   * template gives the certificate in another way.
   */
  certificateId?: Maybe<Scalars['String']['output']>;
  /** The name of the resource in the template. */
  logicalName: Scalars['String']['output'];
  /** What is to happen where the certificate has a status. */
  overrideSettings: Array<PreviewedSetting>;
  /** The status it would have; null when it could not be worked out. */
  status?: Maybe<CertificateStatus>;
};

/** A parameter with its value. */
export type PreviewedParameter = {
  __typename?: 'PreviewedParameter';
  /** The full name. */
  name: Scalars['String']['output'];
  /** Where the value comes from. */
  source: PreviewedParameterSource;
  /** The value; null when it is missing. */
  value?: Maybe<Scalars['String']['output']>;
};

/** Where the value of a parameter comes from. */
export type PreviewedParameterSource =
  /** AWS IoT makes it; `CERTIFICATE_ID` stands for an id that is not known. */
  | 'AWS'
  /** From the certificate. */
  | 'CERTIFICATE'
  /** The default of the template. */
  | 'DEFAULT'
  /** From `parameters` of the input. */
  | 'GIVEN'
  /** From nowhere. */
  | 'MISSING';

/** A policy that would be attached to the certificate. */
export type PreviewedPolicy = {
  __typename?: 'PreviewedPolicy';
  /** The name of the resource in the template. */
  logicalName: Scalars['String']['output'];
  /** The document as it would be, as text; null for a policy that is named. */
  policyDocument?: Maybe<Scalars['String']['output']>;
  /** The name of a policy that has to exist; null for one made from the document. */
  policyName?: Maybe<Scalars['String']['output']>;
};

/** A name with its value. */
export type PreviewedSetting = {
  __typename?: 'PreviewedSetting';
  /** The name. */
  name: Scalars['String']['output'];
  /** The value; null when it could not be worked out. */
  value?: Maybe<Scalars['String']['output']>;
};

/** A thing that would be made, or updated when there is one of the name. */
export type PreviewedThing = {
  __typename?: 'PreviewedThing';
  /** The attributes, in the order of the body. */
  attributes: Array<PreviewedSetting>;
  /** The billing group; null when there is none, or it could not be worked out. */
  billingGroup?: Maybe<Scalars['String']['output']>;
  /** The name of the resource in the template. */
  logicalName: Scalars['String']['output'];
  /** What is to happen where a thing of the name exists. */
  overrideSettings: Array<PreviewedSetting>;
  /** The thing groups that it would be put into, as far as they could be worked out. */
  thingGroups: Array<Scalars['String']['output']>;
  /** The name; null when it could not be worked out. */
  thingName?: Maybe<Scalars['String']['output']>;
  /** The thing type; null when there is none, or it could not be worked out. */
  thingTypeName?: Maybe<Scalars['String']['output']>;
};

/** A certificate and a key pair with which a device asks to be provisioned. Answered once; it is in no list. */
export type ProvisioningClaim = {
  __typename?: 'ProvisioningClaim';
  /** The SHA-256 of the certificate's DER in lower-case hex. */
  certificateId: Scalars['String']['output'];
  /** The claim certificate as PEM. */
  certificatePem: Scalars['String']['output'];
  /** When the certificate ends: 5 minutes after it was made. */
  expiration: Scalars['DateTime']['output'];
  /** The private key as PEM: a secret. The gateway keeps no copy, and AWS has none to ask for. */
  privateKey: Scalars['String']['output'];
  /** The public key as PEM. */
  publicKey: Scalars['String']['output'];
};

/** The value of a parameter. */
export type ProvisioningParameterInput = {
  /** The full name of the parameter, 1 to 1,024 characters. */
  name: Scalars['String']['input'];
  /** The value, at most 4,096 characters. */
  value: Scalars['String']['input'];
};

/** What provisioning would make of a device. */
export type ProvisioningPreview = {
  __typename?: 'ProvisioningPreview';
  /** What would become of the device's certificate; one in every example of AWS. */
  certificates: Array<PreviewedCertificate>;
  /** What the device is sent in fleet provisioning, in the order of the body. */
  deviceConfiguration: Array<PreviewedSetting>;
  /** What is wrong, or probably wrong, with the body, whichever device comes. */
  diagnostics: Array<TemplateDiagnostic>;
  /** The names of the parameters that have no value. */
  missing: Array<Scalars['String']['output']>;
  /** What to know about the result. */
  notes: Array<PreviewNote>;
  /** What would become of the device. */
  outcome: PreviewOutcome;
  /** The declared parameters with their values, in the order of the body. */
  parameters: Array<PreviewedParameter>;
  /** The policies that would be attached to the certificate. */
  policies: Array<PreviewedPolicy>;
  /** Why this device would not be provisioned; at most 100. */
  problems: Array<PreviewProblem>;
  /** The things that would be made or updated; one in every example of AWS. */
  things: Array<PreviewedThing>;
  /** What the body was taken to be for. */
  type: TemplateType;
};

/**
 * A provisioning template: what AWS IoT makes (thing, policy, certificate state) when a device
 * arrives. Fields at level ROW come with every list; `templateBody`, `templateBodyJson`,
 * `provisioningRoleArn`, `preProvisioningHook` and `defaultVersionId` need one
 * DescribeProvisioningTemplate for each template.
 */
export type ProvisioningTemplate = Node & {
  __typename?: 'ProvisioningTemplate';
  /**
   * The CA certificates whose registration names this template, newest first.
   * Costs one ListCACertificates(templateName) for each 250 of them; a FLEET_PROVISIONING template
   * can be named by no CA, so its connection is empty and costs nothing.
   */
  caCertificates?: Maybe<CACertificateConnection>;
  /** When it was created. */
  creationDate?: Maybe<Scalars['DateTime']['output']>;
  /** The version in force, counted from 1. */
  defaultVersionId?: Maybe<Scalars['Int']['output']>;
  /** What deleting this template would break. Costs what the fields selected of it cost. */
  deletionImpact?: Maybe<ProvisioningTemplateDeletionImpact>;
  /** Free text, at most 500 characters, null when none was given. */
  description?: Maybe<Scalars['String']['output']>;
  /**
   * What is wrong, or probably wrong, with the body and the hook, in the order of the text; empty when
   * nothing is. At most 100 warnings are listed. Costs the Describe that `templateBody` costs.
   */
  diagnostics?: Maybe<Array<TemplateDiagnostic>>;
  /** Whether it may provision devices. AWS creates templates disabled unless told otherwise. */
  enabled?: Maybe<Scalars['Boolean']['output']>;
  /** The global id: the encoded ARN. */
  id: Scalars['ID']['output'];
  /** When it, or any of its versions, last changed. */
  lastModifiedDate?: Maybe<Scalars['DateTime']['output']>;
  /** The Lambda function asked before a device is provisioned; null when there is none. */
  preProvisioningHook?: Maybe<PreProvisioningHook>;
  /** The role that AWS IoT takes on to provision a device. */
  provisioningRoleArn?: Maybe<Scalars['String']['output']>;
  /** Its tags, at most 50, in AWS's order. Costs one ListTagsForResource, also from a list. */
  tags?: Maybe<Array<Tag>>;
  /** `arn:aws:iot:REGION:ACCOUNT:provisioningtemplate/NAME`. */
  templateArn: Scalars['String']['output'];
  /** The body of the version in force: JSON as text, at most 10,240 characters, byte for byte. */
  templateBody?: Maybe<Scalars['String']['output']>;
  /**
   * The same body, parsed. JSON as an object cannot carry everything that its text can: of a key that
   * is given twice the last is shown, and numbers beyond 15 digits are rounded; `diagnostics` tells of
   * both. Given back unchanged, as `templateBodyJson` of an input, it leaves the stored text as it is.
   */
  templateBodyJson?: Maybe<Scalars['JSON']['output']>;
  /** The name, unique in the account and region, 1 to 36 characters. */
  templateName: Scalars['String']['output'];
  /** What the template is for; fixed when it is created. */
  type?: Maybe<TemplateType>;
  /**
   * The versions of the body, in order of their ids; a template has at most 5. Costs one
   * ListProvisioningTemplateVersions, whatever `first` is.
   */
  versions?: Maybe<ProvisioningTemplateVersionConnection>;
  /** How many versions a template can have: AWS's quota, 5. Costs no call. */
  versionsLimit: Scalars['Int']['output'];
  /** How many versions there are. Costs one ListProvisioningTemplateVersions, the same as `versions`. */
  versionsUsed?: Maybe<Scalars['Int']['output']>;
};


/**
 * A provisioning template: what AWS IoT makes (thing, policy, certificate state) when a device
 * arrives. Fields at level ROW come with every list; `templateBody`, `templateBodyJson`,
 * `provisioningRoleArn`, `preProvisioningHook` and `defaultVersionId` need one
 * DescribeProvisioningTemplate for each template.
 */
export type ProvisioningTemplatecaCertificatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  ascendingOrder?: InputMaybe<Scalars['Boolean']['input']>;
  countAll?: InputMaybe<Scalars['Boolean']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * A provisioning template: what AWS IoT makes (thing, policy, certificate state) when a device
 * arrives. Fields at level ROW come with every list; `templateBody`, `templateBodyJson`,
 * `provisioningRoleArn`, `preProvisioningHook` and `defaultVersionId` need one
 * DescribeProvisioningTemplate for each template.
 */
export type ProvisioningTemplateversionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  countAll?: InputMaybe<Scalars['Boolean']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of provisioning templates. */
export type ProvisioningTemplateConnection = {
  __typename?: 'ProvisioningTemplateConnection';
  /** True when a filter matched so little that the walk stopped after 20 AWS pages; go on from `endCursor`. */
  cutShort: Scalars['Boolean']['output'];
  /** The page, each template with its cursor. */
  edges: Array<ProvisioningTemplateEdge>;
  /** The page, without cursors. */
  nodes: Array<ProvisioningTemplate>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
  /** How many match in all; null unless `countAll` was given, or no `after` was and the page came from the last AWS page or all pages are known already. It makes no call of its own: selected without anything of the page, it reads none unless `countAll` was given. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** What deleting a provisioning template would break. A FLEET_PROVISIONING template is named by no CA. */
export type ProvisioningTemplateDeletionImpact = {
  __typename?: 'ProvisioningTemplateDeletionImpact';
  /** How many of these are ACTIVE. Costs the same lists; null beyond 50,000. */
  activeCount?: Maybe<Scalars['Int']['output']>;
  /**
   * How many of the ACTIVE ones have auto registration enabled, so that devices arrive through them.
   * Costs a DescribeCACertificate for each ACTIVE one; null beyond 50,000 CAs.
   */
  autoRegisteringCount?: Maybe<Scalars['Int']['output']>;
  /**
   * How many CA certificates name it: their new devices would not be provisioned. Costs one
   * ListCACertificates(templateName) for each 250; null beyond 50,000.
   */
  caCertificateCount?: Maybe<Scalars['Int']['output']>;
  /** These CA certificates, newest first. Costs one ListCACertificates(templateName) for each 250 shown. */
  caCertificates?: Maybe<CACertificateConnection>;
};


/** What deleting a provisioning template would break. A FLEET_PROVISIONING template is named by no CA. */
export type ProvisioningTemplateDeletionImpactcaCertificatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** One provisioning template of a page. */
export type ProvisioningTemplateEdge = {
  __typename?: 'ProvisioningTemplateEdge';
  /** Where this edge stands in the connection; opaque. */
  cursor: Scalars['String']['output'];
  /** The template. */
  node: ProvisioningTemplate;
};

/** Which provisioning templates to list. Every condition given must hold. */
export type ProvisioningTemplateFilter = {
  /** Only enabled, or only disabled templates. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only templates whose name begins with this text. */
  templateNamePrefix?: InputMaybe<Scalars['String']['input']>;
  /** Only templates of this type. */
  type?: InputMaybe<TemplateType>;
};

/** In which order to list provisioning templates. Costs the whole list, a call for each 250 templates. */
export type ProvisioningTemplateOrder = {
  /** Which way; ascending when left out. */
  direction?: OrderDirection;
  /** By what. */
  field: ProvisioningTemplateOrderField;
};

/** What provisioning templates can be ordered by. */
export type ProvisioningTemplateOrderField =
  /** When the template was created. */
  | 'CREATION_DATE'
  /** When the template last changed. */
  | 'LAST_MODIFIED_DATE'
  /** The name, by code point. */
  | 'TEMPLATE_NAME';

/**
 * A version of the body of a provisioning template. Its body never changes: it is read once, by one
 * DescribeProvisioningTemplateVersion, and not again while the template lives; that of the default
 * version comes with the template's own detail.
 */
export type ProvisioningTemplateVersion = Node & {
  __typename?: 'ProvisioningTemplateVersion';
  /** When it was created. */
  creationDate?: Maybe<Scalars['DateTime']['output']>;
  /** The global id: the encoded ARN of the template, with the version. */
  id: Scalars['ID']['output'];
  /** Whether it is the version in force. */
  isDefaultVersion?: Maybe<Scalars['Boolean']['output']>;
  /** The template that it is a version of; null when that is gone. Costs nothing for a version reached through its template. */
  template?: Maybe<ProvisioningTemplate>;
  /** The body: JSON as text, at most 10,240 characters, byte for byte. */
  templateBody?: Maybe<Scalars['String']['output']>;
  /** The same body, parsed. */
  templateBodyJson?: Maybe<Scalars['JSON']['output']>;
  /** The number of the version, counted from 1. */
  versionId: Scalars['Int']['output'];
};

/** A page of versions of a provisioning template. */
export type ProvisioningTemplateVersionConnection = {
  __typename?: 'ProvisioningTemplateVersionConnection';
  /** Always false: this connection has no filter. */
  cutShort: Scalars['Boolean']['output'];
  /** The page, each version with its cursor. */
  edges: Array<ProvisioningTemplateVersionEdge>;
  /** The page, without cursors. */
  nodes: Array<ProvisioningTemplateVersion>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
  /** How many there are in all; null when `after` was given, unless `countAll` was given too. */
  totalCount?: Maybe<Scalars['Int']['output']>;
};

/** One version of a page. */
export type ProvisioningTemplateVersionEdge = {
  __typename?: 'ProvisioningTemplateVersionEdge';
  /** Where this edge stands in the connection; opaque. */
  cursor: Scalars['String']['output'];
  /** The version. */
  node: ProvisioningTemplateVersion;
};

/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type Query = {
  __typename?: 'Query';
  /**
   * A plan, or the bulk operation that it became, by its id; null when there is none, or none any more:
   * the newest 50 that are over or were not applied are kept. Costs no call.
   */
  bulkOperation?: Maybe<BulkOperation>;
  /** The plans and bulk operations, the newest first. Costs no call. */
  bulkOperations?: Maybe<BulkOperationConnection>;
  /** One CA certificate by its id, null when there is none. Costs one DescribeCACertificate. */
  caCertificate?: Maybe<CACertificate>;
  /**
   * The CA certificates of the account and region, newest first.
   * Costs one ListCACertificates for each 250 CAs walked.
   */
  caCertificates?: Maybe<CACertificateConnection>;
  /**
   * What was changed through this gateway, the newest first, and what was refused or failed. An entry is
   * written before its change is sent, so one that ended without an answer is here as UNKNOWN. Bounded:
   * the oldest are dropped when IOTGW_JOURNAL_MIB is reached. Costs no AWS call and is never answered
   * from memory.
   */
  changes?: Maybe<ChangeConnection>;
  /**
   * Whether AWS would take a registration, found out without sending it: the PEMs, the CA's extension,
   * key, version and dates, the mode, the verification certificate's signature and common name, the
   * template, and once nothing else is wrong whether the CA is registered already and how many have its
   * subject. Costs one GetRegistrationCode at most, and none where the verification certificate is missing
   * or cannot be right; one DescribeProvisioningTemplate where a template is named; one ListCACertificates
   * for 250 CAs, 20 at most; and up to 50 DescribeCACertificate for certificates that the gateway has not
   * seen yet, none where there are too few to reach the limit of one subject.
   */
  checkCARegistration?: Maybe<CARegistrationCheck>;
  /**
   * Anything by its global id, null when it is gone. Costs one Describe of its type, and nothing where a
   * row that is known answers.
   */
  node?: Maybe<Node>;
  /** Several things by their global ids, in the same order, null for each that is gone. */
  nodes: Array<Maybe<Node>>;
  /**
   * What to do before a CA can be registered: the registration code, and the openssl commands that make
   * the verification certificate from it. In SNI_ONLY mode there is nothing to prove. The private key
   * never leaves the machine on which the commands run. Costs one GetRegistrationCode in DEFAULT mode,
   * which makes a code when the account and region have none; no call in SNI_ONLY mode.
   */
  prepareCARegistration?: Maybe<CARegistrationPreparation>;
  /**
   * What provisioning would make of a device, worked out by the gateway: the parameters, every function,
   * and the thing, certificate and policy that come of it. Nothing is sent to AWS but, with
   * `templateName`, one DescribeProvisioningTemplate; with a body it costs no call.
   */
  previewProvisioning?: Maybe<ProvisioningPreview>;
  /**
   * One provisioning template by name, null when there is none.
   * Costs one DescribeProvisioningTemplate.
   */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
  /**
   * The provisioning templates of the account and region, in AWS's order.
   * Costs one ListProvisioningTemplates for each 250 templates walked.
   */
  provisioningTemplates?: Maybe<ProvisioningTemplateConnection>;
  /**
   * How the gateway stands with AWS's quotas: a bucket for each action that was used so far, none where
   * the upstream has no quotas. Costs no call.
   */
  quota: Array<QuotaBucket>;
  /**
   * The registration code: the common name that the verification certificate of a CA in DEFAULT mode
   * must carry. 64 hexadecimal characters. AWS makes one when the account and region have none, and
   * keeps answering the same one until it is deleted. Costs one GetRegistrationCode.
   */
  registrationCode?: Maybe<Scalars['String']['output']>;
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QuerybulkOperationArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QuerybulkOperationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QuerycaCertificateArgs = {
  certificateId: Scalars['String']['input'];
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QuerycaCertificatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  ascendingOrder?: InputMaybe<Scalars['Boolean']['input']>;
  countAll?: InputMaybe<Scalars['Boolean']['input']>;
  filter?: InputMaybe<CACertificateFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<CACertificateOrder>;
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QuerychangesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ChangeFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QuerycheckCARegistrationArgs = {
  input: RegisterCACertificateInput;
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QuerynodeArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QuerynodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QueryprepareCARegistrationArgs = {
  input: PrepareCARegistrationInput;
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QuerypreviewProvisioningArgs = {
  input: PreviewProvisioningInput;
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QueryprovisioningTemplateArgs = {
  templateName: Scalars['String']['input'];
};


/** What can be read. Each field says which AWS IoT action feeds it and what it costs. */
export type QueryprovisioningTemplatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  countAll?: InputMaybe<Scalars['Boolean']['input']>;
  filter?: InputMaybe<ProvisioningTemplateFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<ProvisioningTemplateOrder>;
};

/** The permits of one AWS action: the gateway's share of what AWS allows the account and region. */
export type QuotaBucket = {
  __typename?: 'QuotaBucket';
  /** The AWS IoT action. */
  action: Scalars['String']['output'];
  /** Permits that can be taken now. */
  available: Scalars['Int']['output'];
  /** Permits that can be taken at once after a pause. */
  burst: Scalars['Int']['output'];
  /** Permits a second when AWS has not throttled: its quota times the gateway's share. */
  fullRatePerSecond: Scalars['Float']['output'];
  /** Attempts under way. */
  inUse: Scalars['Int']['output'];
  /** Permits a second now; less than the full rate for a while after AWS throttled. */
  ratePerSecond: Scalars['Float']['output'];
  /** How often AWS throttled the action in the last 60 seconds. */
  throttledLately: Scalars['Int']['output'];
  /** Attempts that wait for their permit. */
  waiting: Scalars['Int']['output'];
};

/** A CA certificate to register. */
export type RegisterCACertificateInput = {
  /** Auto registration enabled at once; disabled when left out. */
  allowAutoRegistration?: InputMaybe<Scalars['Boolean']['input']>;
  /** The CA certificate as PEM, at most 65,536 characters. */
  caCertificate: Scalars['String']['input'];
  /** DEFAULT when left out; fixed from then on. */
  certificateMode?: InputMaybe<CertificateMode>;
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** How its devices are to be provisioned. */
  registrationConfig?: InputMaybe<RegistrationConfigInput>;
  /** ACTIVE at once; INACTIVE when left out. */
  setAsActive?: InputMaybe<Scalars['Boolean']['input']>;
  /** At most 50. */
  tags?: InputMaybe<Array<TagInput>>;
  /** For DEFAULT mode: a certificate that the CA signed, whose common name is the registration code. Not for SNI_ONLY. */
  verificationCertificate?: InputMaybe<Scalars['String']['input']>;
};

/** The answer to registerCACertificate. */
export type RegisterCACertificatePayload = {
  __typename?: 'RegisterCACertificatePayload';
  /** The new CA as read after the change; null when it was not registered. */
  caCertificate?: Maybe<CACertificate>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** How the devices of a CA are provisioned: by a named template, or by a body that the CA carries itself. */
export type RegistrationConfig = InlineTemplateRegistration | NamedTemplateRegistration;

/**
 * How the devices of a CA are to be provisioned: `templateName` for a named template of type JITP, or
 * a body and `roleArn` for one that the CA carries itself.
 */
export type RegistrationConfigInput = {
  /** The role that AWS IoT takes on; needed with a body, 20 to 2,048 characters. */
  roleArn?: InputMaybe<Scalars['String']['input']>;
  /** A body as text, at most 10,240 characters. Give this or `templateBodyJson`, with `roleArn`. */
  templateBody?: InputMaybe<Scalars['String']['input']>;
  /** A body as an object. Give this or `templateBody`, with `roleArn`. */
  templateBodyJson?: InputMaybe<Scalars['JSON']['input']>;
  /** A provisioning template of type JITP. Not together with a body. */
  templateName?: InputMaybe<Scalars['String']['input']>;
};

/** A CA that is not registered as the caller expected. */
export type RegistrationConflict = {
  __typename?: 'RegistrationConflict';
  /** What was read just now. */
  actual: RegistrationSnapshot;
  /** What the caller gave. */
  expected: RegistrationSnapshot;
};

/** How the devices of a CA are provisioned, if at all. */
export type RegistrationKind =
  /** By a body that the CA carries itself. */
  | 'INLINE'
  /** By a provisioning template that the CA names. */
  | 'NAMED'
  /** By nothing: the CA has no registration. */
  | 'NONE';

/** How a CA is registered at one moment. */
export type RegistrationSnapshot = {
  __typename?: 'RegistrationSnapshot';
  /** In which way. */
  kind: RegistrationKind;
  /** The role it carries; null when it carries none. */
  roleArn?: Maybe<Scalars['String']['output']>;
  /** The body it carries; null unless INLINE, and when only the digest is known. */
  templateBody?: Maybe<Scalars['String']['output']>;
  /** The SHA-256 of the body's UTF-8 bytes, 64 hexadecimal characters; null unless there is a body. */
  templateBodySha256?: Maybe<Scalars['String']['output']>;
  /** The template it names; null unless NAMED. */
  templateName?: Maybe<Scalars['String']['output']>;
};

/** Which bulk operation to undo. */
export type RevertBulkOperationInput = {
  /** The id of an operation that is over. */
  id: Scalars['ID']['input'];
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The answer to revertBulkOperation. */
export type RevertBulkOperationPayload = {
  __typename?: 'RevertBulkOperationPayload';
  /** The plan; null when it could not be begun. */
  plan?: Maybe<BulkOperation>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why it was not done; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although it was done. */
  warnings: Array<Warning>;
};

/** Which version of a provisioning template to put in force. */
export type SetDefaultProvisioningTemplateVersionInput = {
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The template, 1 to 36 characters. */
  templateName: Scalars['String']['input'];
  /** The version, from 1. */
  versionId: Scalars['Int']['input'];
};

/** The answer to setDefaultProvisioningTemplateVersion. */
export type SetDefaultProvisioningTemplateVersionPayload = {
  __typename?: 'SetDefaultProvisioningTemplateVersionPayload';
  /** The template as read after the change; null when it was not changed. */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
  /** The version that is in force now; null when nothing was changed. */
  provisioningTemplateVersion?: Maybe<ProvisioningTemplateVersion>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/**
 * Subscriptions are answered as a stream of events (GraphQL over SSE, distinct connections): send them
 * to the same place with `Accept: text/event-stream`.
 */
export type Subscription = {
  __typename?: 'Subscription';
  /**
   * What a plan or bulk operation is now, and again each time that it has gone on, at most four times a
   * second; ends with the operation. Costs no call.
   */
  bulkOperation: BulkOperation;
};


/**
 * Subscriptions are answered as a stream of events (GraphQL over SSE, distinct connections): send them
 * to the same place with `Accept: text/event-stream`.
 */
export type SubscriptionbulkOperationArgs = {
  id: Scalars['ID']['input'];
};

/** A tag of a resource. */
export type Tag = {
  __typename?: 'Tag';
  /** The key, 1 to 128 characters, unique on its resource; upper and lower case differ. */
  key: Scalars['String']['output'];
  /** The value, at most 256 characters; empty when none was given. */
  value: Scalars['String']['output'];
};

/** A tag to put on a resource. */
export type TagInput = {
  /** 1 to 128 characters; may not begin with `aws:`. */
  key: Scalars['String']['input'];
  /** At most 256 characters. */
  value?: InputMaybe<Scalars['String']['input']>;
};

/** Tags to put on a resource. */
export type TagResourceInput = {
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The ARN of a provisioning template or a CA certificate: its `templateArn` or `certificateArn`. */
  resourceArn: Scalars['String']['input'];
  /** 1 to 50; a resource can carry 50 in all. */
  tags: Array<TagInput>;
};

/** The answer to tagResource. */
export type TagResourcePayload = {
  __typename?: 'TagResourcePayload';
  /** The CA that was tagged; null when it was a template or nothing was changed. */
  caCertificate?: Maybe<CACertificate>;
  /** The template that was tagged; null when it was a CA certificate or nothing was changed. */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** One thing that is wrong, or probably wrong, with a template body. */
export type TemplateDiagnostic = {
  __typename?: 'TemplateDiagnostic';
  /** What it is, from a closed set. */
  code: DiagnosticCode;
  /** The column in that line, counted from 1, in UTF-16 units as editors count. */
  column: Scalars['Int']['output'];
  /** What comes of it. */
  effect: DiagnosticEffect;
  /** How to mend it, in words. */
  fix: Scalars['String']['output'];
  /** The line of the body's text, counted from 1. */
  line: Scalars['Int']['output'];
  /** What is the matter, in words. */
  message: Scalars['String']['output'];
  /**
   * Where it is: JSONPath from the top of the body, which is `$`; for text that is not JSON as far as it
   * could be read. `preProvisioningHook` for the hook, which is beside the body.
   */
  path: Scalars['String']['output'];
  /** ERROR only for what AWS was seen, or is documented, to refuse. */
  severity: FindingSeverity;
};

/** What a provisioning template is for. */
export type TemplateType =
  /** Devices arrive with a claim certificate or a trusted user and get their own certificate. */
  | 'FLEET_PROVISIONING'
  /** Just-in-time provisioning: devices arrive with a certificate that a registered CA signed. */
  | 'JITP';

/** Tags to take off a resource. */
export type UntagResourceInput = {
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The ARN of a provisioning template or a CA certificate: its `templateArn` or `certificateArn`. */
  resourceArn: Scalars['String']['input'];
  /** The keys of the tags, 1 to 50. */
  tagKeys: Array<Scalars['String']['input']>;
};

/** The answer to untagResource. */
export type UntagResourcePayload = {
  __typename?: 'UntagResourcePayload';
  /** The CA that was changed; null when it was a template or nothing was changed. */
  caCertificate?: Maybe<CACertificate>;
  /** The template that was changed; null when it was a CA certificate or nothing was changed. */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** What to change of a CA certificate; what is left out or null stays as it is. */
export type UpdateCACertificateInput = {
  /** The CA to change, 64 hexadecimal characters. */
  certificateId: Scalars['String']['input'];
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Whether device certificates are to be registered by themselves. */
  newAutoRegistrationStatus?: InputMaybe<AutoRegistrationStatus>;
  /** The status to give it. */
  newStatus?: InputMaybe<CACertificateStatus>;
  /** A registration that replaces the one it has. */
  registrationConfig?: InputMaybe<RegistrationConfigInput>;
  /** Takes auto registration away. Not together with a registration or with ENABLE. */
  removeAutoRegistration?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The answer to updateCACertificate. */
export type UpdateCACertificatePayload = {
  __typename?: 'UpdateCACertificatePayload';
  /** The CA as read after the change; null when it was not changed. */
  caCertificate?: Maybe<CACertificate>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** What to change of a provisioning template; what is left out or null stays as it is. */
export type UpdateProvisioningTemplateInput = {
  /** The version to put in force. */
  defaultVersionId?: InputMaybe<Scalars['Int']['input']>;
  /** At most 500 characters, no control characters; an empty text clears it. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Whether it may provision devices. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * A key of your choice, 1 to 128 printable ASCII characters without spaces. For 24 hours the same key
   * with the same input gives the first result and changes nothing; with another input it is the user
   * error IDEMPOTENCY_KEY_REUSED. A refusal before anything was sent leaves the key free.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** A new hook. Not together with `removePreProvisioningHook`. */
  preProvisioningHook?: InputMaybe<PreProvisioningHookInput>;
  /** The role that AWS IoT takes on to provision a device. */
  provisioningRoleArn?: InputMaybe<Scalars['String']['input']>;
  /** Takes the hook away. */
  removePreProvisioningHook?: InputMaybe<Scalars['Boolean']['input']>;
  /** The template to change. */
  templateName: Scalars['String']['input'];
};

/** The answer to updateProvisioningTemplate. */
export type UpdateProvisioningTemplatePayload = {
  __typename?: 'UpdateProvisioningTemplatePayload';
  /** The template as read after the change; null when it was not changed. */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
  /**
   * True when this request did not make the change itself: it was found made after its answer was lost,
   * or an earlier request with the same `idempotencyKey` made it.
   */
  replayed: Scalars['Boolean']['output'];
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** Why a change was not made: the input, or a rule of AWS. */
export type UserError = {
  __typename?: 'UserError';
  /** What went wrong, from a closed set. */
  code: ErrorCode;
  /** The input field it is about, as a path from `input`; null when it is about none. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** In words, naming the field and the rule; never a secret. */
  message: Scalars['String']['output'];
};

/** Which version makes room for a new one. */
export type VersionPruning =
  /** Of those that are not the default, the one with the lowest id. */
  | 'OLDEST_NON_DEFAULT';

/** Something the caller should know although the change was made. */
export type Warning = {
  __typename?: 'Warning';
  /** What it is about, from a closed set. */
  code: WarningCode;
  /** The finding, where the warning is about a template body; else null. */
  diagnostic?: Maybe<TemplateDiagnostic>;
  /** The input field it is about, as a path; null when it is about none. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** In words, with the way to mend it. */
  message: Scalars['String']['output'];
};

/** What a warning is about. */
export type WarningCode =
  /** Auto registration is off, so a device's certificate is not registered when it first connects. */
  | 'AUTO_REGISTRATION_DISABLED'
  /** The CA certificate ends in less than 30 days. */
  | 'CA_CERTIFICATE_EXPIRES_SOON'
  /** The CA is INACTIVE, so new devices are not accepted until it is set to ACTIVE. */
  | 'CA_CERTIFICATE_INACTIVE'
  /** The PEM holds several certificates, of which AWS took the first. */
  | 'MORE_THAN_ONE_CERTIFICATE'
  /** The template body has a fault that AWS accepts; `diagnostic` tells which. */
  | 'TEMPLATE_BODY'
  /** The body is that of the version in force, so the new version changes nothing. */
  | 'TEMPLATE_BODY_UNCHANGED'
  /** The template is disabled; AWS does not document whether it provisions all the same. */
  | 'TEMPLATE_DISABLED'
  /** The verification certificate is not valid at the moment. */
  | 'VERIFICATION_CERTIFICATE_OUTSIDE_VALIDITY';

/** What an X.509 certificate says of itself. */
export type X509Certificate = {
  __typename?: 'X509Certificate';
  /** The curve of an EC key, in OpenSSL's spelling (prime256v1 is P-256); null for other keys. */
  curve?: Maybe<Scalars['String']['output']>;
  /** The SHA-256 of the DER: upper-case hex, a colon between the bytes. The certificate id is the same digest. */
  fingerprint256: Scalars['String']['output'];
  /** Whether it was signed with its own key; the signature is verified. */
  isSelfSigned: Scalars['Boolean']['output'];
  /** Who signed it, written in the same way. */
  issuer: Scalars['String']['output'];
  /** The kind of its public key: RSA, EC, RSA-PSS, ED25519 and their like. */
  keyAlgorithm: Scalars['String']['output'];
  /** The size of that key in bits; null where the kind has one size only. */
  keySizeBits?: Maybe<Scalars['Int']['output']>;
  /** How many CAs may stand between it and a device; null when any number may. */
  pathLength?: Maybe<Scalars['Int']['output']>;
  /** The serial number that the issuer gave it: upper-case hex. */
  serialNumber: Scalars['String']['output'];
  /** How it was signed, in OpenSSL's spelling, for example sha256WithRSAEncryption; a dotted identifier when it has no name here. */
  signatureAlgorithm?: Maybe<Scalars['String']['output']>;
  /** Whose certificate it is, as RFC 4514 writes names: the last part first, `CN=Kettle Root,O=Kettle Works`. */
  subject: Scalars['String']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  RegistrationConfig:
    | ( InlineRegistration )
    | ( NamedRegistration )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( CACertificateEntity )
    | ( CertificateEntity )
    | ( TemplateEntity )
    | ( VersionEntity )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  ApplyPlanInput: ApplyPlanInput;
  ApplyPlanPayload: ResolverTypeWrapper<BulkOutcome>;
  AttachProvisioningTemplateInput: AttachProvisioningTemplateInput;
  AttachProvisioningTemplatePayload: ResolverTypeWrapper<AttachOutcome>;
  AutoRegistrationStatus: AutoRegistrationStatus;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  BulkActionPrice: ResolverTypeWrapper<BulkActionPrice>;
  BulkItem: ResolverTypeWrapper<Item>;
  BulkItemConnection: ResolverTypeWrapper<ItemConnection>;
  BulkItemEdge: ResolverTypeWrapper<Omit<BulkItemEdge, 'node'> & { node: ResolversTypes['BulkItem'] }>;
  BulkItemOutcome: BulkItemOutcome;
  BulkOperation: ResolverTypeWrapper<Operation>;
  BulkOperationConnection: ResolverTypeWrapper<OperationConnection>;
  BulkOperationCounts: ResolverTypeWrapper<BulkOperationCounts>;
  BulkOperationEdge: ResolverTypeWrapper<Omit<BulkOperationEdge, 'node'> & { node: ResolversTypes['BulkOperation'] }>;
  BulkOperationKind: BulkOperationKind;
  BulkOperationPrice: ResolverTypeWrapper<BulkOperationPrice>;
  BulkOperationReason: ResolverTypeWrapper<BulkOperationReason>;
  BulkOperationState: BulkOperationState;
  CACertificate: ResolverTypeWrapper<CACertificateEntity>;
  CACertificateConnection: ResolverTypeWrapper<CACertificateEntityConnection>;
  CACertificateDeletionImpact: ResolverTypeWrapper<CACertificateEntity>;
  CACertificateEdge: ResolverTypeWrapper<Omit<CACertificateEdge, 'node'> & { node: ResolversTypes['CACertificate'] }>;
  CACertificateFilter: CACertificateFilter;
  CACertificateOrder: CACertificateOrder;
  CACertificateOrderField: CACertificateOrderField;
  CACertificateStatus: CACertificateStatus;
  CACertificatesOnDeletion: CACertificatesOnDeletion;
  CAKeyAlgorithm: CAKeyAlgorithm;
  CARegistrationCheck: ResolverTypeWrapper<CARegistrationCheck>;
  CARegistrationFinding: ResolverTypeWrapper<CARegistrationFinding>;
  CARegistrationFindingCode: CARegistrationFindingCode;
  CARegistrationPreparation: ResolverTypeWrapper<CARegistrationPreparation>;
  CARegistrationState: ResolverTypeWrapper<CAState>;
  CARegistrationStep: ResolverTypeWrapper<CARegistrationStep>;
  CancelBulkOperationInput: CancelBulkOperationInput;
  CancelBulkOperationPayload: ResolverTypeWrapper<BulkOutcome>;
  Certificate: ResolverTypeWrapper<CertificateEntity>;
  CertificateConnection: ResolverTypeWrapper<CertificateEntityConnection>;
  CertificateEdge: ResolverTypeWrapper<Omit<CertificateEdge, 'node'> & { node: ResolversTypes['Certificate'] }>;
  CertificateMode: CertificateMode;
  CertificateStatus: CertificateStatus;
  CertificateValidity: ResolverTypeWrapper<CertificateValidity>;
  Change: ResolverTypeWrapper<RecordedChange>;
  ChangeConnection: ResolverTypeWrapper<ChangePage>;
  ChangeEdge: ResolverTypeWrapper<Omit<ChangeEdge, 'node'> & { node: ResolversTypes['Change'] }>;
  ChangeFilter: ChangeFilter;
  ChangeOutcome: ChangeOutcome;
  ChangedResourceKind: ChangedResourceKind;
  CreateProvisioningClaimInput: CreateProvisioningClaimInput;
  CreateProvisioningClaimPayload: ResolverTypeWrapper<CreateProvisioningClaimPayload>;
  CreateProvisioningTemplateInput: CreateProvisioningTemplateInput;
  CreateProvisioningTemplatePayload: ResolverTypeWrapper<TemplateOutcome>;
  CreateProvisioningTemplateVersionInput: CreateProvisioningTemplateVersionInput;
  CreateProvisioningTemplateVersionPayload: ResolverTypeWrapper<VersionOutcome>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeleteCACertificateInput: DeleteCACertificateInput;
  DeleteCACertificatePayload: ResolverTypeWrapper<CACertificateDeletionOutcome>;
  DeleteProvisioningTemplateInput: DeleteProvisioningTemplateInput;
  DeleteProvisioningTemplatePayload: ResolverTypeWrapper<TemplateDeletionOutcome>;
  DeleteProvisioningTemplateVersionInput: DeleteProvisioningTemplateVersionInput;
  DeleteProvisioningTemplateVersionPayload: ResolverTypeWrapper<VersionDeletionOutcome>;
  DeleteRegistrationCodeInput: DeleteRegistrationCodeInput;
  DeleteRegistrationCodePayload: ResolverTypeWrapper<RegistrationCodeOutcome>;
  DetachProvisioningTemplateInput: DetachProvisioningTemplateInput;
  DetachProvisioningTemplatePayload: ResolverTypeWrapper<CACertificateOutcome>;
  DeviceSubjectInput: DeviceSubjectInput;
  DiagnosticCode: DiagnosticCode;
  DiagnosticEffect: DiagnosticEffect;
  ErrorCode: ErrorCode;
  ExpectedRegistrationInput: ExpectedRegistrationInput;
  FindingSeverity: FindingSeverity;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  InlineMigrationGroup: ResolverTypeWrapper<MigrationGroup>;
  InlineMigrationProposal: InlineMigrationProposal;
  InlineTemplateRegistration: ResolverTypeWrapper<InlineRegistration>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  JitpReadiness: ResolverTypeWrapper<JitpReadiness>;
  JitpReadinessEffect: JitpReadinessEffect;
  JitpReadinessReason: ResolverTypeWrapper<JitpReadinessReason>;
  JitpReadinessReasonCode: JitpReadinessReasonCode;
  JitpReadinessState: JitpReadinessState;
  KnowledgeLevel: KnowledgeLevel;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NamedTemplateRegistration: ResolverTypeWrapper<NamedRegistration>;
  NewCAInput: NewCAInput;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PlanAttachInput: PlanAttachInput;
  PlanAttachPayload: ResolverTypeWrapper<BulkOutcome>;
  PlanDetachInput: PlanDetachInput;
  PlanDetachPayload: ResolverTypeWrapper<BulkOutcome>;
  PlanInlineMigrationInput: PlanInlineMigrationInput;
  PlanInlineMigrationPayload: ResolverTypeWrapper<BulkOutcome>;
  PreProvisioningHook: ResolverTypeWrapper<PreProvisioningHook>;
  PreProvisioningHookInput: PreProvisioningHookInput;
  PrepareCARegistrationInput: PrepareCARegistrationInput;
  PreviewNote: ResolverTypeWrapper<PreviewNote>;
  PreviewNoteCode: PreviewNoteCode;
  PreviewOutcome: PreviewOutcome;
  PreviewProblem: ResolverTypeWrapper<PreviewProblem>;
  PreviewProblemCode: PreviewProblemCode;
  PreviewProvisioningInput: PreviewProvisioningInput;
  PreviewedCertificate: ResolverTypeWrapper<PreviewedCertificate>;
  PreviewedParameter: ResolverTypeWrapper<PreviewedParameter>;
  PreviewedParameterSource: PreviewedParameterSource;
  PreviewedPolicy: ResolverTypeWrapper<PreviewedPolicy>;
  PreviewedSetting: ResolverTypeWrapper<PreviewedSetting>;
  PreviewedThing: ResolverTypeWrapper<PreviewedThing>;
  ProvisioningClaim: ResolverTypeWrapper<ProvisioningClaim>;
  ProvisioningParameterInput: ProvisioningParameterInput;
  ProvisioningPreview: ResolverTypeWrapper<PreviewAnswer>;
  ProvisioningTemplate: ResolverTypeWrapper<TemplateEntity>;
  ProvisioningTemplateConnection: ResolverTypeWrapper<TemplateEntityConnection>;
  ProvisioningTemplateDeletionImpact: ResolverTypeWrapper<TemplateEntity>;
  ProvisioningTemplateEdge: ResolverTypeWrapper<Omit<ProvisioningTemplateEdge, 'node'> & { node: ResolversTypes['ProvisioningTemplate'] }>;
  ProvisioningTemplateFilter: ProvisioningTemplateFilter;
  ProvisioningTemplateOrder: ProvisioningTemplateOrder;
  ProvisioningTemplateOrderField: ProvisioningTemplateOrderField;
  ProvisioningTemplateVersion: ResolverTypeWrapper<VersionEntity>;
  ProvisioningTemplateVersionConnection: ResolverTypeWrapper<VersionEntityConnection>;
  ProvisioningTemplateVersionEdge: ResolverTypeWrapper<Omit<ProvisioningTemplateVersionEdge, 'node'> & { node: ResolversTypes['ProvisioningTemplateVersion'] }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QuotaBucket: ResolverTypeWrapper<QuotaBucket>;
  RegisterCACertificateInput: RegisterCACertificateInput;
  RegisterCACertificatePayload: ResolverTypeWrapper<CACertificateOutcome>;
  RegistrationConfig: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RegistrationConfig']>;
  RegistrationConfigInput: RegistrationConfigInput;
  RegistrationConflict: ResolverTypeWrapper<RegistrationConflict>;
  RegistrationKind: RegistrationKind;
  RegistrationSnapshot: ResolverTypeWrapper<RegistrationSnapshot>;
  RevertBulkOperationInput: RevertBulkOperationInput;
  RevertBulkOperationPayload: ResolverTypeWrapper<BulkOutcome>;
  SetDefaultProvisioningTemplateVersionInput: SetDefaultProvisioningTemplateVersionInput;
  SetDefaultProvisioningTemplateVersionPayload: ResolverTypeWrapper<VersionOutcome>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Tag: ResolverTypeWrapper<Tag>;
  TagInput: TagInput;
  TagResourceInput: TagResourceInput;
  TagResourcePayload: ResolverTypeWrapper<TagOutcome>;
  TemplateDiagnostic: ResolverTypeWrapper<TemplateDiagnostic>;
  TemplateType: TemplateType;
  UntagResourceInput: UntagResourceInput;
  UntagResourcePayload: ResolverTypeWrapper<TagOutcome>;
  UpdateCACertificateInput: UpdateCACertificateInput;
  UpdateCACertificatePayload: ResolverTypeWrapper<CACertificateOutcome>;
  UpdateProvisioningTemplateInput: UpdateProvisioningTemplateInput;
  UpdateProvisioningTemplatePayload: ResolverTypeWrapper<TemplateOutcome>;
  UserError: ResolverTypeWrapper<UserError>;
  VersionPruning: VersionPruning;
  Warning: ResolverTypeWrapper<Warning>;
  WarningCode: WarningCode;
  X509Certificate: ResolverTypeWrapper<X509Certificate>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ApplyPlanInput: ApplyPlanInput;
  ApplyPlanPayload: BulkOutcome;
  AttachProvisioningTemplateInput: AttachProvisioningTemplateInput;
  AttachProvisioningTemplatePayload: AttachOutcome;
  Boolean: Scalars['Boolean']['output'];
  BulkActionPrice: BulkActionPrice;
  BulkItem: Item;
  BulkItemConnection: ItemConnection;
  BulkItemEdge: Omit<BulkItemEdge, 'node'> & { node: ResolversParentTypes['BulkItem'] };
  BulkOperation: Operation;
  BulkOperationConnection: OperationConnection;
  BulkOperationCounts: BulkOperationCounts;
  BulkOperationEdge: Omit<BulkOperationEdge, 'node'> & { node: ResolversParentTypes['BulkOperation'] };
  BulkOperationPrice: BulkOperationPrice;
  BulkOperationReason: BulkOperationReason;
  CACertificate: CACertificateEntity;
  CACertificateConnection: CACertificateEntityConnection;
  CACertificateDeletionImpact: CACertificateEntity;
  CACertificateEdge: Omit<CACertificateEdge, 'node'> & { node: ResolversParentTypes['CACertificate'] };
  CACertificateFilter: CACertificateFilter;
  CACertificateOrder: CACertificateOrder;
  CARegistrationCheck: CARegistrationCheck;
  CARegistrationFinding: CARegistrationFinding;
  CARegistrationPreparation: CARegistrationPreparation;
  CARegistrationState: CAState;
  CARegistrationStep: CARegistrationStep;
  CancelBulkOperationInput: CancelBulkOperationInput;
  CancelBulkOperationPayload: BulkOutcome;
  Certificate: CertificateEntity;
  CertificateConnection: CertificateEntityConnection;
  CertificateEdge: Omit<CertificateEdge, 'node'> & { node: ResolversParentTypes['Certificate'] };
  CertificateValidity: CertificateValidity;
  Change: RecordedChange;
  ChangeConnection: ChangePage;
  ChangeEdge: Omit<ChangeEdge, 'node'> & { node: ResolversParentTypes['Change'] };
  ChangeFilter: ChangeFilter;
  CreateProvisioningClaimInput: CreateProvisioningClaimInput;
  CreateProvisioningClaimPayload: CreateProvisioningClaimPayload;
  CreateProvisioningTemplateInput: CreateProvisioningTemplateInput;
  CreateProvisioningTemplatePayload: TemplateOutcome;
  CreateProvisioningTemplateVersionInput: CreateProvisioningTemplateVersionInput;
  CreateProvisioningTemplateVersionPayload: VersionOutcome;
  DateTime: Scalars['DateTime']['output'];
  DeleteCACertificateInput: DeleteCACertificateInput;
  DeleteCACertificatePayload: CACertificateDeletionOutcome;
  DeleteProvisioningTemplateInput: DeleteProvisioningTemplateInput;
  DeleteProvisioningTemplatePayload: TemplateDeletionOutcome;
  DeleteProvisioningTemplateVersionInput: DeleteProvisioningTemplateVersionInput;
  DeleteProvisioningTemplateVersionPayload: VersionDeletionOutcome;
  DeleteRegistrationCodeInput: DeleteRegistrationCodeInput;
  DeleteRegistrationCodePayload: RegistrationCodeOutcome;
  DetachProvisioningTemplateInput: DetachProvisioningTemplateInput;
  DetachProvisioningTemplatePayload: CACertificateOutcome;
  DeviceSubjectInput: DeviceSubjectInput;
  ExpectedRegistrationInput: ExpectedRegistrationInput;
  Float: Scalars['Float']['output'];
  ID: Scalars['ID']['output'];
  InlineMigrationGroup: MigrationGroup;
  InlineTemplateRegistration: InlineRegistration;
  Int: Scalars['Int']['output'];
  JSON: Scalars['JSON']['output'];
  JitpReadiness: JitpReadiness;
  JitpReadinessReason: JitpReadinessReason;
  Mutation: Record<PropertyKey, never>;
  NamedTemplateRegistration: NamedRegistration;
  NewCAInput: NewCAInput;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  PlanAttachInput: PlanAttachInput;
  PlanAttachPayload: BulkOutcome;
  PlanDetachInput: PlanDetachInput;
  PlanDetachPayload: BulkOutcome;
  PlanInlineMigrationInput: PlanInlineMigrationInput;
  PlanInlineMigrationPayload: BulkOutcome;
  PreProvisioningHook: PreProvisioningHook;
  PreProvisioningHookInput: PreProvisioningHookInput;
  PrepareCARegistrationInput: PrepareCARegistrationInput;
  PreviewNote: PreviewNote;
  PreviewProblem: PreviewProblem;
  PreviewProvisioningInput: PreviewProvisioningInput;
  PreviewedCertificate: PreviewedCertificate;
  PreviewedParameter: PreviewedParameter;
  PreviewedPolicy: PreviewedPolicy;
  PreviewedSetting: PreviewedSetting;
  PreviewedThing: PreviewedThing;
  ProvisioningClaim: ProvisioningClaim;
  ProvisioningParameterInput: ProvisioningParameterInput;
  ProvisioningPreview: PreviewAnswer;
  ProvisioningTemplate: TemplateEntity;
  ProvisioningTemplateConnection: TemplateEntityConnection;
  ProvisioningTemplateDeletionImpact: TemplateEntity;
  ProvisioningTemplateEdge: Omit<ProvisioningTemplateEdge, 'node'> & { node: ResolversParentTypes['ProvisioningTemplate'] };
  ProvisioningTemplateFilter: ProvisioningTemplateFilter;
  ProvisioningTemplateOrder: ProvisioningTemplateOrder;
  ProvisioningTemplateVersion: VersionEntity;
  ProvisioningTemplateVersionConnection: VersionEntityConnection;
  ProvisioningTemplateVersionEdge: Omit<ProvisioningTemplateVersionEdge, 'node'> & { node: ResolversParentTypes['ProvisioningTemplateVersion'] };
  Query: Record<PropertyKey, never>;
  QuotaBucket: QuotaBucket;
  RegisterCACertificateInput: RegisterCACertificateInput;
  RegisterCACertificatePayload: CACertificateOutcome;
  RegistrationConfig: ResolversUnionTypes<ResolversParentTypes>['RegistrationConfig'];
  RegistrationConfigInput: RegistrationConfigInput;
  RegistrationConflict: RegistrationConflict;
  RegistrationSnapshot: RegistrationSnapshot;
  RevertBulkOperationInput: RevertBulkOperationInput;
  RevertBulkOperationPayload: BulkOutcome;
  SetDefaultProvisioningTemplateVersionInput: SetDefaultProvisioningTemplateVersionInput;
  SetDefaultProvisioningTemplateVersionPayload: VersionOutcome;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  Tag: Tag;
  TagInput: TagInput;
  TagResourceInput: TagResourceInput;
  TagResourcePayload: TagOutcome;
  TemplateDiagnostic: TemplateDiagnostic;
  UntagResourceInput: UntagResourceInput;
  UntagResourcePayload: TagOutcome;
  UpdateCACertificateInput: UpdateCACertificateInput;
  UpdateCACertificatePayload: CACertificateOutcome;
  UpdateProvisioningTemplateInput: UpdateProvisioningTemplateInput;
  UpdateProvisioningTemplatePayload: TemplateOutcome;
  UserError: UserError;
  Warning: Warning;
  X509Certificate: X509Certificate;
};

export type requiresScopesDirectiveArgs = {
  scopes: Array<Array<Scalars['String']['input']>>;
};

export type requiresScopesDirectiveResolver<Result, Parent, ContextType = GraphContext, Args = requiresScopesDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type requiresScopesWhenDirectiveArgs = {
  equals?: Maybe<Scalars['JSON']['input']>;
  scopes: Array<Array<Scalars['String']['input']>>;
};

export type requiresScopesWhenDirectiveResolver<Result, Parent, ContextType = GraphContext, Args = requiresScopesWhenDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type upstreamDirectiveArgs = {
  action?: Maybe<Scalars['String']['input']>;
  level: KnowledgeLevel;
};

export type upstreamDirectiveResolver<Result, Parent, ContextType = GraphContext, Args = upstreamDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ApplyPlanPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ApplyPlanPayload'] = ResolversParentTypes['ApplyPlanPayload']> = {
  bulkOperation?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type AttachProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['AttachProvisioningTemplatePayload'] = ResolversParentTypes['AttachProvisioningTemplatePayload']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  conflict?: Resolver<Maybe<ResolversTypes['RegistrationConflict']>, ParentType, ContextType>;
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type BulkActionPriceResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkActionPrice'] = ResolversParentTypes['BulkActionPrice']> = {
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  calls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type BulkItemResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkItem'] = ResolversParentTypes['BulkItem']> = {
  after?: Resolver<Maybe<ResolversTypes['CARegistrationState']>, ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['CARegistrationState']>, ParentType, ContextType>;
  certificateId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  code?: Resolver<Maybe<ResolversTypes['ErrorCode']>, ParentType, ContextType>;
  found?: Resolver<Maybe<ResolversTypes['CARegistrationState']>, ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['BulkItemOutcome'], ParentType, ContextType>;
};

export type BulkItemConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkItemConnection'] = ResolversParentTypes['BulkItemConnection']> = {
  edges?: Resolver<Array<ResolversTypes['BulkItemEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['BulkItem']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BulkItemEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkItemEdge'] = ResolversParentTypes['BulkItemEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['BulkItem'], ParentType, ContextType>;
};

export type BulkOperationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkOperation'] = ResolversParentTypes['BulkOperation']> = {
  appliedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  counts?: Resolver<ResolversTypes['BulkOperationCounts'], ParentType, ContextType>;
  creationDate?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  durable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  groups?: Resolver<Array<ResolversTypes['InlineMigrationGroup']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  items?: Resolver<ResolversTypes['BulkItemConnection'], ParentType, ContextType, RequireFields<BulkOperationitemsArgs, 'first'>>;
  kind?: Resolver<ResolversTypes['BulkOperationKind'], ParentType, ContextType>;
  pausedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  plannedBy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['BulkOperationPrice'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['BulkOperationReason']>, ParentType, ContextType>;
  remainingMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  revertedOperationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  startDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['BulkOperationState'], ParentType, ContextType>;
  templateName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type BulkOperationConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkOperationConnection'] = ResolversParentTypes['BulkOperationConnection']> = {
  edges?: Resolver<Array<ResolversTypes['BulkOperationEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type BulkOperationCountsResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkOperationCounts'] = ResolversParentTypes['BulkOperationCounts']> = {
  changed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  conflict?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pending?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  refused?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unchanged?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type BulkOperationEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkOperationEdge'] = ResolversParentTypes['BulkOperationEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['BulkOperation'], ParentType, ContextType>;
};

export type BulkOperationPriceResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkOperationPrice'] = ResolversParentTypes['BulkOperationPrice']> = {
  actions?: Resolver<Array<ResolversTypes['BulkActionPrice']>, ParentType, ContextType>;
  calls?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type BulkOperationReasonResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['BulkOperationReason'] = ResolversParentTypes['BulkOperationReason']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CACertificateResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CACertificate'] = ResolversParentTypes['CACertificate']> = {
  autoRegistrationStatus?: Resolver<Maybe<ResolversTypes['AutoRegistrationStatus']>, ParentType, ContextType>;
  certificateArn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  certificateId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  certificateMode?: Resolver<Maybe<ResolversTypes['CertificateMode']>, ParentType, ContextType>;
  certificatePem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  certificates?: Resolver<Maybe<ResolversTypes['CertificateConnection']>, ParentType, ContextType, RequireFields<CACertificatecertificatesArgs, 'ascendingOrder' | 'countAll' | 'first'>>;
  creationDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  customerVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  deletionImpact?: Resolver<Maybe<ResolversTypes['CACertificateDeletionImpact']>, ParentType, ContextType>;
  expiresInDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  generationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  jitpReadiness?: Resolver<Maybe<ResolversTypes['JitpReadiness']>, ParentType, ContextType, RequireFields<CACertificatejitpReadinessArgs, 'expiringWithinDays'>>;
  lastModifiedDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  ownedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  registrationConfig?: Resolver<Maybe<ResolversTypes['RegistrationConfig']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['CACertificateStatus']>, ParentType, ContextType>;
  tags?: Resolver<Maybe<Array<ResolversTypes['Tag']>>, ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  validity?: Resolver<Maybe<ResolversTypes['CertificateValidity']>, ParentType, ContextType>;
  x509?: Resolver<Maybe<ResolversTypes['X509Certificate']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CACertificateConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CACertificateConnection'] = ResolversParentTypes['CACertificateConnection']> = {
  cutShort?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['CACertificateEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type CACertificateDeletionImpactResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CACertificateDeletionImpact'] = ResolversParentTypes['CACertificateDeletionImpact']> = {
  activeCertificateCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  certificateCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  certificates?: Resolver<Maybe<ResolversTypes['CertificateConnection']>, ParentType, ContextType, RequireFields<CACertificateDeletionImpactcertificatesArgs, 'first'>>;
  isActive?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  templateName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CACertificateEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CACertificateEdge'] = ResolversParentTypes['CACertificateEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CACertificate'], ParentType, ContextType>;
};

export type CARegistrationCheckResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CARegistrationCheck'] = ResolversParentTypes['CARegistrationCheck']> = {
  certificateId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  comparedCACertificates?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  findings?: Resolver<Array<ResolversTypes['CARegistrationFinding']>, ParentType, ContextType>;
  isAcceptable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  x509?: Resolver<Maybe<ResolversTypes['X509Certificate']>, ParentType, ContextType>;
};

export type CARegistrationFindingResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CARegistrationFinding'] = ResolversParentTypes['CARegistrationFinding']> = {
  code?: Resolver<ResolversTypes['CARegistrationFindingCode'], ParentType, ContextType>;
  errorCode?: Resolver<Maybe<ResolversTypes['ErrorCode']>, ParentType, ContextType>;
  field?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  fix?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  severity?: Resolver<ResolversTypes['FindingSeverity'], ParentType, ContextType>;
};

export type CARegistrationPreparationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CARegistrationPreparation'] = ResolversParentTypes['CARegistrationPreparation']> = {
  caCertificateFile?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  certificateMode?: Resolver<ResolversTypes['CertificateMode'], ParentType, ContextType>;
  explanation?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  mutation?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  registrationCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  script?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  steps?: Resolver<Array<ResolversTypes['CARegistrationStep']>, ParentType, ContextType>;
  verificationCertificateFile?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CARegistrationStateResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CARegistrationState'] = ResolversParentTypes['CARegistrationState']> = {
  autoRegistrationStatus?: Resolver<ResolversTypes['AutoRegistrationStatus'], ParentType, ContextType>;
  registration?: Resolver<ResolversTypes['RegistrationKind'], ParentType, ContextType>;
  roleArn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['CACertificateStatus'], ParentType, ContextType>;
  templateBody?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CARegistrationStepResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CARegistrationStep'] = ResolversParentTypes['CARegistrationStep']> = {
  command?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  writes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
};

export type CancelBulkOperationPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CancelBulkOperationPayload'] = ResolversParentTypes['CancelBulkOperationPayload']> = {
  bulkOperation?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type CertificateResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Certificate'] = ResolversParentTypes['Certificate']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  certificateArn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  certificateId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  certificateMode?: Resolver<Maybe<ResolversTypes['CertificateMode']>, ParentType, ContextType>;
  certificatePem?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  creationDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastModifiedDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  ownedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['CertificateStatus']>, ParentType, ContextType>;
  validity?: Resolver<Maybe<ResolversTypes['CertificateValidity']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CertificateConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CertificateConnection'] = ResolversParentTypes['CertificateConnection']> = {
  cutShort?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['CertificateEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Certificate']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type CertificateEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CertificateEdge'] = ResolversParentTypes['CertificateEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Certificate'], ParentType, ContextType>;
};

export type CertificateValidityResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CertificateValidity'] = ResolversParentTypes['CertificateValidity']> = {
  notAfter?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  notBefore?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ChangeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Change'] = ResolversParentTypes['Change']> = {
  account?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  action?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  awsRequestId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  beforeKnownAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  bulkOperationId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  caller?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  code?: Resolver<Maybe<ResolversTypes['ErrorCode']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  message?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  operation?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['ChangeOutcome'], ParentType, ContextType>;
  region?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  requestId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  resourceArn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  resourceKey?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  resourceKind?: Resolver<ResolversTypes['ChangedResourceKind'], ParentType, ContextType>;
  settledAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ChangeConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ChangeConnection'] = ResolversParentTypes['ChangeConnection']> = {
  cutShort?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  durable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['ChangeEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Change']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ChangeEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ChangeEdge'] = ResolversParentTypes['ChangeEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Change'], ParentType, ContextType>;
};

export type CreateProvisioningClaimPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CreateProvisioningClaimPayload'] = ResolversParentTypes['CreateProvisioningClaimPayload']> = {
  provisioningClaim?: Resolver<Maybe<ResolversTypes['ProvisioningClaim']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type CreateProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CreateProvisioningTemplatePayload'] = ResolversParentTypes['CreateProvisioningTemplatePayload']> = {
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type CreateProvisioningTemplateVersionPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CreateProvisioningTemplateVersionPayload'] = ResolversParentTypes['CreateProvisioningTemplateVersionPayload']> = {
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  provisioningTemplateVersion?: Resolver<Maybe<ResolversTypes['ProvisioningTemplateVersion']>, ParentType, ContextType>;
  prunedVersionId?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteCACertificatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DeleteCACertificatePayload'] = ResolversParentTypes['DeleteCACertificatePayload']> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
  wasDeactivated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DeleteProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DeleteProvisioningTemplatePayload'] = ResolversParentTypes['DeleteProvisioningTemplatePayload']> = {
  changedCACertificates?: Resolver<Array<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type DeleteProvisioningTemplateVersionPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DeleteProvisioningTemplateVersionPayload'] = ResolversParentTypes['DeleteProvisioningTemplateVersionPayload']> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type DeleteRegistrationCodePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DeleteRegistrationCodePayload'] = ResolversParentTypes['DeleteRegistrationCodePayload']> = {
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
  wasDeleted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DetachProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DetachProvisioningTemplatePayload'] = ResolversParentTypes['DetachProvisioningTemplatePayload']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type InlineMigrationGroupResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['InlineMigrationGroup'] = ResolversParentTypes['InlineMigrationGroup']> = {
  certificateCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  proposal?: Resolver<ResolversTypes['InlineMigrationProposal'], ParentType, ContextType>;
  roleArn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  templateBody?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  templateName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type InlineTemplateRegistrationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['InlineTemplateRegistration'] = ResolversParentTypes['InlineTemplateRegistration']> = {
  diagnostics?: Resolver<Maybe<Array<ResolversTypes['TemplateDiagnostic']>>, ParentType, ContextType>;
  roleArn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateBody?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateBodyJson?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  templateBodySha256?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface JSONScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type JitpReadinessResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['JitpReadiness'] = ResolversParentTypes['JitpReadiness']> = {
  reasons?: Resolver<Array<ResolversTypes['JitpReadinessReason']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['JitpReadinessState'], ParentType, ContextType>;
};

export type JitpReadinessReasonResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['JitpReadinessReason'] = ResolversParentTypes['JitpReadinessReason']> = {
  code?: Resolver<ResolversTypes['JitpReadinessReasonCode'], ParentType, ContextType>;
  effect?: Resolver<ResolversTypes['JitpReadinessEffect'], ParentType, ContextType>;
  fix?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  applyPlan?: Resolver<ResolversTypes['ApplyPlanPayload'], ParentType, ContextType, RequireFields<MutationapplyPlanArgs, 'input'>>;
  attachProvisioningTemplate?: Resolver<ResolversTypes['AttachProvisioningTemplatePayload'], ParentType, ContextType, RequireFields<MutationattachProvisioningTemplateArgs, 'input'>>;
  cancelBulkOperation?: Resolver<ResolversTypes['CancelBulkOperationPayload'], ParentType, ContextType, RequireFields<MutationcancelBulkOperationArgs, 'input'>>;
  createProvisioningClaim?: Resolver<ResolversTypes['CreateProvisioningClaimPayload'], ParentType, ContextType, RequireFields<MutationcreateProvisioningClaimArgs, 'input'>>;
  createProvisioningTemplate?: Resolver<ResolversTypes['CreateProvisioningTemplatePayload'], ParentType, ContextType, RequireFields<MutationcreateProvisioningTemplateArgs, 'input'>>;
  createProvisioningTemplateVersion?: Resolver<ResolversTypes['CreateProvisioningTemplateVersionPayload'], ParentType, ContextType, RequireFields<MutationcreateProvisioningTemplateVersionArgs, 'input'>>;
  deleteCACertificate?: Resolver<ResolversTypes['DeleteCACertificatePayload'], ParentType, ContextType, RequireFields<MutationdeleteCACertificateArgs, 'input'>>;
  deleteProvisioningTemplate?: Resolver<ResolversTypes['DeleteProvisioningTemplatePayload'], ParentType, ContextType, RequireFields<MutationdeleteProvisioningTemplateArgs, 'input'>>;
  deleteProvisioningTemplateVersion?: Resolver<ResolversTypes['DeleteProvisioningTemplateVersionPayload'], ParentType, ContextType, RequireFields<MutationdeleteProvisioningTemplateVersionArgs, 'input'>>;
  deleteRegistrationCode?: Resolver<ResolversTypes['DeleteRegistrationCodePayload'], ParentType, ContextType, RequireFields<MutationdeleteRegistrationCodeArgs, 'input'>>;
  detachProvisioningTemplate?: Resolver<ResolversTypes['DetachProvisioningTemplatePayload'], ParentType, ContextType, RequireFields<MutationdetachProvisioningTemplateArgs, 'input'>>;
  planAttach?: Resolver<ResolversTypes['PlanAttachPayload'], ParentType, ContextType, RequireFields<MutationplanAttachArgs, 'input'>>;
  planDetach?: Resolver<ResolversTypes['PlanDetachPayload'], ParentType, ContextType, RequireFields<MutationplanDetachArgs, 'input'>>;
  planInlineMigration?: Resolver<ResolversTypes['PlanInlineMigrationPayload'], ParentType, ContextType, RequireFields<MutationplanInlineMigrationArgs, 'input'>>;
  registerCACertificate?: Resolver<ResolversTypes['RegisterCACertificatePayload'], ParentType, ContextType, RequireFields<MutationregisterCACertificateArgs, 'input'>>;
  revertBulkOperation?: Resolver<ResolversTypes['RevertBulkOperationPayload'], ParentType, ContextType, RequireFields<MutationrevertBulkOperationArgs, 'input'>>;
  setDefaultProvisioningTemplateVersion?: Resolver<ResolversTypes['SetDefaultProvisioningTemplateVersionPayload'], ParentType, ContextType, RequireFields<MutationsetDefaultProvisioningTemplateVersionArgs, 'input'>>;
  tagResource?: Resolver<ResolversTypes['TagResourcePayload'], ParentType, ContextType, RequireFields<MutationtagResourceArgs, 'input'>>;
  untagResource?: Resolver<ResolversTypes['UntagResourcePayload'], ParentType, ContextType, RequireFields<MutationuntagResourceArgs, 'input'>>;
  updateCACertificate?: Resolver<ResolversTypes['UpdateCACertificatePayload'], ParentType, ContextType, RequireFields<MutationupdateCACertificateArgs, 'input'>>;
  updateProvisioningTemplate?: Resolver<ResolversTypes['UpdateProvisioningTemplatePayload'], ParentType, ContextType, RequireFields<MutationupdateProvisioningTemplateArgs, 'input'>>;
};

export type NamedTemplateRegistrationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['NamedTemplateRegistration'] = ResolversParentTypes['NamedTemplateRegistration']> = {
  roleArn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  templateName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type NodeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'CACertificate' | 'Certificate' | 'ProvisioningTemplate' | 'ProvisioningTemplateVersion', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlanAttachPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PlanAttachPayload'] = ResolversParentTypes['PlanAttachPayload']> = {
  plan?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type PlanDetachPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PlanDetachPayload'] = ResolversParentTypes['PlanDetachPayload']> = {
  plan?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type PlanInlineMigrationPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PlanInlineMigrationPayload'] = ResolversParentTypes['PlanInlineMigrationPayload']> = {
  plan?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type PreProvisioningHookResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PreProvisioningHook'] = ResolversParentTypes['PreProvisioningHook']> = {
  payloadVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  targetArn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PreviewNoteResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PreviewNote'] = ResolversParentTypes['PreviewNote']> = {
  code?: Resolver<ResolversTypes['PreviewNoteCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PreviewProblemResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PreviewProblem'] = ResolversParentTypes['PreviewProblem']> = {
  code?: Resolver<ResolversTypes['PreviewProblemCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PreviewedCertificateResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PreviewedCertificate'] = ResolversParentTypes['PreviewedCertificate']> = {
  certificateId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  logicalName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  overrideSettings?: Resolver<Array<ResolversTypes['PreviewedSetting']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['CertificateStatus']>, ParentType, ContextType>;
};

export type PreviewedParameterResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PreviewedParameter'] = ResolversParentTypes['PreviewedParameter']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['PreviewedParameterSource'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PreviewedPolicyResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PreviewedPolicy'] = ResolversParentTypes['PreviewedPolicy']> = {
  logicalName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  policyDocument?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  policyName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PreviewedSettingResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PreviewedSetting'] = ResolversParentTypes['PreviewedSetting']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PreviewedThingResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PreviewedThing'] = ResolversParentTypes['PreviewedThing']> = {
  attributes?: Resolver<Array<ResolversTypes['PreviewedSetting']>, ParentType, ContextType>;
  billingGroup?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  logicalName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  overrideSettings?: Resolver<Array<ResolversTypes['PreviewedSetting']>, ParentType, ContextType>;
  thingGroups?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  thingName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  thingTypeName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProvisioningClaimResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningClaim'] = ResolversParentTypes['ProvisioningClaim']> = {
  certificateId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  certificatePem?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiration?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  privateKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  publicKey?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ProvisioningPreviewResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningPreview'] = ResolversParentTypes['ProvisioningPreview']> = {
  certificates?: Resolver<Array<ResolversTypes['PreviewedCertificate']>, ParentType, ContextType>;
  deviceConfiguration?: Resolver<Array<ResolversTypes['PreviewedSetting']>, ParentType, ContextType>;
  diagnostics?: Resolver<Array<ResolversTypes['TemplateDiagnostic']>, ParentType, ContextType>;
  missing?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  notes?: Resolver<Array<ResolversTypes['PreviewNote']>, ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['PreviewOutcome'], ParentType, ContextType>;
  parameters?: Resolver<Array<ResolversTypes['PreviewedParameter']>, ParentType, ContextType>;
  policies?: Resolver<Array<ResolversTypes['PreviewedPolicy']>, ParentType, ContextType>;
  problems?: Resolver<Array<ResolversTypes['PreviewProblem']>, ParentType, ContextType>;
  things?: Resolver<Array<ResolversTypes['PreviewedThing']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['TemplateType'], ParentType, ContextType>;
};

export type ProvisioningTemplateResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplate'] = ResolversParentTypes['ProvisioningTemplate']> = {
  caCertificates?: Resolver<Maybe<ResolversTypes['CACertificateConnection']>, ParentType, ContextType, RequireFields<ProvisioningTemplatecaCertificatesArgs, 'ascendingOrder' | 'countAll' | 'first'>>;
  creationDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  defaultVersionId?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  deletionImpact?: Resolver<Maybe<ResolversTypes['ProvisioningTemplateDeletionImpact']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  diagnostics?: Resolver<Maybe<Array<ResolversTypes['TemplateDiagnostic']>>, ParentType, ContextType>;
  enabled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastModifiedDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  preProvisioningHook?: Resolver<Maybe<ResolversTypes['PreProvisioningHook']>, ParentType, ContextType>;
  provisioningRoleArn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tags?: Resolver<Maybe<Array<ResolversTypes['Tag']>>, ParentType, ContextType>;
  templateArn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  templateBody?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateBodyJson?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  templateName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<Maybe<ResolversTypes['TemplateType']>, ParentType, ContextType>;
  versions?: Resolver<Maybe<ResolversTypes['ProvisioningTemplateVersionConnection']>, ParentType, ContextType, RequireFields<ProvisioningTemplateversionsArgs, 'countAll' | 'first'>>;
  versionsLimit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  versionsUsed?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProvisioningTemplateConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplateConnection'] = ResolversParentTypes['ProvisioningTemplateConnection']> = {
  cutShort?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['ProvisioningTemplateEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ProvisioningTemplateDeletionImpactResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplateDeletionImpact'] = ResolversParentTypes['ProvisioningTemplateDeletionImpact']> = {
  activeCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  autoRegisteringCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  caCertificateCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  caCertificates?: Resolver<Maybe<ResolversTypes['CACertificateConnection']>, ParentType, ContextType, RequireFields<ProvisioningTemplateDeletionImpactcaCertificatesArgs, 'first'>>;
};

export type ProvisioningTemplateEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplateEdge'] = ResolversParentTypes['ProvisioningTemplateEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ProvisioningTemplate'], ParentType, ContextType>;
};

export type ProvisioningTemplateVersionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplateVersion'] = ResolversParentTypes['ProvisioningTemplateVersion']> = {
  creationDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isDefaultVersion?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  templateBody?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateBodyJson?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  versionId?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProvisioningTemplateVersionConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplateVersionConnection'] = ResolversParentTypes['ProvisioningTemplateVersionConnection']> = {
  cutShort?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['ProvisioningTemplateVersionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['ProvisioningTemplateVersion']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ProvisioningTemplateVersionEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplateVersionEdge'] = ResolversParentTypes['ProvisioningTemplateVersionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ProvisioningTemplateVersion'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  bulkOperation?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType, RequireFields<QuerybulkOperationArgs, 'id'>>;
  bulkOperations?: Resolver<Maybe<ResolversTypes['BulkOperationConnection']>, ParentType, ContextType, RequireFields<QuerybulkOperationsArgs, 'first'>>;
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType, RequireFields<QuerycaCertificateArgs, 'certificateId'>>;
  caCertificates?: Resolver<Maybe<ResolversTypes['CACertificateConnection']>, ParentType, ContextType, RequireFields<QuerycaCertificatesArgs, 'ascendingOrder' | 'countAll' | 'first'>>;
  changes?: Resolver<Maybe<ResolversTypes['ChangeConnection']>, ParentType, ContextType, RequireFields<QuerychangesArgs, 'first'>>;
  checkCARegistration?: Resolver<Maybe<ResolversTypes['CARegistrationCheck']>, ParentType, ContextType, RequireFields<QuerycheckCARegistrationArgs, 'input'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QuerynodeArgs, 'id'>>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QuerynodesArgs, 'ids'>>;
  prepareCARegistration?: Resolver<Maybe<ResolversTypes['CARegistrationPreparation']>, ParentType, ContextType, RequireFields<QueryprepareCARegistrationArgs, 'input'>>;
  previewProvisioning?: Resolver<Maybe<ResolversTypes['ProvisioningPreview']>, ParentType, ContextType, RequireFields<QuerypreviewProvisioningArgs, 'input'>>;
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType, RequireFields<QueryprovisioningTemplateArgs, 'templateName'>>;
  provisioningTemplates?: Resolver<Maybe<ResolversTypes['ProvisioningTemplateConnection']>, ParentType, ContextType, RequireFields<QueryprovisioningTemplatesArgs, 'countAll' | 'first'>>;
  quota?: Resolver<Array<ResolversTypes['QuotaBucket']>, ParentType, ContextType>;
  registrationCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QuotaBucketResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['QuotaBucket'] = ResolversParentTypes['QuotaBucket']> = {
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  available?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  burst?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fullRatePerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  inUse?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ratePerSecond?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  throttledLately?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  waiting?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RegisterCACertificatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['RegisterCACertificatePayload'] = ResolversParentTypes['RegisterCACertificatePayload']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type RegistrationConfigResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['RegistrationConfig'] = ResolversParentTypes['RegistrationConfig']> = {
  __resolveType: TypeResolveFn<'InlineTemplateRegistration' | 'NamedTemplateRegistration', ParentType, ContextType>;
};

export type RegistrationConflictResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['RegistrationConflict'] = ResolversParentTypes['RegistrationConflict']> = {
  actual?: Resolver<ResolversTypes['RegistrationSnapshot'], ParentType, ContextType>;
  expected?: Resolver<ResolversTypes['RegistrationSnapshot'], ParentType, ContextType>;
};

export type RegistrationSnapshotResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['RegistrationSnapshot'] = ResolversParentTypes['RegistrationSnapshot']> = {
  kind?: Resolver<ResolversTypes['RegistrationKind'], ParentType, ContextType>;
  roleArn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateBody?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateBodySha256?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RevertBulkOperationPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['RevertBulkOperationPayload'] = ResolversParentTypes['RevertBulkOperationPayload']> = {
  plan?: Resolver<Maybe<ResolversTypes['BulkOperation']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type SetDefaultProvisioningTemplateVersionPayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['SetDefaultProvisioningTemplateVersionPayload'] = ResolversParentTypes['SetDefaultProvisioningTemplateVersionPayload']> = {
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  provisioningTemplateVersion?: Resolver<Maybe<ResolversTypes['ProvisioningTemplateVersion']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  bulkOperation?: SubscriptionResolver<ResolversTypes['BulkOperation'], "bulkOperation", ParentType, ContextType, RequireFields<SubscriptionbulkOperationArgs, 'id'>>;
};

export type TagResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Tag'] = ResolversParentTypes['Tag']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TagResourcePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['TagResourcePayload'] = ResolversParentTypes['TagResourcePayload']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type TemplateDiagnosticResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['TemplateDiagnostic'] = ResolversParentTypes['TemplateDiagnostic']> = {
  code?: Resolver<ResolversTypes['DiagnosticCode'], ParentType, ContextType>;
  column?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  effect?: Resolver<ResolversTypes['DiagnosticEffect'], ParentType, ContextType>;
  fix?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  line?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  severity?: Resolver<ResolversTypes['FindingSeverity'], ParentType, ContextType>;
};

export type UntagResourcePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['UntagResourcePayload'] = ResolversParentTypes['UntagResourcePayload']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type UpdateCACertificatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['UpdateCACertificatePayload'] = ResolversParentTypes['UpdateCACertificatePayload']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type UpdateProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['UpdateProvisioningTemplatePayload'] = ResolversParentTypes['UpdateProvisioningTemplatePayload']> = {
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  replayed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type WarningResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Warning'] = ResolversParentTypes['Warning']> = {
  code?: Resolver<ResolversTypes['WarningCode'], ParentType, ContextType>;
  diagnostic?: Resolver<Maybe<ResolversTypes['TemplateDiagnostic']>, ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type X509CertificateResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['X509Certificate'] = ResolversParentTypes['X509Certificate']> = {
  curve?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  fingerprint256?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isSelfSigned?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  issuer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  keyAlgorithm?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  keySizeBits?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  pathLength?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  serialNumber?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  signatureAlgorithm?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = GraphContext> = {
  ApplyPlanPayload?: ApplyPlanPayloadResolvers<ContextType>;
  AttachProvisioningTemplatePayload?: AttachProvisioningTemplatePayloadResolvers<ContextType>;
  BulkActionPrice?: BulkActionPriceResolvers<ContextType>;
  BulkItem?: BulkItemResolvers<ContextType>;
  BulkItemConnection?: BulkItemConnectionResolvers<ContextType>;
  BulkItemEdge?: BulkItemEdgeResolvers<ContextType>;
  BulkOperation?: BulkOperationResolvers<ContextType>;
  BulkOperationConnection?: BulkOperationConnectionResolvers<ContextType>;
  BulkOperationCounts?: BulkOperationCountsResolvers<ContextType>;
  BulkOperationEdge?: BulkOperationEdgeResolvers<ContextType>;
  BulkOperationPrice?: BulkOperationPriceResolvers<ContextType>;
  BulkOperationReason?: BulkOperationReasonResolvers<ContextType>;
  CACertificate?: CACertificateResolvers<ContextType>;
  CACertificateConnection?: CACertificateConnectionResolvers<ContextType>;
  CACertificateDeletionImpact?: CACertificateDeletionImpactResolvers<ContextType>;
  CACertificateEdge?: CACertificateEdgeResolvers<ContextType>;
  CARegistrationCheck?: CARegistrationCheckResolvers<ContextType>;
  CARegistrationFinding?: CARegistrationFindingResolvers<ContextType>;
  CARegistrationPreparation?: CARegistrationPreparationResolvers<ContextType>;
  CARegistrationState?: CARegistrationStateResolvers<ContextType>;
  CARegistrationStep?: CARegistrationStepResolvers<ContextType>;
  CancelBulkOperationPayload?: CancelBulkOperationPayloadResolvers<ContextType>;
  Certificate?: CertificateResolvers<ContextType>;
  CertificateConnection?: CertificateConnectionResolvers<ContextType>;
  CertificateEdge?: CertificateEdgeResolvers<ContextType>;
  CertificateValidity?: CertificateValidityResolvers<ContextType>;
  Change?: ChangeResolvers<ContextType>;
  ChangeConnection?: ChangeConnectionResolvers<ContextType>;
  ChangeEdge?: ChangeEdgeResolvers<ContextType>;
  CreateProvisioningClaimPayload?: CreateProvisioningClaimPayloadResolvers<ContextType>;
  CreateProvisioningTemplatePayload?: CreateProvisioningTemplatePayloadResolvers<ContextType>;
  CreateProvisioningTemplateVersionPayload?: CreateProvisioningTemplateVersionPayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeleteCACertificatePayload?: DeleteCACertificatePayloadResolvers<ContextType>;
  DeleteProvisioningTemplatePayload?: DeleteProvisioningTemplatePayloadResolvers<ContextType>;
  DeleteProvisioningTemplateVersionPayload?: DeleteProvisioningTemplateVersionPayloadResolvers<ContextType>;
  DeleteRegistrationCodePayload?: DeleteRegistrationCodePayloadResolvers<ContextType>;
  DetachProvisioningTemplatePayload?: DetachProvisioningTemplatePayloadResolvers<ContextType>;
  InlineMigrationGroup?: InlineMigrationGroupResolvers<ContextType>;
  InlineTemplateRegistration?: InlineTemplateRegistrationResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  JitpReadiness?: JitpReadinessResolvers<ContextType>;
  JitpReadinessReason?: JitpReadinessReasonResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NamedTemplateRegistration?: NamedTemplateRegistrationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PlanAttachPayload?: PlanAttachPayloadResolvers<ContextType>;
  PlanDetachPayload?: PlanDetachPayloadResolvers<ContextType>;
  PlanInlineMigrationPayload?: PlanInlineMigrationPayloadResolvers<ContextType>;
  PreProvisioningHook?: PreProvisioningHookResolvers<ContextType>;
  PreviewNote?: PreviewNoteResolvers<ContextType>;
  PreviewProblem?: PreviewProblemResolvers<ContextType>;
  PreviewedCertificate?: PreviewedCertificateResolvers<ContextType>;
  PreviewedParameter?: PreviewedParameterResolvers<ContextType>;
  PreviewedPolicy?: PreviewedPolicyResolvers<ContextType>;
  PreviewedSetting?: PreviewedSettingResolvers<ContextType>;
  PreviewedThing?: PreviewedThingResolvers<ContextType>;
  ProvisioningClaim?: ProvisioningClaimResolvers<ContextType>;
  ProvisioningPreview?: ProvisioningPreviewResolvers<ContextType>;
  ProvisioningTemplate?: ProvisioningTemplateResolvers<ContextType>;
  ProvisioningTemplateConnection?: ProvisioningTemplateConnectionResolvers<ContextType>;
  ProvisioningTemplateDeletionImpact?: ProvisioningTemplateDeletionImpactResolvers<ContextType>;
  ProvisioningTemplateEdge?: ProvisioningTemplateEdgeResolvers<ContextType>;
  ProvisioningTemplateVersion?: ProvisioningTemplateVersionResolvers<ContextType>;
  ProvisioningTemplateVersionConnection?: ProvisioningTemplateVersionConnectionResolvers<ContextType>;
  ProvisioningTemplateVersionEdge?: ProvisioningTemplateVersionEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QuotaBucket?: QuotaBucketResolvers<ContextType>;
  RegisterCACertificatePayload?: RegisterCACertificatePayloadResolvers<ContextType>;
  RegistrationConfig?: RegistrationConfigResolvers<ContextType>;
  RegistrationConflict?: RegistrationConflictResolvers<ContextType>;
  RegistrationSnapshot?: RegistrationSnapshotResolvers<ContextType>;
  RevertBulkOperationPayload?: RevertBulkOperationPayloadResolvers<ContextType>;
  SetDefaultProvisioningTemplateVersionPayload?: SetDefaultProvisioningTemplateVersionPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Tag?: TagResolvers<ContextType>;
  TagResourcePayload?: TagResourcePayloadResolvers<ContextType>;
  TemplateDiagnostic?: TemplateDiagnosticResolvers<ContextType>;
  UntagResourcePayload?: UntagResourcePayloadResolvers<ContextType>;
  UpdateCACertificatePayload?: UpdateCACertificatePayloadResolvers<ContextType>;
  UpdateProvisioningTemplatePayload?: UpdateProvisioningTemplatePayloadResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Warning?: WarningResolvers<ContextType>;
  X509Certificate?: X509CertificateResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = GraphContext> = {
  requiresScopes?: requiresScopesDirectiveResolver<any, any, ContextType>;
  requiresScopesWhen?: requiresScopesWhenDirectiveResolver<any, any, ContextType>;
  upstream?: upstreamDirectiveResolver<any, any, ContextType>;
};
