import type { Begun } from '../bulk/bulkOperations.ts';
import { type Item, type Outcome as ItemOutcome, isSettled } from '../bulk/item.ts';
import { MAX_PREFIX_LENGTH } from '../bulk/migration.ts';
import {
  hasEnded,
  type Intent,
  type Operation,
  type Selection,
  totalOf,
} from '../bulk/operation.ts';
import { MAX_ITEMS } from '../bulk/planning.ts';
import type { CAState } from '../bulk/registration.ts';
import type { PlacedItem } from '../bulk/store.ts';
import { GatewayError } from '../errors.ts';
import type {
  BulkItemOutcome,
  BulkItemResolvers,
  BulkOperationResolvers,
  CACertificateFilter,
  CARegistrationStateResolvers,
  MutationResolvers,
  QueryResolvers,
  Resolvers,
  SubscriptionResolvers,
  UserError,
  Warning,
} from '../generated/resolvers.ts';
import type { BulkOutcome } from './bulkOutcome.ts';
import { filterToJson } from './bulkSelection.ts';
import { windowOf } from './connection.ts';
import type { GraphContext } from './context.ts';
import { dateOf } from './dateTime.ts';
import { InputCheck } from './input.ts';
import { userError } from './mutation.ts';
import { planForbidden } from './planRights.ts';
import { templateRefusal, templateWarnings } from './registration.ts';
import { walk } from './walk.ts';

/** How long a mutation waits for its plan, in milliseconds, when its deadline allows. */
const PLAN_WAIT_MS = 10_000;
/** Left of the deadline for the answer. */
const ANSWER_MS = 1000;
/** As in the schema; codegen takes a field with a default for one that may be missing. */
const DEFAULT_PREFIX = 'jitp';
const OPERATIONS_PER_PAGE = 100;
/** Twenty pages of a filtered walk are more than the items that one operation may have. */
const ITEMS_PER_PAGE = MAX_ITEMS / 10;

/** Operations change by themselves, so an answer with one holds for no time at all. */
function bulkOf({ bulk, scope }: GraphContext) {
  scope.inputs.expireNow();
  return bulk;
}

const Query: Pick<QueryResolvers, 'bulkOperation' | 'bulkOperations'> = {
  bulkOperation: async (_root, { id }, context) => (await bulkOf(context).find(id)) ?? null,

  bulkOperations: (_root, args, context, info) => {
    const bulk = bulkOf(context);
    return walk<Operation, Operation>(
      {
        list: 'bulkOperations',
        keyOf: ({ id }) => id,
        toItem: (operation) => operation,
        async page(token) {
          const rows = await bulk.list(OPERATIONS_PER_PAGE, token);
          const isFull = rows.length === OPERATIONS_PER_PAGE;
          return { rows, nextToken: isFull ? rows.at(-1)?.id : undefined };
        },
      },
      windowOf(args, info, context.levels),
    );
  },
};

const Mutation: Pick<
  MutationResolvers,
  | 'planAttach'
  | 'planDetach'
  | 'planInlineMigration'
  | 'revertBulkOperation'
  | 'applyPlan'
  | 'cancelBulkOperation'
> = {
  planAttach: async (_root, { input }, context) => {
    const { templateName, enableAutoRegistration = false, activate = false } = input;
    const check = new InputCheck();
    check.text(['templateName'], 'templateName', templateName);
    const selection = selectionOf(input, check);
    if (selection === undefined) return notPlanned(check.problems);
    const template = await context.loaders.templates.load(templateName);
    const refusal = templateRefusal(templateName, template?.detail ?? null, ['templateName']);
    if (template === null || refusal !== undefined) return notPlanned(refusal ? [refusal] : []);
    return plan(
      { kind: 'ATTACH', selection, templateName, enableAutoRegistration, activate },
      context,
      templateWarnings(template),
    );
  },

  planDetach: async (_root, { input }, context) => {
    const check = new InputCheck();
    const selection = selectionOf(input, check);
    return selection === undefined
      ? notPlanned(check.problems)
      : plan({ kind: 'DETACH', selection }, context);
  },

  planInlineMigration: async (_root, { input }, context) => {
    const { templateNamePrefix = DEFAULT_PREFIX, certificateIds, filter } = input;
    const check = new InputCheck();
    const path = ['templateNamePrefix'];
    check.text(path, 'templateName', templateNamePrefix);
    if (templateNamePrefix.length > MAX_PREFIX_LENGTH) {
      const message = `\`input.templateNamePrefix\` may have ${MAX_PREFIX_LENGTH} characters, so that a digest can follow; it has ${templateNamePrefix.length}.`;
      check.add(path, message);
    }
    // A filter that leaves inline bodies out leaves nothing to migrate.
    const isOut = filter?.registration && !filter.registration.includes('INLINE');
    const inline: CACertificateFilter = { ...filter, registration: isOut ? [] : ['INLINE'] };
    const selection = selectionOf(certificateIds ? input : { filter: inline }, check);
    return selection === undefined
      ? notPlanned(check.problems)
      : plan({ kind: 'INLINE_MIGRATION', selection, templateNamePrefix }, context);
  },

  revertBulkOperation: async (_root, { input: { id } }, context) => {
    const operation = await bulkOf(context).find(id);
    if (operation === undefined) return notPlanned([noSuchOperation(id, 'id')]);
    if (!hasEnded(operation.state) || operation.startedMs === null) {
      return notPlanned([
        wrongState(operation, 'id', 'Only an operation that is over can be undone.'),
      ]);
    }
    return plan({ kind: 'REVERT', operationId: id }, context);
  },

  applyPlan: async (_root, { input: { planId } }, context) => {
    const planned = await bulkOf(context).find(planId);
    const forbidden =
      planned && planForbidden(planned.intent, context.caller.scopes, 'applyPlan(input).planId');
    if (forbidden !== undefined) throw forbidden;
    const result = await bulkOf(context).apply(planId, context.scope.caller);
    const { doubtSinceMs = Number.POSITIVE_INFINITY } = context.scope;
    const startedMs = result.operation?.startedMs ?? Number.NEGATIVE_INFINITY;
    // The same request, before the gateway was killed, has started it.
    if (startedMs >= doubtSinceMs) return done(planId);
    return begun(result, planId, 'planId', 'Only a plan can be applied, once.');
  },

  cancelBulkOperation: async (_root, { input: { id } }, context) =>
    begun(await bulkOf(context).cancel(id), id, 'id', 'There is nothing left to cancel.'),
};

/** The CAs that the input of a plan names; undefined when it is wrong, which the check then tells. */
function selectionOf(
  input: {
    readonly certificateIds?: readonly string[] | null | undefined;
    readonly filter?: CACertificateFilter | null | undefined;
  },
  check: InputCheck,
): Selection | undefined {
  const { certificateIds, filter } = input;
  check.text(['filter', 'templateName'], 'templateName', filter?.templateName);
  if (certificateIds && filter) {
    check.add(['filter'], 'Give `certificateIds` or `filter`, not both.');
  } else if (!certificateIds && !filter) {
    check.add([], 'Give `certificateIds`, or `filter`; `{}` means all CAs.');
  }
  if (certificateIds && certificateIds.length > MAX_ITEMS) {
    const message = `\`input.certificateIds\` may hold ${MAX_ITEMS} ids; it holds ${certificateIds.length}.`;
    check.add(['certificateIds'], message);
  }
  certificateIds?.slice(0, MAX_ITEMS).forEach((id, index) => {
    check.text(['certificateIds', String(index)], 'certificateId', id);
  });
  if (check.problems.length > 0) return undefined;
  return certificateIds
    ? { kind: 'IDS', certificateIds: [...new Set(certificateIds.map((id) => id.toLowerCase()))] }
    : { kind: 'FILTER', filter: filterToJson(filter ?? {}) };
}

async function plan(
  intent: Intent,
  context: GraphContext,
  warnings: readonly Warning[] = [],
): Promise<BulkOutcome> {
  const bulk = bulkOf(context);
  const { scope, upstream } = context;
  const begun = await bulk.plan(intent, scope.caller);
  if (begun.kind === 'REFUSED') return notPlanned([tooMany()]);
  const operationId = begun.operation.id;
  const leftMs = scope.deadlineMs - upstream.nowMs() - ANSWER_MS;
  await bulk.planned(operationId, Math.max(0, Math.min(PLAN_WAIT_MS, leftMs)));
  return { ...done(operationId), warnings };
}

function begun(result: Begun, id: string, field: string, rule: string): BulkOutcome {
  if (result.kind === 'BEGUN') return done(id);
  const problem = refusal(result, id, field, rule);
  return { operationId: null, warnings: [], userErrors: [problem] };
}

function refusal(
  { refusal, operation }: Extract<Begun, { kind: 'REFUSED' }>,
  id: string,
  field: string,
  rule: string,
): UserError {
  if (refusal === 'TOO_MANY') return tooMany();
  return operation === undefined ? noSuchOperation(id, field) : wrongState(operation, field, rule);
}

const done = (operationId: string): BulkOutcome => ({
  operationId,
  warnings: [],
  userErrors: [],
});

const notPlanned = (userErrors: readonly UserError[]): BulkOutcome => ({
  operationId: null,
  warnings: [],
  userErrors,
});

const noSuchOperation = (id: string, field: string): UserError =>
  userError('RESOURCE_NOT_FOUND', `There is no bulk operation ${id}, or none any more.`, [field]);

const wrongState = ({ state }: Operation, field: string, rule: string): UserError =>
  userError('OPERATION_STATE', `Its state is ${state.kind}. ${rule}`, [field]);

const tooMany = (): UserError =>
  userError(
    'TOO_MANY_OPERATIONS',
    'Too many plans and bulk operations are under way; wait for one to end, or cancel one.',
    [],
  );

const Subscription: SubscriptionResolvers = {
  bulkOperation: {
    subscribe: async (_root, { id }, { bulk }) => {
      const changes = await bulk.watch(id);
      if (changes === undefined) {
        throw new GatewayError('RESOURCE_NOT_FOUND', `There is no bulk operation ${id}.`);
      }
      return changes;
    },
    // The events are the operation itself.
    resolve: (operation: Operation) => operation,
  },
};

const BulkOperation: BulkOperationResolvers = {
  kind: ({ intent }) => intent.kind,
  state: ({ state }) => state.kind,
  reason: ({ state }) => (state.kind === 'PAUSED' || state.kind === 'FAILED' ? state.reason : null),
  plannedBy: ({ caller }) => caller,
  appliedBy: ({ startedMs, appliedBy, caller }) =>
    startedMs === null ? null : (appliedBy ?? caller),
  pausedUntil: ({ state }) => dateOf(state.kind === 'PAUSED' ? state.untilMs : null),
  durable: (_operation, _args, { bulk }) => bulk.isDurable,
  creationDate: ({ createdMs }) => new Date(createdMs).toISOString(),
  startDate: ({ startedMs }) => dateOf(startedMs),
  endDate: ({ endedMs }) => dateOf(endedMs),
  templateName: ({ intent }) => (intent.kind === 'ATTACH' ? intent.templateName : null),
  revertedOperationId: ({ intent }) => (intent.kind === 'REVERT' ? intent.operationId : null),
  counts: ({ counts }) => ({
    total: totalOf(counts),
    pending: counts.PENDING,
    changed: counts.CHANGED,
    unchanged: counts.UNCHANGED,
    refused: counts.REFUSED,
    conflict: counts.CONFLICT,
    failed: counts.FAILED,
  }),
  price: ({ price }) => {
    const actions = Object.entries(price).map(([action, calls]) => ({ action, calls }));
    return { calls: actions.reduce((sum, { calls }) => sum + calls, 0), actions };
  },
  remainingMs: (operation, _args, { bulk }) => bulk.remainingMs(operation),
  groups: ({ groups }) => [...groups],
  items: ({ id }, { outcome, ...args }, { bulk, levels }, info) =>
    walk<Item, PlacedItem>(
      {
        list: JSON.stringify(['bulkItems', id, outcome ?? null]),
        keyOf: ({ item }) => item.certificateId,
        toItem: ({ item }) => item,
        matches: outcome ? ({ item }) => outcome.includes(shownOutcome(item.outcome)) : undefined,
        async page(token) {
          const rows = await bulk.items(id, Number(token ?? -1), ITEMS_PER_PAGE);
          const isFull = rows.length === ITEMS_PER_PAGE;
          return { rows, nextToken: isFull ? String(rows.at(-1)?.index) : undefined };
        },
      },
      windowOf(args, info, levels),
    ),
};

const shownOutcome = (outcome: ItemOutcome): BulkItemOutcome =>
  isSettled({ outcome }) && outcome.kind !== 'INTENDED' ? outcome.kind : 'PENDING';

const BulkItem: BulkItemResolvers = {
  outcome: ({ outcome }) => shownOutcome(outcome),
  code: ({ outcome }) => {
    if (outcome.kind === 'CONFLICT') return 'CONFLICTING_RESOURCE_UPDATE';
    return 'code' in outcome ? outcome.code : null;
  },
  message: ({ outcome }) => ('message' in outcome ? outcome.message : null),
  found: ({ outcome }: Item) => (outcome.kind === 'CONFLICT' ? outcome.found : null),
};

const CARegistrationState: CARegistrationStateResolvers = {
  registration: ({ registrationConfig }: CAState) => {
    if (registrationConfig === null) return 'NONE';
    return registrationConfig.templateName === undefined ? 'INLINE' : 'NAMED';
  },
  templateName: ({ registrationConfig }) => registrationConfig?.templateName ?? null,
  templateBody: ({ registrationConfig }) => registrationConfig?.templateBody ?? null,
  roleArn: ({ registrationConfig }) => registrationConfig?.roleArn ?? null,
};

/** The plan or operation of a payload; null when there is none, or none any more. */
const shown = async (
  { operationId }: BulkOutcome,
  _args: unknown,
  { bulk }: GraphContext,
): Promise<Operation | null> =>
  typeof operationId === 'string' ? ((await bulk.find(operationId)) ?? null) : null;

export const bulkOperationResolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  PlanAttachPayload: { plan: shown },
  PlanDetachPayload: { plan: shown },
  PlanInlineMigrationPayload: { plan: shown },
  RevertBulkOperationPayload: { plan: shown },
  ApplyPlanPayload: { bulkOperation: shown },
  CancelBulkOperationPayload: { bulkOperation: shown },
  BulkOperation,
  BulkItem,
  CARegistrationState,
};
