/** What holds for a gateway that is told nothing else, by its settings or its options. */
export const DEFAULTS = {
  /** The most AWS calls that one operation may cost. */
  costMax: 200,
  /** How long one operation may take. */
  deadlineMs: 30_000,
  /** What the text and the variables of one operation may ask for. */
  query: {
    tokens: 2000,
    depth: 12,
    introspectionDepth: 16,
    aliases: 15,
    rootFields: 10,
    directives: 10,
    nodes: 100_000,
    values: 2000,
  },
  /** The part of AWS's quotas that is used; the rest is left to the production fleet. */
  quotaShare: 0.8,
  /** How much may be kept in memory of what AWS answered. */
  memoryBytes: 64 * 1024 * 1024,
  /** How much the journal of changes may hold. */
  journalBytes: 32 * 1024 * 1024,
} as const;
