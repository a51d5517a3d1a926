import type { ProvisioningTemplateVersionSummary } from '@aws-sdk/client-iot';
import { GatewayError } from '../errors.ts';
import { type ActionOutput, PAGE_SIZE } from './actions.ts';
import type { Answer, Question } from './door.ts';
import type { Plain } from './plain.ts';
import { KEYS, present, THINGS } from './questions.ts';

/** A version as ListProvisioningTemplateVersions shows it. */
export type VersionRow = Plain<ProvisioningTemplateVersionSummary>;
/** A version with its body, as DescribeProvisioningTemplateVersion shows it. */
export type VersionDetail = Plain<ActionOutput<'DescribeProvisioningTemplateVersion'>>;

/** Which of the templates that ever had a name: what a version's body is constant for. */
export interface TemplateLife {
  readonly templateArn: string;
  readonly creationDate: string;
}

/** `NAME/3`: what a version is known by inside the gateway; names hold no slash. */
export function versionKey(templateName: string, versionId: number): string {
  return `${templateName}/${versionId}`;
}

/** The two parts of what `versionKey` made. */
export function parseVersionKey(key: string): { templateName: string; versionId: number } {
  const slash = key.lastIndexOf('/');
  return { templateName: key.slice(0, slash), versionId: Number(key.slice(slash + 1)) };
}

/** A page of a template's versions, by ListProvisioningTemplateVersions. */
export function listVersions(
  templateName: string,
  token: string | undefined,
): Question<'ListProvisioningTemplateVersions'> {
  const own = [THINGS.versions(templateName), THINGS.defaultVersion(templateName)];
  return {
    action: 'ListProvisioningTemplateVersions',
    input: { templateName, maxResults: PAGE_SIZE, nextToken: token },
    key: `list/versions/${templateName}/${token ?? ''}`,
    things: (answer) =>
      answer === null
        ? own
        : [
            ...own,
            ...versionRows(answer, templateName).map((row) =>
              THINGS.version(templateName, versionIdOf(row)),
            ),
          ],
    learn({ value, ...when }, cache) {
      if (value === null) return;
      for (const row of versionRows(value, templateName)) {
        const id = versionIdOf(row);
        const things = [THINGS.version(templateName, id), THINGS.defaultVersion(templateName)];
        cache.put(KEYS.versionRow(templateName, id), { ...when, value: row }, things);
      }
    },
  };
}

/**
 * One version with its body, by DescribeProvisioningTemplateVersion. `life`: the template as it was known before the question, so
 * that its body can be kept for it.
 */
export function describeVersion(
  templateName: string,
  versionId: number,
  life?: TemplateLife,
): Question<'DescribeProvisioningTemplateVersion'> {
  const version = THINGS.version(templateName, versionId);
  const things = [version, THINGS.defaultVersion(templateName)];
  return {
    action: 'DescribeProvisioningTemplateVersion',
    input: { templateName, versionId },
    key: `detail/version/${templateName}/${versionId}`,
    things: () => things,
    learn({ value, ...when }, cache) {
      const row = value && {
        versionId: value.versionId,
        creationDate: value.creationDate,
        isDefaultVersion: value.isDefaultVersion,
      };
      cache.put(KEYS.versionRow(templateName, versionId), { ...when, value: row }, things);
      if (life === undefined || value?.templateBody === undefined) return;
      const key = KEYS.versionBody(life.templateArn, life.creationDate, versionId);
      const madeFrom = [THINGS.templateLife(templateName), version];
      cache.put(key, { ...when, value: value.templateBody }, madeFrom);
    },
  };
}

/** The rows of a page; throws RESOURCE_NOT_FOUND when the template is gone. */
export function versionRows(
  answer: Answer<'ListProvisioningTemplateVersions'>,
  templateName: string,
): readonly VersionRow[] {
  if (answer === null) {
    const message = `Provisioning template ${templateName} is gone: it was deleted while it was read.`;
    throw new GatewayError('RESOURCE_NOT_FOUND', message);
  }
  return present(answer.versions, 'versions', 'ListProvisioningTemplateVersions');
}

/** Throws UPSTREAM_PROTOCOL when AWS left it out. */
export const versionIdOf = (row: VersionRow): number =>
  present(row.versionId, 'versionId', 'ListProvisioningTemplateVersions');
