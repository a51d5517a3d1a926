import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, GatewayError } from '../errors.ts';
import { withoutSecretTexts } from '../redaction.ts';
import { placedMessage } from './validation.ts';

/** graphql-js quotes a value that does not fit, however long it is. */
const MESSAGE_LENGTH = 400;

/**
 * Makes what a client may see of an error, and cannot throw. Errors of ours show all they carry;
 * errors of GraphQL itself (syntax, validation, variables) keep Apollo's code and text; anything
 * else is a fault of the gateway and shows nothing of itself.
 */
export function publicError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  requestId: string | undefined,
): GraphQLFormattedError {
  const place = {
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    ...(formatted.path ? { path: formatted.path } : {}),
  };
  const request = requestId === undefined ? {} : { requestId };
  const error = original(thrown);
  if (error instanceof GatewayError) {
    const { code, retryable, details, message } = error;
    return {
      message: withoutSecretTexts(message),
      ...place,
      extensions: { code, retryable, ...details, ...request },
    };
  }
  const code = formatted.extensions?.code;
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
    const { message, ...field } = placedMessage(formatted.message, error);
    return {
      // graphql-js quotes values that do not fit; a secret in the wrong place is one.
      message: shortened(withoutSecretTexts(message)),
      ...place,
      extensions: { code, retryable: false, ...field, ...request },
    };
  }
  const { message, retryable } = ERROR_CODES.INTERNAL_SERVER_ERROR;
  return {
    message,
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', retryable, ...request },
  };
}

function shortened(message: string): string {
  return message.length <= MESSAGE_LENGTH ? message : `${message.slice(0, MESSAGE_LENGTH)} …`;
}

/** Whether an error is a fault of the gateway, which its operator must hear of. */
export function isInternal(formatted: GraphQLFormattedError): boolean {
  return formatted.extensions?.code === 'INTERNAL_SERVER_ERROR';
}

/** What was thrown, without the place that GraphQL wrapped around it. */
export function original(thrown: unknown): unknown {
  return thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown;
}
