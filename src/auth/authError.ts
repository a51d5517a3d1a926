/** Nobody could be let in, or anybody would be; the message says what to change. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
}
