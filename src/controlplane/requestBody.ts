import type { IncomingMessage } from 'node:http';
import { AwsError } from './awsError.ts';

/** Larger than any legal request: 64 KiB of PEM twice, and a template body, all escaped. */
const MAX_BODY_BYTES = 1024 * 1024;

/** A longer body is read to its end, so that its sender gets the answer; beyond this it is cut off. */
const MAX_DRAINED_BYTES = 16 * MAX_BODY_BYTES;

/**
 * The whole body. Throws RequestEntityTooLargeException beyond 1 MiB; rejects with the
 * connection's error when the client goes away.
 */
export async function readRequestBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_DRAINED_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (length > MAX_DRAINED_BYTES) break;
  }
  if (length > MAX_BODY_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}

function tooLarge(): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `The request body must not be longer than ${MAX_BODY_BYTES} bytes.`,
  );
}
