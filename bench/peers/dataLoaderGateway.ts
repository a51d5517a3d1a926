import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import {
  type CACertificate,
  DescribeCACertificateCommand,
  type DescribeCACertificateResponse,
  DescribeProvisioningTemplateCommand,
  type DescribeProvisioningTemplateResponse,
  IoTClient,
  ListCACertificatesCommand,
  ListProvisioningTemplatesCommand,
  type ProvisioningTemplateSummary,
} from '@aws-sdk/client-iot';
import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { readSchemaText } from '../../src/gateway.ts';
import { toGlobalId } from '../../src/graph/globalId.ts';
import { ACCOUNT, REGION } from '../accounts.ts';
import type { Server } from '../servers.ts';

/**
 * The gateway that one would write first: stock Apollo Server, a DataLoader for each request, the
 * real SDK as it comes. Rows are taken from lists where they answer; all else is one Describe a
 * thing. With a token bucket each action waits for its turn before the SDK is called.
 */
export async function startDataLoaderGateway(
  endpoint: string,
  hasTokenBucket: boolean,
): Promise<Server> {
  const client = new IoTClient({
    region: REGION,
    endpoint,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'secret' },
  });
  const turns = new Map<string, TokenBucket>();
  const turn = async (action: string): Promise<void> => {
    if (!hasTokenBucket) return;
    const bucket = turns.get(action) ?? new TokenBucket(QUOTA_PER_SECOND, QUOTA_PER_SECOND);
    turns.set(action, bucket);
    await bucket.take();
  };
  const server = new ApolloServer<Context>({
    schema: makeExecutableSchema({ typeDefs: await readSchemaText(), resolvers }),
    stopOnTerminationSignals: false,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async () => createContext(client, turn),
  });
  return {
    url: `${url.replace(/\/$/, '')}/graphql`,
    async close() {
      await server.stop();
      client.destroy();
    },
  };
}

const QUOTA_PER_SECOND = 10;
const PAGE_SIZE = 250;

type Turn = (action: string) => Promise<void>;

interface Context {
  readonly template: DataLoader<string, DescribeProvisioningTemplateResponse>;
  readonly caCertificate: DataLoader<string, DescribeCACertificateResponse>;
  templates(first: number): Promise<ProvisioningTemplateSummary[]>;
  caCertificates(first: number, templateName?: string): Promise<CACertificate[]>;
}

function createContext(client: IoTClient, turn: Turn): Context {
  return {
    template: loader(async (templateName) => {
      await turn('DescribeProvisioningTemplate');
      return client.send(new DescribeProvisioningTemplateCommand({ templateName }));
    }),
    caCertificate: loader(async (certificateId) => {
      await turn('DescribeCACertificate');
      return client.send(new DescribeCACertificateCommand({ certificateId }));
    }),
    async templates(first) {
      const rows: ProvisioningTemplateSummary[] = [];
      let nextToken: string | undefined;
      do {
        await turn('ListProvisioningTemplates');
        const page = await client.send(
          new ListProvisioningTemplatesCommand({ maxResults: PAGE_SIZE, nextToken }),
        );
        rows.push(...(page.templates ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined && rows.length < first);
      return rows.slice(0, first);
    },
    async caCertificates(first, templateName) {
      const rows: CACertificate[] = [];
      let marker: string | undefined;
      do {
        await turn('ListCACertificates');
        const page = await client.send(
          new ListCACertificatesCommand({ pageSize: PAGE_SIZE, marker, templateName }),
        );
        rows.push(...(page.certificates ?? []));
        marker = page.nextMarker;
      } while (marker !== undefined && rows.length < first);
      return rows.slice(0, first);
    },
  };
}

function loader<Value>(load: (key: string) => Promise<Value>): DataLoader<string, Value> {
  return new DataLoader((keys) =>
    Promise.all(keys.map((key) => load(key).catch((error: Error) => error))),
  );
}

/** Waiters are served in order, one each time a token drops. */
class TokenBucket {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs = performance.now();
  #last: Promise<void> = Promise.resolve();

  constructor(ratePerSecond: number, burst: number) {
    this.#ratePerSecond = ratePerSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  take(): Promise<void> {
    this.#last = this.#last.then(() => this.#next());
    return this.#last;
  }

  async #next(): Promise<void> {
    for (;;) {
      const nowMs = performance.now();
      const refilled = ((nowMs - this.#filledAtMs) / 1000) * this.#ratePerSecond;
      this.#tokens = Math.min(this.#burst, this.#tokens + refilled);
      this.#filledAtMs = nowMs;
      if (this.#tokens >= 1) break;
      const waitMs = Math.ceil(((1 - this.#tokens) * 1000) / this.#ratePerSecond);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    this.#tokens -= 1;
  }
}

interface PageArguments {
  readonly first: number;
  readonly filter?: { readonly templateName?: string } | null;
}

const connection = (nodes: readonly object[]) => ({ nodes, totalCount: null, cutShort: false });

type TemplateParent = ProvisioningTemplateSummary & { readonly templateName: string };
type CAParent = CACertificate & { readonly certificateId: string };

const ofTemplate =
  (name: keyof DescribeProvisioningTemplateResponse) =>
  async (parent: TemplateParent, _args: unknown, { template }: Context) =>
    (await template.load(parent.templateName))[name];

type Description = NonNullable<DescribeCACertificateResponse['certificateDescription']>;

const ofCA =
  (name: keyof Description) =>
  async (parent: CAParent, _args: unknown, { caCertificate }: Context) =>
    (await caCertificate.load(parent.certificateId)).certificateDescription?.[name];

const describedCA = async (id: string, { caCertificate }: Context) =>
  (await caCertificate.load(id)).certificateDescription;

const resolvers = {
  DateTime: GraphQLDateTime,
  JSON: GraphQLJSON,
  Query: {
    provisioningTemplate: (_root: unknown, args: { templateName: string }, { template }: Context) =>
      template.load(args.templateName),
    provisioningTemplates: async (_root: unknown, { first }: PageArguments, context: Context) =>
      connection(await context.templates(first)),
    caCertificate: (_root: unknown, args: { certificateId: string }, context: Context) =>
      describedCA(args.certificateId, context),
    caCertificates: async (_root: unknown, args: PageArguments, context: Context) =>
      connection(await context.caCertificates(args.first, args.filter?.templateName)),
    node: async (_root: unknown, { id }: { id: string }, context: Context) => {
      const arn = Buffer.from(id, 'base64url').toString();
      const key = arn.slice(arn.lastIndexOf('/') + 1);
      return arn.includes(':cacert/')
        ? { __typename: 'CACertificate', ...(await describedCA(key, context)) }
        : { __typename: 'ProvisioningTemplate', ...(await context.template.load(key)) };
    },
  },
  ProvisioningTemplate: {
    id: ({ templateArn = '' }: TemplateParent) => toGlobalId(templateArn),
    templateBody: ofTemplate('templateBody'),
    provisioningRoleArn: ofTemplate('provisioningRoleArn'),
    defaultVersionId: ofTemplate('defaultVersionId'),
    caCertificates: async (parent: TemplateParent, { first }: PageArguments, context: Context) =>
      connection(await context.caCertificates(first, parent.templateName)),
  },
  CACertificate: {
    id: ({ certificateArn = '' }: CAParent) => toGlobalId(certificateArn),
    certificatePem: ofCA('certificatePem'),
    ownedBy: ofCA('ownedBy'),
    autoRegistrationStatus: ofCA('autoRegistrationStatus'),
    lastModifiedDate: ofCA('lastModifiedDate'),
    validity: ofCA('validity'),
    certificateMode: ofCA('certificateMode'),
    template: async (parent: CAParent, _args: unknown, context: Context) => {
      const { registrationConfig } = await context.caCertificate.load(parent.certificateId);
      const { templateName } = registrationConfig ?? {};
      return templateName === undefined ? null : context.template.load(templateName);
    },
  },
};
