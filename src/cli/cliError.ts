/** What a command cannot do, in words for its user. */
export class CliError extends Error {
  override readonly name = 'CliError';
}
