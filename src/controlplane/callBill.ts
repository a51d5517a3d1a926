import type { ActionName } from './actions.ts';
import type { Realm } from './signature.ts';

type Counts = Readonly<Partial<Record<ActionName, number>>>;

/** Calls by action. A call whose response was lost counts as served and as faulted. */
export interface CallBill {
  /** Reached the action's own checks and rule, whatever these answered. */
  readonly served: Counts;
  /** Answered ThrottlingException by the quotas. */
  readonly throttled: Counts;
  /** Hit by a fault other than a delay. */
  readonly faulted: Counts;
}

interface RealmBill extends Realm {
  readonly served: Counts;
}

/** Realms after these are in the totals only: names of accounts and regions come from outside. */
const MAX_REALMS = 1000;

/** Counts calls by action, and what was served by account and region too. */
export class CallCounter {
  #totals = emptyTotals();
  #realms = new Map<string, { readonly realm: Realm; readonly served: Map<ActionName, number> }>();

  count(outcome: keyof CallBill, realm: Realm, name: ActionName): void {
    increment(this.#totals[outcome], name);
    if (outcome !== 'served') return;
    const key = `${realm.account}/${realm.region}`;
    let own = this.#realms.get(key);
    if (!own) {
      if (this.#realms.size >= MAX_REALMS) return;
      own = { realm, served: new Map() };
      this.#realms.set(key, own);
    }
    increment(own.served, name);
  }

  bill(): CallBill {
    return {
      served: Object.fromEntries(this.#totals.served),
      throttled: Object.fromEntries(this.#totals.throttled),
      faulted: Object.fromEntries(this.#totals.faulted),
    };
  }

  realms(): RealmBill[] {
    return [...this.#realms.values()].map(({ realm, served }) => ({
      ...realm,
      served: Object.fromEntries(served),
    }));
  }

  reset(): void {
    this.#totals = emptyTotals();
    this.#realms = new Map();
  }
}

function emptyTotals(): Record<keyof CallBill, Map<ActionName, number>> {
  return { served: new Map(), throttled: new Map(), faulted: new Map() };
}

function increment(counts: Map<ActionName, number>, name: ActionName): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
