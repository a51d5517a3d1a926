import { BlockList } from 'node:net';
import { AuthError } from './authError.ts';

/**
 * Lets a gateway without authentication listen on loopback alone. Rejects with
 * AuthError for any other address, or name of one; an unknown name is left for the
 * listener to refuse.
 */
export async function requireLoopback(host: string): Promise<void> {
  // Most starts; no name to look up.
  if (host === '127.0.0.1') return;
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  const { lookup } = await import('node:dns/promises');
  const addresses = await lookup(host, { all: true }).catch(() => []);
  const isLoopback = addresses.every(({ address, family }) =>
    loopback.check(address, family === 6 ? 'ipv6' : 'ipv4'),
  );
  // An empty name means every address.
  if (host !== '' && isLoopback) return;
  throw new AuthError(
    `Without authentication the gateway listens on loopback alone, and ${host === '' ? 'every address' : host} is more: whoever reached it could let devices in. Say who may call with --auth jwt or --auth api-key (IOTGW_AUTH; see docs/configuration.md), or listen on 127.0.0.1 (--host, IOTGW_HOST).`,
  );
}
