import { describe, expect, test } from '@jest/globals';
import {
  maxTemplateBodyCharacters,
  parseTemplateBody,
  templateBodyFaults,
} from '../../src/provisioning/templateBody.ts';

function body(resources: unknown): string {
  return JSON.stringify({ Resources: resources });
}

describe('template bodies that AWS takes', () => {
  test.each([
    ['the smallest', '{"Resources":{}}'],
    ['no Resources at all', '{}'],
    [
      'a policy by name',
      body({ p: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'P' } } }),
    ],
    [
      'a policy by document, as an object',
      body({ p: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: { Version: '1' } } } }),
    ],
    [
      'an unresolved Ref',
      body({ t: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'x' } } } }),
    ],
    ['an unknown type', body({ t: { Type: 'AWS::IoT::Teapot' } })],
    ['Resources that is a list', '{"Resources":[1]}'],
    ['exactly as long as allowed', `{"Resources":{}}${' '.repeat(maxTemplateBodyCharacters - 16)}`],
    [
      'as many characters as allowed, though more UTF-16 units',
      `{"a":"${'😀'.repeat(maxTemplateBodyCharacters - 8)}"}`,
    ],
  ])('%s', (_name, text) => {
    expect(templateBodyFaults(text)).toEqual([]);
  });
});

describe('template bodies that AWS refuses', () => {
  test.each([
    ['empty text', '', 'NOT_JSON'],
    ['not JSON', '{"Resources":', 'NOT_JSON'],
    ['a list', '[]', 'NOT_AN_OBJECT'],
    ['a text', '"{}"', 'NOT_AN_OBJECT'],
    ['null', 'null', 'NOT_AN_OBJECT'],
    ['one character too long', `{}${' '.repeat(maxTemplateBodyCharacters - 1)}`, 'TOO_LONG'],
    ['brackets without end', '['.repeat(maxTemplateBodyCharacters), 'NOT_JSON'],
  ])('%s', (_name, text, code) => {
    expect(templateBodyFaults(text)).toMatchObject([{ code, path: [] }]);
  });

  test.each([
    ['no Properties', { Type: 'AWS::IoT::Policy' }],
    ['empty Properties', { Type: 'AWS::IoT::Policy', Properties: {} }],
    [
      'null for both',
      { Type: 'AWS::IoT::Policy', Properties: { PolicyName: null, PolicyDocument: null } },
    ],
    [
      'only a prototype that has them',
      JSON.parse('{"Type":"AWS::IoT::Policy","Properties":{"__proto__":{"PolicyName":"P"}}}'),
    ],
  ])('a policy with neither name nor document: %s', (_name, policy) => {
    expect(templateBodyFaults(body({ good: { Type: 'AWS::IoT::Thing' }, rights: policy }))).toEqual(
      [
        {
          code: 'POLICY_WITHOUT_NAME_AND_DOCUMENT',
          path: ['Resources', 'rights', 'Properties'],
          message:
            'Invalid registration template. Neither policyName nor policyDocument is present in the Template.',
        },
      ],
    );
  });
});

test('parsing gives the body, or the fault', () => {
  expect(parseTemplateBody('{"a":[1,null]}')).toEqual({ kind: 'body', body: { a: [1, null] } });
  expect(parseTemplateBody('7')).toMatchObject({ kind: 'fault', fault: { code: 'NOT_AN_OBJECT' } });
});
