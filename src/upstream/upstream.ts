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
  type ServiceInputTypes,
  type ServiceOutputTypes,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import type { Clock } from '../clock.ts';
import { GatewayError, mayHaveHappened, upstreamError } from '../errors.ts';
import {
  type ActionInput,
  type ActionName,
  type ActionOutput,
  isWrite,
  type WriteName,
} from './actions.ts';
import { Door, type Send } from './door.ts';
import { EdgeFinder } from './edges.ts';
import { NoPermitInTime, type Permit } from './limiter.ts';
import type { Permits } from './permits.ts';
import type { CallScope } from './scope.ts';
import { write } from './writer.ts';
import type { CallTrace } from './writes.ts';

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

/**
 * Actions that answer with a secret: each attempt would make another one, and a lost answer is lost.
 * They are sent once, over a connection of their own, for one that was kept may have died meanwhile.
 */
const SECRET_ACTIONS: ReadonlySet<ActionName> = new Set(['CreateProvisioningClaim']);

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

export interface UpstreamOptions {
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
  /** Milliseconds since the epoch, by the clock that answers are dated with. */
  nowMs(): number;
  close(): void;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { clock, permits } = options;
  const attempts: Attempts = new WeakMap();
  const clients = {
    retrying: createClient(options.target, { maxAttempts: MAX_ATTEMPTS, keepAlive: true }),
    once: createClient(options.target, { maxAttempts: 1, keepAlive: false }),
  };
  for (const client of Object.values(clients)) {
    client.middlewareStack.addRelativeTo(permitMiddleware(permits, attempts), {
      name: 'permitMiddleware',
      relation: 'after',
      toMiddleware: 'retryMiddleware',
    });
  }
  let arnPrefix: string | undefined;
  const send: Send = async (action, input, scope, trace = {}) => {
    scope.receipts.called(action);
    const isSecret = SECRET_ACTIONS.has(action);
    try {
      // A copy, so that two calls with one input are two keys.
      const own = { ...input };
      attempts.set(own, { action, scope });
      const output = await sendOnce(isSecret ? clients.once : clients.retrying, action, own, trace);
      arnPrefix ??= prefixIn(output);
      return output;
    } catch (thrown) {
      const error = failureOf(thrown, action);
      throw isSecret ? withoutAnswer(error) : error;
    }
  };
  const door = new Door({ send, clock, maxBytes: options.cacheBytes });
  return {
    door,
    permits,
    edges: new EdgeFinder(door, options.onSurprise),
    write: (action, input, scope) => write(door, clock, { action, input }, scope),
    arnPrefix: () => arnPrefix,
    nowMs: () => clock.nowMs(),
    close: () => {
      permits.close();
      clients.retrying.destroy();
      clients.once.destroy();
    },
  };
}

/**
 * Whose attempts the SDK is making, by the input of the call; its middleware is told nothing else.
 * (AsyncLocalStorage would do as well, but on Node.js 20 it slows every promise of the process.)
 */
type Attempts = WeakMap<object, Attempting>;

interface Attempting {
  readonly action: ActionName;
  readonly scope: CallScope;
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

/**
 * Carries the failure of an attempt past the SDK, which sends again whatever has a passing failure
 * for its cause, or for the cause of that.
 */
class FinalAttempt extends Error {
  readonly failure: GatewayError;

  constructor(failure: GatewayError) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Placed behind the SDK's retries, so that every attempt takes a permit, not every call. */
function permitMiddleware(
  permits: Permits,
  attempts: Attempts,
): FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> {
  return (next) => async (args) => {
    const attempting = attempts.get(args.input);
    if (attempting === undefined) return next(args);
    const { action, scope } = attempting;
    const permit = await takePermit(permits, action, scope);
    scope.receipts.attempted(permit.waitedMs);
    try {
      return await next(args);
    } catch (thrown) {
      const error = upstreamError(thrown, action);
      if (error.code === 'UPSTREAM_THROTTLED') {
        permits.throttled(action);
        scope.receipts.wasThrottled();
      }
      // A write that may have been made is not sent again before it was looked for.
      const isFinal = SECRET_ACTIONS.has(action) || (isWrite(action) && mayHaveHappened(error));
      throw isFinal ? new FinalAttempt(error) : thrown;
    } finally {
      permit.release();
    }
  };
}

async function takePermit(permits: Permits, action: ActionName, scope: CallScope): Promise<Permit> {
  try {
    return await permits.acquire({ ...scope, action });
  } catch (error) {
    if (!(error instanceof NoPermitInTime)) throw error;
    const { retryAfterMs } = error;
    const message = `The quota of ${action} leaves no call before the operation must end; try again in ${retryAfterMs} ms.`;
    throw new GatewayError('UPSTREAM_THROTTLED', message, { action, retryAfterMs }, error);
  }
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
): Promise<ActionOutput<Name>> {
  // The table pairs each name with its command; TypeScript cannot follow that through an index.
  const Command = COMMANDS[action] as unknown as new (
    given: ActionInput<Name>,
  ) => DescribeCACertificateCommand;
  const { $metadata, ...output } = await client.send(new Command(input));
  if ($metadata.requestId !== undefined) trace.requestId = $metadata.requestId;
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
