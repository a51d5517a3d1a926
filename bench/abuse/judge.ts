import type { Finding } from './attack.ts';
import type { Calls } from './victims.ts';
import type { Reply } from './wire.ts';

/** How large an answer to an attack may be: a refusal, not an echo. */
export const REFUSAL_BYTES = 16 * 1024;

interface Answer {
  readonly data?: unknown;
  readonly errors?: ReadonlyArray<{
    readonly message?: string;
    readonly extensions?: { readonly code?: string };
  }>;
}

export function answerOf({ text }: Reply): Answer {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Answer) : {};
  } catch {
    return {};
  }
}

/** Whether an answer carries anything of what was asked for. */
function hasData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== null && value !== undefined;
  return Object.values(value).some(hasData);
}

export const leaksData = (reply: Reply): boolean =>
  reply.status === 200 && hasData(answerOf(reply).data);

/** A reply in a few words. */
export function brief(reply: Reply): string {
  if (reply.status === 0) return reply.text;
  const code = answerOf(reply).errors?.[0]?.extensions?.code;
  return code === undefined ? String(reply.status) : `${reply.status} ${code}`;
}

/** The different replies in a few words each, with their numbers. */
export function briefAll(replies: readonly Reply[]): string {
  const counts = new Map<string, number>();
  for (const reply of replies) {
    const text = brief(reply);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .map(([text, count]) => (count === 1 ? text : `${count} times ${text}`))
    .join(', ');
}

/** What keeps a reply from being an orderly answer of any kind. */
export function disorder(reply: Reply): string | undefined {
  if (reply.status === 0) return `no answer (${reply.text})`;
  // 503 is what a server says that has enough to do.
  if (reply.status >= 500 && reply.status !== 503) return `status ${reply.status}`;
  if (reply.text.length > REFUSAL_BYTES) return `an answer of ${reply.text.length} bytes`;
  return undefined;
}

/** Every reply has to be a refusal: orderly, small and without data. */
export function refused(replies: readonly Reply[]): Finding {
  const problems = replies.flatMap((reply) => {
    const problem = disorder(reply) ?? (leaksData(reply) ? 'it was answered with data' : undefined);
    return problem === undefined ? [] : [problem];
  });
  return { problems: unique(problems), note: briefAll(replies) };
}

/** Every reply has to be orderly: it may be an answer as well as a refusal. */
export function orderly(replies: readonly Reply[]): Finding {
  const problems = replies.flatMap((reply) => disorder(reply) ?? []);
  return { problems: unique(problems), note: briefAll(replies) };
}

export function both(...findings: readonly Finding[]): Finding {
  return {
    problems: unique(findings.flatMap(({ problems }) => problems)),
    note: findings.map(({ note }) => note).join('; '),
  };
}

/** At most so many calls went to what is behind the server. */
export function fewCalls(calls: Calls, most: number, action?: string): Finding {
  const made = Object.entries(calls)
    .filter(([name]) => action === undefined || name === action)
    .reduce((sum, [, count]) => sum + count, 0);
  const note = `${made} ${action ?? 'calls'}`;
  return { problems: made > most ? [`${note} behind it, where ${most} may be`] : [], note };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
