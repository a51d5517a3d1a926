import type { ReadName } from '../upstream/actions.ts';
import type { Known } from '../upstream/cache.ts';
import type { Answer, Door, Question } from '../upstream/door.ts';
import { PageTrail } from '../upstream/pageTrail.ts';
import type { CallScope } from '../upstream/scope.ts';
import type { ListPage } from './listPages.ts';

interface AskedPage {
  readonly answer: Promise<Known<unknown>>;
  isSettled: boolean;
}

/** Asks for each page once in an operation, also when it failed, as things are described once. */
export class Pages {
  readonly #door: Door;
  readonly #scope: CallScope;
  readonly #asked = new Map<string, AskedPage>();

  constructor(door: Door, scope: CallScope) {
    this.#door = door;
    this.#scope = scope;
  }

  read<Name extends ReadName>(question: Question<Name>): Promise<Known<Answer<Name>>> {
    const asked = this.#asked.get(question.key);
    if (asked === undefined) return this.#ask(question).answer as Promise<Known<Answer<Name>>>;
    if (!asked.isSettled) this.#scope.receipts.deduplicated();
    return asked.answer as Promise<Known<Answer<Name>>>;
  }

  /** The answer to a question that is held and young enough; undefined for any other. */
  held<Name extends ReadName>({ action, key }: Question<Name>): Answer<Name> | undefined {
    return this.#door.held<Answer<Name>>(action, key, this.#scope)?.value;
  }

  /** The answer to a question that was known before the operation began; undefined for any other. */
  known<Name extends ReadName>(question: Question<Name>): Answer<Name> | undefined {
    const { freshness, inputs } = this.#scope;
    const known = this.#door.peek<Answer<Name>>(question.action, question.key, this.#scope);
    if (known === undefined || known.call <= freshness.startedCall) return known?.value;
    // The same operation, run again, would find it.
    inputs.expireNow();
    return undefined;
  }

  /** After a write: what was read before no longer counts. */
  forget(): void {
    this.#asked.clear();
  }

  #ask<Name extends ReadName>(question: Question<Name>): AskedPage {
    const answer = this.#door.read(question, this.#scope);
    const page: AskedPage = { answer, isSettled: false };
    const settle = () => {
      page.isSettled = true;
    };
    answer.then(settle, settle);
    this.#asked.set(question.key, page);
    return page;
  }
}

/** The rows of a list that is short by nature, to its end. */
export async function allRows<Row>(
  pageAt: (token: string | undefined) => Promise<ListPage<Row>>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const trail = new PageTrail();
  let token: string | undefined;
  do {
    const page = await pageAt(token);
    rows.push(...page.rows);
    token = page.nextToken;
    if (token !== undefined) trail.follow(token);
  } while (token !== undefined);
  return rows;
}
