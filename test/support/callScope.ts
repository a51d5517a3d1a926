import type { Door } from '../../src/upstream/door.ts';
import { ReceiptBook } from '../../src/upstream/receipt.ts';
import { Budget, type CallScope, InputLog } from '../../src/upstream/scope.ts';

export interface ScopeOptions {
  /** 0 reads live; unset: the default ages. */
  readonly maxAgeMs?: number;
  /** How many calls the operation may make; 1000 unless told otherwise. */
  readonly calls?: number;
}

/** The scope of an operation that begins now. */
export function callScope(door: Door, { maxAgeMs, calls = 1000 }: ScopeOptions = {}): CallScope {
  return {
    receipts: new ReceiptBook(),
    inputs: new InputLog(),
    budget: new Budget(calls),
    freshness: door.freshness(maxAgeMs),
    caller: 'test',
    priority: 'interactive',
    deadlineMs: Infinity,
  };
}
