import { parse } from 'graphql';
import { askedFreshness } from '../../src/cacheControl.ts';
import { DEFAULT_QUERY_LIMITS, limitDocument } from '../../src/graph/queryLimits.ts';
import { checkRegistration, readRegistration } from '../../src/provisioning/registrationCheck.ts';
import { lintTemplateBody } from '../../src/provisioning/templateLint.ts';
import { previewProvisioning } from '../../src/provisioning/templatePreview.ts';
import { maxPemCharacters, readCertificate } from '../../src/provisioning/x509.ts';
import { withoutSecretTexts } from '../../src/redaction.ts';
import { FairQueue } from '../../src/upstream/fairQueue.ts';
import { hostilePems, malformedPems } from '../../test/support/hostilePems.ts';
import { malformedBodies } from '../../test/support/malformedBodies.ts';
import { makeCA, testEpochMs } from '../../test/support/pki.ts';
import { type BenchOptions, figure, median, type Table } from '../table.ts';

/** The most processor time that looking through one text may take. */
const MOST_MS = 50;
/** How many times longer the long text is; what grows with the square takes 64 times as long. */
const LONGER = 8;
const MOST_GROWTH = 16;

interface Look {
  readonly name: string;
  readonly texts: readonly string[];
  look(text: string): unknown;
}

interface Growing {
  readonly name: string;
  readonly unit: string;
  readonly small: number;
  /** The work to be measured, for so many units; what it needs is made before. */
  prepare(size: number): () => unknown;
}

/** What it takes to look through texts that are wrong, some of them made to take long. */
export async function hostile({ isQuick, say }: BenchOptions): Promise<Table> {
  const rounds = isQuick ? 1 : 5;
  const looked = looks().map(({ name, texts, look }) => {
    say(`${name}: ${texts.length}`);
    const takenMs = texts.map((text) => {
      const firstMs = processorMs(() => look(text));
      const laterMs = Array.from({ length: rounds }, () => processorMs(() => look(text)));
      return { firstMs, laterMs: median(laterMs) };
    });
    const firstMs = Math.max(...takenMs.map((taken) => taken.firstMs));
    const laterMs = takenMs.map((taken) => taken.laterMs);
    return { name, count: texts.length, firstMs, laterMs };
  });
  const grown = growing().map(({ name, unit, small, prepare }) => {
    say(`${name}: ${small} and ${small * LONGER} ${unit}`);
    const [short, long] = [prepare(small), prepare(small * LONGER)];
    const ratios = Array.from({ length: isQuick ? 1 : 9 }, () => steadyMs(long) / steadyMs(short));
    return { name, size: `${small} to ${small * LONGER} ${unit}`, ratio: median(ratios) };
  });
  const most = Math.max(...looked.flatMap(({ firstMs, laterMs }) => [firstMs, ...laterMs]));
  const mostGrowth = Math.max(...grown.map(({ ratio }) => ratio));
  return {
    name: 'hostile',
    title: '6. Texts that are wrong, or made to take long',
    about: `Each text looked through alone, in processor time: the first look, and the median of ${rounds} more. Growth is the time for ${LONGER} times the length over the time for the length, the two measured by turns: ${LONGER} is in proportion, ${LONGER ** 2} is the square.`,
    ratios: [
      {
        caption: `Time for ${LONGER} times as much`,
        columns: ['what', 'from, to', 'times as long'],
        rows: grown.map(({ name, size, ratio }) => [name, size, figure(ratio)]),
      },
    ],
    absolute: [
      {
        caption: 'Milliseconds of processor time for a text',
        columns: ['look', 'texts', 'median', 'most', 'most, the first time'],
        rows: looked.map(({ name, count, firstMs, laterMs }) => [
          name,
          count,
          figure(median(laterMs)),
          figure(Math.max(...laterMs)),
          figure(firstMs),
        ]),
      },
    ],
    checks: [
      {
        text: `no text takes more than ${MOST_MS} ms`,
        isMet: most <= MOST_MS,
        found: `${figure(most)} ms`,
      },
      {
        text: `${LONGER} times as much takes at most ${MOST_GROWTH} times as long`,
        isMet: mostGrowth <= MOST_GROWTH,
        found: `${figure(mostGrowth)} times`,
      },
    ],
  };
}

function looks(): readonly Look[] {
  const bodies = malformedBodies().map(({ body }) => body);
  const ca = makeCA();
  const pems = [...hostilePems.map(({ make }) => make(maxPemCharacters)), ...malformedPems(ca)];
  return [
    { name: 'template body: lint', texts: bodies, look: (body) => lintTemplateBody(body, 'JITP') },
    {
      name: 'template body: preview',
      texts: bodies,
      look: (body) =>
        previewProvisioning({ body, type: 'JITP', device: undefined, parameters: new Map() }),
    },
    { name: 'PEM: read', texts: pems, look: readCertificate },
    {
      name: 'PEM: check of a registration',
      texts: pems,
      look: (pem) =>
        checkRegistration(
          readRegistration({
            caCertificate: ca.pem,
            verificationCertificate: pem,
            certificateMode: 'DEFAULT',
          }),
          { nowMs: testEpochMs, registrationCode: 'a'.repeat(64) },
        ),
    },
    {
      name: 'fragment bomb',
      texts: [fragmentBomb(40, '', ''), fragmentBomb(40, 'a{', '}'), fragmentBomb(40, 'a:b{', '}')],
      look: measureDocument,
    },
  ];
}

function growing(): readonly Growing[] {
  const secretStarts = ['-eyJ', '-----BEGIN PRIVATE KEY', 'password=', '://a:', 'Bearer ', 'aB3+'];
  return [
    ...hostilePems.map(({ name, make }) => ({
      name: `PEM: ${name}`,
      unit: 'characters',
      small: maxPemCharacters / LONGER,
      prepare: (size: number) => {
        const pem = make(size);
        return () => readCertificate(pem);
      },
    })),
    ...secretStarts.map((part) => ({
      name: `log text: ${JSON.stringify(part)}`,
      unit: 'characters',
      small: 125_000,
      prepare: (size: number) => {
        const text = part.repeat(size / part.length);
        return () => withoutSecretTexts(text);
      },
    })),
    {
      name: 'Cache-Control of spaces',
      unit: 'characters',
      small: 2_000,
      prepare: (size) => {
        const header = `a${' '.repeat(size)}b`;
        return () => askedFreshness(header);
      },
    },
    {
      name: 'fragment bomb',
      unit: 'fragments',
      small: 5,
      prepare: (size) => {
        const query = fragmentBomb(size, 'a{', '}');
        return () => measureDocument(query);
      },
    },
    {
      name: 'permits: one caller’s queue, filled and emptied',
      unit: 'waiting',
      small: 5_000,
      prepare: (size) => () => {
        const queue = new FairQueue<number>();
        for (let each = 0; each < size; each += 1) queue.push('a', each);
        while (queue.next() !== undefined);
      },
    },
  ];
}

/** Each fragment spreads the next one twice: written out, 2 to the power of `count` selections. */
function fragmentBomb(count: number, open: string, close: string): string {
  const fragments = Array.from({ length: count }, (_, index) => {
    const next = `${open}...F${index + 1}${close}`;
    return `fragment F${index} on Query { ${next} ${next} }`;
  });
  return `{ ...F0 } ${fragments.join(' ')} fragment F${count} on Query { __typename }`;
}

/** Parsed and held against the limits, as the gateway does before it validates. */
function measureDocument(query: string): void {
  try {
    limitDocument(parse(query), DEFAULT_QUERY_LIMITS);
  } catch {
    // Refused, as it must be.
  }
}

function processorMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The time of one run where many fill some milliseconds. */
function steadyMs(run: () => unknown): number {
  const startMs = performance.now();
  let runs = 0;
  do {
    run();
    runs += 1;
  } while (performance.now() - startMs < 5);
  return (performance.now() - startMs) / runs;
}
