// The types of the records are their own, not the SDK's: they are part of the package, which comes without it.

/**
 * What the rules of one action see. A rule is a function from input and context to output: it
 * reads and writes through `context.state`, never waits for the network and never answers HTTP.
 */
export interface ActionContext {
  /** 12-digit account, from the access key id. */
  readonly account: string;
  /** Region, from the credential scope of the signature. */
  readonly region: string;
  /** Milliseconds since the epoch, read once for each request. */
  readonly nowMs: number;
  /** The state of this account and region. Writes are staged and committed after the rule ends. */
  readonly state: RealmState;
  /** Whether another account of the region holds this CA certificate in DEFAULT mode. */
  isHeldElsewhere(certificateId: string): boolean;
  /** Named choices for what AWS does not document. */
  readonly choices: Choices;
  /** A 64-hex or UUID source; deterministic when the control plane is given a seed. */
  readonly random: RandomSource;
  /** One for each control plane: `new LocalClaimAuthority()` of claim.ts. */
  readonly claimAuthority: ClaimAuthority;
}

/** The rule of one action. It throws AwsError to refuse; then nothing that it staged is kept. */
export type Rule<Input, Output> = (
  input: Input,
  context: ActionContext,
) => Output | Promise<Output>;

/** Where ids and codes come from. `hex` takes how many bytes, and answers two digits for each. */
export interface RandomSource {
  hex(bytes: number): string;
  uuid(): string;
}

/** Signs the short-lived certificates of CreateProvisioningClaim. */
export interface ClaimAuthority {
  issue(claim: ClaimRequest): Promise<IssuedClaim>;
}

/** What the certificate of a claim shall say. Times are milliseconds since the epoch. */
export interface ClaimRequest {
  readonly commonName: string;
  /** Hex of the certificate's serial number. */
  readonly serialNumberHex: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** A signed claim with its keys: `publicKeyPem` is SPKI, `privateKeyPem` PKCS#1. */
export interface IssuedClaim {
  readonly certificatePem: string;
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
}

/** Behaviour of AWS that no source confirms, each with a default; see docs/control-plane.md. */
export interface Choices {
  /** DeleteProvisioningTemplate while a CA names the template. */
  readonly deleteAttachedTemplate: 'refuse' | 'allow';
  /** UpdateCACertificate with removeAutoRegistration: what becomes of registrationConfig. */
  readonly removeAutoRegistration: 'clear-registration' | 'disable-only';
  /** A registrationConfig that names a FLEET_PROVISIONING template. */
  readonly attachFleetTemplate: 'refuse' | 'allow';
  /** CreateProvisioningClaim on a disabled or JITP template. */
  readonly claimOnUnusableTemplate: 'refuse' | 'allow';
  /** Role ARNs that answer "cannot be assumed"; empty means any well-formed ARN will do. */
  readonly unassumableRoleArns: readonly string[];
}

/** The four collections and the registration code of one account and region. */
export interface RealmState {
  readonly templates: Collection<TemplateRecord, 'none'>;
  readonly caCertificates: Collection<CACertificateRecord, 'templateName' | 'subject'>;
  readonly certificates: Collection<CertificateRecord, 'caCertificateId'>;
  /** Keyed by resource ARN. */
  readonly tags: Collection<TagsRecord, 'none'>;
  /** At most one record, under the key `current`. */
  readonly registrationCode: Collection<RegistrationCodeRecord, 'none'>;
}

/** One kind of record, keyed, with the order of creation and a few equality indexes. */
export interface Collection<Item extends Stored, Index extends string> {
  get(key: string): Item | undefined;
  /** Stages a write. The first put of a key gives the record its `sequence`; later ones keep it. */
  put(key: string, item: Omit<Item, 'sequence'>): Item;
  delete(key: string): void;
  /** Records in order of creation, at most `limit`, strictly after `afterSequence` in that order. */
  list(query: ListQuery<Index>): Item[];
  count(where?: Where<Index>): number;
}

/** Which records of a collection, in which order, and how many at most. */
export interface ListQuery<Index extends string> {
  readonly where?: Where<Index> | undefined;
  readonly ascending: boolean;
  readonly afterSequence?: number | undefined;
  readonly limit: number;
}

/** Records whose index has this value. */
export interface Where<Index extends string> {
  readonly index: Index;
  readonly value: string;
}

/** `sequence` grows by one for each record ever created, in one account and region. */
export interface Stored {
  readonly sequence: number;
}

type CertificateMode = 'DEFAULT' | 'SNI_ONLY';

/** Times are milliseconds since the epoch in every record. */
export interface TemplateRecord extends Stored {
  readonly templateName: string;
  readonly templateArn: string;
  readonly description?: string;
  readonly type: 'FLEET_PROVISIONING' | 'JITP';
  readonly enabled: boolean;
  readonly provisioningRoleArn: string;
  readonly preProvisioningHook?: StoredHook;
  readonly creationDateMs: number;
  readonly lastModifiedDateMs: number;
  readonly defaultVersionId: number;
  /** The id the next version gets; ids are never used again after a delete. */
  readonly nextVersionId: number;
  readonly versions: readonly TemplateVersionRecord[];
}

interface StoredHook {
  readonly payloadVersion?: string | undefined;
  readonly targetArn: string | undefined;
}

/** One version of a template's body. */
export interface TemplateVersionRecord {
  readonly versionId: number;
  readonly templateBody: string;
  readonly creationDateMs: number;
}

/** A registered CA certificate. */
export interface CACertificateRecord extends Stored {
  readonly certificateId: string;
  readonly certificateArn: string;
  readonly certificatePem: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly autoRegistrationStatus: 'ENABLE' | 'DISABLE';
  readonly certificateMode: CertificateMode;
  readonly ownedBy: string;
  readonly creationDateMs: number;
  readonly lastModifiedDateMs: number;
  readonly customerVersion: number;
  readonly generationId: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Hex of the SHA-256 of the subject's DER: AWS allows ten CAs with one subject. */
  readonly subjectDigest: string;
  readonly registrationConfig?: StoredRegistrationConfig;
}

/** A JITP template by its name, or a body with its role. */
interface StoredRegistrationConfig {
  readonly templateName?: string | undefined;
  readonly templateBody?: string | undefined;
  readonly roleArn?: string | undefined;
}

/** A registered device certificate. */
export interface CertificateRecord extends Stored {
  readonly certificateId: string;
  readonly certificateArn: string;
  readonly certificatePem: string;
  readonly caCertificateId: string;
  readonly status:
    | 'ACTIVE'
    | 'INACTIVE'
    | 'REVOKED'
    | 'PENDING_TRANSFER'
    | 'REGISTER_INACTIVE'
    | 'PENDING_ACTIVATION';
  readonly certificateMode: CertificateMode;
  readonly ownedBy: string;
  readonly creationDateMs: number;
  readonly lastModifiedDateMs: number;
  readonly customerVersion: number;
  readonly generationId: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** The tags of one resource. */
export interface TagsRecord extends Stored {
  readonly resourceArn: string;
  readonly tags: ReadonlyArray<{ readonly Key: string; readonly Value: string }>;
}

/** The registration code, 64 hex digits. */
export interface RegistrationCodeRecord extends Stored {
  readonly registrationCode: string;
}
