import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TemplateEntity, CACertificateEntity, CertificateEntity, TemplateEntityConnection, CACertificateEntityConnection, CertificateEntityConnection, NamedRegistration, InlineRegistration } from '../graph/entities.ts';
import type { TemplateOutcome, DeleteOutcome, CACertificateOutcome, AttachOutcome } from '../graph/mutation.ts';
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

/** Which template a CA certificate is to name. */
export type AttachProvisioningTemplateInput = {
  /** Set the CA to ACTIVE in the same step. */
  activate?: InputMaybe<Scalars['Boolean']['input']>;
  /** The CA, 64 hexadecimal characters. */
  certificateId: Scalars['String']['input'];
  /** Enable auto registration in the same step; without it devices are not provisioned. */
  enableAutoRegistration?: InputMaybe<Scalars['Boolean']['input']>;
  /** The template, of type JITP. */
  templateName: Scalars['String']['input'];
};

/** The answer to attachProvisioningTemplate. */
export type AttachProvisioningTemplatePayload = {
  __typename?: 'AttachProvisioningTemplatePayload';
  /** The CA as read after the change; null when it was not changed. */
  caCertificate?: Maybe<CACertificate>;
  /** The template that the CA names now; null when nothing was changed. */
  provisioningTemplate?: Maybe<ProvisioningTemplate>;
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
  /** AWS's own id of the record's generation, a UUID. */
  generationId?: Maybe<Scalars['String']['output']>;
  /** The global id: the encoded ARN. */
  id: Scalars['ID']['output'];
  /** When its registration last changed. */
  lastModifiedDate?: Maybe<Scalars['DateTime']['output']>;
  /** The account that registered it, 12 digits. */
  ownedBy?: Maybe<Scalars['String']['output']>;
  /** How its devices are provisioned; null when the CA has no registration. */
  registrationConfig?: Maybe<RegistrationConfig>;
  /** Whether AWS IoT accepts new device certificates that the CA signed. */
  status?: Maybe<CACertificateStatus>;
  /**
   * The template that the registration names; null when it names none, and when the named template
   * is gone (then `registrationConfig.templateName` still tells its name). Costs nothing for a CA
   * that was reached through its template. For many CAs at once it is found out by DescribeCACertificate
   * of each, or by the lists of the templates, whichever costs fewer calls.
   */
  template?: Maybe<ProvisioningTemplate>;
  /** From when until when the certificate is valid. */
  validity?: Maybe<CertificateValidity>;
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

/** A page of CA certificates. */
export type CACertificateConnection = {
  __typename?: 'CACertificateConnection';
  /** True when a filter matched so little that the walk stopped after 20 AWS pages; go on from `endCursor`. */
  cutShort: Scalars['Boolean']['output'];
  /** The page, each CA with its cursor. */
  edges: Array<CACertificateEdge>;
  /** The page, without cursors. */
  nodes: Array<CACertificate>;
  /** Where the page begins and ends. */
  pageInfo: PageInfo;
  /** How many match in all; null unless this page came from the last AWS page and no `after` was given, or `countAll` was given. */
  totalCount?: Maybe<Scalars['Int']['output']>;
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
  /** How many there are in all; null unless this page came from the last AWS page and no `after` was given, or `countAll` was given. */
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

/** A new provisioning template. */
export type CreateProvisioningTemplateInput = {
  /** At most 500 characters, no control characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** Whether it may provision devices at once; false when left out. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
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
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** Which CA certificate to delete. */
export type DeleteCACertificateInput = {
  /** The CA to delete, 64 hexadecimal characters. */
  certificateId: Scalars['String']['input'];
};

/** The answer to deleteCACertificate. */
export type DeleteCACertificatePayload = {
  __typename?: 'DeleteCACertificatePayload';
  /** The global id of the CA that is gone; null when it was not deleted. */
  deletedId?: Maybe<Scalars['ID']['output']>;
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** Which provisioning template to delete. */
export type DeleteProvisioningTemplateInput = {
  /** The template to delete. */
  templateName: Scalars['String']['input'];
};

/** The answer to deleteProvisioningTemplate. */
export type DeleteProvisioningTemplatePayload = {
  __typename?: 'DeleteProvisioningTemplatePayload';
  /** The global id of the template that is gone; null when it was not deleted. */
  deletedId?: Maybe<Scalars['ID']['output']>;
  /** Why the change was not made; empty when it was. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

/** Which CA certificate is to lose its registration. */
export type DetachProvisioningTemplateInput = {
  /** The CA, 64 hexadecimal characters. */
  certificateId: Scalars['String']['input'];
};

/** The answer to detachProvisioningTemplate. */
export type DetachProvisioningTemplatePayload = {
  __typename?: 'DetachProvisioningTemplatePayload';
  /** The CA as read after the change; null when it could not be changed. */
  caCertificate?: Maybe<CACertificate>;
  /** Why the change was not made, or had no effect; empty when it was made. */
  userErrors: Array<UserError>;
  /** What the caller should know although the change was made. */
  warnings: Array<Warning>;
};

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
  /** A fault of the gateway. */
  | 'INTERNAL_SERVER_ERROR'
  /** AWS refused the request as invalid; the message is AWS's own. */
  | 'INVALID_REQUEST'
  /** A limit of the AWS account is reached, for example ten CAs with one subject. */
  | 'LIMIT_EXCEEDED'
  /** The operation would cost more AWS calls than one may; `extensions` has price, limit and worstPath. */
  | 'OPERATION_TOO_COSTLY'
  /** The verification certificate does not carry the current registration code. */
  | 'REGISTRATION_CODE_VALIDATION'
  /** Something of that name or that certificate is there already. */
  | 'RESOURCE_ALREADY_EXISTS'
  /** The template, CA or certificate named is not there. */
  | 'RESOURCE_NOT_FOUND'
  /** The template is not of type JITP, so no CA can name it. */
  | 'TEMPLATE_TYPE_MISMATCH'
  /** AWS refused the gateway's credentials the right to this action. */
  | 'UPSTREAM_ACCESS_DENIED'
  /** The operation has made as many AWS calls as it may; what was read by then stands. */
  | 'UPSTREAM_BUDGET_SPENT'
  /** The gateway's AWS credentials are missing, expired or not accepted. */
  | 'UPSTREAM_CREDENTIALS'
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

/** The CA carries a template body and a role itself. */
export type InlineTemplateRegistration = {
  __typename?: 'InlineTemplateRegistration';
  /** The role that AWS IoT takes on to provision a device. */
  roleArn?: Maybe<Scalars['String']['output']>;
  /** The body: JSON as text, at most 10,240 characters, byte for byte. */
  templateBody?: Maybe<Scalars['String']['output']>;
};

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
   * Makes a CA certificate name a provisioning template, so that its devices are provisioned by it.
   * The template must exist and be of type JITP; this is checked before anything is written. A body
   * that the CA carries itself is replaced. Costs one DescribeProvisioningTemplate, one
   * UpdateCACertificate and one DescribeCACertificate.
   */
  attachProvisioningTemplate: AttachProvisioningTemplatePayload;
  /** Creates a provisioning template with version 1 as its default. Costs one CreateProvisioningTemplate, and one Describe when the template is read back. */
  createProvisioningTemplate: CreateProvisioningTemplatePayload;
  /** Deletes a CA certificate, which must be INACTIVE. Costs one DeleteCACertificate, and one Describe before it when `deletedId` is asked for and the account is not known yet. */
  deleteCACertificate: DeleteCACertificatePayload;
  /** Deletes a provisioning template with all its versions. Costs one DeleteProvisioningTemplate, and one Describe before it when `deletedId` is asked for and the account is not known yet. */
  deleteProvisioningTemplate: DeleteProvisioningTemplatePayload;
  /**
   * Takes the registration off a CA certificate and turns auto registration off. The CA is read back;
   * where AWS still names a template the answer is the user error DETACH_NOT_EFFECTIVE, never success.
   * Costs one UpdateCACertificate and one DescribeCACertificate.
   */
  detachProvisioningTemplate: DetachProvisioningTemplatePayload;
  /** Registers a CA certificate. Costs one RegisterCACertificate, and one Describe when the CA is read back. */
  registerCACertificate: RegisterCACertificatePayload;
  /** Changes what is given of a CA certificate and leaves the rest. Costs one UpdateCACertificate, and one Describe when the CA is read back. */
  updateCACertificate: UpdateCACertificatePayload;
  /** Changes what is given of a provisioning template and leaves the rest. Costs one UpdateProvisioningTemplate, and one Describe when the template is read back. */
  updateProvisioningTemplate: UpdateProvisioningTemplatePayload;
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
export type MutationcreateProvisioningTemplateArgs = {
  input: CreateProvisioningTemplateInput;
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
export type MutationdetachProvisioningTemplateArgs = {
  input: DetachProvisioningTemplateInput;
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
  /** Free text, at most 500 characters, null when none was given. */
  description?: Maybe<Scalars['String']['output']>;
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
  /** `arn:aws:iot:REGION:ACCOUNT:provisioningtemplate/NAME`. */
  templateArn: Scalars['String']['output'];
  /** The body of the version in force: JSON as text, at most 10,240 characters, byte for byte. */
  templateBody?: Maybe<Scalars['String']['output']>;
  /** The same body, parsed. */
  templateBodyJson?: Maybe<Scalars['JSON']['output']>;
  /** The name, unique in the account and region, 1 to 36 characters. */
  templateName: Scalars['String']['output'];
  /** What the template is for; fixed when it is created. */
  type?: Maybe<TemplateType>;
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
  /** How many match in all; null unless this page came from the last AWS page and no `after` was given, or `countAll` was given. */
  totalCount?: Maybe<Scalars['Int']['output']>;
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

export type Query = {
  __typename?: 'Query';
  /** One CA certificate by its id, null when there is none. Costs one DescribeCACertificate. */
  caCertificate?: Maybe<CACertificate>;
  /**
   * The CA certificates of the account and region, newest first.
   * Costs one ListCACertificates for each 250 CAs walked.
   */
  caCertificates?: Maybe<CACertificateConnection>;
  /** Anything by its global id, null when it is gone. Costs one Describe of its type. */
  node?: Maybe<Node>;
  /** Several things by their global ids, in the same order, null for each that is gone. */
  nodes: Array<Maybe<Node>>;
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


export type QuerycaCertificateArgs = {
  certificateId: Scalars['String']['input'];
};


export type QuerycaCertificatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  ascendingOrder?: InputMaybe<Scalars['Boolean']['input']>;
  countAll?: InputMaybe<Scalars['Boolean']['input']>;
  filter?: InputMaybe<CACertificateFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<CACertificateOrder>;
};


export type QuerynodeArgs = {
  id: Scalars['ID']['input'];
};


export type QuerynodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


export type QueryprovisioningTemplateArgs = {
  templateName: Scalars['String']['input'];
};


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

/** How the devices of a CA are provisioned, if at all. */
export type RegistrationKind =
  /** By a body that the CA carries itself. */
  | 'INLINE'
  /** By a provisioning template that the CA names. */
  | 'NAMED'
  /** By nothing: the CA has no registration. */
  | 'NONE';

/** A tag to put on a new resource. */
export type TagInput = {
  /** 1 to 128 characters; may not begin with `aws:`. */
  key: Scalars['String']['input'];
  /** At most 256 characters. */
  value?: InputMaybe<Scalars['String']['input']>;
};

/** What a provisioning template is for. */
export type TemplateType =
  /** Devices arrive with a claim certificate or a trusted user and get their own certificate. */
  | 'FLEET_PROVISIONING'
  /** Just-in-time provisioning: devices arrive with a certificate that a registered CA signed. */
  | 'JITP';

/** What to change of a CA certificate; what is left out or null stays as it is. */
export type UpdateCACertificateInput = {
  /** The CA to change, 64 hexadecimal characters. */
  certificateId: Scalars['String']['input'];
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

/** Something the caller should know although the change was made. */
export type Warning = {
  __typename?: 'Warning';
  /** What it is about, from a closed set. */
  code: WarningCode;
  /** The input field it is about, as a path; null when it is about none. */
  field?: Maybe<Array<Scalars['String']['output']>>;
  /** In words, with the way to mend it. */
  message: Scalars['String']['output'];
};

/** What a warning is about. */
export type WarningCode =
  /** Auto registration is off, so a device's certificate is not registered when it first connects. */
  | 'AUTO_REGISTRATION_DISABLED'
  /** The CA is INACTIVE, so new devices are not accepted until it is set to ACTIVE. */
  | 'CA_CERTIFICATE_INACTIVE'
  /** The template is disabled, so devices are not provisioned until it is enabled. */
  | 'TEMPLATE_DISABLED';



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
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AttachProvisioningTemplateInput: AttachProvisioningTemplateInput;
  AttachProvisioningTemplatePayload: ResolverTypeWrapper<AttachOutcome>;
  AutoRegistrationStatus: AutoRegistrationStatus;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CACertificate: ResolverTypeWrapper<CACertificateEntity>;
  CACertificateConnection: ResolverTypeWrapper<CACertificateEntityConnection>;
  CACertificateEdge: ResolverTypeWrapper<Omit<CACertificateEdge, 'node'> & { node: ResolversTypes['CACertificate'] }>;
  CACertificateFilter: CACertificateFilter;
  CACertificateOrder: CACertificateOrder;
  CACertificateOrderField: CACertificateOrderField;
  CACertificateStatus: CACertificateStatus;
  Certificate: ResolverTypeWrapper<CertificateEntity>;
  CertificateConnection: ResolverTypeWrapper<CertificateEntityConnection>;
  CertificateEdge: ResolverTypeWrapper<Omit<CertificateEdge, 'node'> & { node: ResolversTypes['Certificate'] }>;
  CertificateMode: CertificateMode;
  CertificateStatus: CertificateStatus;
  CertificateValidity: ResolverTypeWrapper<CertificateValidity>;
  CreateProvisioningTemplateInput: CreateProvisioningTemplateInput;
  CreateProvisioningTemplatePayload: ResolverTypeWrapper<TemplateOutcome>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DeleteCACertificateInput: DeleteCACertificateInput;
  DeleteCACertificatePayload: ResolverTypeWrapper<DeleteOutcome>;
  DeleteProvisioningTemplateInput: DeleteProvisioningTemplateInput;
  DeleteProvisioningTemplatePayload: ResolverTypeWrapper<DeleteOutcome>;
  DetachProvisioningTemplateInput: DetachProvisioningTemplateInput;
  DetachProvisioningTemplatePayload: ResolverTypeWrapper<CACertificateOutcome>;
  ErrorCode: ErrorCode;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  InlineTemplateRegistration: ResolverTypeWrapper<InlineRegistration>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  KnowledgeLevel: KnowledgeLevel;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NamedTemplateRegistration: ResolverTypeWrapper<NamedRegistration>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PreProvisioningHook: ResolverTypeWrapper<PreProvisioningHook>;
  PreProvisioningHookInput: PreProvisioningHookInput;
  ProvisioningTemplate: ResolverTypeWrapper<TemplateEntity>;
  ProvisioningTemplateConnection: ResolverTypeWrapper<TemplateEntityConnection>;
  ProvisioningTemplateEdge: ResolverTypeWrapper<Omit<ProvisioningTemplateEdge, 'node'> & { node: ResolversTypes['ProvisioningTemplate'] }>;
  ProvisioningTemplateFilter: ProvisioningTemplateFilter;
  ProvisioningTemplateOrder: ProvisioningTemplateOrder;
  ProvisioningTemplateOrderField: ProvisioningTemplateOrderField;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QuotaBucket: ResolverTypeWrapper<QuotaBucket>;
  RegisterCACertificateInput: RegisterCACertificateInput;
  RegisterCACertificatePayload: ResolverTypeWrapper<CACertificateOutcome>;
  RegistrationConfig: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RegistrationConfig']>;
  RegistrationConfigInput: RegistrationConfigInput;
  RegistrationKind: RegistrationKind;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  TagInput: TagInput;
  TemplateType: TemplateType;
  UpdateCACertificateInput: UpdateCACertificateInput;
  UpdateCACertificatePayload: ResolverTypeWrapper<CACertificateOutcome>;
  UpdateProvisioningTemplateInput: UpdateProvisioningTemplateInput;
  UpdateProvisioningTemplatePayload: ResolverTypeWrapper<TemplateOutcome>;
  UserError: ResolverTypeWrapper<UserError>;
  Warning: ResolverTypeWrapper<Warning>;
  WarningCode: WarningCode;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AttachProvisioningTemplateInput: AttachProvisioningTemplateInput;
  AttachProvisioningTemplatePayload: AttachOutcome;
  Boolean: Scalars['Boolean']['output'];
  CACertificate: CACertificateEntity;
  CACertificateConnection: CACertificateEntityConnection;
  CACertificateEdge: Omit<CACertificateEdge, 'node'> & { node: ResolversParentTypes['CACertificate'] };
  CACertificateFilter: CACertificateFilter;
  CACertificateOrder: CACertificateOrder;
  Certificate: CertificateEntity;
  CertificateConnection: CertificateEntityConnection;
  CertificateEdge: Omit<CertificateEdge, 'node'> & { node: ResolversParentTypes['Certificate'] };
  CertificateValidity: CertificateValidity;
  CreateProvisioningTemplateInput: CreateProvisioningTemplateInput;
  CreateProvisioningTemplatePayload: TemplateOutcome;
  DateTime: Scalars['DateTime']['output'];
  DeleteCACertificateInput: DeleteCACertificateInput;
  DeleteCACertificatePayload: DeleteOutcome;
  DeleteProvisioningTemplateInput: DeleteProvisioningTemplateInput;
  DeleteProvisioningTemplatePayload: DeleteOutcome;
  DetachProvisioningTemplateInput: DetachProvisioningTemplateInput;
  DetachProvisioningTemplatePayload: CACertificateOutcome;
  Float: Scalars['Float']['output'];
  ID: Scalars['ID']['output'];
  InlineTemplateRegistration: InlineRegistration;
  Int: Scalars['Int']['output'];
  JSON: Scalars['JSON']['output'];
  Mutation: Record<PropertyKey, never>;
  NamedTemplateRegistration: NamedRegistration;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  PreProvisioningHook: PreProvisioningHook;
  PreProvisioningHookInput: PreProvisioningHookInput;
  ProvisioningTemplate: TemplateEntity;
  ProvisioningTemplateConnection: TemplateEntityConnection;
  ProvisioningTemplateEdge: Omit<ProvisioningTemplateEdge, 'node'> & { node: ResolversParentTypes['ProvisioningTemplate'] };
  ProvisioningTemplateFilter: ProvisioningTemplateFilter;
  ProvisioningTemplateOrder: ProvisioningTemplateOrder;
  Query: Record<PropertyKey, never>;
  QuotaBucket: QuotaBucket;
  RegisterCACertificateInput: RegisterCACertificateInput;
  RegisterCACertificatePayload: CACertificateOutcome;
  RegistrationConfig: ResolversUnionTypes<ResolversParentTypes>['RegistrationConfig'];
  RegistrationConfigInput: RegistrationConfigInput;
  String: Scalars['String']['output'];
  TagInput: TagInput;
  UpdateCACertificateInput: UpdateCACertificateInput;
  UpdateCACertificatePayload: CACertificateOutcome;
  UpdateProvisioningTemplateInput: UpdateProvisioningTemplateInput;
  UpdateProvisioningTemplatePayload: TemplateOutcome;
  UserError: UserError;
  Warning: Warning;
};

export type upstreamDirectiveArgs = {
  action?: Maybe<Scalars['String']['input']>;
  level: KnowledgeLevel;
};

export type upstreamDirectiveResolver<Result, Parent, ContextType = GraphContext, Args = upstreamDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AttachProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['AttachProvisioningTemplatePayload'] = ResolversParentTypes['AttachProvisioningTemplatePayload']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
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
  generationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastModifiedDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  ownedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  registrationConfig?: Resolver<Maybe<ResolversTypes['RegistrationConfig']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['CACertificateStatus']>, ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  validity?: Resolver<Maybe<ResolversTypes['CertificateValidity']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CACertificateConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CACertificateConnection'] = ResolversParentTypes['CACertificateConnection']> = {
  cutShort?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['CACertificateEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type CACertificateEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CACertificateEdge'] = ResolversParentTypes['CACertificateEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['CACertificate'], ParentType, ContextType>;
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

export type CreateProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['CreateProvisioningTemplatePayload'] = ResolversParentTypes['CreateProvisioningTemplatePayload']> = {
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteCACertificatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DeleteCACertificatePayload'] = ResolversParentTypes['DeleteCACertificatePayload']> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type DeleteProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DeleteProvisioningTemplatePayload'] = ResolversParentTypes['DeleteProvisioningTemplatePayload']> = {
  deletedId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type DetachProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['DetachProvisioningTemplatePayload'] = ResolversParentTypes['DetachProvisioningTemplatePayload']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type InlineTemplateRegistrationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['InlineTemplateRegistration'] = ResolversParentTypes['InlineTemplateRegistration']> = {
  roleArn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateBody?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface JSONScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type MutationResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  attachProvisioningTemplate?: Resolver<ResolversTypes['AttachProvisioningTemplatePayload'], ParentType, ContextType, RequireFields<MutationattachProvisioningTemplateArgs, 'input'>>;
  createProvisioningTemplate?: Resolver<ResolversTypes['CreateProvisioningTemplatePayload'], ParentType, ContextType, RequireFields<MutationcreateProvisioningTemplateArgs, 'input'>>;
  deleteCACertificate?: Resolver<ResolversTypes['DeleteCACertificatePayload'], ParentType, ContextType, RequireFields<MutationdeleteCACertificateArgs, 'input'>>;
  deleteProvisioningTemplate?: Resolver<ResolversTypes['DeleteProvisioningTemplatePayload'], ParentType, ContextType, RequireFields<MutationdeleteProvisioningTemplateArgs, 'input'>>;
  detachProvisioningTemplate?: Resolver<ResolversTypes['DetachProvisioningTemplatePayload'], ParentType, ContextType, RequireFields<MutationdetachProvisioningTemplateArgs, 'input'>>;
  registerCACertificate?: Resolver<ResolversTypes['RegisterCACertificatePayload'], ParentType, ContextType, RequireFields<MutationregisterCACertificateArgs, 'input'>>;
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
  __resolveType: TypeResolveFn<'CACertificate' | 'Certificate' | 'ProvisioningTemplate', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PreProvisioningHookResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['PreProvisioningHook'] = ResolversParentTypes['PreProvisioningHook']> = {
  payloadVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  targetArn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ProvisioningTemplateResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplate'] = ResolversParentTypes['ProvisioningTemplate']> = {
  caCertificates?: Resolver<Maybe<ResolversTypes['CACertificateConnection']>, ParentType, ContextType, RequireFields<ProvisioningTemplatecaCertificatesArgs, 'ascendingOrder' | 'countAll' | 'first'>>;
  creationDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  defaultVersionId?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  enabled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lastModifiedDate?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  preProvisioningHook?: Resolver<Maybe<ResolversTypes['PreProvisioningHook']>, ParentType, ContextType>;
  provisioningRoleArn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateArn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  templateBody?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  templateBodyJson?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  templateName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<Maybe<ResolversTypes['TemplateType']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProvisioningTemplateConnectionResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplateConnection'] = ResolversParentTypes['ProvisioningTemplateConnection']> = {
  cutShort?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['ProvisioningTemplateEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ProvisioningTemplateEdgeResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['ProvisioningTemplateEdge'] = ResolversParentTypes['ProvisioningTemplateEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ProvisioningTemplate'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType, RequireFields<QuerycaCertificateArgs, 'certificateId'>>;
  caCertificates?: Resolver<Maybe<ResolversTypes['CACertificateConnection']>, ParentType, ContextType, RequireFields<QuerycaCertificatesArgs, 'ascendingOrder' | 'countAll' | 'first'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QuerynodeArgs, 'id'>>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QuerynodesArgs, 'ids'>>;
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
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type RegistrationConfigResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['RegistrationConfig'] = ResolversParentTypes['RegistrationConfig']> = {
  __resolveType: TypeResolveFn<'InlineTemplateRegistration' | 'NamedTemplateRegistration', ParentType, ContextType>;
};

export type UpdateCACertificatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['UpdateCACertificatePayload'] = ResolversParentTypes['UpdateCACertificatePayload']> = {
  caCertificate?: Resolver<Maybe<ResolversTypes['CACertificate']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['Warning']>, ParentType, ContextType>;
};

export type UpdateProvisioningTemplatePayloadResolvers<ContextType = GraphContext, ParentType extends ResolversParentTypes['UpdateProvisioningTemplatePayload'] = ResolversParentTypes['UpdateProvisioningTemplatePayload']> = {
  provisioningTemplate?: Resolver<Maybe<ResolversTypes['ProvisioningTemplate']>, ParentType, ContextType>;
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
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type Resolvers<ContextType = GraphContext> = {
  AttachProvisioningTemplatePayload?: AttachProvisioningTemplatePayloadResolvers<ContextType>;
  CACertificate?: CACertificateResolvers<ContextType>;
  CACertificateConnection?: CACertificateConnectionResolvers<ContextType>;
  CACertificateEdge?: CACertificateEdgeResolvers<ContextType>;
  Certificate?: CertificateResolvers<ContextType>;
  CertificateConnection?: CertificateConnectionResolvers<ContextType>;
  CertificateEdge?: CertificateEdgeResolvers<ContextType>;
  CertificateValidity?: CertificateValidityResolvers<ContextType>;
  CreateProvisioningTemplatePayload?: CreateProvisioningTemplatePayloadResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DeleteCACertificatePayload?: DeleteCACertificatePayloadResolvers<ContextType>;
  DeleteProvisioningTemplatePayload?: DeleteProvisioningTemplatePayloadResolvers<ContextType>;
  DetachProvisioningTemplatePayload?: DetachProvisioningTemplatePayloadResolvers<ContextType>;
  InlineTemplateRegistration?: InlineTemplateRegistrationResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  NamedTemplateRegistration?: NamedTemplateRegistrationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PreProvisioningHook?: PreProvisioningHookResolvers<ContextType>;
  ProvisioningTemplate?: ProvisioningTemplateResolvers<ContextType>;
  ProvisioningTemplateConnection?: ProvisioningTemplateConnectionResolvers<ContextType>;
  ProvisioningTemplateEdge?: ProvisioningTemplateEdgeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QuotaBucket?: QuotaBucketResolvers<ContextType>;
  RegisterCACertificatePayload?: RegisterCACertificatePayloadResolvers<ContextType>;
  RegistrationConfig?: RegistrationConfigResolvers<ContextType>;
  UpdateCACertificatePayload?: UpdateCACertificatePayloadResolvers<ContextType>;
  UpdateProvisioningTemplatePayload?: UpdateProvisioningTemplatePayloadResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Warning?: WarningResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = GraphContext> = {
  upstream?: upstreamDirectiveResolver<any, any, ContextType>;
};
