import type { ActionName } from './actions.ts';
import type { Limiter } from './limiter.ts';

/** Where attempts get their permits: a Limiter, or none where the upstream has no quotas. */
export type Permits = Pick<
  Limiter,
  'acquire' | 'timeFor' | 'mostWithin' | 'throttled' | 'state' | 'close'
>;

const FREE = { waitedMs: 0, release: () => undefined };

/** For an upstream without quotas. */
export const unlimitedPermits: Permits = {
  acquire: async () => FREE,
  timeFor: (_action: ActionName) => 0,
  mostWithin: () => Infinity,
  throttled: () => undefined,
  state: () => [],
  close: () => undefined,
};
