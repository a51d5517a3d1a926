/** What the local control plane and its clients agree on; it checks no signature. */
export const LOCAL_ACCOUNT = '123456789012';
export const LOCAL_REGION = 'us-east-1';
export const LOCAL_SECRET = 'local';

const EXAMPLE_QUERY =
  '{ provisioningTemplates(first: 5) { nodes { templateName type caCertificates(first: 3) { nodes { certificateId status } } } } }';

/** Where things listen. */
interface StartedAt {
  readonly gateway: string;
  readonly controlPlane: string | undefined;
  readonly metrics: string | undefined;
}

/** What the gateway says once it has started. */
export function startBlock({ gateway, controlPlane, metrics }: StartedAt): string {
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
    `    -d '{"query": "${EXAMPLE_QUERY}"}'`,
    '',
    ...(controlPlane === undefined ? [] : awsLines(controlPlane)),
    '',
  ].join('\n');
}

/** What the local control plane says once it has started alone. */
export function controlPlaneBlock(url: string): string {
  return ['', `  AWS IoT control plane  ${url}`, '', ...awsLines(url), ''].join('\n');
}

function awsLines(url: string): string[] {
  return [
    '  With the AWS CLI:',
    `  AWS_ACCESS_KEY_ID=${LOCAL_ACCOUNT} AWS_SECRET_ACCESS_KEY=${LOCAL_SECRET} \\`,
    `    aws --region ${LOCAL_REGION} --endpoint-url ${url} iot list-provisioning-templates`,
    '',
  ];
}
