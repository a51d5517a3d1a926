/**
 * A computation in steps: it yields what it has to wait for. Whoever runs it waits, or gives up there,
 * for what needs no waiting is then found out at once and by the same rules.
 */
export type Steps<Result> = Generator<Promise<unknown>, Result, unknown>;

/** A value, waited for unless it is at hand. */
export function* settled<Value>(value: Value | Promise<Value>): Steps<Value> {
  // What is sent back is what the promise was resolved with.
  return value instanceof Promise ? ((yield value) as Value) : value;
}

/** Takes all steps, and waits where they do. */
export async function run<Result>(steps: Steps<Result>): Promise<Result> {
  let step = steps.next();
  while (!step.done) {
    const goOn = await step.value.then(
      (value) => () => steps.next(value),
      (error: unknown) => () => steps.throw(error),
    );
    step = goOn();
  }
  return step.value;
}

/** Takes the steps that need no waiting; undefined when there is anything to wait for. */
export function runAtOnce<Result>(steps: Steps<Result>): Result | undefined {
  const step = steps.next();
  return step.done ? step.value : undefined;
}
