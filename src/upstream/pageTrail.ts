import { GatewayError } from '../errors.ts';

/** The pages that a walk over a list has come by: a list that leads back to one would be read for ever. */
export class PageTrail {
  readonly #seen = new Set<string>();

  /** Goes on to a page, told by its token or its question. Throws UPSTREAM_PROTOCOL for a second time. */
  follow(page: string, action?: string): void {
    if (this.#seen.has(page)) {
      const details = action === undefined ? {} : { action };
      throw new GatewayError('UPSTREAM_PROTOCOL', 'AWS IoT repeated a page token.', details);
    }
    this.#seen.add(page);
  }
}
