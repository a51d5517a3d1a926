import type { Clock } from './clock.ts';
import type { LogLevel } from './telemetry/line.ts';
import type { Listening } from './telemetry/listening.ts';
import { Log, type LogSink } from './telemetry/log.ts';
import { logEverything } from './telemetry/logLines.ts';
import type { MeteredState, Metrics } from './telemetry/metrics.ts';
import type { MetricsServer } from './telemetry/metricsServer.ts';

interface TelemetryOptions {
  readonly clock: Clock;
  /** From which level on lines are written. */
  readonly level: LogLevel;
  /** Where lines go; unset: standard error. */
  readonly sink?: LogSink;
}

interface MetricsPlace {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** Names by which scrapers may call it, beside loopback's and the address it listens on. */
  readonly allowedHosts?: readonly string[];
}

/** Listens to what the parts of the gateway tell: log, metrics, traces. */
export interface Telemetry {
  /** Begins to count, and serves `/metrics`; answers its URL. Rejects with the system's error when it cannot listen. */
  serveMetrics(place: MetricsPlace, state: () => MeteredState): Promise<string>;
  /** Writes what waits to be written. */
  flush(): void;
  /** Stops listening and writes what waits, at once; for a process that ends. */
  end(): void;
  close(): Promise<void>;
}

/** Where OpenTelemetry's API keeps what was registered; with nothing there, nobody wants spans. */
const OPEN_TELEMETRY = Symbol.for('opentelemetry.js.api.1');

/**
 * Starts with the log, and with spans when an SDK of OpenTelemetry is registered already, as by
 * `node --import`.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const log = new Log(options);
  const listeners: Listening[] = [logEverything(log)];
  if (OPEN_TELEMETRY in globalThis) {
    const { traceEverything } = await import('./telemetry/spans.ts');
    listeners.push(traceEverything());
  }
  let metrics: Metrics | undefined;
  let server: MetricsServer | undefined;
  const end = (): void => {
    for (const listener of listeners) listener.close();
    log.end();
  };
  return {
    async serveMetrics(place, state) {
      const [{ createMetrics }, { serveMetrics }] = await Promise.all([
        import('./telemetry/metrics.ts'),
        import('./telemetry/metricsServer.ts'),
      ]);
      metrics = createMetrics({ state, droppedLines: () => log.dropped });
      server = await serveMetrics(metrics, { ...place, clock: options.clock });
      return server.url;
    },
    flush: () => log.flush(),
    end,
    async close() {
      await server?.close();
      metrics?.close();
      end();
    },
  };
}
