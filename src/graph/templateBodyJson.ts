import { GatewayError } from '../errors.ts';
import { offsetBelow } from '../provisioning/templateText.ts';
import type { ActionName } from '../upstream/actions.ts';

const MAX_NESTING = 500;

/** A body as AWS answered it, parsed; throws UPSTREAM_PROTOCOL when it is not JSON, or nested too deeply. */
export function templateBodyJson(
  templateBody: string,
  { of, action }: { readonly of: string; readonly action: ActionName },
): unknown {
  // What was parsed goes out as JSON again, which cannot be written so deep.
  if (offsetBelow(templateBody, MAX_NESTING) !== undefined) {
    const message = `The body of ${of} is nested too deeply; read it as \`templateBody\`.`;
    throw new GatewayError('UPSTREAM_PROTOCOL', message, { action });
  }
  try {
    return JSON.parse(templateBody);
  } catch (cause) {
    const message = `The body of ${of} is not JSON; read it as \`templateBody\`.`;
    throw new GatewayError('UPSTREAM_PROTOCOL', message, { action }, cause);
  }
}
