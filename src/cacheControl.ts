/** What a request's `Cache-Control` says of the answers it takes. */
interface AskedFreshness {
  /** The age it accepts, in milliseconds (RFC 9111, section 5.2.1); undefined: the defaults. */
  readonly maxAgeMs: number | undefined;
  /**
   * How long after an answer has become too old it is still good enough where a new one cannot be
   * had, in milliseconds (RFC 5861, section 4); undefined: never.
   */
  readonly staleIfErrorMs: number | undefined;
}

const DEFAULTS: AskedFreshness = { maxAgeMs: undefined, staleIfErrorMs: undefined };

/** Reads a request's `Cache-Control`; what it does not understand it ignores. */
export function askedFreshness(header: string | undefined): AskedFreshness {
  if (header === undefined) return DEFAULTS;
  const directives = header
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim());
  const isLive = directives.includes('no-cache') || directives.includes('no-store');
  return {
    maxAgeMs: isLive ? 0 : millisecondsOf(directives, 'max-age'),
    staleIfErrorMs: millisecondsOf(directives, 'stale-if-error'),
  };
}

const DIRECTIVE = /^([a-z-]+)="?(\d{1,9})"?$/;

function millisecondsOf(directives: readonly string[], name: string): number | undefined {
  for (const directive of directives) {
    const [, found, seconds] = DIRECTIVE.exec(directive) ?? [];
    if (found === name) return Number(seconds) * 1000;
  }
  return undefined;
}
