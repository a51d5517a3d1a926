import { describe, expect, test } from '@jest/globals';
import {
  type Import,
  isNode,
  type Node,
  parseSource,
  readFiles,
  type Source,
  type SourceFile,
} from './support/sources.ts';

/** A rule of the house: looks at all sources, answers `path: what is wrong` for each breach. */
type Rule = (sources: readonly Source[]) => string[];

const isGenerated = ({ path }: SourceFile): boolean => path.startsWith('src/generated/');

/** A rule about each file by itself. */
const each =
  (look: (source: Source) => readonly string[]): Rule =>
  (sources) =>
    sources.flatMap((source) => look(source).map((problem) => `${source.path}: ${problem}`));

const eachImport = (look: (found: Import, source: Source) => string | undefined): Rule =>
  each((source) => source.imports.flatMap((found) => look(found, source) ?? []));

/** What any part of the gateway may import. */
const LEAVES = [
  'errors',
  'caller',
  'clock',
  'channels',
  'credentialDiagnosis',
  'provisioning',
  'redaction',
];

/**
 * The parts of src/, each a folder or a file, and the parts they may import besides themselves. A
 * new file needs a line here, and a line here is a decision.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  main: [
    'processEnd',
    'auth',
    'exposure',
    'gateway',
    'cli',
    'config',
    'documentList',
    'queryOptions',
    'controlplane',
    'dataDirectory',
    'telemetry',
    'upstream',
    ...LEAVES,
  ],
  cli: ['auth', 'iamPolicy', ...LEAVES],
  iamPolicy: ['upstream', ...LEAVES],
  gateway: [
    'auth',
    'defaults',
    'exposure',
    'http',
    'openParts',
    'rateLimit',
    'workload',
    'graph',
    'journal',
    'ledger',
    'upstream',
    ...LEAVES,
  ],
  http: [
    'auth',
    'exposure',
    'httpEntry',
    'rateLimit',
    'eventStream',
    'failure',
    'graphqlHttp',
    'page',
    'workload',
    'graph',
    ...LEAVES,
  ],
  graphqlHttp: [
    'accept',
    'cacheControl',
    'etag',
    'failure',
    'graph',
    'paths',
    'rateLimit',
    'upstream',
    ...LEAVES,
  ],
  failure: ['channels'],
  exposure: ['failure', 'paths', ...LEAVES],
  auth: LEAVES,
  caller: [],
  httpEntry: [
    'auth',
    'exposure',
    'failure',
    'httpAuth',
    'httpRate',
    'paths',
    'rateLimit',
    'workload',
    ...LEAVES,
  ],
  httpAuth: ['caller', 'failure', 'paths'],
  httpRate: ['eventStream', 'failure', 'rateLimit', ...LEAVES],
  page: ['etag', 'exposure', 'failure', 'paths', ...LEAVES],
  eventStream: ['auth', 'caller', 'graph', 'rateLimit'],
  graph: [
    'bulk',
    'defaults',
    'documentList',
    'generated',
    'journal',
    'ledger',
    'rateLimit',
    'upstream',
    ...LEAVES,
  ],
  generated: ['graph', 'journal', 'bulk'],
  bulk: ['ledger', 'upstream', ...LEAVES],
  upstream: LEAVES,
  accept: [],
  etag: [],
  openParts: [],
  paths: [],
  workload: ['clock'],
  processEnd: [],
  cacheControl: [],
  config: [
    'authSettings',
    'defaults',
    'httpSettings',
    'querySettings',
    'setting',
    'settingValues',
    'telemetrySettings',
  ],
  authSettings: ['setting', 'settingValues'],
  querySettings: ['defaults', 'setting', 'settingValues'],
  httpSettings: ['exposure', 'setting', 'settingValues'],
  queryOptions: ['config', 'documentList', 'gateway'],
  defaults: [],
  documentList: [],
  rateLimit: LEAVES,
  setting: [],
  settingValues: [],
  errors: ['credentialDiagnosis', 'redaction'],
  redaction: ['provisioning'],
  channels: [],
  telemetry: ['exposure', 'failure', ...LEAVES],
  telemetrySettings: ['setting', 'settingValues'],
  credentialDiagnosis: [],
  clock: [],
  provisioning: [],
  journal: ['ledger', 'upstream', ...LEAVES],
  ledger: ['dataDirectory', ...LEAVES],
  dataDirectory: [],
  controlplane: ['clock', 'dataDirectory', 'provisioning'],
};

function partOf(path: string): string {
  const [, part = ''] = /^src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path) ?? [];
  return part;
}

/** The types of the settings, for whatever part is configured by them. */
const isConfigType = (found: Import, from: string): boolean =>
  found.isType && found.file === 'src/config.ts' && (MAY_IMPORT[from] ?? []).includes('errors');

const partsKeepTheirPlace = eachImport((found, { path }) => {
  const { file } = found;
  if (file === undefined) return undefined;
  const [from, to] = [partOf(path), partOf(file)];
  if (from === to || isConfigType(found, from)) return undefined;
  const allowed = MAY_IMPORT[from];
  if (allowed === undefined) return `${from} has no line in MAY_IMPORT`;
  return allowed.includes(to) ? undefined : `${from} must not import ${to} (${file})`;
});

/** Packages with a place of their own; all others may be imported anywhere. */
const PLACES: ReadonlyArray<{
  readonly packages: RegExp;
  readonly places: RegExp;
  readonly typesAnywhere: boolean;
}> = [
  {
    packages:
      /^(?:graphql|graphql-jit|graphql-scalars|dataloader|@apollo\/server|@graphql-tools\/[^/]+)(?:\/|$)/,
    places: /^src\/(?:graph\/|generated\/|graphqlHttp\.ts$)/,
    typesAnywhere: false,
  },
  {
    packages: /^@(?:aws-sdk|smithy)\//,
    places: /^src\/upstream\/upstream\.ts$/,
    typesAnywhere: true,
  },
  {
    packages: /^(?:fastify$|@fastify\/)/,
    places:
      /^src\/(?:exposure\/|(?:http|httpEntry|httpAuth|httpRate|graphqlHttp|failure|page)\.ts$)/,
    typesAnywhere: false,
  },
  { packages: /^graphql-sse$/, places: /^src\/(?:graph|cli)\//, typesAnywhere: false },
  { packages: /^(?:table|@clack\/prompts)$/, places: /^src\/cli\//, typesAnywhere: false },
  {
    packages: /^commander$/,
    places: /^src\/(?:main|cli\/keysCommands)\.ts$/,
    typesAnywhere: false,
  },
  {
    packages: /^(?:pino|prom-client|@opentelemetry\/[^/]+)$/,
    places: /^src\/telemetry\//,
    typesAnywhere: false,
  },
  {
    packages: /^classic-level$/,
    places: /^src\/dataDirectory\.ts$/,
    typesAnywhere: false,
  },
];

const packagesKeepTheirPlace = eachImport(({ specifier, isType }, { path }) => {
  const place = PLACES.find(({ packages }) => packages.test(specifier));
  if (!place || place.places.test(path) || (isType && place.typesAnywhere)) return undefined;
  return `${specifier} has its place in ${place.places.source}`;
});

/** Each AWS resource has its story in one file, or a few of its own; edges cross elsewhere. */
const RESOURCES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'src/graph/': {
    provisioningTemplate: [
      'provisioningTemplate',
      'provisioningTemplateDeletion',
      'provisioningTemplateVersion',
      'provisioningTemplateVersionChanges',
      'provisioningClaim',
    ],
    caCertificate: [
      'caCertificate',
      'caCertificateAttachment',
      'caCertificateChanges',
      'caCertificateDeletion',
    ],
    certificate: ['certificate'],
    registrationCode: ['registrationCode'],
    tag: ['tags'],
  },
  'src/controlplane/': {
    provisioningTemplate: [
      'provisioningTemplates',
      'provisioningTemplateVersions',
      'provisioningClaim',
    ],
    caCertificate: ['caCertificates'],
    certificate: ['certificates'],
    tag: ['tags'],
  },
};

function resourceOf(path: string): string | undefined {
  for (const [folder, resources] of Object.entries(RESOURCES)) {
    for (const [resource, names] of Object.entries(resources)) {
      if (names.some((name) => path === `${folder}${name}.ts`)) return `${folder}${resource}`;
    }
  }
  return undefined;
}

const resourcesDoNotMeet = eachImport(({ file }, { path }) => {
  const [from, to] = [resourceOf(path), file && resourceOf(file)];
  if (from === undefined || to === undefined || path === file) return undefined;
  return `a resource file must not import another (${file})`;
});

const isName = (node: unknown, name: string): boolean =>
  isNode(node) && node.type === 'Identifier' && node.value === name;

/** `object.member`, `object['member']`, or the object taken apart. */
function isMember(node: Node, object: string, member: RegExp): boolean {
  if (node.type === 'VariableDeclarator') return isName(node.init, object);
  if (node.type !== 'MemberExpression' || !isName(node.object, object)) return false;
  const property = node.property as Node;
  const name = property.type === 'Computed' ? (property.expression as Node) : property;
  return member.test(String(name.value ?? ''));
}

const environmentIsReadOnce = each(({ path, nodes, imports }) => {
  if (path === 'src/config.ts') return [];
  const isRead = nodes.some((node) => isMember(node, 'process', /^env$/));
  const isTaken = imports.some(({ specifier }) => /^(?:node:)?process$/.test(specifier));
  return isRead || isTaken ? ['process.env has its place in src/config.ts'] : [];
});

const TIMERS = /^(?:setTimeout|setInterval|setImmediate|clearTimeout|clearInterval)$/;

/** What asks for the time, or waits for it. */
function isTime(node: Node): boolean {
  if (node.type === 'Identifier') return TIMERS.test(String(node.value));
  if (node.type === 'NewExpression') {
    return isName(node.callee, 'Date') && (node.arguments as unknown[]).length === 0;
  }
  return (
    isMember(node, 'Date', /^now$/) ||
    isMember(node, 'performance', /^now$/) ||
    isMember(node, 'process', /^hrtime$/) ||
    isMember(node, 'AbortSignal', /^timeout$/)
  );
}

const timeHasOneSource = each(({ path, nodes, imports }) => {
  if (path === 'src/clock.ts') return [];
  const isImported = imports.some(({ specifier }) =>
    /^(?:node:)?(?:timers|perf_hooks)/.test(specifier),
  );
  return isImported || nodes.some(isTime) ? ['the time has its place in src/clock.ts'] : [];
});

const EMPTY_CONTAINERS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'LRUCache']);

/** What can only be there to be filled. */
function isMadeToChange(init: unknown): boolean {
  if (!isNode(init)) return false;
  switch (init.type) {
    case 'TsAsExpression':
    case 'TsSatisfiesExpression':
      return isMadeToChange(init.expression);
    case 'ArrayExpression':
      return (init.elements as unknown[]).length === 0;
    case 'ObjectExpression':
      return (init.properties as unknown[]).length === 0;
    case 'NewExpression': {
      const made = isNode(init.callee) ? String(init.callee.value) : '';
      const args = (init.arguments ?? []) as unknown[];
      return EMPTY_CONTAINERS.has(made) && (args.length === 0 || made === 'LRUCache');
    }
    default:
      return false;
  }
}

const modulesKeepNoState = each(({ body }) =>
  body
    .map((statement) =>
      statement.type === 'ExportDeclaration' ? (statement.declaration as Node) : statement,
    )
    .filter(({ type }) => type === 'VariableDeclaration')
    .flatMap(({ kind, declarations }) =>
      (declarations as Node[]).flatMap(({ id, init }) => {
        const name = isNode(id) ? String(id.value ?? 'a pattern') : '';
        if (kind !== 'const') return [`${name} can be assigned again`];
        return isMadeToChange(init) ? [`${name} is made to be filled`] : [];
      }),
    ),
);

const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 70;

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
  'GetterProperty',
  'SetterProperty',
]);

const filesAreShort = each((source) =>
  source.lineCount > MAX_FILE_LINES && !isGenerated(source) ? [`${source.lineCount} lines`] : [],
);

const functionsAreShort = each((source) =>
  source.nodes
    .filter(({ type }) => FUNCTIONS.has(type))
    .map((node) => ({ node, lines: source.linesOf(node) }))
    .filter(({ lines }) => lines > MAX_FUNCTION_LINES)
    .map(({ node, lines }) => `${nameOf(node)} has ${lines} lines`),
);

function nameOf({ identifier, key }: Node): string {
  const name = isNode(identifier) ? identifier : key;
  return isNode(name) ? String(name.value) : 'a function without a name';
}

const nothingIsLeftToDo = each(({ text }) =>
  [...text.matchAll(/\b(?:TODO|FIXME|XXX|HACK)\b/g)].map(([mark]) => mark),
);

const exportsHaveNames = each(({ nodes }) =>
  nodes
    .filter(({ type }) => /^ExportDefault/.test(type))
    .map(() => 'the default export has no name'),
);

const ENTRY = 'src/main.ts';

/** `sources` may hold files that import nothing, such as data. */
const nothingIsOrphaned: Rule = (sources) => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const waiting = [ENTRY];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { file } of byPath.get(path)?.imports ?? []) if (file) waiting.push(file);
  }
  return sources
    .filter(({ path }) => !reached.has(path))
    .map(({ path }) => `${path}: nothing leads to it from ${ENTRY}`);
};

/** Cycles among the imports that are left when the types are stripped. */
const valuesHaveNoCycles: Rule = (sources) => {
  const targets = new Map(
    sources.map(({ path, imports }) => [
      path,
      imports.flatMap(({ file, isType }) => (file && !isType ? [file] : [])),
    ]),
  );
  const done = new Set<string>();
  const problems: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      problems.push([...trail.slice(start), path].join(' -> '));
    } else if (!done.has(path)) {
      for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
      done.add(path);
    }
  };
  for (const { path } of sources) visit(path, []);
  return problems;
};

const importsEndInTs = eachImport(({ specifier, file }) =>
  file !== undefined && !/\.(?:ts|json)$/.test(specifier)
    ? `${specifier} must name its file, with .ts`
    : undefined,
);

/** Every rule, with a small tree that breaks it and one that only looks so. */
const RULES: ReadonlyArray<{
  readonly name: string;
  readonly rule: Rule;
  readonly breaches: ReadonlyArray<Readonly<Record<string, string>>>;
  readonly sound: Readonly<Record<string, string>>;
}> = [
  {
    name: 'each part imports only what lies below it',
    rule: partsKeepTheirPlace,
    breaches: [
      { 'src/controlplane/store.ts': "import { x } from '../errors.ts';" },
      { 'src/controlplane/store.ts': "import type { X } from '../graph/context.ts';" },
      { 'src/graph/node.ts': "import { x } from '../controlplane/store.ts';" },
      { 'src/gateway.ts': "export { startControlPlane } from './controlplane/server.ts';" },
      { 'src/upstream/upstream.ts': "import { x } from '../graph/node.ts';" },
      { 'src/upstream/upstream.ts': "const x = await import('../http.ts');" },
      { 'src/provisioning/x509.ts': "import { badInput } from '../errors.ts';" },
      { 'src/errors.ts': "import { x } from './clock.ts';" },
      { 'src/clock.ts': "import type { Config } from './config.ts';" },
      { 'src/upstream/upstream.ts': "type X = import('../graph/node.ts').X;" },
      { 'src/novelty.ts': "import { x } from './clock.ts';" },
      { 'src/graph/node.ts': "import { SETTINGS } from '../config.ts';" },
      { 'src/controlplane/server.ts': "import type { Config } from '../config.ts';" },
    ],
    sound: {
      'src/controlplane/store.ts':
        "import { x } from './arn.ts'; import { y } from '../provisioning/x509.ts'; import { z } from 'zod';",
      'src/graph/node.ts': "import type { Config } from '../config.ts';",
      'src/main.ts':
        "import { a } from './gateway.ts'; import { b } from './controlplane/server.ts';",
    },
  },
  {
    name: 'packages stay where they belong',
    rule: packagesKeepTheirPlace,
    breaches: [
      { 'src/upstream/upstream.ts': "import { GraphQLError } from 'graphql';" },
      { 'src/errors.ts': "import type { GraphQLFormattedError } from 'graphql';" },
      { 'src/gateway.ts': "import { unwrapResolverError } from '@apollo/server/errors';" },
      { 'src/upstream/upstream.ts': "import DataLoader from 'dataloader';" },
      { 'src/main.ts': "import { makeExecutableSchema } from '@graphql-tools/schema';" },
      { 'src/errors.ts': "import { IoTServiceException } from '@aws-sdk/client-iot';" },
      { 'src/upstream/actions.ts': "import { type X, IoTClient } from '@aws-sdk/client-iot';" },
      { 'src/controlplane/server.ts': "const sdk = await import('@aws-sdk/client-iot');" },
      { 'src/graph/node.ts': "import { HttpRequest } from '@smithy/protocol-http';" },
      { 'src/gateway.ts': "import fastify from 'fastify';" },
    ],
    sound: {
      'src/graph/node.ts': "import { GraphQLError } from 'graphql';",
      'src/graphqlHttp.ts':
        "import { HeaderMap } from '@apollo/server'; import type { FastifyReply } from 'fastify';",
      'src/upstream/upstream.ts': "import { IoTClient } from '@aws-sdk/client-iot';",
      'src/upstream/actions.ts': "import type * as Iot from '@aws-sdk/client-iot';",
      'src/errors.ts': "import { type IoTServiceException } from '@aws-sdk/client-iot';",
    },
  },
  {
    name: 'resource files do not import one another',
    rule: resourcesDoNotMeet,
    breaches: [
      { 'src/graph/caCertificate.ts': "import { x } from './provisioningTemplate.ts';" },
      { 'src/graph/provisioningTemplate.ts': "import type { X } from './caCertificate.ts';" },
      { 'src/graph/certificate.ts': "import { x } from './caCertificateChanges.ts';" },
      { 'src/controlplane/tags.ts': "import { x } from './caCertificates.ts';" },
      { 'src/controlplane/certificates.ts': "import { x } from './provisioningTemplates.ts';" },
    ],
    sound: {
      'src/graph/schema.ts': "import { x } from './caCertificate.ts';",
      'src/graph/caCertificate.ts': "import { x } from './connection.ts';",
      'src/controlplane/rules.ts': "import { x } from './tags.ts';",
    },
  },
  {
    name: 'only config.ts reads the environment',
    rule: environmentIsReadOnce,
    breaches: [
      { 'src/main.ts': 'const home = process.env.HOME;' },
      { 'src/main.ts': "const home = process['env'].HOME;" },
      { 'src/main.ts': 'const { env } = process;' },
      { 'src/http.ts': "import { env } from 'node:process';" },
    ],
    sound: {
      'src/config.ts': 'const home = process.env.HOME;',
      'src/main.ts': 'const args = process.argv; const env = environment;',
    },
  },
  {
    name: 'only clock.ts knows the time',
    rule: timeHasOneSource,
    breaches: [
      { 'src/http.ts': 'const now = Date.now();' },
      { 'src/http.ts': 'const now = new Date();' },
      { 'src/http.ts': 'setTimeout(() => {}, 10);' },
      { 'src/http.ts': 'globalThis.setInterval(() => {}, 10);' },
      { 'src/http.ts': 'const signal = AbortSignal.timeout(10);' },
      { 'src/http.ts': 'const start = performance.now();' },
      { 'src/http.ts': 'const { now } = Date;' },
      { 'src/http.ts': "import { setTimeout as wait } from 'node:timers/promises';" },
    ],
    sound: {
      'src/clock.ts': 'const now = Date.now(); setTimeout(() => {}, 10);',
      'src/http.ts': 'const date = new Date(0); const day = Date.UTC(2026, 0, 1);',
    },
  },
  {
    name: 'no module keeps state of its own',
    rule: modulesKeepNoState,
    breaches: [
      { 'src/http.ts': 'let count = 0;' },
      { 'src/http.ts': 'export let count = 0;' },
      { 'src/http.ts': 'var count = 0;' },
      { 'src/http.ts': 'const cache = new Map<string, string>();' },
      { 'src/http.ts': 'export const seen: string[] = [];' },
      { 'src/http.ts': 'const known = {} as Record<string, string>;' },
      { 'src/http.ts': 'const cache = new LRUCache({ max: 5 });' },
    ],
    sound: {
      'src/http.ts':
        "const names = new Map([['a', 1]]); const list = [1]; function f() { let a = 1; const m = new Map(); return [a, m]; }",
    },
  },
  {
    name: `no file has more than ${MAX_FILE_LINES} lines`,
    rule: filesAreShort,
    breaches: [{ 'src/http.ts': '// line\n'.repeat(MAX_FILE_LINES + 1) }],
    sound: {
      'src/http.ts': '// line\n'.repeat(MAX_FILE_LINES),
      'src/generated/resolvers.ts': '// line\n'.repeat(MAX_FILE_LINES + 1),
    },
  },
  {
    name: `no function has more than ${MAX_FUNCTION_LINES} lines`,
    rule: functionsAreShort,
    breaches: [
      `function f() {${'\n'.repeat(MAX_FUNCTION_LINES)}}`,
      `const é = () => {${'\n'.repeat(MAX_FUNCTION_LINES)}};`,
      `// first\nclass A { b() {${'\n'.repeat(MAX_FUNCTION_LINES)}} }`,
      `class A { constructor() {${'\n'.repeat(MAX_FUNCTION_LINES)}} }`,
      `class A { #b() {${'\n'.repeat(MAX_FUNCTION_LINES)}} }`,
      `const a = { b() {${'\n'.repeat(MAX_FUNCTION_LINES)}} };`,
      `const a = { get b() {${'\n'.repeat(MAX_FUNCTION_LINES)}return 1;} };`,
      `f(async function () {${'\n'.repeat(MAX_FUNCTION_LINES)}});`,
    ].map((text) => ({ 'src/http.ts': text })),
    sound: {
      'src/http.ts': `// ä\n${'\n'.repeat(100)}function f() {${'\n'.repeat(MAX_FUNCTION_LINES - 1)}}`,
    },
  },
  {
    name: 'nothing is left to do',
    rule: nothingIsLeftToDo,
    breaches: [{ 'src/http.ts': '// TODO: more' }, { 'src/http.ts': '/* FIXME */' }],
    sound: { 'src/http.ts': "const todos = 'METHODS';" },
  },
  {
    name: 'exports have names',
    rule: exportsHaveNames,
    breaches: [
      { 'src/http.ts': 'export default 1;' },
      { 'src/http.ts': 'export default function f() {}' },
      { 'src/http.ts': 'export default class A {}' },
    ],
    sound: { 'src/http.ts': "import fastify from 'fastify'; export const a = fastify;" },
  },
  {
    name: 'every file is reached from main.ts',
    rule: nothingIsOrphaned,
    breaches: [
      { 'src/main.ts': "import { x } from './http.ts';", 'src/http.ts': '', 'src/lost.ts': '' },
      { 'src/main.ts': '', 'src/a.ts': "import './b.ts';", 'src/b.ts': "import './a.ts';" },
    ],
    sound: {
      'src/main.ts': "import type { X } from './a.ts'; const b = await import('./b/b.ts');",
      'src/a.ts': '',
      'src/b/b.ts': "export * from '../c.ts'; import data from './data.json';",
      'src/c.ts': '',
      'src/b/data.json': '{"a": 1}',
    },
  },
  {
    name: 'imports of values have no cycles',
    rule: valuesHaveNoCycles,
    breaches: [
      { 'src/a.ts': "import { b } from './b.ts';", 'src/b.ts': "export { a } from './a.ts';" },
      { 'src/a.ts': "import './a.ts';" },
      {
        'src/a.ts': "import './b.ts';",
        'src/b.ts': "import './c.ts';",
        'src/c.ts': "import { type A, b } from './a.ts';",
      },
    ],
    sound: {
      'src/a.ts': "import { b } from './b.ts'; import { c } from './c.ts';",
      'src/b.ts': "import type { A } from './a.ts'; import { c } from './c.ts';",
      'src/c.ts': "import { type A } from './a.ts';",
    },
  },
  {
    name: 'imports name their file',
    rule: importsEndInTs,
    breaches: [
      { 'src/main.ts': "import { x } from './http';" },
      { 'src/main.ts': "import { x } from './http.js';" },
    ],
    sound: {
      'src/main.ts': "import { x } from './http.ts'; import data from './data.json';",
    },
  },
];

function parse(file: SourceFile): Source {
  if (!file.path.endsWith('.json')) return parseSource(file);
  return { ...file, lineCount: 0, imports: [], body: [], nodes: [], linesOf: () => 0 };
}

describe.each(RULES)('$name', ({ rule, breaches, sound }) => {
  const check = (tree: Readonly<Record<string, string>>): string[] =>
    rule(Object.entries(tree).map(([path, text]) => parse({ path, text })));

  test.each(breaches.map((tree, index) => [index + 1, tree] as const))(
    'is broken by example %i',
    (_, tree) => {
      expect(check(tree)).not.toEqual([]);
    },
  );

  test('is not broken by what only looks so', () => {
    expect(check(sound)).toEqual([]);
  });

  test('holds', () => {
    expect(rule(house)).toEqual([]);
  });
});

const house = readFiles('src', ['.ts', '.json']).map(parse);

describe('the house', () => {
  test('was read', () => {
    const paths = house.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['src/main.ts', 'src/graph/schema.ts']));
    const main = house.find(({ path }) => path === ENTRY);
    expect(main?.imports.map(({ file }) => file)).toContain('src/gateway.ts');
  });

  test('holds nothing but what the rules can read', () => {
    const all = readFiles('src', ['.ts', '.json', '.js', '.mjs', '.cjs', '.tsx', '.jsx', '.mts']);
    expect(all.map(({ path }) => path)).toEqual(house.map(({ path }) => path));
  });

  test('has every part and resource that the tables name', () => {
    const paths = house.map(({ path }) => path);
    const parts = new Set(paths.map(partOf));
    for (const part of Object.keys(MAY_IMPORT)) expect(parts).toContain(part);
    for (const [folder, resources] of Object.entries(RESOURCES)) {
      for (const name of Object.values(resources).flat()) {
        expect(paths).toContain(`${folder}${name}.ts`);
      }
    }
  });
});

test('no test holds a stopwatch: what takes how long is for the bench to say', () => {
  const isStopwatch = (node: Node): boolean =>
    isMember(node, 'performance', /^(?:now|timeOrigin)$/) ||
    isMember(node, 'process', /^(?:hrtime|cpuUsage)$/);
  const holds = (source: SourceFile) => parse(source).nodes.some(isStopwatch);
  expect(holds({ path: 'test/slow.test.ts', text: 'const start = performance.now();' })).toBe(true);
  const tests = readFiles('test', ['.ts']);
  expect(tests.length).toBeGreaterThan(100);
  expect(tests.filter(holds).map(({ path }) => path)).toEqual([]);
});
