import { describe, expect, test } from '@jest/globals';
import { Evaluator, substitutionParts } from '../../src/provisioning/templateFunctions.ts';
import { readTemplateText, type TemplateNode } from '../../src/provisioning/templateText.ts';

const PARAMETERS = new Map([
  ['Unit', 'pump/north/7'],
  ['Site', 'north'],
  ['Index', '1'],
  ['Empty', ''],
  ['Dots', 'a.b..c'],
  ['AWS::IoT::Certificate::CommonName', 'kettle-1'],
]);
const MAPPINGS = {
  Depot: { north: { url: 'n.test', name: 'North' }, south: { url: 's.test' } },
  Names: { '1': { '2': 'one-two' } },
  Odd: { a: { text: { Ref: 'Site' }, number: 7 } },
};

function nodeOf(value: unknown): TemplateNode {
  const text = readTemplateText(JSON.stringify(value));
  if (text.kind !== 'read') throw new Error(text.kind);
  return text.root;
}

function run<Result>(work: (evaluator: Evaluator) => Result | undefined) {
  const faults: string[] = [];
  const evaluator = new Evaluator({
    parameters: PARAMETERS,
    missing: new Set(['Missing']),
    resources: new Set(['pump']),
    mappings: nodeOf(MAPPINGS),
    fail: (fault, _at, message) => faults.push(`${fault}: ${message}`),
  });
  return { result: work(evaluator), faults };
}

const text = (value: unknown) => run((evaluator) => evaluator.text(nodeOf(value)));
const list = (value: unknown) => run((evaluator) => evaluator.list(nodeOf(value)));

const join = (...given: unknown[]) => ({ 'Fn::Join': given });
const select = (...given: unknown[]) => ({ 'Fn::Select': given });
const split = (...given: unknown[]) => ({ 'Fn::Split': given });
const find = (...given: unknown[]) => ({ 'Fn::FindInMap': given });
const sub = (given: unknown) => ({ 'Fn::Sub': given });
const ref = (name: string) => ({ Ref: name });

describe('values that are text', () => {
  test.each<[string, unknown, string]>([
    ['text', 'abc', 'abc'],
    ['empty text', '', ''],
    ['text that looks like a variable', `\${Site}`, `\${Site}`],
    ['a number as it is written', 7, '7'],
    ['a boolean', true, 'true'],
    ['Ref', ref('Site'), 'north'],
    ['Ref to a certificate parameter', ref('AWS::IoT::Certificate::CommonName'), 'kettle-1'],
    ['Ref to an empty value', ref('Empty'), ''],
    ['Join of texts', join('-', ['a', 'b', 'c']), 'a-b-c'],
    ['Join with nothing between', join('', ['a', 'b']), 'ab'],
    ['Join with more than one character', join(', ', ['a', 'b']), 'a, b'],
    ['Join of one', join('-', ['a']), 'a'],
    ['Join of none', join('-', []), ''],
    ['Join of references', join('/', [ref('Site'), 'x', ref('Index')]), 'north/x/1'],
    ['Join of an empty value', join('-', ['a', ref('Empty'), 'b']), 'a--b'],
    ['Join of numbers', join('.', [1, 2]), '1.2'],
    ['Join in a Join', join('-', ['a', join('+', ['b', 'c'])]), 'a-b+c'],
    ['Join of a Split', join('_', split('/', ref('Unit'))), 'pump_north_7'],
    ['Select by text', select('0', ['a', 'b']), 'a'],
    ['Select by number', select(1, ['a', 'b']), 'b'],
    ['Select by Ref', select(ref('Index'), ['a', 'b']), 'b'],
    ['Select with zeros before', select('01', ['a', 'b']), 'b'],
    ['Select of a Split', select('2', split('/', ref('Unit'))), '7'],
    ['Select of references', select(0, [ref('Site')]), 'north'],
    ['Select of an empty part', select(2, split('.', ref('Dots'))), ''],
    ['Select by a part of a Split', select(select(0, split('-', '1-0')), ['a', 'b']), 'b'],
    ['FindInMap', find('Depot', 'south', 'url'), 's.test'],
    ['FindInMap by Ref', find('Depot', ref('Site'), 'url'), 'n.test'],
    ['FindInMap by a function', find('Depot', select(1, split('/', ref('Unit'))), 'name'), 'North'],
    ['FindInMap by numbers', find('Names', 1, 2), 'one-two'],
    ['FindInMap of a number', find('Odd', 'a', 'number'), '7'],
    [
      'FindInMap by a FindInMap',
      find('Depot', select(0, split('.', 'north.x')), join('', ['u', 'rl'])),
      'n.test',
    ],
    ['Sub without variables', sub('plain'), 'plain'],
    ['Sub of a parameter', sub(`at \${Site}!`), 'at north!'],
    [
      'Sub of a certificate parameter',
      sub(`\${AWS::IoT::Certificate::CommonName}-x`),
      'kettle-1-x',
    ],
    ['Sub of one twice', sub(`\${Site}/\${Site}`), 'north/north'],
    ['Sub of neighbours', sub(`\${Site}\${Index}`), 'north1'],
    ['Sub of an empty value', sub(`[\${Empty}]`), '[]'],
    ['Sub with spaces inside', sub(`\${ Site }`), 'north'],
    ['Sub of what stands for itself', sub(`\${!iot:ClientId}`), `\${iot:ClientId}`],
    ['Sub of both', sub(`\${!Site}=\${Site}`), `\${Site}=north`],
    ['Sub with its own variables', sub([`\${A}-\${Site}`, { A: 'x' }]), 'x-north'],
    ['Sub with a variable before a parameter', sub([`\${Site}`, { Site: 'own' }]), 'own'],
    ['Sub with a function as variable', sub([`\${A}`, { A: join('', ['y', ref('Index')]) }]), 'y1'],
    ['Sub with a variable that it does not use', sub(['x', { A: ref('Nothing') }]), 'x'],
    ['Sub with no variables in a list', sub([`\${Site}`]), 'north'],
    ['Sub with a brace that does not end', sub(`a \${Site`), `a \${Site`],
    ['Sub with a dollar alone', sub('5 $ {x}'), '5 $ {x}'],
    ['Sub whose value looks like a variable', sub([`\${A}`, { A: `\${Site}` }]), `\${Site}`],
    [
      'everything in everything',
      join('-', [
        select('0', split('/', ref('Unit'))),
        sub([`\${D}`, { D: find('Depot', ref('Site'), 'name') }]),
      ]),
      'pump-North',
    ],
  ])('%s', (_name, value, result) => {
    expect(text(value)).toEqual({ result, faults: [] });
  });
});

describe('values that are lists', () => {
  test.each<[string, unknown, string[]]>([
    ['a list', ['a', 'b'], ['a', 'b']],
    ['an empty list', [], []],
    ['a list of functions', [ref('Site'), join('', ['a', 'b'])], ['north', 'ab']],
    ['Split', split('/', ref('Unit')), ['pump', 'north', '7']],
    ['Split by what is not there', split('#', 'a/b'), ['a/b']],
    ['Split of nothing', split('/', ref('Empty')), ['']],
    ['Split with empty parts', split('.', ref('Dots')), ['a', 'b', '', 'c']],
    ['Split by more than one character', split('..', ref('Dots')), ['a.b', 'c']],
    ['Split of a Join', split('-', join('-', ['a', 'b-c'])), ['a', 'b', 'c']],
  ])('%s', (_name, value, result) => {
    expect(list(value)).toEqual({ result, faults: [] });
  });
});

describe('values that cannot be worked out', () => {
  test.each<[string, unknown, RegExp]>([
    ['null', null, /FUNCTION_FAILED: null/],
    ['a list as text', ['a'], /FUNCTION_FAILED/],
    ['a Split as text', split('/', 'a/b'), /A list stands where text/],
    ['an object that is no function', { a: 'b' }, /no function/],
    ['an empty object', {}, /no function/],
    ['two functions in one', { Ref: 'Site', 'Fn::Sub': 'x' }, /no function/],
    ['an unknown function', { 'Fn::GetAtt': ['a', 'b'] }, /no function Fn::GetAtt/],
    [
      'Ref to nothing',
      ref('Nothing'),
      /REFERENCE_UNRESOLVED: Cannot resolve reference value: Nothing/,
    ],
    ['Ref to a resource', ref('pump'), /REFERENCE_UNRESOLVED: pump is a resource/],
    ['Ref to a number', { Ref: 1 }, /Ref takes/],
    ['Join of text', join('-', 'abc'), /a list is needed/],
    ['Join without a list', join('-'), /Fn::Join takes/],
    ['Join of three', join('-', ['a'], ['b']), /Fn::Join takes/],
    ['Join between functions', join(ref('Site'), ['a']), /Fn::Join takes/],
    ['Join of a list in a list', join('-', [['a']]), /FUNCTION_FAILED/],
    ['Select beyond the end', select(2, ['a', 'b']), /item 2 of a list of 2/],
    ['Select from below', select(-1, ['a']), /whole number/],
    ['Select by a fraction', select(0.5, ['a']), /whole number/],
    ['Select by a word', select('a', ['a']), /whole number/],
    ['Select by an endless number', select('9'.repeat(400), ['a']), /item 9+ of a list of 1/],
    ['Select of text', select(0, 'abc'), /a list is needed/],
    ['Select of a list with a hole', select(0, ['a', ref('Nothing')]), /REFERENCE_UNRESOLVED/],
    ['Split by nothing', split('', 'abc'), /not empty/],
    ['Split of a list', select(0, split('-', ['a'])), /FUNCTION_FAILED/],
    ['FindInMap of no mapping', find('Nothing', 'a', 'b'), /nothing under "Nothing"/],
    ['FindInMap of no first key', find('Depot', 'west', 'url'), /nothing under "west"/],
    ['FindInMap of no second key', find('Depot', 'south', 'name'), /nothing under "name"/],
    ['FindInMap of two', find('Depot', 'north'), /two keys/],
    ['FindInMap of a function', find('Odd', 'a', 'text'), /not text/],
    ['FindInMap of what every object has', find('constructor', 'name', 'length'), /nothing under/],
    ['Sub of nothing', sub(`\${Nothing}`), /REFERENCE_UNRESOLVED/],
    ['Sub of a policy variable', sub(`\${iot:ClientId}`), /REFERENCE_UNRESOLVED/],
    ['Sub of a number', sub(7), /Fn::Sub takes/],
    ['Sub of a function', sub(ref('Site')), /Fn::Sub takes/],
    ['Sub of three', sub(['a', {}, {}]), /Fn::Sub takes/],
    ['Sub with a list of variables', sub(['a', []]), /Fn::Sub takes/],
  ])('%s', (_name, value, said) => {
    const { result, faults } = text(value);
    expect(result).toBeUndefined();
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(said);
  });

  test('a parameter that is known to be missing is told of elsewhere', () => {
    expect(text(ref('Missing'))).toEqual({ result: undefined, faults: [] });
    expect(text(sub(`\${Missing}`))).toEqual({ result: undefined, faults: [] });
  });

  test('functions that double their text over and over come to an end', () => {
    let value: unknown = 'x'.repeat(100);
    for (let level = 0; level < 18; level += 1) value = sub([`\${A}\${A}`, { A: value }]);
    const { result, faults } = text(value);
    expect(result).toBeUndefined();
    expect(faults).toEqual([expect.stringContaining('VALUE_TOO_LARGE')]);
  });
});

test('a whole document has its functions worked out', () => {
  const document = {
    Version: '2012-10-17',
    Statement: [{ Resource: sub(`arn/\${Site}`), Count: 1, On: true, None: null }],
  };
  expect(run((evaluator) => evaluator.json(nodeOf(document))).result).toEqual({
    Version: '2012-10-17',
    Statement: [{ Resource: 'arn/north', Count: 1, On: true, None: null }],
  });
});

test('the parts of Fn::Sub', () => {
  expect(substitutionParts(`a\${b}\${!c}\${}`)).toEqual([
    { kind: 'text', text: 'a' },
    { kind: 'variable', name: 'b' },
    { kind: 'text', text: '' },
    { kind: 'text', text: `\${c}` },
    { kind: 'text', text: '' },
    { kind: 'variable', name: '' },
    { kind: 'text', text: '' },
  ]);
});
