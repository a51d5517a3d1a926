import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  CreateProvisioningClaimCommand,
  CreateProvisioningTemplateCommand,
  CreateProvisioningTemplateVersionCommand,
  DeleteCACertificateCommand,
  DeleteProvisioningTemplateCommand,
  DeleteProvisioningTemplateVersionCommand,
  DeleteRegistrationCodeCommand,
  DescribeCACertificateCommand,
  DescribeCertificateCommand,
  DescribeProvisioningTemplateCommand,
  DescribeProvisioningTemplateVersionCommand,
  GetRegistrationCodeCommand,
  IoTClient,
  ListCACertificatesCommand,
  ListCertificatesByCACommand,
  ListProvisioningTemplatesCommand,
  ListProvisioningTemplateVersionsCommand,
  ListTagsForResourceCommand,
  RegisterCACertificateCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { breakerChange } from '../channels.ts';
import type { Clock } from '../clock.ts';
import { GatewayError, mayHaveHappened, upstreamError } from '../errors.ts';
import {
  type ActionInput,
  type ActionName,
  type ActionOutput,
  isWrite,
  type WriteName,
} from './actions.ts';
import { misshapenMember } from './answerShape.ts';
import { callEnded } from './attemptReport.ts';
import { Attempts, FinalAttempt, reasonOf, SECRET_ACTIONS } from './attempts.ts';
import { Breaker } from './breaker.ts';
import { Door, type Send } from './door.ts';
import { EdgeFinder } from './edges.ts';
import { Lifetimes } from './lifetime.ts';
import type { Permits } from './permits.ts';
import type { CallScope } from './scope.ts';
import { write } from './writer.ts';
import type { CallTrace } from './writes.ts';
import { WriteTurns } from './writeTurns.ts';

/** An account and region that calls go to. Endpoint and credentials are configuration, never input. */
export interface Target {
  readonly name: string;
  /** Unset: the SDK finds the region where it always does (AWS_REGION, the profile). */
  readonly region?: string;
  /** Unset: AWS itself, or AWS_ENDPOINT_URL_IOT. */
  readonly endpoint?: string;
  /** Unset: the SDK's default chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The SDK waits for ever unless told otherwise, and only warns unless told to throw. */
const TIMEOUTS = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true };
const MAX_SOCKETS = 64;
const MAX_ATTEMPTS = 3;

const COMMANDS = {
  CreateProvisioningClaim: CreateProvisioningClaimCommand,
  CreateProvisioningTemplate: CreateProvisioningTemplateCommand,
  CreateProvisioningTemplateVersion: CreateProvisioningTemplateVersionCommand,
  DeleteCACertificate: DeleteCACertificateCommand,
  DeleteProvisioningTemplate: DeleteProvisioningTemplateCommand,
  DeleteProvisioningTemplateVersion: DeleteProvisioningTemplateVersionCommand,
  DeleteRegistrationCode: DeleteRegistrationCodeCommand,
  DescribeCACertificate: DescribeCACertificateCommand,
  DescribeCertificate: DescribeCertificateCommand,
  DescribeProvisioningTemplate: DescribeProvisioningTemplateCommand,
  DescribeProvisioningTemplateVersion: DescribeProvisioningTemplateVersionCommand,
  GetRegistrationCode: GetRegistrationCodeCommand,
  ListCACertificates: ListCACertificatesCommand,
  ListCertificatesByCA: ListCertificatesByCACommand,
  ListProvisioningTemplateVersions: ListProvisioningTemplateVersionsCommand,
  ListProvisioningTemplates: ListProvisioningTemplatesCommand,
  ListTagsForResource: ListTagsForResourceCommand,
  RegisterCACertificate: RegisterCACertificateCommand,
  TagResource: TagResourceCommand,
  UntagResource: UntagResourceCommand,
  UpdateCACertificate: UpdateCACertificateCommand,
  UpdateProvisioningTemplate: UpdateProvisioningTemplateCommand,
} as const satisfies Record<ActionName, unknown>;

/** The first half of an ARN, up to and without the resource: `arn:aws:iot:REGION:ACCOUNT`. */
const ARN_PREFIX = /^(arn:[a-z0-9-]+:iot:[a-z0-9-]+:\d{12}):/;

interface UpstreamOptions {
  readonly target: Target;
  readonly clock: Clock;
  /** Gives each attempt its turn, so that AWS's quota holds. */
  readonly permits: Permits;
  /** How much the cache may keep, in bytes. */
  readonly cacheBytes: number;
  /** Hears when AWS does what its documentation rules out. */
  readonly onSurprise: (message: string) => void;
}

/** AWS IoT as the gateway sees it: everything that leaves the gateway leaves through here. */
export interface Upstream {
  readonly door: Door;
  readonly edges: EdgeFinder;
  readonly permits: Permits;
  readonly lifetimes: Lifetimes;
  readonly writeTurns: WriteTurns;
  /**
   * Makes one write, once: where its answer is lost it is looked for before anything is sent again.
   * Rejects with a GatewayError, whatever went wrong.
   */
  write<Name extends WriteName>(
    action: Name,
    input: ActionInput<Name>,
    scope: CallScope,
  ): Promise<ActionOutput<Name>>;
  /** `arn:aws:iot:REGION:ACCOUNT` of the target, once any answer has shown it. */
  arnPrefix(): string | undefined;
  /** Milliseconds since the epoch, by the clock that answers are dated with; see `Door.nowMs`. */
  nowMs(): number;
  close(): void;
}

/**
 * The way to one target. Makes no call by itself, and the SDK looks for region and credentials at the
 * first one; to be closed.
 */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { clock, permits } = options;
  const { name } = options.target;
  const breaker = new Breaker({
    clock,
    onChange: ({ kind }) => breakerChange.publish({ target: name, state: kind }),
  });
  const attempts = new Attempts({ permits, breaker, clock });
  const clients = {
    retrying: createClient(options.target, { maxAttempts: MAX_ATTEMPTS, keepAlive: true }),
    once: createClient(options.target, { maxAttempts: 1, keepAlive: false }),
  };
  for (const client of Object.values(clients)) {
    client.middlewareStack.addRelativeTo(attempts.middleware, {
      name: 'permitMiddleware',
      relation: 'after',
      toMiddleware: 'retryMiddleware',
    });
  }
  let arnPrefix: string | undefined;
  const send: Send = async (action, input, scope, trace = {}) => {
    const isSecret = SECRET_ACTIONS.has(action);
    try {
      // A copy, so that two calls with one input are two keys.
      const own = { ...input };
      attempts.begin(own, action, scope);
      const client = isSecret ? clients.once : clients.retrying;
      // A write is never cut.
      const until = isWrite(action) ? undefined : scope.signal;
      const output = await sendOnce(client, action, own, trace, until);
      arnPrefix ??= prefixIn(output);
      callEnded(action, scope, 'ok');
      return output;
    } catch (thrown) {
      const wasGivenUp = !isWrite(action) && scope.signal?.aborted;
      const error = wasGivenUp ? reasonOf(scope.signal) : failureOf(thrown, action);
      callEnded(action, scope, error.code);
      throw isSecret ? withoutAnswer(error) : error;
    }
  };
  const door = new Door({ send, clock, maxBytes: options.cacheBytes, permits });
  return {
    door,
    permits,
    lifetimes: new Lifetimes(clock),
    writeTurns: new WriteTurns(),
    edges: new EdgeFinder(door, options.onSurprise),
    write: (action, input, scope) => write(door, clock, { action, input }, scope),
    arnPrefix: () => arnPrefix,
    nowMs: () => door.nowMs(),
    close: () => {
      permits.close();
      clients.retrying.destroy();
      clients.once.destroy();
    },
  };
}

/** A look at what the SDK makes of a target, apart from all calls of the gateway. */
export interface Inspection {
  region(): Promise<string>;
  credentials(): Promise<{ readonly expiration?: Date }>;
  /** One read of one row, made once. */
  call(action: 'ListProvisioningTemplates' | 'ListCACertificates'): Promise<void>;
  close(): void;
}

/** A look at a target, to be closed; its calls take no permit and are not tried again. */
export function inspectTarget(target: Target): Inspection {
  const client = createClient(target, { maxAttempts: 1, keepAlive: false });
  return {
    region: () => client.config.region(),
    credentials: () => client.config.credentials(),
    call: async (action) => {
      if (action === 'ListCACertificates') await sendOnce(client, action, { pageSize: 1 }, {});
      else await sendOnce(client, action, { maxResults: 1 }, {});
    },
    close: () => client.destroy(),
  };
}

/**
 * What became of an action that answers with a secret. The cause is left behind: it may hold the
 * answer as far as it came.
 */
function withoutAnswer(error: GatewayError): GatewayError {
  if (!mayHaveHappened(error)) return error;
  return new GatewayError('UPSTREAM_OUTCOME_UNKNOWN', undefined, error.details);
}

function failureOf(thrown: unknown, action: ActionName): GatewayError {
  return thrown instanceof FinalAttempt ? thrown.failure : upstreamError(thrown, action);
}

/** For a target that is told in full: else the SDK reads the shared configuration at its first call. */
const NOTHING_FROM_FILES = {
  authSchemePreference: [],
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  disableClockSkewCorrection: false,
  userAgentAppId: async () => undefined,
};

function createClient(
  target: Target,
  { maxAttempts, keepAlive }: { readonly maxAttempts: number; readonly keepAlive: boolean },
): IoTClient {
  const sockets = { keepAlive, maxSockets: MAX_SOCKETS };
  return new IoTClient({
    ...(target.region === undefined ? {} : { region: target.region }),
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    ...(target.credentials === undefined
      ? {}
      : { ...NOTHING_FROM_FILES, credentials: target.credentials }),
    cacheMiddleware: true,
    retryMode: 'standard',
    maxAttempts,
    requestHandler: new NodeHttpHandler({
      ...TIMEOUTS,
      httpAgent: new HttpAgent(sockets),
      httpsAgent: new HttpsAgent(sockets),
    }),
  });
}

async function sendOnce<Name extends ActionName>(
  client: IoTClient,
  action: Name,
  input: ActionInput<Name>,
  trace: CallTrace,
  abortSignal?: AbortSignal,
): Promise<ActionOutput<Name>> {
  // The table pairs each name with its command; TypeScript cannot follow that through an index.
  const Command = COMMANDS[action] as unknown as new (
    given: ActionInput<Name>,
  ) => DescribeCACertificateCommand;
  const command = new Command(input);
  const options = abortSignal === undefined ? {} : { abortSignal };
  const { $metadata, ...output } = await client.send(command, options);
  if ($metadata.requestId !== undefined) trace.requestId = $metadata.requestId;
  const wrong = misshapenMember(command.schema, output);
  if (wrong !== undefined) {
    const message = `The answer of AWS IoT has a \`${wrong}\` of the wrong type.`;
    throw new GatewayError('UPSTREAM_PROTOCOL', message, { action });
  }
  return output as unknown as ActionOutput<Name>;
}

/** Looks for an ARN where the answers of the family carry one. */
function prefixIn(output: object): string | undefined {
  const { templateArn, certificateArn, certificateDescription, templates, certificates } =
    output as ArnBearer & {
      certificateDescription?: ArnBearer;
      templates?: ArnBearer[];
      certificates?: ArnBearer[];
    };
  const arn =
    templateArn ??
    certificateArn ??
    certificateDescription?.certificateArn ??
    templates?.[0]?.templateArn ??
    certificates?.[0]?.certificateArn;
  return arn === undefined ? undefined : ARN_PREFIX.exec(arn)?.[1];
}

interface ArnBearer {
  readonly templateArn?: string;
  readonly certificateArn?: string;
}
