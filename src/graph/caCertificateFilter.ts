import type { CACertificateFilter, RegistrationKind } from '../generated/resolvers.ts';
import { isSpent, type Verdict } from './connection.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity } from './entities.ts';
import { constantsOf } from './entityLoaders.ts';
import { areInState, checkThreshold } from './readiness.ts';
import { registrationKind } from './registration.ts';
import type { Level } from './selection.ts';

/** What has to be read of a CA to judge it: a level of it, or only which template it names. */
export type Needed = Extract<Level, 'CONSTANT' | 'DETAIL'> | 'EDGE';

/** One thing that a filter asks for beyond the row of a CA. */
interface Criterion {
  readonly needs: Needed;
  /** By what is known already; undefined where that does not tell. */
  judge(item: CACertificateEntity, context: GraphContext): boolean | undefined;
}

const DETAIL: ReadonlySet<Level> = new Set(['DETAIL']);

/** Whether nothing can pass the filter: a choice of none. */
export function isEmptyFilter({ registration, jitpReadiness }: CACertificateFilter): boolean {
  return registration?.length === 0 || jitpReadiness?.length === 0;
}

/** What a filter may have to read of each CA beyond its row, at the most. */
export function neededBy(filter: CACertificateFilter): ReadonlySet<Needed> {
  const needed = new Set(criteriaOf(filter).map(({ needs }) => needs));
  return filter.jitpReadiness ? needed.add('DETAIL') : needed;
}

/** What a filter says of a CA where its registration alone decides, by the template that it names. */
export function judgeEdge(
  { registration }: CACertificateFilter,
  templateName: string | null | undefined,
): boolean | undefined {
  if (!registration || templateName === undefined) return undefined;
  if (templateName !== null) return registration.includes('NAMED');
  return isOnlyNamed(registration) ? false : undefined;
}

/** Judges CAs by what is known, and reads of the others what is missing, as little as will do. */
export function detailFilter(
  filter: CACertificateFilter,
  context: GraphContext,
): ((items: readonly CACertificateEntity[]) => Promise<readonly Verdict[]>) | undefined {
  if (neededBy(filter).size === 0) return undefined;
  const criteria = criteriaOf(filter);
  return (items) =>
    Promise.all(
      items.map(async (item) => {
        try {
          return await belongs(item, criteria, filter, context);
        } catch (error) {
          // Any other failure fails the list, for the CA might belong to it.
          if (isSpent(error)) return error;
          throw error;
        }
      }),
    );
}

async function belongs(
  item: CACertificateEntity,
  criteria: readonly Criterion[],
  { jitpReadiness, expiringWithinDays }: CACertificateFilter,
  context: GraphContext,
): Promise<boolean> {
  const { caCertificates } = context.loaders;
  const needed = new Set<Needed>(jitpReadiness ? ['DETAIL'] : []);
  for (const { judge, needs } of criteria) {
    // What the cache has of the detail is taken up: it may decide without a call.
    if (needs !== 'CONSTANT') caCertificates.knows(item, DETAIL);
    const verdict = judge(item, context);
    if (verdict === false) return false;
    if (verdict === undefined) needed.add(needs);
  }
  if (needed.has('EDGE') && !needed.has('DETAIL')) {
    item.edge ??= await context.loaders.edge(item, false);
    needed.delete('EDGE');
  }
  if (needed.size > 0) {
    const levels = new Set([...needed].map((level) => (level === 'EDGE' ? 'DETAIL' : level)));
    await caCertificates.find(item.certificateId, levels);
  }
  if (!criteria.every(({ judge }) => judge(item, context) === true)) return false;
  if (!jitpReadiness) return true;
  const days = checkThreshold(['filter', 'expiringWithinDays'], expiringWithinDays);
  const [isInState] = await areInState([item], jitpReadiness, days, context);
  return isInState === true;
}

function criteriaOf(filter: CACertificateFilter): readonly Criterion[] {
  const { expiresBefore, certificateMode, registration, autoRegistrationStatus } = filter;
  const criteria: Criterion[] = [];
  if (expiresBefore) {
    criteria.push({
      needs: 'CONSTANT',
      judge(item, { upstream }) {
        const constants = constantsOf(item, upstream.door);
        if (constants === undefined) return undefined;
        const { notAfter } = constants.validity ?? {};
        return notAfter !== undefined && Date.parse(notAfter) < expiresBefore.getTime();
      },
    });
  }
  if (certificateMode) {
    criteria.push({
      needs: 'CONSTANT',
      judge(item, { upstream }) {
        const constants = constantsOf(item, upstream.door);
        return constants && constants.certificateMode === certificateMode;
      },
    });
  }
  if (registration) {
    criteria.push({
      needs: isOnlyNamed(registration) ? 'EDGE' : 'DETAIL',
      judge(item, { loaders }) {
        if (item.detail) return registration.includes(registrationKind(item.detail));
        return judgeEdge(filter, (item.edge ?? loaders.knownEdge(item))?.templateName);
      },
    });
  }
  if (autoRegistrationStatus) {
    criteria.push({
      needs: 'DETAIL',
      judge: ({ detail }) => detail && detail.autoRegistrationStatus === autoRegistrationStatus,
    });
  }
  return criteria;
}

/** Lists tell which CAs name a template; of the others they do not tell what they carry instead. */
function isOnlyNamed(registration: readonly RegistrationKind[]): boolean {
  return registration.every((kind) => kind === 'NAMED');
}
