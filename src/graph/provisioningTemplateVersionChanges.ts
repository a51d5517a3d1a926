import type { GraphQLResolveInfo } from 'graphql';
import { GatewayError } from '../errors.ts';
import type {
  CreateProvisioningTemplateVersionInput,
  MutationResolvers,
  Resolvers,
  SetDefaultProvisioningTemplateVersionInput,
} from '../generated/resolvers.ts';
import { arnOf, templateResource } from '../upstream/arn.ts';
import { KEYS, type TemplateRow } from '../upstream/questions.ts';
import {
  listVersions,
  type VersionRow,
  versionIdOf,
  versionKey,
  versionRows,
} from '../upstream/versionQuestions.ts';
import { unchangedWarning, warningsInForce } from './bodyWarning.ts';
import type { GraphContext } from './context.ts';
import type { TemplateEntity, VersionEntity } from './entities.ts';
import { versionGlobalId } from './globalId.ts';
import { InputCheck } from './input.ts';
import {
  attempt,
  noSuchTemplate,
  refused,
  userError,
  type VersionDeletionOutcome,
  type VersionOutcome,
} from './mutation.ts';
import { allRows } from './pages.ts';
import { isSelected, requestedLevels } from './selection.ts';

const Mutation: Pick<
  MutationResolvers,
  | 'createProvisioningTemplateVersion'
  | 'deleteProvisioningTemplateVersion'
  | 'setDefaultProvisioningTemplateVersion'
> = {
  createProvisioningTemplateVersion: (_root, { input }, context) => create(input, context),
  deleteProvisioningTemplateVersion: (_root, { input }, context, info) =>
    remove(input.templateName, input.versionId, context, info),
  setDefaultProvisioningTemplateVersion: (_root, { input }, context, info) =>
    setDefault(input, context, info),
};

/** A version before it is made: what AWS is sent. */
interface Draft {
  readonly templateName: string;
  readonly templateBody: string;
  readonly setAsDefault: boolean;
}

async function create(
  input: CreateProvisioningTemplateVersionInput,
  context: GraphContext,
): Promise<VersionOutcome> {
  const { templateName, setAsDefault, prune } = input;
  const check = new InputCheck();
  check.text(['templateName'], 'templateName', templateName);
  if (check.problems.length > 0) return notMade(check.problems);
  const asJson = (input.templateBodyJson ?? undefined) !== undefined;
  const template = asJson ? await loadTemplate(templateName, context) : undefined;
  if (template === null) return notMade([noSuchTemplate(templateName)]);
  const type = typeOf(templateName, context);
  const stored = template?.detail?.templateBody;
  const templateBody = check.body([], input, {
    ...(type === undefined ? {} : { type }),
    ...(stored === undefined ? {} : { stored }),
  });
  if (templateBody === undefined && check.problems.length === 0) {
    check.add(['templateBody'], 'Give `templateBody` or `templateBodyJson`.');
  }
  if (check.problems.length > 0 || templateBody === undefined) return notMade(check.problems);
  if (templateBody === stored) check.warnings.push(unchangedWarning(['input', 'templateBodyJson']));
  const draft = { templateName, templateBody, setAsDefault: setAsDefault ?? false };
  const outcome = await make(draft, prune === 'OLDEST_NON_DEFAULT', context);
  return outcome.versionId === null ? outcome : { ...outcome, warnings: check.warnings };
}

async function make(
  draft: Draft,
  mayPrune: boolean,
  context: GraphContext,
): Promise<VersionOutcome> {
  const first = await send(draft, context);
  if (first.kind === 'made') return first.outcome;
  if (!first.isFull) return notMade(first.userErrors);
  if (!mayPrune) return notMade(withAdvice(first.userErrors));
  return createAfterPruning(draft, context);
}

/**
 * The template of a body given as JSON: what the body does not change of the text in force keeps its
 * bytes. A failure to read it is not one of the write.
 */
async function loadTemplate(
  templateName: string,
  { loaders }: GraphContext,
): Promise<TemplateEntity | null | undefined> {
  try {
    return await loaders.templates.load(templateName);
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

/** The type of a template where it is known; it is not asked for. */
function typeOf(
  templateName: string,
  { upstream, scope }: GraphContext,
): TemplateRow['type'] | undefined {
  const key = KEYS.templateRow(templateName);
  return upstream.door.peek<TemplateRow | null>('ListProvisioningTemplates', key, scope)?.value
    ?.type;
}

/** AWS has refused the version because there are five: one makes room, and it is sent again. */
async function createAfterPruning(draft: Draft, context: GraphContext): Promise<VersionOutcome> {
  const { templateName } = draft;
  const pruned = await prune(templateName, context);
  if (pruned.kind === 'refused') return notMade(pruned.userErrors);
  const { prunedVersionId } = pruned;
  try {
    const second = await send(draft, context);
    return second.kind === 'made'
      ? { ...second.outcome, prunedVersionId }
      : { ...notMade(second.userErrors), prunedVersionId };
  } catch (error) {
    if (!(error instanceof GatewayError) || prunedVersionId === null) throw error;
    const message = `${error.message} Version ${prunedVersionId} of ${templateName} had been deleted by then to make room.`;
    throw new GatewayError(error.code, message, error.details, error);
  }
}

type Sent =
  | { readonly kind: 'made'; readonly outcome: VersionOutcome }
  | {
      readonly kind: 'refused';
      readonly isFull: boolean;
      readonly userErrors: VersionOutcome['userErrors'];
    };

async function send(draft: Draft, { upstream, scope }: GraphContext): Promise<Sent> {
  const { templateName } = draft;
  const write = await attempt(
    () => upstream.write('CreateProvisioningTemplateVersion', draft, scope),
    ({ code }) => (code === 'RESOURCE_NOT_FOUND' ? ['input', 'templateName'] : null),
  );
  if (write.kind === 'refused') {
    // AWS's model has an exception of its own for it; AWS's CloudFormation handlers expect the other.
    const isFull = write.userErrors.some(
      ({ code }) => code === 'VERSIONS_LIMIT_EXCEEDED' || code === 'LIMIT_EXCEEDED',
    );
    return { kind: 'refused', isFull, userErrors: write.userErrors };
  }
  const { versionId = null, templateArn = null } = write.result;
  return {
    kind: 'made',
    outcome: {
      templateName,
      templateArn,
      versionId,
      prunedVersionId: null,
      warnings: [],
      userErrors: [],
    },
  };
}

/** Deletes the oldest version that is not the default, by a list read now. */
async function prune(
  templateName: string,
  { upstream, scope }: GraphContext,
): Promise<
  | { readonly kind: 'pruned'; readonly prunedVersionId: number | null }
  | { readonly kind: 'refused'; readonly userErrors: VersionOutcome['userErrors'] }
> {
  const { door } = upstream;
  const now = { ...scope, freshness: door.freshness(0) };
  const rows = await allRows<VersionRow>(async (token) => {
    const { value } = await door.read(listVersions(templateName, token), now);
    return { rows: versionRows(value, templateName), nextToken: value?.nextToken || undefined };
  });
  const candidates = rows.filter(({ isDefaultVersion }) => isDefaultVersion === false);
  if (candidates.length === 0) {
    const message = `Provisioning template ${templateName} has no version beside its default one that could be deleted.`;
    return {
      kind: 'refused',
      userErrors: [userError('VERSIONS_LIMIT_EXCEEDED', message, ['prune'])],
    };
  }
  const versionId = Math.min(...candidates.map(versionIdOf));
  const write = await attempt(
    () => upstream.write('DeleteProvisioningTemplateVersion', { templateName, versionId }, scope),
    () => ['input', 'prune'],
  );
  if (write.kind === 'done') return { kind: 'pruned', prunedVersionId: versionId };
  // Somebody else has just deleted it, so there is room.
  const isGone = write.userErrors.every(({ code }) => code === 'RESOURCE_NOT_FOUND');
  if (isGone) return { kind: 'pruned', prunedVersionId: null };
  return { kind: 'refused', userErrors: write.userErrors };
}

function withAdvice(userErrors: VersionOutcome['userErrors']): VersionOutcome['userErrors'] {
  return userErrors.map(({ code, message }) =>
    userError(
      code,
      `${sentence(message)} Give \`prune: OLDEST_NON_DEFAULT\`, or delete a version with deleteProvisioningTemplateVersion.`,
      ['prune'],
    ),
  );
}

/** AWS ends some of its messages with a full stop and others with none. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function notMade(userErrors: VersionOutcome['userErrors']): VersionOutcome {
  return { ...refused(userErrors), templateArn: null, versionId: null, prunedVersionId: null };
}

async function remove(
  templateName: string,
  versionId: number,
  { upstream, scope, loaders }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<VersionDeletionOutcome> {
  const check = checkVersion(templateName, versionId);
  if (check.problems.length > 0) return refused(check.problems);
  let templateArn = arnOf(upstream.arnPrefix(), templateResource(templateName));
  if (
    templateArn === undefined &&
    isSelected(info, 'DeleteProvisioningTemplateVersionPayload', 'deletedId')
  ) {
    const template = await loaders.templates.load(templateName);
    if (template === null) return refused([noSuchTemplate(templateName)]);
    templateArn = template.templateArn;
  }
  const write = await attempt(
    () => upstream.write('DeleteProvisioningTemplateVersion', { templateName, versionId }, scope),
    (error) => fieldOfVersion(templateName, error),
  );
  if (write.kind === 'refused') return refused(write.userErrors.map(withWayOut));
  const deletedId = templateArn === undefined ? null : versionGlobalId(templateArn, versionId);
  return { templateName, deletedId, warnings: [], userErrors: [] };
}

function withWayOut(error: VersionOutcome['userErrors'][number]) {
  if (error.code !== 'DELETE_CONFLICT') return error;
  const message = `${sentence(error.message)} Put another version in force first, with setDefaultProvisioningTemplateVersion.`;
  return { ...error, message };
}

async function setDefault(
  { templateName, versionId }: SetDefaultProvisioningTemplateVersionInput,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<VersionOutcome> {
  const { upstream, scope } = context;
  const check = checkVersion(templateName, versionId);
  if (check.problems.length > 0) return notMade(check.problems);
  const write = await attempt(
    () =>
      upstream.write(
        'UpdateProvisioningTemplate',
        { templateName, defaultVersionId: versionId },
        scope,
      ),
    (error) => (error.code === 'RESOURCE_NOT_FOUND' ? fieldOfVersion(templateName, error) : null),
  );
  if (write.kind === 'refused') return notMade(write.userErrors);
  const warnings = isSelected(info, 'SetDefaultProvisioningTemplateVersionPayload', 'warnings')
    ? await warningsInForce(templateName, ['input', 'versionId'], context)
    : [];
  return {
    templateName,
    templateArn: null,
    versionId,
    prunedVersionId: null,
    warnings,
    userErrors: [],
  };
}

/** Whether the template or its version is missing, only AWS's words tell. */
function fieldOfVersion(templateName: string, { code, message }: GatewayError): string[] {
  const isOfVersion = /version/i.test(message.replaceAll(templateName, ''));
  return ['input', code === 'RESOURCE_NOT_FOUND' && !isOfVersion ? 'templateName' : 'versionId'];
}

function checkVersion(templateName: string, versionId: number): InputCheck {
  const check = new InputCheck();
  check.text(['templateName'], 'templateName', templateName);
  if (versionId < 1) check.add(['versionId'], '`input.versionId` is counted from 1.');
  return check;
}

/** The template of a payload; the write has proven that it is there. */
async function templateOf(
  { templateName }: { readonly templateName: string | null },
  _args: unknown,
  { upstream, loaders, levels }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<TemplateEntity | null> {
  if (templateName === null) return null;
  const arn = arnOf(upstream.arnPrefix(), templateResource(templateName));
  if (arn === undefined) return loaders.templates.load(templateName);
  const requested = requestedLevels(info, 'ProvisioningTemplate', levels);
  return loaders.templates.reach(templateName, arn, requested);
}

/** The version of a payload. */
async function versionOf(
  { templateName, templateArn, versionId }: VersionOutcome,
  _args: unknown,
  { upstream, loaders, levels }: GraphContext,
  info: GraphQLResolveInfo,
): Promise<VersionEntity | null> {
  if (templateName === null || versionId === null) return null;
  const arn =
    templateArn ??
    arnOf(upstream.arnPrefix(), templateResource(templateName)) ??
    (await loaders.templates.load(templateName))?.templateArn;
  if (arn === undefined) return null;
  const requested = requestedLevels(info, 'ProvisioningTemplateVersion', levels);
  return loaders.versions.reach(versionKey(templateName, versionId), arn, requested);
}

export const provisioningTemplateVersionChangeResolvers: Resolvers = {
  Mutation,
  CreateProvisioningTemplateVersionPayload: {
    provisioningTemplate: templateOf,
    provisioningTemplateVersion: versionOf,
  },
  DeleteProvisioningTemplateVersionPayload: { provisioningTemplate: templateOf },
  SetDefaultProvisioningTemplateVersionPayload: {
    provisioningTemplate: templateOf,
    provisioningTemplateVersion: versionOf,
  },
};
