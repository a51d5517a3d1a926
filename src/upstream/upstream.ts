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
  UpdateCACertificateCommand,
  UpdateProvisioningTemplateCommand,
} from '@aws-sdk/client-iot';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Clock } from '../clock.ts';
import { upstreamError } from '../errors.ts';
import type { ActionInput, ActionName, ActionOutput } from './actions.ts';
import type { ReceiptBook } from './receipt.ts';

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

/** Whose call it is: the operation that pays for it. */
export interface CallScope {
  readonly receipts: ReceiptBook;
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

/** The one door to AWS IoT: every call of the gateway leaves through `call`. */
export interface Upstream {
  /** Makes one call. Rejects with a GatewayError, whatever went wrong. */
  call<Name extends ActionName>(
    action: Name,
    input: ActionInput<Name>,
    scope: CallScope,
  ): Promise<ActionOutput<Name>>;
  /** `arn:aws:iot:REGION:ACCOUNT` of the target, once any answer has shown it. */
  arnPrefix(): string | undefined;
  close(): void;
}

export function createUpstream(target: Target, clock: Clock): Upstream {
  const client = createClient(target);
  let arnPrefix: string | undefined;
  return {
    async call(action, input, scope) {
      try {
        const { output, attempts } = await send(client, action, input);
        scope.receipts.called(action, attempts);
        scope.receipts.answered(clock.nowMs());
        arnPrefix ??= prefixIn(output);
        return output;
      } catch (thrown) {
        scope.receipts.called(action, attemptsOf(thrown));
        const error = upstreamError(thrown, action);
        if (error.code === 'UPSTREAM_THROTTLED') scope.receipts.wasThrottled();
        throw error;
      }
    },
    arnPrefix: () => arnPrefix,
    close: () => client.destroy(),
  };
}

function createClient(target: Target): IoTClient {
  const sockets = { keepAlive: true, maxSockets: MAX_SOCKETS };
  return new IoTClient({
    ...(target.region === undefined ? {} : { region: target.region }),
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    ...(target.credentials === undefined ? {} : { credentials: target.credentials }),
    retryMode: 'standard',
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: new NodeHttpHandler({
      ...TIMEOUTS,
      httpAgent: new HttpAgent(sockets),
      httpsAgent: new HttpsAgent(sockets),
    }),
  });
}

async function send<Name extends ActionName>(
  client: IoTClient,
  action: Name,
  input: ActionInput<Name>,
): Promise<{ output: ActionOutput<Name>; attempts: number }> {
  // The table pairs each name with its command; TypeScript cannot follow that through an index.
  const Command = COMMANDS[action] as unknown as new (
    given: ActionInput<Name>,
  ) => DescribeCACertificateCommand;
  const { $metadata, ...output } = await client.send(new Command(input));
  return { output: output as unknown as ActionOutput<Name>, attempts: $metadata.attempts ?? 1 };
}

function attemptsOf(thrown: unknown): number {
  const metadata = (thrown as { $metadata?: { attempts?: number } } | null)?.$metadata;
  return metadata?.attempts ?? 1;
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
