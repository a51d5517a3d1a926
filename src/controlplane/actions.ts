import data from './actions.json' with { type: 'json' };

/**
 * The served actions, those of actions.json, in its order. Written out, for a name that is a literal
 * reaches those who import the control plane's types; JSON does not.
 */
export const actionNames = [
  'CreateProvisioningTemplate',
  'DescribeProvisioningTemplate',
  'ListProvisioningTemplates',
  'UpdateProvisioningTemplate',
  'DeleteProvisioningTemplate',
  'CreateProvisioningTemplateVersion',
  'DescribeProvisioningTemplateVersion',
  'ListProvisioningTemplateVersions',
  'DeleteProvisioningTemplateVersion',
  'CreateProvisioningClaim',
  'RegisterCACertificate',
  'DescribeCACertificate',
  'ListCACertificates',
  'UpdateCACertificate',
  'DeleteCACertificate',
  'GetRegistrationCode',
  'DeleteRegistrationCode',
  'ListCertificatesByCA',
  'TagResource',
  'UntagResource',
  'ListTagsForResource',
  'RegisterCertificate',
  'DescribeCertificate',
  'UpdateCertificate',
  'DeleteCertificate',
] as const;

/** The name of a served action, as AWS writes it. */
export type ActionName = (typeof actionNames)[number];

/** Text, with its limits. */
export interface StringShape {
  readonly type: 'string';
  /** Characters, counted as code points. */
  readonly min?: number;
  readonly max?: number;
  /** As the model writes it; the whole value has to match. */
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

interface IntegerShape {
  readonly type: 'integer';
  readonly min?: number;
  readonly max?: number;
}

/** An object with members of its own. */
export interface StructureShape {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, MemberShape>>;
}

/** A list of equal members; `min` and `max` count them. */
export interface ListShape {
  readonly type: 'list';
  readonly member: Shape;
  readonly min?: number;
  readonly max?: number;
}

/** A type of AWS's model. */
export type Shape =
  | StringShape
  | IntegerShape
  | StructureShape
  | ListShape
  | { readonly type: 'boolean' }
  | { readonly type: 'timestamp' };

type MemberShape = Shape & { readonly required?: boolean };

/** A member of a request, and where the request carries it. */
export type InputMember = MemberShape & {
  readonly in: 'path' | 'query' | 'body';
  /** The name on the wire, where it differs from the member's. */
  readonly wireName?: string;
  /** Paging tokens: some clients send `marker=` for the first page. */
  readonly emptyIsAbsent?: boolean;
};

/** What AWS's model says of one action. */
export interface Action {
  readonly method: string;
  /** Labels stand in braces and fill one whole segment. */
  readonly path: string;
  /** Runs alone, in a transaction. GetRegistrationCode writes too: it makes the code it lacks. */
  readonly writes: boolean;
  /** AWS's documented rate for one account and region. */
  readonly ratePerSecond: number;
  readonly input: Readonly<Record<string, InputMember>>;
  readonly output: Readonly<Record<string, Shape>>;
  /** The errors the model lists, without the front-end ones that any action can answer. */
  readonly errors: readonly string[];
}

/** Every served action, as AWS's model describes it. */
export const actions: Readonly<Record<ActionName, Action>> = data.actions as Readonly<
  Record<ActionName, Action>
>;

/** Answers of AWS's front end, which no action's model lists. */
const frontEndErrors: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InvalidClientTokenId: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  OptInRequired: 403,
  RequestEntityTooLargeException: 413,
  RequestExpired: 400,
  RequestHeaderFieldsTooLargeException: 431,
  RequestTimeoutException: 408,
  SerializationException: 400,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
};

/** HTTP status by error name: those of the model and those of the front end. */
export const errorStatuses: Readonly<Record<string, number>> = {
  ...data.errors,
  ...frontEndErrors,
};

/** The status of a known error name, else undefined. */
export function statusOfError(name: string): number | undefined {
  return Object.hasOwn(errorStatuses, name) ? errorStatuses[name] : undefined;
}
