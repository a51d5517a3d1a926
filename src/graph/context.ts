import type { CallScope, Upstream } from '../upstream/upstream.ts';
import type { Loaders } from './loaders.ts';
import type { LevelTable } from './selection.ts';

/** What the resolvers of one operation share. */
export interface GraphContext {
  readonly upstream: Upstream;
  readonly scope: CallScope;
  readonly loaders: Loaders;
  readonly levels: LevelTable;
  /** Names the request in logs and in the answer. */
  readonly requestId: string;
}
