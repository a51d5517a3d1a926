import { lintTemplateBody } from '../../src/provisioning/templateLint.ts';
import { previewProvisioning } from '../../src/provisioning/templatePreview.ts';
import { malformedBodies } from '../../test/support/malformedBodies.ts';
import { type BenchOptions, figure, median, type Table } from '../table.ts';

/** The most processor time that one body may take. */
const MOST_MS = 50;

/** What it takes to look through template bodies that are wrong, some of them made to take long. */
export async function bodies({ isQuick, say }: BenchOptions): Promise<Table> {
  const all = malformedBodies();
  const rounds = isQuick ? 1 : 5;
  const firstMs: number[] = [];
  const lintMs: number[] = [];
  const previewMs: number[] = [];
  say(`${all.length} bodies`);
  for (const { body } of all) {
    const lint = () => lintTemplateBody(body, 'JITP');
    const preview = () =>
      previewProvisioning({ body, type: 'JITP', device: undefined, parameters: new Map() });
    firstMs.push(processorMs(lint));
    lintMs.push(median(Array.from({ length: rounds }, () => processorMs(lint))));
    previewMs.push(median(Array.from({ length: rounds }, () => processorMs(preview))));
  }
  const rows: ReadonlyArray<readonly [string, readonly number[]]> = [
    ['lint, the first time', firstMs],
    ['lint', lintMs],
    ['lint and preview', previewMs],
  ];
  const most = Math.max(...firstMs, ...lintMs, ...previewMs);
  return {
    name: 'bodies',
    title: '6. Template bodies that are wrong',
    about: `${all.length} malformed bodies, hand-made and generated, each looked through alone; processor time of one look, the median of ${rounds}, and of the first look in a cold process.`,
    ratios: [],
    absolute: [
      {
        caption: 'Milliseconds of processor time for a body',
        columns: ['look', 'median', 'most'],
        rows: rows.map(([name, values]) => [
          name,
          figure(median(values)),
          figure(Math.max(...values)),
        ]),
      },
    ],
    checks: [
      {
        text: `no body takes more than ${MOST_MS} ms`,
        isMet: most <= MOST_MS,
        found: `${figure(most)} ms`,
      },
    ],
  };
}

function processorMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
