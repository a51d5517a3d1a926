import { type Attack, EVERY, type Finding } from './attack.ts';

/** What came of one attack on one server. */
export interface Outcome extends Finding {
  /** The longest that another caller waited. */
  readonly worstMs?: number;
  /** The most memory that the process held. */
  readonly peakRssBytes?: number;
}

export interface Row {
  readonly attack: Attack;
  readonly gateway: Outcome;
  readonly stock: Outcome;
}

const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');

const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const isWithstood = ({ problems }: Outcome): boolean => problems.length === 0;

function verdict(outcome: Outcome): string {
  const { problems, note } = outcome;
  return isWithstood(outcome)
    ? `yes: ${note || 'nothing came of it'}`
    : `**no**: ${problems.join('; ')}`;
}

const ms = (outcome: Outcome): string =>
  outcome.worstMs === undefined ? '-' : `${Math.round(outcome.worstMs)} ms`;

const memory = (outcome: Outcome): string =>
  outcome.peakRssBytes === undefined ? '-' : `${Math.round(outcome.peakRssBytes / 1e6)} MB`;

/** How many of the attacks each server withstands, in one sentence. */
export function summary(rows: readonly Row[]): string {
  const ours = rows.filter(({ gateway }) => isWithstood(gateway)).length;
  const theirs = rows.filter(({ stock }) => isWithstood(stock)).length;
  return `Of ${rows.length} attacks the gateway withstands ${ours}, a stock Apollo Server ${theirs}.`;
}

/** docs/abuse.md. */
export function page(rows: readonly Row[], machine: string): string {
  const groups = [...new Set(rows.map(({ attack }) => attack.group))];
  const parts = [
    '# The abuse list',
    '<!-- Written by `npm run abuse`; do not edit. -->',
    `**${summary(rows)}** ${machine}`,
    [
      'Both run in one run, each attack against a fresh process of each server, started as in production',
      '(`NODE_ENV=production`): the gateway as its command line starts it, with API keys, in front of the',
      'local control plane; Apollo Server 5 by `startStandaloneServer`, as its documentation starts it, over',
      'the same schema and a fleet in memory. The attacks are data, in `bench/abuse/attacks/`.',
    ].join('\n'),
    [
      `Besides what the table says, during every attack another caller asks a small query all the time: an`,
      `answer that it loses or waits for longer than ${EVERY.waitMs / 1000} s, a process that takes more than`,
      `${EVERY.rssBytes / 1e6} MB, hangs or ends means that the attack was not withstood.`,
    ].join('\n'),
    ...groups.flatMap((group) => section(group, rows)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function section(group: string, rows: readonly Row[]): string[] {
  const own = rows.filter(({ attack }) => attack.group === group);
  const title = `${group[0]?.toUpperCase()}${group.slice(1)}`;
  return [
    `## ${title}`,
    [
      line(['attack', 'what it does', 'withstood means', 'gateway', 'stock Apollo Server']),
      line(['---', '---', '---', '---', '---']),
      ...own.map(({ attack, gateway, stock }) =>
        line([attack.name, attack.does, attack.withstood, verdict(gateway), verdict(stock)]),
      ),
    ].join('\n'),
    [
      line(['attack', 'others waited: gateway', 'stock', 'memory: gateway', 'stock']),
      line(['---', '---:', '---:', '---:', '---:']),
      ...own.map(({ attack, gateway, stock }) =>
        line([attack.name, ms(gateway), ms(stock), memory(gateway), memory(stock)]),
      ),
    ].join('\n'),
  ];
}
