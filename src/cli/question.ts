import type { Readable, Writable } from 'node:stream';
import { confirm } from '@clack/prompts';

/** Where a command reads and writes. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
}

/** Ctrl-D, and what a terminal makes of one that it took before it was asked for single keys. */
const ENDS: ReadonlySet<unknown> = new Set(['\x04', '\0']);

/** Asks at a terminal; whoever ends the input says no. */
export async function isYes(message: string, { input, output }: Terminal): Promise<boolean> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  const look = (_text: unknown, { sequence }: { readonly sequence?: string }): void => {
    if (ENDS.has(sequence)) end();
  };
  input.on('keypress', look).once('end', end);
  try {
    const { signal } = ended;
    return (await confirm({ message, initialValue: false, input, output, signal })) === true;
  } finally {
    input.off('keypress', look).off('end', end);
  }
}
