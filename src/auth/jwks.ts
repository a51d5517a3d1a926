import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.ts';

/** The least time between two readings of the key set, whatever tokens arrive. */
const REFRESH_PAUSE_MS = 30_000;
/** After this time keys are read again beside their use, so that a withdrawn one goes. */
const RENEW_AFTER_MS = 10 * 60_000;
const TIMEOUT_MS = 5000;
const MAX_BYTES = 256 * 1024;

interface KeySetOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

type Key = Awaited<ReturnType<JWTVerifyGetKey>>;

/**
 * The keys of an identity provider (RFC 7517), read from the configured URL alone: what a token says
 * about where its key lies is passed over. Keys once read stay good while the provider is down.
 */
export class KeySet {
  readonly #options: KeySetOptions;
  #find: JWTVerifyGetKey | undefined;
  #readMs = Number.NEGATIVE_INFINITY;
  #triedMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /** The key that a token names. Rejects when there is none. */
  readonly find: JWTVerifyGetKey = async (header, token): Promise<Key> => {
    const { errors } = await import('jose');
    const { clock } = this.#options;
    if (this.#find !== undefined) {
      if (clock.steadyMs() - this.#readMs > RENEW_AFTER_MS) void this.#refresh();
      try {
        return await this.#find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      }
    }
    await this.#refresh();
    if (this.#find === undefined) throw new errors.JWKSNoMatchingKey();
    return this.#find(header, token);
  };

  /** Reads the keys again unless they were just read, or tried to. Never rejects. */
  #refresh(): Promise<void> {
    if (this.#reading !== undefined) return this.#reading;
    const steadyMs = this.#options.clock.steadyMs();
    if (steadyMs - this.#triedMs < REFRESH_PAUSE_MS) return Promise.resolve();
    this.#triedMs = steadyMs;
    this.#reading = this.#read()
      .catch((cause: unknown) => {
        const message = `The keys of the identity provider could not be read from ${this.#options.url}.`;
        this.#options.onFault(new Error(message, { cause }));
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { createLocalJWKSet } = await import('jose');
    const keys = createLocalJWKSet(await this.#fetch());
    this.#find = keys;
    this.#readMs = this.#options.clock.steadyMs();
  }

  async #fetch(): Promise<JSONWebKeySet> {
    const { url, clock } = this.#options;
    const late = new AbortController();
    const done = new AbortController();
    clock.sleep(TIMEOUT_MS, done.signal).then(
      () => late.abort(new Error(`No answer within ${TIMEOUT_MS} ms.`)),
      () => undefined,
    );
    try {
      // A redirect would lead away from the configured URL.
      const response = await fetch(url, {
        redirect: 'error',
        signal: late.signal,
        headers: { accept: 'application/json' },
      });
      if (!response.ok) throw new Error(`The answer has status ${response.status}.`);
      return JSON.parse(await boundedText(response));
    } finally {
      done.abort();
    }
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) throw new Error(`The answer is longer than ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
