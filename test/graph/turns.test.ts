import { describe, expect, test } from '@jest/globals';
import { buildSchema, type ExecutionResult, execute, type GraphQLSchema, parse } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { nextTurn } from '../../src/clock.ts';
import { type OperationTurns, Turns } from '../../src/graph/turns.ts';
import { VirtualClock } from '../support/virtualClock.ts';

describe('turns', () => {
  test('let nodes through until there are too many for one turn of the loop', async () => {
    const turns = new Turns(new VirtualClock()).forOperation();
    const log: string[] = [];
    const take = async (name: string, nodes: number) => {
      await turns.take(nodes);
      log.push(name);
    };
    const all = [take('a', 200), take('b', 200), take('c', 200), take('d', 10)];
    await Promise.resolve();
    await Promise.resolve();
    expect(log).toEqual(['a', 'b']);
    await Promise.all(all);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  test('many lists come one turn after the other, and others get in between', async () => {
    const turns = new Turns(new VirtualClock()).forOperation();
    let done = 0;
    let inBetween = 0;
    const lists = Promise.all(
      Array.from({ length: 10 }, async () => {
        await turns.take(500);
        done += 1;
      }),
    );
    while (done < 10) {
      const before = done;
      await nextTurn();
      // Two turns of theirs can come between two of ours, never all ten.
      expect(done - before).toBeLessThanOrEqual(2);
      inBetween += 1;
    }
    await lists;
    expect(inBetween).toBeGreaterThanOrEqual(5);
  });

  test('end when their time is up, however few nodes there were', async () => {
    const clock = new VirtualClock();
    const turns = new Turns(clock).forOperation();
    expect(turns.pause()).toBeUndefined();
    clock.advance(9);
    expect(turns.pause()).toBeUndefined();
    clock.advance(1);
    const paused = turns.pause();
    expect(paused).toBeInstanceOf(Promise);
    await paused;
    expect(turns.pause()).toBeUndefined();
  });

  test('put off what an operation asks until all of its own is let on', async () => {
    const clock = new VirtualClock();
    const turns = new Turns(clock).forOperation();
    const log: string[] = [];
    turns.gather(() => log.push('at once'));
    await nextTurn();
    expect(log).toEqual(['at once']);
    await turns.take(1);
    clock.advance(10);
    const all = ['a', 'b', 'c'].map(async (name) => {
      await turns.take(200);
      log.push(name);
    });
    turns.gather(() => log.push('together'));
    await Promise.all(all);
    await nextTurn();
    expect(log).toEqual(['at once', 'a', 'b', 'c', 'together']);
  });

  test('go round among the operations that wait', async () => {
    const clock = new VirtualClock();
    const turns = new Turns(clock);
    const log: string[] = [];
    const [large, small] = [turns.forOperation(), turns.forOperation()];
    await large.take(1);
    clock.advance(10);
    const wait = async (name: string, operation: OperationTurns) => {
      await operation.take(0);
      log.push(name);
    };
    await Promise.all([
      ...Array.from({ length: 5 }, (_, index) => wait(`large ${index}`, large)),
      wait('small', small),
    ]);
    expect(log).toEqual(['large 0', 'small', 'large 1', 'large 2', 'large 3', 'large 4']);
  });
});

const COUNT = 40;
const ITEM_MS = 4;

/** A list whose items take some milliseconds each, by a clock that only they move. */
function slowList() {
  const clock = new VirtualClock();
  const turns = new Turns(clock).forOperation();
  const schema = buildSchema('type Query { items: [Item] } type Item { id: Int, name: String }');
  let completed = 0;
  Object.assign(schema.getQueryType()?.getFields().items ?? {}, {
    resolve: async () => {
      await turns.take(COUNT);
      return turns.paced(Array.from({ length: COUNT }, (_, id) => ({ id })));
    },
  });
  Object.assign((schema.getType('Item') as never as ItemType).getFields().name, {
    resolve: ({ id }: { readonly id: number }) => {
      completed += 1;
      clock.advance(ITEM_MS);
      return `item ${id}`;
    },
  });
  return { schema, completed: () => completed };
}

interface ItemType {
  getFields(): { readonly name: object };
}

const QUERY = parse('{ items { id name } }');
const EXECUTIONS: ReadonlyArray<
  [string, (schema: GraphQLSchema) => Promise<ExecutionResult> | ExecutionResult]
> = [
  ['graphql-js', (schema) => execute({ schema, document: QUERY }) as Promise<ExecutionResult>],
  [
    'the compiled query',
    (schema) => {
      const compiled = compileQuery(schema, QUERY);
      if (!isCompiledQuery(compiled)) throw new Error('The query does not compile');
      return compiled.query(undefined, {}, {});
    },
  ],
];

describe('a list that takes its time', () => {
  test.each(EXECUTIONS)('gives %s its items in turns, and all of them in order', async (_, run) => {
    const { schema, completed } = slowList();
    let isDone = false;
    const running = Promise.resolve(run(schema)).finally(() => {
      isDone = true;
    });
    let before = 0;
    while (!isDone) {
      await nextTurn();
      // Three items take 12 ms; two turns of theirs can come between two of ours.
      expect(completed() - before).toBeLessThanOrEqual(6);
      before = completed();
    }
    expect(await running).toEqual({
      data: { items: Array.from({ length: COUNT }, (_, id) => ({ id, name: `item ${id}` })) },
    });
  });
});
