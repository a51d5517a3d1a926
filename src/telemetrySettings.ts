import { setting } from './setting.ts';
import { port, text, Unfit } from './settingValues.ts';

const LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const;

function level(given: string): (typeof LEVELS)[number] | undefined {
  const found = LEVELS.find((known) => known === given);
  if (found === undefined) throw new Unfit(`must be ${LEVELS.join(' or ')}`);
  return found;
}

const optionalPort = (given: string): number | undefined => port(given);

/** What the gateway tells of itself; part of the table in config.ts. */
export const TELEMETRY_SETTINGS = {
  logLevel: setting({
    variable: 'IOTGW_LOG_LEVEL',
    flag: 'log-level',
    placeholder: 'error|warn|info|debug|trace',
    default: undefined,
    read: level,
    doc: 'What is logged to standard error, one JSON object a line: `info` has a line for each operation, `debug` one for each attempt to call AWS. Unset: `warn` over the local control plane, else `info`.',
  }),
  metricsPort: setting({
    variable: 'IOTGW_METRICS_PORT',
    flag: 'metrics-port',
    placeholder: 'port',
    default: undefined,
    read: optionalPort,
    doc: 'The port of `/metrics`, for Prometheus; 0 means any free port. Unset: there are no metrics.',
  }),
  metricsHost: setting({
    variable: 'IOTGW_METRICS_HOST',
    flag: 'metrics-host',
    placeholder: 'address',
    default: '127.0.0.1',
    read: text,
    doc: 'The address that `/metrics` listens on. Whoever reaches it may read the metrics, and nothing else.',
  }),
} as const;
