import { isIP } from 'node:net';

interface HostGuardOptions {
  /** The address or name that the gateway listens on. */
  readonly host: string;
  /** Further names by which clients may call it, without ports. */
  readonly allowedHosts: readonly string[];
}

/** Accepted headers that are looked at once; clients send few different ones. */
const MAX_KNOWN = 100;

/**
 * Tells whether a Host header names this gateway. A page that points a name of its own at this
 * address (DNS rebinding) reaches it with that name.
 */
export function createHostGuard(options: HostGuardOptions): (header: string) => boolean {
  const names = new Set(
    [options.host, ...options.allowedHosts].map((name) => bare(name.toLowerCase())),
  );
  const isLocal = isLoopback(bare(options.host.toLowerCase()));
  const known = new Set<string>();
  return (header) => {
    if (known.has(header)) return true;
    const name = hostName(header);
    if (name === undefined) return false;
    const isOwn = isLoopback(name) || names.has(name) || (!isLocal && !canBeRebound(name));
    if (isOwn && known.size < MAX_KNOWN) known.add(header);
    return isOwn;
  };
}

/** A page can only rebind a name of the public DNS: neither an address nor a name without a dot. */
function canBeRebound(name: string): boolean {
  return isIP(name) === 0 && name.includes('.');
}

/** Whether a Host header names this machine as only it can. */
export function isLoopbackHost(header: string): boolean {
  const name = hostName(header);
  return name !== undefined && isLoopback(name);
}

/** The name or address in a Host header, without its port and brackets. */
function hostName(header: string): string | undefined {
  if (!/^[\w.:[\]-]{1,255}$/.test(header)) return undefined;
  const url = `http://${header}`;
  return URL.canParse(url) ? bare(new URL(url).hostname) : undefined;
}

function bare(name: string): string {
  return name.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** Whether a name or address leads to this machine alone. */
function isLoopback(name: string): boolean {
  if (name === 'localhost' || name === '::1') return true;
  if (isIP(name) === 6) return /^::ffff:(?:127\.|7f[0-9a-f]{2}:)/.test(name);
  return isIP(name) === 4 && name.startsWith('127.');
}
