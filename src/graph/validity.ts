/** AWS's validity with nulls for what it leaves out; undefined when there is none at all. */
export function validityOf(
  validity: { notBefore?: Date | undefined; notAfter?: Date | undefined } | undefined,
): { notBefore: Date | null; notAfter: Date | null } | undefined {
  if (validity === undefined) return undefined;
  return { notBefore: validity.notBefore ?? null, notAfter: validity.notAfter ?? null };
}
