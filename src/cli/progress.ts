import type { Writable } from 'node:stream';
import { progress } from '@clack/prompts';
import type { BulkOperation } from './gatewayClient.ts';
import { durationText } from './planTable.ts';

/** Shows how far an operation is. */
interface ProgressView {
  show(operation: BulkOperation): void;
  end(message: string): void;
}

/** A bar on a terminal; elsewhere a line for each tenth. */
export function progressView(
  output: Writable & { readonly isTTY?: boolean },
  { counts }: BulkOperation,
): ProgressView {
  const planned = Math.max(1, counts.pending);
  return output.isTTY === true ? bar(output, planned) : lines(output, planned);
}

function settledOf({ counts }: BulkOperation): number {
  return counts.changed + counts.conflict + counts.failed;
}

function textOf({ state, reason, remainingMs }: BulkOperation): string {
  if (state === 'PAUSED') return `, paused: ${reason?.message ?? ''}`;
  return remainingMs === 0 ? '' : `, ${durationText(remainingMs)} left`;
}

function bar(output: Writable, planned: number): ProgressView {
  const view = progress({ max: planned, output, style: 'heavy' });
  view.start('Attaching');
  let shown = 0;
  return {
    show(operation) {
      const settled = settledOf(operation);
      view.advance(Math.max(0, settled - shown), `${settled} of ${planned}${textOf(operation)}`);
      shown = Math.max(shown, settled);
    },
    end: (message) => view.stop(message),
  };
}

function lines(output: Writable, planned: number): ProgressView {
  let shownTenth = 0;
  let shownState = '';
  return {
    show(operation) {
      const tenth = Math.floor((10 * settledOf(operation)) / planned);
      const isNews = tenth > shownTenth || operation.state !== shownState;
      shownTenth = Math.max(shownTenth, tenth);
      shownState = operation.state;
      if (!isNews) return;
      output.write(
        `${operation.state} ${settledOf(operation)} of ${planned}${textOf(operation)}\n`,
      );
    },
    end: (message) => {
      output.write(`${message}\n`);
    },
  };
}
