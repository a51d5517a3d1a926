/**
 * Writes the pages of docs/ that are made from tables in the sources.
 *
 *   node scripts/generate.mjs          writes them
 *   node scripts/generate.mjs --check  writes nothing; names those that differ and exits 1
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { scopeProblems, scopesPage } from './scopes.mjs';

/** Loads modules of src/, which are TypeScript, as one. */
async function loadSources(root) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: `
        export { SCOPE_MEANINGS, SCOPES } from './src/caller.ts';
        export { configurationPage } from './src/config.ts';
        export { CREDENTIAL_DIAGNOSES } from './src/credentialDiagnosis.ts';
        export { AWS_EXCEPTIONS, ERROR_CODES } from './src/errors.ts';
      `,
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}

/** What refuses a request before an operation runs; these are not in the enum ErrorCode. */
const requestRefusals = [
  ['GRAPHQL_PARSE_FAILED', '400', 'The document has a syntax error.'],
  ['GRAPHQL_VALIDATION_FAILED', '400', 'The document does not fit the schema.'],
  ['OPERATION_RESOLUTION_FAILURE', '400', 'The document has no operation of that name.'],
  ['BAD_REQUEST', '400, 405', 'It is no GraphQL request, or one that any web page could send.'],
  [
    'UNAUTHENTICATED',
    '401',
    'The request has no valid credentials; `WWW-Authenticate` names the kind.',
  ],
  [
    'ORIGIN_NOT_ALLOWED',
    '403',
    'A page of another origin asks for a stream, or for leave to send requests, and is not listed.',
  ],
  ['NOT_FOUND', '404', 'There is nothing at this path.'],
  ['METHOD_NOT_ALLOWED', '405', 'The path takes other methods; `Allow` names them.'],
  ['NOT_ACCEPTABLE', '406', '`Accept` admits neither type of answer. Nothing was run.'],
  [
    'REQUEST_TIMEOUT',
    '408',
    'The request did not arrive in time: its headers within 5 seconds, all of it within 15.',
  ],
  ['PAYLOAD_TOO_LARGE', '413', 'The body is longer than 256 KiB.'],
  [
    'UNSUPPORTED_MEDIA_TYPE',
    '415',
    'The body is not `application/json` in UTF-8, or is compressed.',
  ],
  ['EXPECTATION_FAILED', '417', '`Expect` asks for more than `100-continue`.'],
  ['HOST_NOT_ALLOWED', '421', 'The `Host` header does not name this gateway.'],
  [
    'HEADERS_TOO_LARGE',
    '431',
    'Path and headers are longer than 16 KiB, or there are more than 100 header fields.',
  ],
  ['DRAINING', '503', 'The gateway is about to stop. Retryable.'],
];

const code = (text) => `\`${text}\``;
const row = (cells) => `| ${cells.join(' | ')} |`;

/** docs/errors.md, made from the tables of src/errors.ts. */
export function errorsPage({ ERROR_CODES, AWS_EXCEPTIONS, CREDENTIAL_DIAGNOSES }) {
  const exceptionsOf = (name) =>
    Object.entries(AWS_EXCEPTIONS)
      .filter(([, { code: own }]) => own === name)
      .map(([exception]) => code(exception));
  const codes = Object.entries(ERROR_CODES).map(([name, { retryable, kind, message }]) =>
    row([code(name), kind, retryable ? 'yes' : 'no', message, exceptionsOf(name).join(' ')]),
  );
  return [
    '# Errors',
    '',
    '<!-- Made from the tables in src/errors.ts by `npm run generate`; do not edit. -->',
    '',
    'Every error carries `extensions.code`, `extensions.retryable` and `extensions.requestId`. What comes from AWS IoT carries `action` too, and `awsRequestId` where AWS gave one; what is about an argument or input field carries `field`.',
    '',
    'A **refusal** is about the input or the state of things. In the payload of a mutation it is an entry of `userErrors`; in a query it is an error at its path. A **failure** is an error at its path everywhere, with the rest of the data intact.',
    '',
    '| code | kind | retryable | meaning | AWS exceptions that become it |',
    '|---|---|---|---|---|',
    ...codes,
    '',
    'An exception that the table does not know goes by its status: 429 is `UPSTREAM_THROTTLED`, 401 and 403 are `UPSTREAM_ACCESS_DENIED`, 500 and above are `UPSTREAM_UNAVAILABLE`, all others `UPSTREAM_PROTOCOL`. A connection that fails is `UPSTREAM_UNAVAILABLE`. Its text stays in the log of the gateway.',
    '',
    '## What is wrong with the credentials',
    '',
    'With `UPSTREAM_CREDENTIALS` and `UPSTREAM_ACCESS_DENIED` `extensions.diagnosis` says what to do. `iotgw check` finds it out without a query, as far as two reads can: of changes, and of passing a role, it tells nothing. At its start the gateway looks whether credentials are there and have not expired.',
    '',
    '| diagnosis | message |',
    '|---|---|',
    ...Object.entries(CREDENTIAL_DIAGNOSES).map(([name, text]) => row([code(name), text])),
    '',
    '## Requests that are refused as a whole',
    '',
    'These come with a status and without `data`, and are not in the enum `ErrorCode`. Variables that do not fit their types are refused so too, as `BAD_USER_INPUT` with status 400.',
    '',
    '| code | status | meaning |',
    '|---|---|---|',
    ...requestRefusals.map(([name, status, meaning]) => row([code(name), status, meaning])),
    '',
  ].join('\n');
}

/** Every page, by its path from the root. */
async function makePages(root) {
  const sources = await loadSources(root);
  const sdl = await readFile(path.join(root, 'schema.graphql'), 'utf8');
  const { SCOPES, SCOPE_MEANINGS } = sources;
  const problems = scopeProblems(sdl, SCOPES);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return {
    'docs/configuration.md': sources.configurationPage(),
    'docs/errors.md': errorsPage(sources),
    'docs/scopes.md': scopesPage(sdl, SCOPES, SCOPE_MEANINGS),
  };
}

/** The pages whose file under the root is missing or differs. */
export async function findDrift(root, pages) {
  const drifted = [];
  for (const [file, text] of Object.entries(pages)) {
    const present = await readFile(path.join(root, file), 'utf8').catch(() => undefined);
    if (present !== text) drifted.push(file);
  }
  return drifted;
}

async function main() {
  const root = path.dirname(import.meta.dirname);
  const pages = await makePages(root);
  const drifted = await findDrift(root, pages);
  if (process.argv.includes('--check')) {
    for (const file of drifted) console.error(`${file} differs; run npm run generate.`);
    process.exitCode = drifted.length > 0 ? 1 : 0;
    return;
  }
  for (const file of drifted) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), pages[file]);
    console.log(`${file} written`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
