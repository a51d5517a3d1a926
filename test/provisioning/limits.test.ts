import { describe, expect, test } from '@jest/globals';
import data from '../../src/controlplane/actions.json' with { type: 'json' };
import { TEXT_RULES, type TextRule, textProblem } from '../../src/provisioning/limits.ts';

const { CreateProvisioningTemplate, RegisterCACertificate, DescribeCACertificate } = data.actions;

interface ModelRule {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
}

/** Where AWS's model has the rule that each of ours stands for. */
const MODEL: Readonly<Record<keyof typeof TEXT_RULES, ModelRule>> = {
  templateName: CreateProvisioningTemplate.input.templateName,
  templateBody: CreateProvisioningTemplate.input.templateBody,
  description: CreateProvisioningTemplate.input.description,
  roleArn: CreateProvisioningTemplate.input.provisioningRoleArn,
  targetArn: CreateProvisioningTemplate.input.preProvisioningHook.members.targetArn,
  payloadVersion: CreateProvisioningTemplate.input.preProvisioningHook.members.payloadVersion,
  certificateId: DescribeCACertificate.input.certificateId,
  certificatePem: RegisterCACertificate.input.caCertificate,
  tagKey: CreateProvisioningTemplate.input.tags.member.members.Key,
  tagValue: CreateProvisioningTemplate.input.tags.member.members.Value,
};

/** Texts that tell patterns apart. */
const SAMPLES = ['a', 'Z', '0', '_', '-', ' ', '/', '.', ':', '=', '+', '@', '\n', 'é', '日', '!'];

describe('text rules', () => {
  test.each(Object.entries(TEXT_RULES))('%s is what AWS enforces', (name, ours: TextRule) => {
    const model = MODEL[name as keyof typeof MODEL];
    expect(ours.max).toBe(model.max);
    // An ARN that is there has a character at least; the model does not say so.
    if (name !== 'targetArn') expect(ours.min).toBe(model.min ?? 0);
    // "0x" before the digits passes the model, but no certificate has such an id.
    if (name === 'certificateId') return;
    const pattern = new RegExp(`^(?:${model.pattern ?? '[\\s\\S]*'})$`, 'u');
    for (const sample of SAMPLES) {
      expect([sample, ours.pattern?.test(sample) ?? true]).toEqual([sample, pattern.test(sample)]);
    }
  });

  test('lengths are counted in characters, not in UTF-16 units', () => {
    expect(textProblem('d', 'description', '😀'.repeat(500))).toBeUndefined();
    expect(textProblem('d', 'description', '😀'.repeat(501))).toMatch(/0 to 500.*it has 501/);
  });

  test('the message never holds the text', () => {
    expect(textProblem('certificateId', 'certificateId', 'secret')).not.toContain('secret');
  });
});
