import { notice } from '../channels.ts';

/** What Apollo Server takes for a logger. */
interface ApolloLogger {
  debug(message?: unknown): void;
  info(message?: unknown): void;
  warn(message?: unknown): void;
  error(message?: unknown): void;
}

/** Takes what Apollo Server would write to the console to where the gateway's own faults and notices go. */
export function apolloLogger(onFault: (error: unknown) => void): ApolloLogger {
  const tell =
    (level: 'debug' | 'info' | 'warn') =>
    (message?: unknown): void => {
      if (notice.hasSubscribers) notice.publish({ level, message: String(message) });
    };
  return { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: onFault };
}
