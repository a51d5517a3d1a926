import type { Tag } from '@aws-sdk/client-iot';
import { AwsError } from './awsError.ts';
import type { ActionContext, TagsRecord } from './contract.ts';
import { resourceLimits } from './resourceLimits.ts';

/** `existing` with `added` over it: an equal key takes the new value and keeps its place. */
export function mergeTags(existing: TagsRecord['tags'], added: readonly Tag[]): TagsRecord['tags'] {
  const merged = new Map(existing.map((tag) => [tag.Key, tag.Value]));
  for (const { Key, Value } of added) merged.set(Key ?? '', Value ?? '');
  return Array.from(merged, ([Key, Value]) => ({ Key, Value }));
}

/** Why these tags cannot stand on one resource. */
export function tagsRefusal(tags: TagsRecord['tags']): AwsError | undefined {
  if (tags.some((tag) => /^aws:/i.test(tag.Key))) {
    return new AwsError(
      'InvalidRequestException',
      'Tag keys that begin with aws: are reserved for AWS.',
    );
  }
  return tags.length > resourceLimits.tagsPerResource
    ? new AwsError(
        'LimitExceededException',
        `A resource can have at most ${resourceLimits.tagsPerResource} tags.`,
      )
    : undefined;
}

/** The tags of a create or register request, checked before anything is written. */
export function acceptTags(tags: readonly Tag[] | undefined): TagsRecord['tags'] {
  const merged = mergeTags([], tags ?? []);
  const refusal = tagsRefusal(merged);
  if (refusal !== undefined) throw refusal;
  return merged;
}

/** Stages a resource's tags; an empty list leaves no record. */
export function putTags(
  state: ActionContext['state'],
  resourceArn: string,
  tags: TagsRecord['tags'],
): void {
  if (tags.length > 0) state.tags.put(resourceArn, { resourceArn, tags });
  else state.tags.delete(resourceArn);
}
