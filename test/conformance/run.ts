import { parseArgs } from 'node:util';
import { titleOf } from './audit.ts';
import { audits } from './audits.ts';
import { openEndpoint } from './endpoint.ts';
import { report } from './report.ts';

const usage = `Audits an AWS IoT endpoint: what a client of provisioning templates and CA certificates may rely on.

  --endpoint URL           what to audit; not AWS itself, where hundreds of resources would stay behind
  --region REGION          default us-east-1
  --access-key-id ID       one account for all audits; without it each has a fresh 12-digit one
  --secret-access-key KEY  default "secret"
  --only PATTERN           only audits whose line matches, for instance CA-REG or "ListCA.* MUST"
  --list                   only shows the lines
  --help

Exits 0 when no audit failed, 1 when one did, 2 when it could not start.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string' },
      region: { type: 'string' },
      'access-key-id': { type: 'string' },
      'secret-access-key': { type: 'string' },
      only: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const pattern = new RegExp(values.only ?? '');
  const chosen = audits.filter((audit) => pattern.test(titleOf(audit)));
  if (values.list) {
    for (const audit of chosen) console.log(titleOf(audit));
    return 0;
  }
  if (values.help || values.endpoint === undefined) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const { hostname } = new URL(values.endpoint);
  if (/(^|\.)amazonaws\.com(\.cn)?$/.test(hostname)) {
    throw new Error(
      `${hostname} is AWS itself: the audits would leave hundreds of resources there.`,
    );
  }
  const endpoint = await openEndpoint({
    url: values.endpoint,
    region: values.region,
    accessKeyId: values['access-key-id'],
    secretAccessKey: values['secret-access-key'],
  });
  const { failed } = await report(chosen, endpoint, console.log);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  console.error(`${error instanceof Error ? error.message : String(error)} ${cause}`.trim());
  process.exitCode = 2;
}
