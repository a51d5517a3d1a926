import { createClient } from 'graphql-sse';
import type { Clock } from '../clock.ts';
import { CliError } from './cliError.ts';

/** What the CLI reads of a bulk operation. */
export interface BulkOperation {
  readonly id: string;
  readonly state: string;
  readonly durable: boolean;
  readonly remainingMs: number;
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly counts: Readonly<
    Record<
      'total' | 'pending' | 'changed' | 'unchanged' | 'refused' | 'conflict' | 'failed',
      number
    >
  >;
  readonly price: { readonly calls: number };
}

export interface BulkItem {
  readonly certificateId: string;
  readonly outcome: string;
  readonly message: string | null;
  readonly before: RegistrationState | null;
  readonly after: RegistrationState | null;
}

export interface RegistrationState {
  readonly status: string;
  readonly autoRegistrationStatus: string;
  readonly registration: string;
  readonly templateName: string | null;
}

export const OPERATION_FIELDS = `id state durable remainingMs reason { code message }
  counts { total pending changed unchanged refused conflict failed }
  price { calls }`;

const WATCH = `subscription ($id: ID!) { bulkOperation(id: $id) { ${OPERATION_FIELDS} } }`;

/** How long to wait before a stream that ended too early is opened again. */
const REOPEN_MS = 500;
const MAX_REOPENED = 60;

interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: ReadonlyArray<{
    readonly message: string;
    readonly extensions?: { readonly code?: unknown };
  }>;
}

/** A running gateway, over HTTP. */
export class GatewayClient {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #credentials: { readonly authorization?: string };

  /** `url` is where the gateway listens, with or without `/graphql`. Throws CliError. */
  constructor(url: string, clock: Clock, token?: string) {
    if (!URL.canParse(url)) throw new CliError(`--url: ${url} is not a URL.`);
    this.#url = url.replace(/\/(?:graphql\/?)?$/, '').concat('/graphql');
    this.#clock = clock;
    this.#credentials = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** The data of an answer. Throws CliError for what went wrong on the way or in the operation. */
  async query<Data>(query: string, variables: Readonly<Record<string, unknown>>): Promise<Data> {
    const answer = await this.#post(JSON.stringify({ query, variables }));
    const [error] = answer.errors ?? [];
    if (error?.extensions?.code === 'UNAUTHENTICATED') {
      throw new CliError(`${error.message} ${this.#credentialsHint()}`);
    }
    if (error !== undefined) throw new CliError(error.message);
    if (!answer.data) throw new CliError(`${this.#url} does not answer as a gateway does.`);
    return answer.data as Data;
  }

  #credentialsHint(): string {
    return this.#credentials.authorization === undefined
      ? 'Write an API key or a token to a file and name it with --token-file.'
      : 'The one in --token-file is not valid, or not any more.';
  }

  async #post(body: string): Promise<GraphqlAnswer> {
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...this.#credentials,
        },
        body,
      });
      return await response.json();
    } catch (cause) {
      const how = 'Start one with iotgw, or name another with --url.';
      throw new CliError(`No gateway answers at ${this.#url}. ${how}`, { cause });
    }
  }

  /**
   * An operation and what becomes of it, until `isOver`; goes on when the gateway was started again.
   * Throws CliError when it has stayed away.
   */
  async *watch(
    id: string,
    isOver: (operation: BulkOperation) => boolean,
  ): AsyncGenerator<BulkOperation> {
    const client = createClient({
      url: this.#url,
      retryAttempts: 0,
      headers: { ...this.#credentials },
    });
    for (let reopened = 0; reopened < MAX_REOPENED; reopened += 1) {
      try {
        const events = client.iterate<{ bulkOperation: BulkOperation }>({
          query: WATCH,
          variables: { id },
        });
        for await (const { data, errors } of events) {
          if (errors?.[0]) throw new CliError(errors[0].message);
          if (!data) continue;
          reopened = 0;
          yield data.bulkOperation;
          if (isOver(data.bulkOperation)) return;
        }
      } catch (error) {
        if (error instanceof CliError) throw error;
      }
      await this.#clock.sleep(REOPEN_MS);
    }
    throw new CliError(`The gateway at ${this.#url} does not answer any more.`);
  }
}
