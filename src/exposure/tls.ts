import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** The files of TLS, in PEM. */
export interface TlsFiles {
  /** The certificate, followed by those that lead to its root. */
  readonly cert: string;
  readonly key: string;
  /** Who signs the certificates that clients must have; unset: clients need none. */
  readonly clientCa?: string | undefined;
}

/** What the files hold, known to fit together. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly clientCa: Buffer | undefined;
}

/** Files that TLS cannot be served with; the message names the setting. */
export class TlsError extends Error {
  override readonly name = 'TlsError';
}

/** Reads the files and tries them. Rejects with TlsError. */
export async function readTls({ cert, key, clientCa }: TlsFiles): Promise<TlsMaterial> {
  const material: TlsMaterial = {
    cert: await read('IOTGW_TLS_CERT', cert),
    key: await read('IOTGW_TLS_KEY', key),
    clientCa: clientCa === undefined ? undefined : await read('IOTGW_TLS_CLIENT_CA', clientCa),
  };
  attempt(`IOTGW_TLS_CERT: ${cert} is not a certificate in PEM`, () =>
    createSecureContext({ cert: material.cert }),
  );
  attempt(`IOTGW_TLS_KEY: ${key} is not the key of the certificate, in PEM and unencrypted`, () =>
    createSecureContext({ cert: material.cert, key: material.key }),
  );
  // A file without certificates would be taken, and then nobody would get in.
  const { clientCa: authorities } = material;
  if (authorities !== undefined) {
    attempt(`IOTGW_TLS_CLIENT_CA: ${clientCa} is not a certificate in PEM`, () => {
      new X509Certificate(authorities);
    });
  }
  return material;
}

async function read(variable: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TlsError(`${variable}: ${file} cannot be read (${code}).`);
  }
}

/** What OpenSSL says may quote the file, so only its code is told. */
function attempt(problem: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new TlsError(`${problem} (${code}).`);
  }
}
