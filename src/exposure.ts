import type { Clock } from './clock.ts';
import { type Cors, createCors } from './exposure/cors.ts';
import { createHostGuard } from './exposure/hostGuard.ts';
import { HTTP_LIMITS, type HttpLimits } from './exposure/limits.ts';
import { Listeners } from './exposure/listener.ts';
import { readTls, type TlsFiles, type TlsMaterial } from './exposure/tls.ts';

/** How the gateway shows itself to the network. */
export interface ExposureOptions {
  /** In place of the usual limits. */
  readonly limits?: Partial<HttpLimits>;
  /** Names by which clients may call it, beside loopback's and the address it listens on. */
  readonly allowedHosts?: readonly string[];
  /** The origins whose pages may use it; none unless listed. */
  readonly corsOrigins?: readonly string[];
  /** Unset: plain HTTP. */
  readonly tls?: TlsFiles;
}

export interface Exposure {
  readonly limits: HttpLimits;
  readonly listeners: Listeners;
  readonly isOwnHost: (header: string) => boolean;
  readonly cors: Cors | undefined;
  readonly isSecure: boolean;
  /**
   * Reads the files of TLS again; rejects with TlsError, and goes on with the old ones, when they
   * are no good. Nothing happens without TLS.
   */
  reloadTls(): Promise<void>;
}

interface ExposureSurroundings {
  /** What the gateway listens on. */
  readonly host: string;
  readonly clock: Clock;
}

/** Rejects with TlsError when the files of TLS are no good. */
export async function openExposure(
  options: ExposureOptions,
  surroundings: ExposureSurroundings,
): Promise<Exposure> {
  return createExposure(options, surroundings, options.tls && (await readTls(options.tls)));
}

/** `tls` is what the files held. */
export function createExposure(
  { limits: given, allowedHosts = [], corsOrigins = [], tls: files }: ExposureOptions,
  { host, clock }: ExposureSurroundings,
  tls?: TlsMaterial,
): Exposure {
  const limits = { ...HTTP_LIMITS, ...given };
  const listeners = new Listeners({ limits, clock, tls });
  return {
    limits,
    listeners,
    isOwnHost: createHostGuard({ host, allowedHosts }),
    cors: corsOrigins.length === 0 ? undefined : createCors(corsOrigins),
    isSecure: tls !== undefined,
    async reloadTls() {
      if (files !== undefined) listeners.renew(await readTls(files));
    },
  };
}
