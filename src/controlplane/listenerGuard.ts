import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { AwsError } from './awsError.ts';

/** Where the control plane listens, and by which names it may be called. */
export interface ListenerPolicy {
  /** The address or name the server was told to bind. */
  readonly host: string;
  readonly allowRemote: boolean;
  /** Further names by which clients may call it, when remote clients are allowed. */
  readonly allowedHosts: readonly string[];
}

/** The listener was told to bind beyond loopback without leave to do so. */
export class RemoteListenError extends Error {
  override readonly name = 'RemoteListenError';
  readonly code = 'ERR_REMOTE_NOT_ALLOWED';
}

/** Throws RemoteListenError unless the address is loopback or remote clients are allowed. */
export function checkBind(policy: ListenerPolicy): void {
  if (policy.allowRemote || isLoopback(policy.host)) return;
  throw new RemoteListenError(
    `The control plane does not listen on ${policy.host}: it checks no signatures, so anyone who reaches it may use it. Bind a loopback address, or allow remote clients explicitly.`,
  );
}

/**
 * Keeps web pages out, also those that point a name of theirs at this machine. Throws
 * AccessDeniedException for a foreign Host, a foreign Origin, or a request that a browser marks as
 * coming from another site.
 */
export function checkRequest(request: IncomingMessage, policy: ListenerPolicy): void {
  const hosts = request.headersDistinct.host ?? [];
  const [host] = hosts;
  if (host === undefined || hosts.length > 1 || !isOwnHost(host, policy)) {
    throw new AwsError(
      'AccessDeniedException',
      'The Host header does not name this control plane.',
    );
  }
  const origin = request.headers.origin;
  if (origin !== undefined && origin !== `http://${host}`) {
    throw new AwsError('AccessDeniedException', 'Requests from web pages are refused (Origin).');
  }
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new AwsError(
      'AccessDeniedException',
      'Requests from web pages are refused (Sec-Fetch-Site).',
    );
  }
}

function isOwnHost(header: string, policy: ListenerPolicy): boolean {
  const name = hostName(header);
  if (name === undefined) return false;
  if (isLoopback(name)) return true;
  if (!policy.allowRemote) return false;
  const named = [policy.host, ...policy.allowedHosts].map((own) => own.toLowerCase());
  // A page can only rebind a name of the public DNS, and those have a dot: neither an address nor
  // a bare name, such as a container's, can be one.
  return isIP(name) !== 0 || !name.includes('.') || named.includes(name);
}

/** The name or address in a Host header, without its port and brackets. */
function hostName(header: string): string | undefined {
  if (!/^[\w.:[\]-]{1,255}$/.test(header)) return undefined;
  try {
    const { hostname } = new URL(`http://${header}`);
    return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  } catch {
    return undefined;
  }
}

function isLoopback(host: string): boolean {
  const address = host.toLowerCase();
  if (address === 'localhost' || address === '::1') return true;
  if (isIP(address) === 6) return /^::ffff:(?:127\.|7f[0-9a-f]{2}:)/.test(address);
  return isIP(address) === 4 && address.startsWith('127.');
}
