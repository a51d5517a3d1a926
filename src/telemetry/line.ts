import { writeSync } from 'node:fs';
import { type Clock, pauseThread } from '../clock.ts';
import { forLog, valueForLog } from '../redaction.ts';

/** From the gravest on; a line is written when its level is the set one or a graver. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export type Fields = Readonly<Record<string, unknown>>;

const STDERR = 2;
/** How often, and how long, a reader that stalls is waited for by a process that is about to end. */
const MAX_WAITS = 50;
const WAIT_MS = 10;
const MAX_TRACE_LENGTH = 8000;

/** What JSON lets stand, and what a terminal or a reader would act on: C1 controls, marks of direction. */
const ACTIVE = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A line of JSON in which every control character is escaped, whoever wrote the texts in it. */
export function inert(line: string): string {
  return line.replace(
    ACTIVE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Fields of a line, without secrets. */
export const cleanFields = (fields: Fields): Fields => valueForLog(fields) as Fields;

/** The stack of an error and of what caused it, without secrets. Cannot throw. */
export function traceOf(error: unknown): string {
  try {
    const trace = forLog(stackOf(error, 0));
    return trace.length > MAX_TRACE_LENGTH ? `${trace.slice(0, MAX_TRACE_LENGTH)}…` : trace;
  } catch {
    return 'an error that cannot be read';
  }
}

const MAX_CAUSES = 8;

function stackOf(error: unknown, depth: number): string {
  if (!(error instanceof Error)) return String(error);
  const { stack = error.message, cause } = error;
  return cause === undefined || depth >= MAX_CAUSES
    ? stack
    : `${stack}\nCaused by: ${stackOf(cause, depth + 1)}`;
}

/** One line of the log as the logger writes it, made without it. */
export function plainLine(
  clock: Pick<Clock, 'nowMs'>,
  level: LogLevel,
  message: string,
  fields: Fields,
): string {
  const time = new Date(clock.nowMs()).toISOString();
  return `${inert(JSON.stringify({ level, time, ...cleanFields(fields), message }))}\n`;
}

/** Writes a line to standard error at once, for a process that is about to end. Cannot throw. */
export function writeNow(line: string): void {
  let left = Buffer.from(line);
  for (let waits = 0; left.length > 0 && waits < MAX_WAITS; ) {
    try {
      left = left.subarray(writeSync(STDERR, left));
    } catch (error) {
      // Else nobody reads it any more.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      waits += 1;
      pauseThread(WAIT_MS);
    }
  }
}
