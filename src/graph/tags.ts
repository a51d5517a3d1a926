import type { GraphQLResolveInfo } from 'graphql';
import type {
  MutationResolvers,
  Resolvers,
  Tag,
  TagResourceInput,
  UntagResourceInput,
} from '../generated/resolvers.ts';
import { MAX_TAGS } from '../provisioning/limits.ts';
import type { GraphContext } from './context.ts';
import type { CACertificateEntity, TemplateEntity } from './entities.ts';
import { elsewhere, type NodeRef, parseArn } from './globalId.ts';
import { InputCheck } from './input.ts';
import { attempt, refused, type TagOutcome } from './mutation.ts';
import { requestedLevels } from './selection.ts';

async function tagsOf(resourceArn: string, { loaders }: GraphContext): Promise<Tag[]> {
  const tags = await loaders.tags(resourceArn);
  return tags.map(({ Key, Value }) => ({ key: Key ?? '', value: Value ?? '' }));
}

const Mutation: Pick<MutationResolvers, 'tagResource' | 'untagResource'> = {
  tagResource: (_root, { input }, context) => tag(input, context),
  untagResource: (_root, { input }, context) => untag(input, context),
};

async function tag(input: TagResourceInput, context: GraphContext): Promise<TagOutcome> {
  const { resourceArn } = input;
  const check = new InputCheck();
  const resource = checkResource(check, resourceArn, context);
  if (input.tags.length === 0) check.add(['tags'], '`input.tags` must have at least one tag.');
  const tags = check.tags(input.tags);
  if (check.problems.length > 0 || resource === undefined) {
    return { ...refused(check.problems), resourceArn };
  }
  const write = await attempt(
    () => context.upstream.write('TagResource', { resourceArn, tags }, context.scope),
    ({ code }) => ['input', code === 'RESOURCE_NOT_FOUND' ? 'resourceArn' : 'tags'],
  );
  if (write.kind === 'refused') return { ...refused(write.userErrors), resourceArn };
  return tagged(resource);
}

async function untag(input: UntagResourceInput, context: GraphContext): Promise<TagOutcome> {
  const { resourceArn, tagKeys } = input;
  const check = new InputCheck();
  const resource = checkResource(check, resourceArn, context);
  if (tagKeys.length === 0 || tagKeys.length > MAX_TAGS) {
    check.add(
      ['tagKeys'],
      `\`input.tagKeys\` must have 1 to ${MAX_TAGS} keys; it has ${tagKeys.length}.`,
    );
  } else {
    tagKeys.forEach((key, index) => {
      check.text(['tagKeys', String(index)], 'tagKey', key);
    });
  }
  if (check.problems.length > 0 || resource === undefined) {
    return { ...refused(check.problems), resourceArn };
  }
  const write = await attempt(
    () =>
      context.upstream.write(
        'UntagResource',
        { resourceArn, tagKeys: [...tagKeys] },
        context.scope,
      ),
    ({ code }) => ['input', code === 'RESOURCE_NOT_FOUND' ? 'resourceArn' : 'tagKeys'],
  );
  if (write.kind === 'refused') return { ...refused(write.userErrors), resourceArn };
  return tagged(resource);
}

function checkResource(
  check: InputCheck,
  resourceArn: string,
  { upstream }: GraphContext,
): NodeRef | undefined {
  const resource = parseArn(resourceArn);
  if (resource?.kind !== 'ProvisioningTemplate' && resource?.kind !== 'CACertificate') {
    check.add(
      ['resourceArn'],
      '`input.resourceArn` must be the ARN of a provisioning template or of a CA certificate: its `templateArn` or `certificateArn`.',
    );
    return undefined;
  }
  const served = upstream.arnPrefix();
  if (served !== undefined && served !== resource.arnPrefix) {
    check.add(['resourceArn'], elsewhere(resource, 'input.resourceArn'));
  }
  return resource;
}

function tagged({ kind, key, arn }: NodeRef): TagOutcome {
  return {
    templateName: kind === 'ProvisioningTemplate' ? key : null,
    certificateId: kind === 'CACertificate' ? key : null,
    resourceArn: arn,
    warnings: [],
    userErrors: [],
  };
}

type Reached<Entity> = Entity | null | Promise<Entity | null>;

const template = (
  { templateName, resourceArn }: TagOutcome,
  _args: unknown,
  { loaders, levels }: GraphContext,
  info: GraphQLResolveInfo,
): Reached<TemplateEntity> => {
  if (templateName === null) return null;
  const requested = requestedLevels(info, 'ProvisioningTemplate', levels);
  return loaders.templates.reach(templateName, resourceArn, requested);
};

const caCertificate = (
  { certificateId, resourceArn }: TagOutcome,
  _args: unknown,
  { loaders, levels }: GraphContext,
  info: GraphQLResolveInfo,
): Reached<CACertificateEntity> => {
  if (certificateId === null) return null;
  const requested = requestedLevels(info, 'CACertificate', levels);
  return loaders.caCertificates.reach(certificateId, resourceArn, requested);
};

export const tagResolvers: Resolvers = {
  Mutation,
  ProvisioningTemplate: {
    tags: ({ templateArn }, _args, context) => tagsOf(templateArn, context),
  },
  CACertificate: {
    tags: ({ certificateArn }, _args, context) => tagsOf(certificateArn, context),
  },
  TagResourcePayload: { provisioningTemplate: template, caCertificate },
  UntagResourcePayload: { provisioningTemplate: template, caCertificate },
};
