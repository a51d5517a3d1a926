/** One thing that was looked at, and what is wrong where something is. */
interface CheckedStep {
  readonly name: string;
  readonly found?: string;
  readonly problem?: string;
}

/** Prints what a check finds, a line for each step; answers whether all is well. */
export async function printChecks(
  steps: AsyncIterable<CheckedStep>,
  write: (text: string) => void,
): Promise<boolean> {
  let isWell = true;
  for await (const { name, found, problem } of steps) {
    write(problem === undefined ? `ok      ${name}: ${found}\n` : `FAILED  ${name}: ${problem}\n`);
    isWell &&= problem === undefined;
  }
  return isWell;
}
