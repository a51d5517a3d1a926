/** AWS's validity with nulls for what it leaves out; undefined when there is none at all. */
export function validityOf(
  validity: { notBefore?: string | undefined; notAfter?: string | undefined } | undefined,
): { notBefore: string | null; notAfter: string | null } | undefined {
  if (validity === undefined) return undefined;
  return { notBefore: validity.notBefore ?? null, notAfter: validity.notAfter ?? null };
}

const DAY_MS = 24 * 3600_000;

/** Whole days until a date, counted down; below 0 once it has passed. */
export function daysUntil(date: string | undefined, nowMs: number): number | undefined {
  return date === undefined ? undefined : Math.floor((Date.parse(date) - nowMs) / DAY_MS);
}
