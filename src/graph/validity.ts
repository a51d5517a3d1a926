/** AWS's validity with nulls for what it leaves out; undefined when there is none at all. */
export function validityOf(
  validity: { notBefore?: string | undefined; notAfter?: string | undefined } | undefined,
): { notBefore: string | null; notAfter: string | null } | undefined {
  if (validity === undefined) return undefined;
  return { notBefore: validity.notBefore ?? null, notAfter: validity.notAfter ?? null };
}
