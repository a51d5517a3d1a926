import { systemClock } from '../../src/clock.ts';
import { startGateway } from '../../src/gateway.ts';
import { QUOTAS, type Quotas } from '../../src/upstream/quotas.ts';

/** A gateway in a process of its own, so that it can be killed; prints its URL. */
const [endpoint = '', dataDir = '', ratePerSecond = ''] = process.argv.slice(2);
const quota = { ratePerSecond: Number(ratePerSecond), burst: Number(ratePerSecond) };
const quotas = Object.fromEntries(Object.keys(QUOTAS).map((action) => [action, quota])) as Quotas;
const gateway = await startGateway({
  host: '127.0.0.1',
  port: 0,
  target: {
    name: 'test',
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'secret' },
  },
  clock: systemClock,
  quotas,
  quotaShare: 0.8,
  dataDir,
  onFault: (error) => console.error(error),
});
console.log(gateway.url);
