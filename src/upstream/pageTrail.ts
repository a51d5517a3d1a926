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

/**
 * A page that names itself as the next is not kept: its cursors lead clients back to it, in operations
 * of their own, where no trail is. Throws UPSTREAM_PROTOCOL for one.
 */
export function refuseRepeatedPage(action: string, input: object, answer: object | null): void {
  const asked: PageTokens = input;
  const told: PageTokens = answer ?? {};
  const trail = new PageTrail();
  for (const page of [asked.nextToken ?? asked.marker, told.nextToken ?? told.nextMarker]) {
    if (page) trail.follow(page, action);
  }
}

/** The two ways in which list actions name the next page. */
interface PageTokens {
  readonly nextToken?: string | undefined;
  readonly marker?: string | undefined;
  readonly nextMarker?: string | undefined;
}
