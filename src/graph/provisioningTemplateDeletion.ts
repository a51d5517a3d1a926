import type { GraphQLResolveInfo } from 'graphql';
import { type ErrorCode, GatewayError, mayHaveHappened } from '../errors.ts';
import type {
  CACertificatesOnDeletion,
  DeleteProvisioningTemplateInput,
  MutationResolvers,
  Resolvers,
  UserError,
} from '../generated/resolvers.ts';
import { arnOf, templateResource } from '../upstream/arn.ts';
import { PageTrail } from '../upstream/pageTrail.ts';
import {
  type CACertificateRow,
  caCertificateRows,
  caIdOf,
  describeTemplate,
  listCACertificates,
  present,
} from '../upstream/questions.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity } from './entities.ts';
import { toGlobalId } from './globalId.ts';
import { InputCheck } from './input.ts';
import {
  attempt,
  noSuchTemplate,
  refused,
  type TemplateDeletionOutcome,
  userError,
} from './mutation.ts';
import {
  aloneAtCACertificate,
  type CACertificateChanges,
  liveScope,
  readCACertificateLive,
  sendUpdate,
  templateRefusal,
} from './registration.ts';
import { isSelected } from './selection.ts';

const Mutation: Pick<MutationResolvers, 'deleteProvisioningTemplate'> = {
  deleteProvisioningTemplate: (_root, { input }, context, info) => remove(input, context, info),
};

const CHANGES_FIELD = ['caCertificates'];

/** What is to become of the CAs that name the template. */
type Plan =
  | { readonly kind: 'NONE' }
  | { readonly kind: CACertificatesOnDeletion; readonly changes: CACertificateChanges };

async function remove(
  input: DeleteProvisioningTemplateInput,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<TemplateDeletionOutcome> {
  const check = new InputCheck();
  const plan = planOf(input, check);
  if (check.problems.length > 0) return notDeleted(check.problems);
  const { templateName, moveToTemplateName } = input;
  if (typeof moveToTemplateName === 'string') {
    const question = describeTemplate(moveToTemplateName);
    const { value } = await context.upstream.door.read(question, liveScope(context));
    const refusal = templateRefusal(moveToTemplateName, value, ['moveToTemplateName']);
    if (refusal !== undefined) return notDeleted([refusal]);
  }
  const naming = await readNaming(templateName, plan.kind !== 'NONE', context);
  if (naming.rows.length > 0 && plan.kind === 'NONE') {
    return notDeleted([stillNamed(templateName, naming)]);
  }
  const tooMany = naming.rows.length > 0 ? refusalOfSoMany(naming, context) : undefined;
  if (tooMany !== undefined) return notDeleted([tooMany]);
  const changed: CACertificateEntity[] = [];
  try {
    if (naming.rows.length > 0 && plan.kind !== 'NONE') {
      const userErrors = await release(templateName, naming.rows, plan.changes, changed, context);
      if (userErrors.length > 0) return notDeleted(userErrors, changed);
    }
    return await sendDelete(templateName, changed, context, info);
  } catch (error) {
    // CAs were changed, and an error of the whole operation would hide which.
    if (changed.length === 0 || !(error instanceof GatewayError)) throw error;
    return notDeleted([stopped(error, changed.length)], changed);
  }
}

function planOf(input: DeleteProvisioningTemplateInput, check: InputCheck): Plan {
  const { templateName, caCertificates, moveToTemplateName } = input;
  check.text(['templateName'], 'templateName', templateName);
  check.text(['moveToTemplateName'], 'templateName', moveToTemplateName);
  if (caCertificates === 'MOVE_TO') {
    if (typeof moveToTemplateName !== 'string') {
      check.add(['moveToTemplateName'], '`input.moveToTemplateName` is needed with MOVE_TO.');
    } else if (moveToTemplateName === templateName) {
      check.add(
        ['moveToTemplateName'],
        '`input.moveToTemplateName` must be another template than the one to delete.',
      );
    } else {
      const registrationConfig = { templateName: moveToTemplateName };
      return { kind: 'MOVE_TO', changes: { registrationConfig } };
    }
  } else if (typeof moveToTemplateName === 'string') {
    check.add(['moveToTemplateName'], '`input.moveToTemplateName` goes with MOVE_TO only.');
  }
  return caCertificates === 'DETACH'
    ? { kind: 'DETACH', changes: { removeAutoRegistration: true } }
    : { kind: 'NONE' };
}

/** The CAs that name a template, read live. */
interface Naming {
  readonly rows: readonly CACertificateRow[];
  /** Whether these are all of them. */
  readonly isAll: boolean;
}

/** For a refusal one page says enough; to change them all are needed, as far as the budget goes. */
async function readNaming(
  templateName: string,
  wantsAll: boolean,
  context: GraphContext,
): Promise<Naming> {
  const scope = liveScope(context);
  const list = { templateName, ascendingOrder: true };
  const rows: CACertificateRow[] = [];
  const trail = new PageTrail();
  let token: string | undefined;
  do {
    const question = listCACertificates(list, token);
    trail.follow(question.key, question.action);
    const { value } = await context.upstream.door.read(question, scope);
    rows.push(...caCertificateRows(value));
    token = value?.nextMarker || undefined;
  } while (token !== undefined && wantsAll && callsFor(rows.length) <= scope.budget.left);
  return { rows, isAll: token === undefined };
}

/** A look and a change for each, and then the list and the deletion. */
function callsFor(caCertificates: number): number {
  return 2 * caCertificates + 2;
}

function counted({ rows, isAll }: Naming): string {
  if (!isAll) return `${rows.length} CA certificates or more`;
  return rows.length === 1 ? 'one CA certificate' : `${rows.length} CA certificates`;
}

const SHOWN_IDS = 3;

function stillNamed(templateName: string, naming: Naming): UserError {
  const ids = naming.rows.slice(0, SHOWN_IDS).map(caIdOf).join(', ');
  const more = naming.rows.length > SHOWN_IDS ? ' and others' : '';
  const message = `Provisioning template ${templateName} is named by ${counted(naming)} (${ids}${more}), whose new devices would not be provisioned. Give \`caCertificates\` to detach them or to move them to another template.`;
  return userError('DELETE_CONFLICT', message, CHANGES_FIELD);
}

/** What cannot be finished is not begun: too many for the budget, or for the time under the quota. */
function refusalOfSoMany(naming: Naming, { upstream, scope }: GraphContext): UserError | undefined {
  const { rows, isAll } = naming;
  const neededMs = upstream.permits.timeFor(
    'UpdateCACertificate',
    rows.length,
    scope.caller,
    scope.priority,
  );
  const hasTime = neededMs < scope.deadlineMs - upstream.nowMs();
  if (isAll && hasTime && callsFor(rows.length) <= scope.budget.left) return undefined;
  const message = `The template is named by ${counted(naming)}, more than one operation may change; nothing was changed. Change them in a bulk operation first, then delete the template.`;
  return userError('OPERATION_TOO_COSTLY', message, CHANGES_FIELD);
}

/**
 * Changes the CAs one after the other until none names the template. Answers why it could not;
 * `changed` receives each CA as soon as it was changed, for what comes after it may throw.
 */
async function release(
  templateName: string,
  rows: readonly CACertificateRow[],
  changes: CACertificateChanges,
  changed: CACertificateEntity[],
  context: GraphContext,
): Promise<readonly UserError[]> {
  for (const row of rows) {
    const certificateId = caIdOf(row);
    const released = await aloneAtCACertificate(certificateId, context, async () => {
      const detail = await readCACertificateLive(certificateId, context);
      // Somebody else deleted or moved it meanwhile, and that is to stand.
      if (detail?.registrationConfig?.templateName !== templateName) return undefined;
      return { detail, write: await sendUpdate(certificateId, changes, context, () => null) };
    });
    if (released === undefined) continue;
    const { detail, write } = released;
    if (write.kind === 'refused') {
      return write.userErrors.map(({ code, message }) => {
        const text = `CA certificate ${certificateId} could not be changed: ${message} ${leftAlone(changed.length)}`;
        return userError(code, text, CHANGES_FIELD);
      });
    }
    const arn = present(detail.certificateArn, 'certificateArn', 'DescribeCACertificate');
    changed.push(context.loaders.caCertificates.ref(certificateId, arn));
  }
  const left = await firstStillNaming(templateName, context);
  if (left === undefined) return [];
  const wasChanged = changed.some(({ certificateId }) => certificateId === left);
  const [code, what]: [ErrorCode, string] = wasChanged
    ? ['DETACH_NOT_EFFECTIVE', 'was changed, yet still names the template']
    : ['DELETE_CONFLICT', 'was made to name the template meanwhile'];
  const message = `CA certificate ${left} ${what}. ${leftAlone(changed.length)}`;
  return [userError(code, message, CHANGES_FIELD)];
}

/** A list may lag behind writes, so a CA in it is looked at before it counts. */
async function firstStillNaming(
  templateName: string,
  context: GraphContext,
): Promise<string | undefined> {
  const { rows } = await readNaming(templateName, true, context);
  for (const row of rows) {
    const certificateId = caIdOf(row);
    const detail = await readCACertificateLive(certificateId, context);
    if (detail?.registrationConfig?.templateName === templateName) return certificateId;
  }
  return undefined;
}

function wereChanged(changed: number): string {
  return changed === 1
    ? 'One CA certificate was changed'
    : `${changed} CA certificates were changed`;
}

const leftAlone = (changed: number): string =>
  `${changed === 0 ? 'No CA certificate was changed' : wereChanged(changed)}; the template was not deleted.`;

function stopped(error: GatewayError, changed: number): UserError {
  const end = mayHaveHappened(error)
    ? `${wereChanged(changed)}; whether the call that failed had an effect is not known.`
    : leftAlone(changed);
  return userError(error.code, `${error.message} ${end}`, CHANGES_FIELD);
}

async function sendDelete(
  templateName: string,
  changed: readonly CACertificateEntity[],
  { upstream, scope, loaders }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<TemplateDeletionOutcome> {
  let templateArn = arnOf(upstream.arnPrefix(), templateResource(templateName));
  if (
    templateArn === undefined &&
    isSelected(info, 'DeleteProvisioningTemplatePayload', 'deletedId')
  ) {
    const template = await loaders.templates.load(templateName);
    // In doubt it may be gone by an earlier run of the same mutation, which the write then finds out.
    if (template === null && scope.doubtSinceMs === undefined) {
      return notDeleted([noSuchTemplate(templateName)], changed);
    }
    templateArn = template?.templateArn;
  }
  const write = await attempt(
    () => upstream.write('DeleteProvisioningTemplate', { templateName }, scope),
    () => ['input', 'templateName'],
  );
  if (write.kind === 'refused') return notDeleted(write.userErrors, changed);
  const deletedId = templateArn === undefined ? null : toGlobalId(templateArn);
  return { deletedId, changedCACertificates: changed, warnings: [], userErrors: [] };
}

function notDeleted(
  userErrors: readonly UserError[],
  changed: readonly CACertificateEntity[] = [],
): TemplateDeletionOutcome {
  return { ...refused(userErrors), changedCACertificates: changed };
}

export const provisioningTemplateDeletionResolvers: Resolvers = { Mutation };
