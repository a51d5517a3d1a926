import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '@aws-sdk/client-iot';
import { caCertificateArn, parseIotArn, provisioningTemplateArn } from './arn.ts';
import { AwsError } from './awsError.ts';
import type { ActionContext, Rule } from './contract.ts';
import { refuseToken } from './paging.ts';
import { requiredMember } from './requiredMember.ts';
import { mergeTags, putTags, tagsRefusal } from './tagSet.ts';

/** TagResource: a key that the resource has takes the new value. */
export const tagResource: Rule<TagResourceRequest, TagResourceResponse> = (input, context) => {
  const resourceArn = requireTaggable(requiredMember(input, 'resourceArn'), context);
  const existing = context.state.tags.get(resourceArn)?.tags ?? [];
  const tags = mergeTags(existing, requiredMember(input, 'tags'));
  const refusal = tagsRefusal(tags);
  if (refusal !== undefined) throw refusal;
  putTags(context.state, resourceArn, tags);
  return {};
};

/** Keys that the resource does not have are passed over. */
export const untagResource: Rule<UntagResourceRequest, UntagResourceResponse> = (
  input,
  context,
) => {
  const resourceArn = requireTaggable(requiredMember(input, 'resourceArn'), context);
  const removed = new Set(requiredMember(input, 'tagKeys'));
  const existing = context.state.tags.get(resourceArn)?.tags ?? [];
  const kept = existing.filter((tag) => !removed.has(tag.Key));
  if (kept.length < existing.length) putTags(context.state, resourceArn, kept);
  return {};
};

/** All tags in one answer: there is no page size to ask for, and 50 tags at most. */
export const listTagsForResource: Rule<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
  input,
  context,
) => {
  refuseToken(input.nextToken);
  const resourceArn = requireTaggable(requiredMember(input, 'resourceArn'), context);
  return { tags: [...(context.state.tags.get(resourceArn)?.tags ?? [])] };
};

function requireTaggable(resourceArn: string, context: ActionContext): string {
  const parsed = parseIotArn(resourceArn);
  if (parsed === undefined) {
    throw new AwsError(
      'InvalidRequestException',
      'resourceArn is not the ARN of an AWS IoT resource.',
    );
  }
  if (parsed.resourceType === 'cert') {
    throw new AwsError('InvalidRequestException', 'Device certificates cannot be tagged.');
  }
  if (!isTaggedHere(resourceArn, parsed.resourceName, context)) {
    throw new AwsError('ResourceNotFoundException', `Resource ${resourceArn} does not exist.`);
  }
  return resourceArn;
}

function isTaggedHere(resourceArn: string, name: string, context: ActionContext): boolean {
  const { state } = context;
  if (resourceArn === caCertificateArn(context, name)) {
    return state.caCertificates.get(name) !== undefined;
  }
  return (
    resourceArn === provisioningTemplateArn(context, name) &&
    state.templates.get(name) !== undefined
  );
}
