import { createHash } from 'node:crypto';
import type {
  RegisterCACertificateRequest,
  RegistrationConfig,
  UpdateCACertificateRequest,
} from '@aws-sdk/client-iot';
import { GatewayError } from '../errors.ts';
import { certificateDer } from '../provisioning/x509.ts';
import type { ActionInput, ReadName, WriteName } from './actions.ts';
import type { Answer, Door, Question } from './door.ts';
import {
  type CACertificateDetail,
  caCertificateDetail,
  describeCACertificate,
  describeTemplate,
  getRegistrationCode,
  KEYS,
  listTags,
  type TemplateDetail,
  type TemplateRow,
} from './questions.ts';
import type { CallScope } from './scope.ts';
import { describeVersion, listVersions, versionIdOf, versionRows } from './versionQuestions.ts';
import type { Verdict } from './writes.ts';

/** A write of which it is not known whether it was made. */
export interface Sought<Name extends WriteName> {
  readonly action: Name;
  readonly input: ActionInput<Name>;
  /** Since when it may have been made, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

/** What was known before the write: when the thing was last changed, RFC 3339; or what it was. */
export type Before = string | undefined;

/** A template has five versions at most; their list comes first, or the template. */
export const MAX_READS_BACK = 7;

/** How far AWS's clock and ours may be apart; beyond it AWS refuses our signatures. */
const CLOCK_SKEW_MS = 5 * 60_000;

type Ask = <Name extends ReadName>(question: Question<Name>) => Promise<Answer<Name>>;

type Check<Name extends WriteName> = (
  sought: Sought<Name>,
  ask: Ask,
  before: Before,
) => Promise<Verdict<Name>>;

/**
 * When the thing that a write changes was last changed, or the code that it deletes, as far as the
 * cache knows.
 */
export function beforeOf<Name extends WriteName>(
  { cache }: Door,
  action: Name,
  input: ActionInput<Name>,
): Before {
  if (action === 'UpdateProvisioningTemplate') {
    const { templateName = '' } = input as ActionInput<'UpdateProvisioningTemplate'>;
    return cache.get<TemplateRow | null>(KEYS.templateRow(templateName))?.value?.lastModifiedDate;
  }
  if (action === 'UpdateCACertificate') {
    const { certificateId = '' } = input as ActionInput<'UpdateCACertificate'>;
    const { key } = describeCACertificate(certificateId);
    const known = cache.get<Answer<'DescribeCACertificate'>>(key);
    return known?.value?.certificateDescription?.lastModifiedDate;
  }
  if (action === 'DeleteRegistrationCode') {
    const { key } = getRegistrationCode();
    return cache.get<Answer<'GetRegistrationCode'>>(key)?.value?.registrationCode;
  }
  return undefined;
}

/** Finds out by reads, all of them live, what became of a write. Rejects when a read fails. */
export function readBack<Name extends WriteName>(
  door: Door,
  sought: Sought<Name>,
  before: Before,
  scope: CallScope,
): Promise<Verdict<Name>> {
  const live: CallScope = { ...scope, freshness: door.freshness(0) };
  const ask: Ask = async (question) => (await door.read(question, live)).value;
  const check: Check<Name> = CHECKS[sought.action];
  return check(sought, ask, before);
}

const CHECKS: { readonly [Name in WriteName]: Check<Name> } = {
  // Nothing tells of a claim but its answer.
  CreateProvisioningClaim: async () => ({ kind: 'unclear' }),

  /** After a deletion the question makes a new code, as the next one would that anybody asks. */
  async DeleteRegistrationCode(_sought, ask, before) {
    if (before === undefined) return { kind: 'unclear' };
    const found = await ask(getRegistrationCode());
    return gone(found?.registrationCode === before ? found : null);
  },

  async CreateProvisioningTemplate({ input, sinceMs }, ask) {
    const { templateName = '' } = input;
    const found = await ask(describeTemplate(templateName));
    if (found === null) return { kind: 'not-made' };
    if (!wasMadeSince(found.creationDate, sinceMs) || !isTheTemplate(found, input)) {
      return alreadyThere(`Provisioning template ${templateName}`);
    }
    const { templateArn, defaultVersionId } = found;
    return { kind: 'made', output: { templateArn, templateName, defaultVersionId } };
  },

  async UpdateProvisioningTemplate({ input, sinceMs }, ask, before) {
    const found = await ask(describeTemplate(input.templateName ?? ''));
    if (found === null) return { kind: 'not-made' };
    if (hasTemplateChanges(found, input)) return { kind: 'made', output: {} };
    return untouched(found.lastModifiedDate, sinceMs, before);
  },

  DeleteProvisioningTemplate: async ({ input }, ask) =>
    gone(await ask(describeTemplate(input.templateName ?? ''))),

  async CreateProvisioningTemplateVersion({ input, sinceMs }, ask) {
    const { templateName = '', templateBody } = input;
    const listed = await ask(listVersions(templateName, undefined));
    if (listed === null) return { kind: 'not-made' };
    const rows = versionRows(listed, templateName)
      .filter(({ creationDate }) => wasMadeSince(creationDate, sinceMs))
      .sort((one, other) => versionIdOf(other) - versionIdOf(one));
    for (const row of rows) {
      const version = await ask(describeVersion(templateName, versionIdOf(row)));
      if (version?.templateBody !== templateBody) continue;
      const { versionId, isDefaultVersion } = version ?? {};
      return { kind: 'made', output: { templateName, versionId, isDefaultVersion } };
    }
    return { kind: 'not-made' };
  },

  DeleteProvisioningTemplateVersion: async ({ input }, ask) =>
    gone(await ask(describeVersion(input.templateName ?? '', input.versionId ?? 0))),

  async RegisterCACertificate({ input, sinceMs }, ask) {
    const certificateId = certificateIdOfPem(input.caCertificate ?? '');
    if (certificateId === undefined) return { kind: 'unclear' };
    const found = caCertificateDetail(await ask(describeCACertificate(certificateId)));
    if (found === null) return { kind: 'not-made' };
    if (!wasMadeSince(found.creationDate, sinceMs) || !isTheCACertificate(found, input)) {
      return alreadyThere(`CA certificate ${certificateId}`);
    }
    return { kind: 'made', output: { certificateArn: found.certificateArn, certificateId } };
  },

  async UpdateCACertificate({ input, sinceMs }, ask, before) {
    const answer = await ask(describeCACertificate(input.certificateId ?? ''));
    const found = caCertificateDetail(answer);
    if (found === null) return { kind: 'not-made' };
    if (hasCAChanges(found, input)) return { kind: 'made', output: {} };
    return untouched(found.lastModifiedDate, sinceMs, before);
  },

  DeleteCACertificate: async ({ input }, ask) =>
    gone(await ask(describeCACertificate(input.certificateId ?? ''))),

  async TagResource({ input }, ask) {
    const tags = await allTags(input.resourceArn ?? '', ask);
    const isMade = (input.tags ?? []).every(({ Key = '', Value }) => tags?.get(Key) === Value);
    return tags !== undefined && isMade ? { kind: 'made', output: {} } : { kind: 'not-made' };
  },

  async UntagResource({ input }, ask) {
    const tags = await allTags(input.resourceArn ?? '', ask);
    const isMade = (input.tagKeys ?? []).every((key) => tags?.has(key) === false);
    return tags !== undefined && isMade ? { kind: 'made', output: {} } : { kind: 'not-made' };
  },
};

/** The id that AWS gives a certificate: the SHA-256 of its DER; undefined when it is not PEM. */
export function certificateIdOfPem(pem: string): string | undefined {
  const der = certificateDer(pem);
  return Buffer.isBuffer(der) ? createHash('sha256').update(der).digest('hex') : undefined;
}

function gone(found: unknown): Verdict<'DeleteCACertificate'> {
  return found === null ? { kind: 'made', output: {} } : { kind: 'not-made' };
}

function alreadyThere(what: string): { kind: 'refused'; error: GatewayError } {
  const message = `${what} exists already, and not as it was to be.`;
  return { kind: 'refused', error: new GatewayError('RESOURCE_ALREADY_EXISTS', message) };
}

/** What does not have the changes is as before, unless somebody has changed it meanwhile. */
function untouched(
  lastModifiedDate: string | undefined,
  sinceMs: number,
  before: Before,
): { kind: 'not-made' | 'unclear' } {
  const isAsBefore = before !== undefined && before === lastModifiedDate;
  const wasChanged = lastModifiedDate !== undefined && Date.parse(lastModifiedDate) > sinceMs;
  return { kind: isAsBefore || !wasChanged ? 'not-made' : 'unclear' };
}

function wasMadeSince(creationDate: string | undefined, sinceMs: number): boolean {
  return creationDate !== undefined && Date.parse(creationDate) >= sinceMs - CLOCK_SKEW_MS;
}

function isTheTemplate(
  found: TemplateDetail,
  input: ActionInput<'CreateProvisioningTemplate'>,
): boolean {
  return (
    found.templateBody === input.templateBody &&
    found.provisioningRoleArn === input.provisioningRoleArn &&
    (found.description ?? '') === (input.description ?? '') &&
    (found.enabled ?? false) === (input.enabled ?? false) &&
    (found.type ?? 'FLEET_PROVISIONING') === (input.type ?? 'FLEET_PROVISIONING') &&
    sameHook(found.preProvisioningHook, input.preProvisioningHook)
  );
}

function hasTemplateChanges(
  found: TemplateDetail,
  input: ActionInput<'UpdateProvisioningTemplate'>,
): boolean {
  const { description, enabled, defaultVersionId, provisioningRoleArn } = input;
  return (
    (description === undefined || (found.description ?? '') === description) &&
    (enabled === undefined || found.enabled === enabled) &&
    (defaultVersionId === undefined || found.defaultVersionId === defaultVersionId) &&
    (provisioningRoleArn === undefined || found.provisioningRoleArn === provisioningRoleArn) &&
    (input.preProvisioningHook === undefined ||
      sameHook(found.preProvisioningHook, input.preProvisioningHook)) &&
    (input.removePreProvisioningHook !== true || !found.preProvisioningHook)
  );
}

interface Hook {
  readonly targetArn: string | undefined;
  readonly payloadVersion?: string | undefined;
}

/** AWS may fill in a version of the payload where none was given. */
function sameHook(found: Hook | undefined, given: Hook | undefined): boolean {
  return (
    found?.targetArn === given?.targetArn &&
    (given?.payloadVersion === undefined || found?.payloadVersion === given.payloadVersion)
  );
}

function isTheCACertificate(
  found: CACertificateDetail,
  input: RegisterCACertificateRequest,
): boolean {
  return (
    found.status === (input.setAsActive === true ? 'ACTIVE' : 'INACTIVE') &&
    found.autoRegistrationStatus ===
      (input.allowAutoRegistration === true ? 'ENABLE' : 'DISABLE') &&
    (found.certificateMode ?? 'DEFAULT') === (input.certificateMode ?? 'DEFAULT') &&
    hasRegistration(found, input.registrationConfig)
  );
}

function hasCAChanges(found: CACertificateDetail, input: UpdateCACertificateRequest): boolean {
  const { newStatus, newAutoRegistrationStatus, registrationConfig } = input;
  return (
    (newStatus === undefined || found.status === newStatus) &&
    (newAutoRegistrationStatus === undefined ||
      found.autoRegistrationStatus === newAutoRegistrationStatus) &&
    (registrationConfig === undefined || hasRegistration(found, registrationConfig)) &&
    (input.removeAutoRegistration !== true ||
      (found.autoRegistrationStatus === 'DISABLE' && hasRegistration(found, undefined)))
  );
}

/** A role that was there already may stand beside a name. */
function hasRegistration(
  { registrationConfig: found }: CACertificateDetail,
  given: RegistrationConfig | undefined,
): boolean {
  return (
    found?.templateName === given?.templateName &&
    found?.templateBody === given?.templateBody &&
    (given?.roleArn === undefined || found?.roleArn === given.roleArn)
  );
}

/** Undefined when there is no such resource. */
async function allTags(
  resourceArn: string,
  ask: Ask,
): Promise<ReadonlyMap<string, string | undefined> | undefined> {
  const tags = new Map<string, string | undefined>();
  let token: string | undefined;
  for (let page = 0; page < MAX_READS_BACK; page += 1) {
    const answer = await ask(listTags(resourceArn, token));
    if (answer === null) return undefined;
    for (const { Key = '', Value } of answer.tags ?? []) tags.set(Key, Value);
    token = answer.nextToken;
    if (token === undefined) return tags;
  }
  return undefined;
}
