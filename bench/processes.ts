import { type ChildProcess, fork } from 'node:child_process';
import type { Calls, ServerSpec } from './servers.ts';

export type Command =
  | { readonly name: 'start'; readonly spec: ServerSpec }
  | { readonly name: 'cpu' | 'memory' | 'watchLoop' | 'loopDelay' | 'calls' | 'close' };

export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number | undefined;
  /** Processor time used since its start, in microseconds. */
  cpuUs(): Promise<number>;
  /** After a garbage collection, in bytes. */
  memory(): Promise<Memory>;
  watchLoop(): Promise<void>;
  /** The longest that the event loop was late since `watchLoop`, in milliseconds. */
  loopDelayMs(): Promise<number>;
  takeCalls(): Promise<Calls>;
  close(): Promise<void>;
}

export async function startProcess(
  childFile: string,
  spec: ServerSpec,
  nodeFlags: readonly string[] = [],
): Promise<ServerProcess> {
  const child = fork(childFile, {
    execArgv: ['--expose-gc', ...nodeFlags],
    serialization: 'advanced',
  });
  const ask = questionsTo(child);
  const url = (await ask({ name: 'start', spec })) as string;
  return {
    url,
    pid: child.pid,
    cpuUs: () => ask({ name: 'cpu' }) as Promise<number>,
    memory: () => ask({ name: 'memory' }) as Promise<Memory>,
    watchLoop: async () => void (await ask({ name: 'watchLoop' })),
    loopDelayMs: () => ask({ name: 'loopDelay' }) as Promise<number>,
    takeCalls: () => ask({ name: 'calls' }) as Promise<Calls>,
    async close() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      await ask({ name: 'close' });
      await exited;
    },
  };
}

function questionsTo(child: ChildProcess): (command: Command) => Promise<unknown> {
  const waiting = new Map<number, (reply: Reply) => void>();
  let lastId = 0;
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  child.on('exit', (code) => {
    for (const [id, tell] of waiting) tell({ id, error: `The server ended with ${code}.` });
  });
  return (command) =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, ({ value, error }) =>
        error === undefined ? resolve(value) : reject(new Error(error)),
      );
      child.send({ id: lastId, command });
    });
}
