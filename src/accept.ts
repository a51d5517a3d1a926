/** What an answer to a GraphQL request can be, as the GraphQL over HTTP specification has it. */
const MEDIA_TYPES = ['application/json', 'application/graphql-response+json'];
const CHARSET = 'utf-8';

interface MediaRange {
  readonly type: string;
  readonly parameters: readonly string[];
  /** From 0, never, to 1. */
  readonly quality: number;
}

/** Whether a client with this Accept header can read any answer to a GraphQL request. */
export function acceptsGraphqlAnswer(accept: string): boolean {
  const ranges = accept.split(',').map(readRange);
  return MEDIA_TYPES.some((type) => qualityOf(type, ranges) > 0);
}

function readRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return {
    type,
    parameters: parameters.filter((parameter) => parameter !== quality),
    quality: quality === undefined ? 1 : Number(quality.slice(2)),
  };
}

/** The most precise range that fits decides. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  const [family] = type.split('/');
  const precise = ['*/*', `${family}/*`, type];
  const fitting = ranges
    .filter((range) => precise.includes(range.type))
    .filter(({ parameters }) => parameters.every((given) => isOurCharset(given)))
    .sort((a, b) => precise.indexOf(b.type) - precise.indexOf(a.type));
  return fitting[0]?.quality ?? 0;
}

function isOurCharset(parameter: string): boolean {
  return parameter.replaceAll(/[\s"]/g, '') === `charset=${CHARSET}`;
}
