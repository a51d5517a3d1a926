/** Plugins of esbuild which keep from the start of the command what it does not need. */
import { readFile } from 'node:fs/promises';

/** Packages which nothing reaches: the reports of Apollo Server, graphql-jit's own serializer. */
const LEFT_OUT = /^(?:@apollo\/usage-reporting-protobuf|fast-json-stringify)$/;

const leftOut = {
  name: 'left-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: LEFT_OUT }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: LEFT_OUT, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error('${path} is not in the bundle.'); };`,
    }));
  },
};

/** Fastify asks for all of semver, and compares versions of plugins. */
const littleSemver = {
  name: 'little-semver',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^semver$/ }, ({ importer, resolveDir }) =>
      /\/fastify\/lib\/plugin-utils\.js$/.test(importer)
        ? { path: 'semver', namespace: 'little', pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /^semver$/, namespace: 'little' }, ({ pluginData: resolveDir }) => ({
      contents: ['coerce', 'gt', 'satisfies']
        .map(
          (name) =>
            `exports.${name} = (...given) => require('semver/functions/${name}')(...given);`,
        )
        .join('\n'),
      resolveDir,
    }));
  },
};

/** To name the class of web streams loads them; a stream of Node.js is none without a look. */
const lateWebStreams = {
  name: 'late-web-streams',
  setup({ onLoad }) {
    onLoad({ filter: /\/@smithy\/core\/.*\/stream-type-check\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(
        'typeof ReadableStream === "function" &&',
        'typeof stream?.pipe !== "function" && typeof ReadableStream === "function" &&',
      );
      return { contents, loader: 'js' };
    });
  },
};

/** Leaves of the bundle that most processes never ask for: files of their own, which no start reads. */
export const RARE_PACKAGES = [
  '@clack/prompts',
  '@fastify/ajv-compiler',
  '@fastify/fast-json-stringify-compiler',
  '@opentelemetry/api',
  'jose',
  'light-my-request',
  'prom-client',
  'table',
];

/** The file of such a package, as the script requires it. */
export const rarePath = (name) => `./rare-${name.replace('/', '-').replace('@', '')}.cjs`;

const rarePackages = {
  name: 'rare-packages',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(?:${RARE_PACKAGES.join('|')})$`) }, ({ path }) => ({
      path: rarePath(path),
      external: true,
    }));
  },
};

/** What holds needs no look at the module, which takes long to load. */
const lateAssert = {
  name: 'late-assert',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?assert$/ }, ({ namespace }) =>
      namespace === 'late' ? undefined : { path: 'assert', namespace: 'late' },
    );
    onLoad({ filter: /^assert$/, namespace: 'late' }, () => ({
      contents: `
        module.exports = new Proxy(() => undefined, {
          apply: (_target, _self, given) => given[0] || require('node:assert')(...given),
          get: (_target, name) => (name === '__esModule' ? undefined : require('node:assert')[name]),
        });
      `,
    }));
  },
};

/** For the bundle of a command. */
export const startPlugins = [leftOut, littleSemver, lateAssert, lateWebStreams, rarePackages];
