/** The rule of one text field: AWS IoT's own limits, lengths in characters. */
export interface TextRule {
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
  /** The pattern in words. */
  readonly patternText?: string;
}

/** What AWS IoT accepts in the fields that this project sends; checked against AWS's model. */
export const TEXT_RULES = {
  templateName: {
    min: 1,
    max: 36,
    pattern: /^[0-9A-Za-z_-]+$/u,
    patternText: 'letters, digits, "_" and "-" only',
  },
  templateBody: { min: 0, max: 10_240 },
  description: { min: 0, max: 500, pattern: /^[^\p{C}]*$/u, patternText: 'no control characters' },
  roleArn: { min: 20, max: 2048 },
  targetArn: { min: 1, max: 2048 },
  payloadVersion: { min: 10, max: 32, pattern: /^[0-9-]+$/u, patternText: 'digits and "-" only' },
  certificateId: {
    min: 64,
    max: 64,
    pattern: /^[0-9a-fA-F]+$/u,
    patternText: 'hexadecimal digits only',
  },
  certificatePem: { min: 1, max: 65_536 },
  tagKey: {
    min: 1,
    max: 128,
    pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
    patternText: 'letters, digits, spaces and _ . : / = + - @ only',
  },
  tagValue: { min: 0, max: 256 },
} as const satisfies Record<string, TextRule>;

export type TextRuleName = keyof typeof TEXT_RULES;

/** Versions that one provisioning template can have. */
export const MAX_VERSIONS = 5;

/** Tags that one resource can carry. */
export const MAX_TAGS = 50;

/**
 * What is wrong with a text, in words that name the rule and the text's length but never the text;
 * undefined when nothing is. `name` is how the message calls the field.
 */
export function textProblem(
  name: string,
  ruleName: TextRuleName,
  text: string,
): string | undefined {
  const rule: TextRule = TEXT_RULES[ruleName];
  // AWS counts characters, not UTF-16 units.
  const length = [...text].length;
  if (length < rule.min || length > rule.max) {
    const range = rule.min === rule.max ? `${rule.min}` : `${rule.min} to ${rule.max}`;
    return `\`${name}\` must have ${range} characters; it has ${length}.`;
  }
  if (rule.pattern && !rule.pattern.test(text)) {
    return `\`${name}\` must hold ${rule.patternText}.`;
  }
  return undefined;
}
