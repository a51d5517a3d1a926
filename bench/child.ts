import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Command, Reply } from './processes.ts';
import { type Server, startServer } from './servers.ts';

/** One server in a process of its own, asked about itself by its parent. */
let server: Server | undefined;
const delay = monitorEventLoopDelay({ resolution: 1 });

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

async function obey(command: Command): Promise<unknown> {
  switch (command.name) {
    case 'start':
      server = await startServer(command.spec);
      return server.url;
    case 'cpu': {
      const { user, system } = process.cpuUsage();
      return user + system;
    }
    case 'memory': {
      globalThis.gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      return { rss, heapUsed };
    }
    case 'watchLoop':
      delay.enable();
      // Counting begins with the first tick.
      await aMoment();
      delay.reset();
      return null;
    case 'loopDelay': {
      // The delay is told by the first tick after it.
      await aMoment();
      delay.disable();
      return delay.max / 1e6;
    }
    case 'calls':
      return server?.takeCalls?.();
    case 'close':
      await server?.close();
      setImmediate(() => process.disconnect());
      return null;
  }
}

process.on('message', (message: { readonly id: number; readonly command: Command }) => {
  const { id, command } = message;
  obey(command).then(
    (value) => process.send?.({ id, value } satisfies Reply),
    (error: Error) => process.send?.({ id, error: error.stack ?? error.message } satisfies Reply),
  );
});
