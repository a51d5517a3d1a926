import type { DestinationStream, Logger } from 'pino';
import type { Clock } from '../clock.ts';
import {
  cleanFields,
  type Fields,
  inert,
  LOG_LEVELS,
  type LogLevel,
  plainLine,
  writeNow,
} from './line.ts';

/** Where lines go. */
export interface LogSink {
  write(line: string): void;
}

interface LogOptions {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly level: LogLevel;
  /** Unset: standard error. */
  readonly sink?: LogSink;
}

interface Entry {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Fields;
}

const STDERR = 2;
/** A reader that stalls costs lines, not the gateway: beyond this many bytes they are dropped. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const MAX_WAITING_ENTRIES = 10_000;
/** How often a reader that stalls is waited for at the end. */
const MAX_FLUSH_WAITS = 5;

/** One JSON object a line. The logger is loaded with the first line, so that a start need not wait. */
export class Log {
  readonly #options: LogOptions;
  readonly #rank: number;
  #waiting: Entry[] = [];
  #logger: Logger | undefined;
  #loading: Promise<void> | undefined;
  #flush: () => void = () => undefined;
  #end: () => void = () => undefined;
  #dropped = 0;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#rank = LOG_LEVELS.indexOf(options.level);
  }

  /** How many lines were not written because nobody took them. */
  get dropped(): number {
    return this.#dropped;
  }

  writes(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) <= this.#rank;
  }

  write(level: LogLevel, message: string, fields: Fields): void {
    if (!this.writes(level)) return;
    if (this.#logger !== undefined) {
      this.#logger[level](cleanFields(fields), message);
      return;
    }
    if (this.#waiting.length >= MAX_WAITING_ENTRIES) this.#dropped += 1;
    else this.#waiting.push({ level, message, fields });
    this.#loading ??= this.#load().catch(() => this.flush());
  }

  /** Writes all that waits, at once. Cannot throw. */
  flush(): void {
    const { clock, sink } = this.#options;
    for (const { level, message, fields } of this.#waiting.splice(0)) {
      const line = plainLine(clock, level, message, fields);
      if (sink === undefined) writeNow(line);
      else sink.write(line);
    }
    try {
      this.#flush();
    } catch {
      // Nobody reads it.
    }
  }

  /** Writes all that waits, as far as somebody takes it; nothing can be written after it. */
  end(): void {
    this.flush();
    this.#end();
  }

  async #load(): Promise<void> {
    const { pino } = await import('pino');
    const { clock, level, sink } = this.#options;
    const stream = sink ?? this.#standardError(pino.destination);
    this.#logger = pino(
      {
        level,
        base: null,
        messageKey: 'message',
        timestamp: () => `,"time":"${new Date(clock.nowMs()).toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
      },
      { write: (line: string) => void stream.write(inert(line)) },
    );
    for (const entry of this.#waiting.splice(0)) {
      this.write(entry.level, entry.message, entry.fields);
    }
  }

  #standardError(destination: typeof import('pino').destination): DestinationStream {
    let waits = Infinity;
    const stream = destination({
      fd: STDERR,
      sync: false,
      maxLength: MAX_WAITING_BYTES,
      // Asked each time that the reader takes nothing; a tenth of a second later it is tried again.
      retryEAGAIN: () => {
        waits -= 1;
        return waits > 0;
      },
    });
    stream.on('drop', () => {
      this.#dropped += 1;
    });
    // Whoever read the output may leave; that is no reason to stop.
    stream.on('error', () => undefined);
    this.#flush = () => {
      waits = MAX_FLUSH_WAITS;
      try {
        stream.flushSync();
      } finally {
        waits = Infinity;
      }
    };
    this.#end = () => stream.destroy();
    return stream;
  }
}
