import { DEFAULTS } from './defaults.ts';
import { setting } from './setting.ts';
import { count, oneOf, optionalText } from './settingValues.ts';

const introspectionMode = (given: string): 'on' | 'off' | 'scope' | undefined =>
  oneOf('on', 'off', 'scope')(given);

/** The limits of one operation and of one caller; part of the table in config.ts. */
export const QUERY_SETTINGS = {
  queryTokens: setting({
    variable: 'IOTGW_QUERY_TOKENS',
    flag: 'query-tokens',
    placeholder: 'tokens',
    default: String(DEFAULTS.query.tokens),
    // Deeper nesting than so many tokens allow could run the validation out of stack.
    read: count(10, 15_000),
    doc: 'The most tokens that a document may have, and the most selections with its fragments written out.',
  }),
  queryDepth: setting({
    variable: 'IOTGW_QUERY_DEPTH',
    flag: 'query-depth',
    placeholder: 'levels',
    default: String(DEFAULTS.query.depth),
    read: count(1, 1000),
    doc: 'How deep the fields of an operation may nest.',
  }),
  queryIntrospectionDepth: setting({
    variable: 'IOTGW_QUERY_INTROSPECTION_DEPTH',
    flag: 'query-introspection-depth',
    placeholder: 'levels',
    default: String(DEFAULTS.query.introspectionDepth),
    read: count(1, 1000),
    doc: 'How deep fields may nest from `__schema` and `__type` on.',
  }),
  queryAliases: setting({
    variable: 'IOTGW_QUERY_ALIASES',
    flag: 'query-aliases',
    placeholder: 'aliases',
    default: String(DEFAULTS.query.aliases),
    read: count(0, 10_000),
    doc: 'The most aliases of an operation; a name written again in one selection counts as one.',
  }),
  queryRootFields: setting({
    variable: 'IOTGW_QUERY_ROOT_FIELDS',
    flag: 'query-root-fields',
    placeholder: 'fields',
    default: String(DEFAULTS.query.rootFields),
    read: count(1, 10_000),
    doc: 'The most fields at the root of an operation.',
  }),
  queryDirectives: setting({
    variable: 'IOTGW_QUERY_DIRECTIVES',
    flag: 'query-directives',
    placeholder: 'directives',
    default: String(DEFAULTS.query.directives),
    read: count(0, 10_000),
    doc: 'The most directives in an operation.',
  }),
  queryNodes: setting({
    variable: 'IOTGW_QUERY_NODES',
    flag: 'query-nodes',
    placeholder: 'things',
    default: String(DEFAULTS.query.nodes),
    read: count(1, 1_000_000),
    doc: 'The most things that the lists of an operation may hold together, by their `first`, in lists within lists multiplied.',
  }),
  queryValues: setting({
    variable: 'IOTGW_QUERY_VALUES',
    flag: 'query-values',
    placeholder: 'values',
    default: String(DEFAULTS.query.values),
    read: count(1, 100_000),
    doc: 'The most values that the variables of an operation may hold together; each scalar, list and object is one.',
  }),
  introspection: setting({
    variable: 'IOTGW_INTROSPECTION',
    flag: 'introspection',
    placeholder: 'on|off|scope',
    default: undefined,
    read: introspectionMode,
    doc: 'Who may read the schema: everybody, nobody, or callers with the scope `iot:introspection`. Unset: `on` over the local control plane, else `scope`.',
  }),
  documents: setting({
    variable: 'IOTGW_DOCUMENTS',
    flag: 'documents',
    placeholder: 'file.json',
    default: undefined,
    read: optionalText,
    doc: 'Trusted documents: a JSON object of texts by their hash, as GraphQL Code Generator writes them. With it no other document is taken.',
  }),
  rateLimit: setting({
    variable: 'IOTGW_RATE_LIMIT',
    flag: 'rate-limit',
    placeholder: 'units',
    default: '1000',
    read: count(0, 1_000_000),
    doc: 'What each caller may spend at once: a unit for a request, or for each AWS call it costs. It comes back in the time of `IOTGW_RATE_WINDOW_S`. 0: no limit.',
  }),
  rateWindow: setting({
    variable: 'IOTGW_RATE_WINDOW_S',
    flag: 'rate-window-s',
    placeholder: 's',
    default: '10',
    read: count(1, 86_400),
    doc: 'In how many seconds what a caller has spent comes back.',
  }),
} as const;
