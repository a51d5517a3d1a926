import fc from 'fast-check';

/** A body that is wrong in some way, with a name to find it by. */
export interface MalformedBody {
  readonly name: string;
  readonly body: string;
}

const ID = 'AWS::IoT::Certificate::Id';
const CN = 'AWS::IoT::Certificate::CommonName';

/** A body in order, with something of everything, that others are made from by spoiling it. */
const WHOLE = JSON.stringify({
  Parameters: { [CN]: { Type: 'String' }, [ID]: { Type: 'String', Default: 'x' } },
  Mappings: { Depot: { north: { url: 'n.test' } } },
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { 'Fn::Join': ['-', ['a', { Ref: CN }]] },
        AttributePayload: { url: { 'Fn::FindInMap': ['Depot', 'north', 'url'] } },
        ThingGroups: { 'Fn::Split': ['/', { 'Fn::Sub': [`\${x}/b`, { x: 'y' }] }] },
      },
      OverrideSettings: { ThingGroups: 'REPLACE' },
    },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: ID }, Status: 'ACTIVE' },
    },
    policy: {
      Type: 'AWS::IoT::Policy',
      Properties: {
        PolicyDocument:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      },
    },
  },
  DeviceConfiguration: { pick: { 'Fn::Select': ['0', ['a', 'b']] } },
});

const fill = (part: string, end = ''): string =>
  part.repeat(Math.floor((10_240 - end.length) / part.length)) + end;

/** Each has brought down some reader of templates, or takes the most work for its length. */
const HAND_MADE: Readonly<Record<string, string>> = {
  empty: '',
  'one space': ' ',
  null: 'null',
  'a number': '-0',
  'a text': '"{}"',
  'half a surrogate pair': '{"\\ud800":"\\udfff"}',
  'a raw half of a surrogate pair': '{"\ud800":1}',
  'a byte order mark': '\uFEFF{}',
  'a zero byte': '{"a":"\u0000"}',
  'line separators': '{"a":\u2028 1}',
  'a prototype':
    '{"__proto__":{"Resources":{}},"Resources":{"__proto__":{"Type":"AWS::IoT::Policy"}}}',
  'what objects have':
    '{"Resources":{"constructor":{"Type":"toString","Properties":{"hasOwnProperty":1}}}}',
  'a type that objects have': '{"Resources":{"a":{"Type":"constructor"},"b":{"Type":"__proto__"}}}',
  'a mapping that objects have':
    '{"Mappings":{},"DeviceConfiguration":{"a":{"Fn::FindInMap":["toString","name","length"]}}}',
  'overrides that objects have':
    '{"Resources":{"a":{"Type":"AWS::IoT::Thing","OverrideSettings":{"toString":"FAIL"}}}}',
  'open brackets': fill('['),
  'open braces': fill('{"a":'),
  'closed brackets': fill(']'),
  'nested lists': '['.repeat(5000) + ']'.repeat(5000),
  'nested objects': `${'{"a":'.repeat(1500)}1${'}'.repeat(1500)}`,
  'nested functions': `{"DeviceConfiguration":{"a":${'{"Fn::Join":["",['.repeat(500)}"x"${']]}'.repeat(500)}}}`,
  'functions to the very depth': `{"DeviceConfiguration":{"a":${'{"Fn::Join":["",['.repeat(20)}"x"${']]}'.repeat(20)}}}`,
  'a policy that is nested': `{"Resources":{"p":{"Type":"AWS::IoT::Policy"},"x":${'['.repeat(200)}${']'.repeat(200)}}}`,
  'a policy document that is nested': JSON.stringify({
    Resources: {
      p: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: '['.repeat(4000) } },
    },
  }),
  'quotes alone': fill('"'),
  backslashes: fill('\\'),
  commas: fill(','),
  'line breaks': fill('\n'),
  'line breaks of two': `{${fill('\r\n').slice(0, 10_000)}"a":}`,
  'keys without end': fill('"a":1,'),
  'comments without end': fill('/*'),
  'unclosed variables': `{"DeviceConfiguration":{"a":{"Fn::Sub":"${'${'.repeat(5000)}"}}}`,
  'empty variables': `{"DeviceConfiguration":{"a":{"Fn::Sub":"${`\${}`.repeat(3300)}"}}}`,
  'many unknown variables': `{"DeviceConfiguration":{"a":{"Fn::Sub":"${Array.from({ length: 1200 }, (_, i) => `\${v${i}}`).join('')}"}}}`,
  'many keys of one name': `{${fill('"a":1,').slice(0, 10_200)}"a":1}`,
  'many unknown sections': `{${Array.from({ length: 1000 }, (_, i) => `"k${i}":1`).join(',')}}`,
  'many unused parameters': `{"Parameters":{${Array.from({ length: 600 }, (_, i) => `"parameter${i}":1`).join(',')}}}`,
  'names almost alike': JSON.stringify({
    Parameters: Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`${'n'.repeat(56)}${i}`, { Type: 'String' }]),
    ),
    DeviceConfiguration: Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`k${i}`, { Ref: `${'n'.repeat(55)}m${i}` }]),
    ),
  }),
  'many resources without a type': `{"Resources":{${Array.from({ length: 900 }, (_, i) => `"r${i}":{}`).join(',')}}}`,
  'many policies without anything': `{"Resources":{${Array.from({ length: 250 }, (_, i) => `"r${i}":{"Type":"AWS::IoT::Policy"}`).join(',')}}}`,
  'one long key': `{"${'k'.repeat(10_000)}":1}`,
  'one long key above many': `{"Mappings":{"${'k'.repeat(4000)}":{${Array.from({ length: 500 }, (_, i) => `"${i}":1`).join(',')}}}}`,
  'text that doubles': JSON.stringify({
    DeviceConfiguration: {
      a: Array.from({ length: 18 }).reduce<unknown>(
        (inner) => ({ 'Fn::Sub': [`\${A}\${A}`, { A: inner }] }),
        'x'.repeat(1000),
      ),
    },
  }),
  'long lists again and again': JSON.stringify({
    Parameters: { A: { Type: 'String', Default: 'x'.repeat(4000) } },
    DeviceConfiguration: Object.fromEntries(
      Array.from({ length: 80 }, (_, i) => [
        `k${i}`,
        { 'Fn::Select': ['9999', { 'Fn::Split': ['x', { Ref: 'A' }] }] },
      ]),
    ),
  }),
  'long digits': `{"a":${'9'.repeat(10_000)}}`,
  'long exponents': '{"a":1e999999,"b":-1e-999999}',
  'one too many': ' '.repeat(10_241),
  'a million': 'x'.repeat(1_000_000),
  'a million open brackets': '['.repeat(1_000_000),
  'characters of two units': `{"a":"${'😀'.repeat(10_230)}"}`,
};

const KEYS = [
  'Parameters',
  'Resources',
  'Mappings',
  'DeviceConfiguration',
  'Type',
  'Default',
  'Properties',
  'OverrideSettings',
  'ThingName',
  'AttributePayload',
  'ThingGroups',
  'ThingTypeName',
  'CertificateId',
  'Status',
  'PolicyName',
  'PolicyDocument',
  'Ref',
  'Fn::Join',
  'Fn::Select',
  'Fn::Split',
  'Fn::FindInMap',
  'Fn::Sub',
  'Fn::GetAtt',
  'MERGE',
  'String',
  'ACTIVE',
  'AWS::IoT::Thing',
  'AWS::IoT::Certificate',
  'AWS::IoT::Policy',
  ID,
  CN,
  '__proto__',
  '',
] as const;

/** JSON made of the words of the grammar, put together without its rules. */
const words = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.constantFrom<unknown>(...KEYS, 0, 7, -1, true, null, `\${Ref}`, `\${!a}\${`),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie('value')), { maxLength: 5 })
      .map((members) => Object.fromEntries(members)),
  ),
})).value;

const RESOURCE = fc
  .tuple(fc.constantFrom('AWS::IoT::Thing', 'AWS::IoT::Certificate', 'AWS::IoT::Policy'), words)
  .map(([Type, Properties]) => ({ Type, Properties }));

const jumbled = fc
  .record({
    Parameters: words,
    Mappings: words,
    Resources: fc.dictionary(fc.constantFrom(...KEYS), RESOURCE),
    DeviceConfiguration: words,
  })
  .map((body) => JSON.stringify(body));

/** A body in order with one to three stretches cut out, doubled or overwritten. */
const spoiled = fc
  .array(
    fc.tuple(
      fc.nat(WHOLE.length),
      fc.nat(12),
      fc.oneof(
        fc.constantFrom('', '{', '}', '[', ']', '"', ',', ':', '\\', '\u0000', '\uD800'),
        fc.string({ maxLength: 6, unit: 'binary' }),
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((cuts) =>
    cuts.reduce(
      (text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length),
      WHOLE,
    ),
  );

/** Well over two hundred bodies, the same in each run. */
export function malformedBodies(): readonly MalformedBody[] {
  const sampled = (name: string, arbitrary: fc.Arbitrary<string>, seed: number): MalformedBody[] =>
    fc
      .sample(arbitrary, { numRuns: 150, seed })
      .map((body, index) => ({ name: `${name} ${index}`, body }));
  return [
    ...Object.entries(HAND_MADE).map(([name, body]) => ({ name, body })),
    ...sampled('spoiled', spoiled, 1),
    ...sampled('jumbled', jumbled, 2),
    ...sampled('any text', fc.string({ maxLength: 300, unit: 'binary' }), 3),
    ...sampled('any JSON', fc.json({ maxDepth: 8 }), 4),
  ];
}
