/**
 * Slow connections of each kind at once: together fewer than the gateway takes, for with more it has
 * to close some, and the good caller's may be among them.
 */
export const SLOW_CONNECTIONS = 130;
