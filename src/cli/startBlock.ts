import type { AuthOptions } from '../auth.ts';

/** What the local control plane and its clients agree on; it checks no signature. */
export const LOCAL_AWS = {
  region: 'us-east-1',
  credentials: { accessKeyId: '123456789012', secretAccessKey: 'local' },
} as const;

const EXAMPLE_QUERY =
  '{ provisioningTemplates(first: 5) { nodes { templateName type caCertificates(first: 3) { nodes { certificateId status } } } } }';

/** Where things listen, and which credentials callers need. */
interface StartedAt {
  readonly gateway: string;
  readonly controlPlane: string | undefined;
  readonly metrics: string | undefined;
  readonly auth: AuthOptions | undefined;
}

/** What the gateway says once it has started. */
export function startBlock({ gateway, controlPlane, metrics, auth }: StartedAt): string {
  const where =
    controlPlane === undefined
      ? '  Upstream   AWS IoT, with the credentials and region of the AWS settings'
      : `  Local AWS IoT control plane  ${controlPlane}`;
  return [
    '',
    `  GraphQL    ${gateway}/graphql   (GraphiQL in a browser: ${gateway}/)`,
    where,
    ...(metrics === undefined ? [] : [`  Metrics    ${metrics}/metrics`]),
    '',
    '  A query to paste:',
    `  curl -s ${gateway}/graphql -H 'content-type: application/json' \\`,
    ...(auth === undefined ? [] : ['    -H "authorization: Bearer $TOKEN" \\']),
    `    -d '{"query": "${EXAMPLE_QUERY}"}'`,
    '',
    ...(auth === undefined ? [] : [`  TOKEN is ${tokenSource(auth)}`, '']),
    ...(controlPlane === undefined ? [] : awsLines(controlPlane)),
    '',
  ].join('\n');
}

/** Where callers find what opens the query to paste. */
function tokenSource({ jwt, apiKeys }: AuthOptions): string {
  const token = jwt && `a token of ${jwt.issuer} for ${jwt.audience} with the scope iot:read`;
  const key =
    apiKeys &&
    `an API key: iotgw keys create --name me --scopes read --data-dir ${quoted(apiKeys.dataDir)}`;
  return [token, key].filter((source) => source !== undefined).join(', or ');
}

/** A word of a command for a shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** What the local control plane says once it has started alone. */
export function controlPlaneBlock(url: string): string {
  return ['', `  AWS IoT control plane  ${url}`, '', ...awsLines(url), ''].join('\n');
}

function awsLines(url: string): string[] {
  const { region, credentials } = LOCAL_AWS;
  return [
    '  With the AWS CLI:',
    `  AWS_ACCESS_KEY_ID=${credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey} \\`,
    `    aws --region ${region} --endpoint-url ${url} iot list-provisioning-templates`,
    '',
  ];
}
