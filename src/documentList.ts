/** A list of trusted documents that cannot be taken; the message says which entry and why. */
export class DocumentListError extends Error {
  override readonly name = 'DocumentListError';
}
