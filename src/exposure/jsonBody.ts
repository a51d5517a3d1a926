import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import type { Refusal } from '../failure.ts';
import { isNestedDeeper } from './jsonDepth.ts';

/** A refusal that comes to light while the body is read. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly refusal: Refusal;
  readonly statusCode: number;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
    this.statusCode = refusal.status;
  }
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/** The text of a JSON body. Throws RefusedRequest for any encoding but UTF-8. */
export function textOf(contentType: string | undefined, body: Buffer): string {
  if (contentType !== 'application/json') {
    const charset = CHARSET.exec(contentType ?? '')?.[1]?.toLowerCase();
    if (charset !== undefined && charset !== 'utf-8') throw new RefusedRequest(otherCharset);
  }
  if (!isUtf8(body)) throw new RefusedRequest(notUtf8);
  return body.toString();
}

/** The parameters of a GET that hold JSON. */
const JSON_PARAMETERS = ['variables', 'extensions'];

/** Why the JSON of a request is not even parsed. */
export function depthRefusal(
  { body, method, url }: FastifyRequest,
  jsonDepth: number,
): Refusal | undefined {
  const texts =
    method === 'GET' && url.includes('?')
      ? parametersOf(url)
      : typeof body === 'string'
        ? [body]
        : [];
  return texts.some((text) => isNestedDeeper(text, jsonDepth)) ? tooDeep(jsonDepth) : undefined;
}

function parametersOf(url: string): string[] {
  const parameters = new URLSearchParams(url.slice(url.indexOf('?')));
  return JSON_PARAMETERS.flatMap((name) => parameters.getAll(name));
}

const otherCharset: Refusal = {
  status: 415,
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: 'JSON is UTF-8; send the body as application/json.',
};

const notUtf8: Refusal = {
  status: 400,
  code: 'BAD_REQUEST',
  message: 'The body is not UTF-8.',
};

const tooDeep = (jsonDepth: number): Refusal => ({
  status: 400,
  code: 'BAD_REQUEST',
  message: `The arrays and objects of a request may nest ${jsonDepth} levels deep at most.`,
});
