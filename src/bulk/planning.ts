import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { PageTrail } from '../upstream/pageTrail.ts';
import type { BulkActions } from './actions.ts';
import { reasonToPause, retryAfterMs } from './failure.ts';
import type { Gate } from './gate.ts';
import type { Item } from './item.ts';
import { type JitpTemplate, type MigrationPlan, planMigration } from './migration.ts';
import type { Intent, Selection } from './operation.ts';
import { type Candidate, planItem, planReversal } from './plan.ts';
import { pauseMs } from './price.ts';
import type { BulkStore } from './store.ts';

/** A page of the CAs that a filter lets through. */
export interface SelectedPage {
  readonly certificateIds: readonly string[];
  /** Where to go on; null after the last page. */
  readonly endCursor: string | null;
}

interface PlanningPorts {
  readonly actions: BulkActions;
  readonly store: BulkStore;
  readonly clock: Clock;
  readonly gate: Gate;
  /** The CAs that a filter lets through, page by page. */
  readonly selectPage: (
    filter: Readonly<Record<string, unknown>>,
    after: string | null,
  ) => Promise<SelectedPage>;
}

/** More CAs than this are not planned at once. */
export const MAX_ITEMS = 10_000;

/** How many CAs are read at once; the quota, not this, sets the pace. */
const READERS = 16;

/** The planning was stopped; there is no plan. */
export class PlanningStopped extends Error {
  override readonly name = 'PlanningStopped';
}

/**
 * Reads the CAs of an intent and plans each. Waits out throttling and outages. Rejects with
 * PlanningStopped, or with the GatewayError of what cannot be read.
 */
export async function makePlan(intent: Intent, ports: PlanningPorts): Promise<MigrationPlan> {
  switch (intent.kind) {
    case 'ATTACH':
    case 'DETACH': {
      const candidates = await readCandidates(await select(intent.selection, ports), ports);
      return { items: candidates.map((candidate) => planItem(intent, candidate)), groups: [] };
    }
    case 'INLINE_MIGRATION': {
      const candidates = await readCandidates(await select(intent.selection, ports), ports);
      return planMigration(candidates, await jitpTemplates(ports), intent.templateNamePrefix);
    }
    case 'REVERT':
      return planReversals(intent.operationId, ports);
  }
}

async function planReversals(operationId: string, ports: PlanningPorts): Promise<MigrationPlan> {
  const done: Item[] = [];
  for await (const { item } of ports.store.everyItem(operationId)) {
    if (item.outcome.kind === 'CHANGED') done.push(item);
  }
  // While an operation is forgotten, its items go before it.
  const operation = await ports.store.operation(operationId);
  if (operation?.counts.CHANGED !== done.length) {
    const message = `Bulk operation ${operationId} was forgotten while it was read.`;
    throw new GatewayError('RESOURCE_NOT_FOUND', message);
  }
  const names = new Set(
    done.flatMap(({ before }) => before?.registrationConfig?.templateName ?? []),
  );
  const there = new Set<string>();
  await forEach([...names], ports, async (name) => {
    const template = await persist(() => ports.actions.readTemplate(name), ports);
    if (template !== null) there.add(name);
  });
  const candidates = await readCandidates(
    done.map(({ certificateId }) => certificateId),
    ports,
  );
  const byId = new Map(candidates.map((candidate) => [candidate.certificateId, candidate]));
  const items = done.map((item) => {
    const { certificateId } = item;
    const candidate = byId.get(certificateId) ?? { certificateId, state: null };
    return planReversal(item, candidate, (name) => there.has(name));
  });
  return { items, groups: [] };
}

async function select(selection: Selection, ports: PlanningPorts): Promise<readonly string[]> {
  if (selection.kind === 'IDS') return selection.certificateIds;
  const ids = new Set<string>();
  const trail = new PageTrail();
  for (let after: string | null = null; ; ) {
    const from: string | null = after;
    const page: SelectedPage = await persist(() => ports.selectPage(selection.filter, from), ports);
    for (const id of page.certificateIds) ids.add(id);
    if (ids.size > MAX_ITEMS) {
      const message = `The filter lets more than ${MAX_ITEMS} CA certificates through; narrow it.`;
      throw new GatewayError('LIMIT_EXCEEDED', message);
    }
    after = page.endCursor;
    if (after === null) return [...ids];
    trail.follow(after);
  }
}

async function readCandidates(
  certificateIds: readonly string[],
  ports: PlanningPorts,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = new Array(certificateIds.length);
  await forEach(certificateIds, ports, async (certificateId, index) => {
    const state = await persist(() => ports.actions.readCA(certificateId, 'recent'), ports);
    candidates[index] = { certificateId, state };
  });
  return candidates;
}

async function jitpTemplates(ports: PlanningPorts): Promise<readonly JitpTemplate[]> {
  const names = await persist(() => ports.actions.jitpTemplateNames(), ports);
  const templates: (JitpTemplate | null)[] = new Array(names.length).fill(null);
  await forEach(names, ports, async (name, index) => {
    templates[index] = await persist(() => ports.actions.readTemplate(name), ports);
  });
  return templates.filter((template) => template !== null);
}

/**
 * Runs work on each, several at once. The first that fails stops the planning; nothing goes on when
 * this rejects.
 */
async function forEach<Value>(
  values: readonly Value[],
  { gate }: PlanningPorts,
  work: (value: Value, index: number) => Promise<void>,
): Promise<void> {
  const entries = values.entries();
  const read = async (): Promise<void> => {
    for (const [index, value] of entries) await work(value, index);
  };
  const readers = Array.from({ length: Math.min(READERS, values.length) }, read);
  try {
    await Promise.all(readers);
  } catch (error) {
    gate.stop();
    await Promise.allSettled(readers);
    throw error;
  }
}

/** Does work again, after a pause, while AWS throttles or cannot be reached. */
async function persist<Result>(
  work: () => Promise<Result>,
  { gate, clock }: PlanningPorts,
): Promise<Result> {
  for (let pauses = 0; ; pauses += 1) {
    if (gate.isStopped) throw new PlanningStopped();
    try {
      return await work();
    } catch (error) {
      if (gate.isStopped) throw new PlanningStopped();
      if (reasonToPause(error) === undefined) throw error;
      await clock.sleep(pauseMs(pauses, retryAfterMs(error)), gate.signal).catch(() => undefined);
    }
  }
}
