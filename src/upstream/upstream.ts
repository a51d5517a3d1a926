import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  CreateProvisioningTemplateCommand,
  DeleteCACertificateCommand,
  DeleteProvisioningTemplateCommand,
  DescribeCACertificateCommand,
  DescribeCertificateCommand,
  DescribeProvisioningTemplateCommand,
  GetRegistrationCodeCommand,
  IoTClient,
  ListCACertificatesCommand,
  ListCertificatesByCACommand,
  ListProvisioningTemplatesCommand,
  RegisterCACertificateCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import type { Clock } from '../clock.ts';
import { GatewayError, upstreamError } from '../errors.ts';
import type { ActionInput, ActionName, ActionOutput } from './actions.ts';
import { Door, type Send } from './door.ts';
import { EdgeFinder } from './edges.ts';
import { NoPermitInTime, type Permit } from './limiter.ts';
import type { Permits } from './permits.ts';
import type { CallScope } from './scope.ts';

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
  CreateProvisioningTemplate: CreateProvisioningTemplateCommand,
  DeleteCACertificate: DeleteCACertificateCommand,
  DeleteProvisioningTemplate: DeleteProvisioningTemplateCommand,
  DescribeCACertificate: DescribeCACertificateCommand,
  DescribeCertificate: DescribeCertificateCommand,
  DescribeProvisioningTemplate: DescribeProvisioningTemplateCommand,
  GetRegistrationCode: GetRegistrationCodeCommand,
  ListCACertificates: ListCACertificatesCommand,
  ListCertificatesByCA: ListCertificatesByCACommand,
  ListProvisioningTemplates: ListProvisioningTemplatesCommand,
  RegisterCACertificate: RegisterCACertificateCommand,
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
  /** Makes one write. Rejects with a GatewayError, whatever went wrong. */
  write: Door['write'];
  /** `arn:aws:iot:REGION:ACCOUNT` of the target, once any answer has shown it. */
  arnPrefix(): string | undefined;
  /** Milliseconds since the epoch, by the clock that answers are dated with. */
  nowMs(): number;
  close(): void;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { clock, permits } = options;
  const attempts: Attempts = new WeakMap();
  const client = createClient(options.target);
  client.middlewareStack.addRelativeTo(permitMiddleware(permits, attempts), {
    name: 'permitMiddleware',
    relation: 'after',
    toMiddleware: 'retryMiddleware',
  });
  let arnPrefix: string | undefined;
  const send: Send = async (action, input, scope) => {
    scope.receipts.called(action);
    try {
      // A copy, so that two calls with one input are two keys.
      const own = { ...input };
      attempts.set(own, { action, scope });
      const output = await sendOnce(client, action, own);
      arnPrefix ??= prefixIn(output);
      return output;
    } catch (thrown) {
      throw upstreamError(thrown, action);
    }
  };
  const door = new Door({ send, clock, maxBytes: options.cacheBytes });
  return {
    door,
    permits,
    edges: new EdgeFinder(door, options.onSurprise),
    write: (action, input, scope) => door.write(action, input, scope),
    arnPrefix: () => arnPrefix,
    nowMs: () => clock.nowMs(),
    close: () => {
      permits.close();
      client.destroy();
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
    } catch (error) {
      if (upstreamError(error, action).code === 'UPSTREAM_THROTTLED') {
        permits.throttled(action);
        scope.receipts.wasThrottled();
      }
      throw error;
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

function createClient(target: Target): IoTClient {
  const sockets = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new IoTClient({
    ...(target.region === undefined ? {} : { region: target.region }),
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    ...(target.credentials === undefined
      ? {}
      : { ...NOTHING_FROM_FILES, credentials: target.credentials }),
    cacheMiddleware: true,
    retryMode: 'standard',
    maxAttempts: MAX_ATTEMPTS,
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
): Promise<ActionOutput<Name>> {
  // The table pairs each name with its command; TypeScript cannot follow that through an index.
  const Command = COMMANDS[action] as unknown as new (
    given: ActionInput<Name>,
  ) => DescribeCACertificateCommand;
  const { $metadata, ...output } = await client.send(new Command(input));
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
