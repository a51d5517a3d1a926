import assert from 'node:assert/strict';
import {
  type Action,
  type ActionName,
  actionNames,
  actions,
  type InputMember,
  type Shape,
} from '../../../src/controlplane/actions.ts';
import type { Audit } from '../audit.ts';
import type { RawAnswer, RawRequest } from '../endpoint.ts';
import { rawRefusal, rawRefusalOf, succeeded } from '../expect.ts';
import { absentCertificateId, lambdaArn, newCA, roleArn, smallestBody } from '../fixtures.ts';

/**
 * Audits made from the model: for each input member, at every depth, what lies just outside its
 * limits has to be refused with its name, and what lies just inside must not be refused for them.
 */

/** A value to send for one member. `undefined` leaves the member out. */
interface Case {
  readonly name: string;
  readonly words: string;
  readonly isRefused: boolean;
  readonly value: unknown;
}

/** A place in an action's input: keys and list positions from the top-level member down. */
interface Place {
  readonly member: string;
  readonly inner: ReadonlyArray<string | 0>;
  readonly shape: Shape;
  readonly isRequired: boolean;
}

function auditOf(action: ActionName, place: Place, { name, words, isRefused, value }: Case): Audit {
  const path = [place.member, ...place.inner].join('.');
  return {
    id: `LIM-${action}-${path}-${name}`,
    action,
    level: 'MUST',
    sentence: isRefused
      ? `answer 400 InvalidRequestException that names the member for ${path} ${words}`
      : `not refuse ${path} ${words}`,
    ...(isRefused && { provokes: 'InvalidRequestException' as const }),
    run: async (bench) => {
      const answer = await bench.send(requestWith(action, place, value));
      if (isRefused) assertRefused(answer, place, actions[action].input[place.member], value);
      else assertNotRefused(answer, place);
    },
  };
}

function assertRefused(
  answer: RawAnswer,
  place: Place,
  member: InputMember | undefined,
  value: unknown,
): void {
  const { message } = rawRefusalOf(answer, 'InvalidRequestException');
  const names = [lastName(place), ...(place.inner.length === 0 ? [member?.wireName ?? ''] : [])];
  const isNamed = names.some((name) => name !== '' && message.includes(name));
  assert.ok(isNamed, `the message does not name ${names[0]}: ${message}`);
  assert.ok(message.length < 2000, 'the message is longer than anyone reads');
  if (typeof value === 'string' && value.length > 100) {
    assert.ok(!message.includes(value), 'the message repeats a long value');
  }
}

/** The call may end in any way but a refusal of this member for its limits. */
function assertNotRefused(answer: RawAnswer, place: Place): void {
  if (answer.status === 200) {
    succeeded(answer);
    return;
  }
  const { name, message } = rawRefusal(answer);
  assert.ok(answer.status < 500, `${name}: ${message}`);
  assert.doesNotMatch(message, /longer than|length/i);
  const isAboutMember = name === 'InvalidRequestException' && message.includes(lastName(place));
  assert.ok(!isAboutMember, `${name}: ${message}`);
}

function lastName(place: Place): string {
  const names = [place.member, ...place.inner].filter((key) => typeof key === 'string');
  return names.at(-1) ?? '';
}

function placesOf(member: string, shape: InputMember): Place[] {
  const top: Place = { member, inner: [], shape, isRequired: shape.required === true };
  return [top, ...innerPlaces(top)];
}

function innerPlaces(place: Place): Place[] {
  const { shape } = place;
  const children: Place[] = [];
  if (shape.type === 'structure') {
    for (const [name, inner] of Object.entries(shape.members)) {
      const isRequired = inner.required === true;
      children.push({ ...place, inner: [...place.inner, name], shape: inner, isRequired });
    }
  }
  if (shape.type === 'list') {
    children.push({ ...place, inner: [...place.inner, 0], shape: shape.member, isRequired: true });
  }
  return children.flatMap((child) => [child, ...innerPlaces(child)]);
}

const refusedCase = (name: string, words: string, value: unknown): Case => ({
  name,
  words,
  isRefused: true,
  value,
});
const takenCase = (name: string, words: string, value: unknown): Case => ({
  name,
  words,
  isRefused: false,
  value,
});

function casesOf(place: Place, member: InputMember): readonly Case[] {
  const isText = member.in !== 'body';
  return [
    ...presenceCases(place, member),
    ...(isText ? [] : wrongTypeCases(place.shape)),
    ...limitCases(place, member.in),
  ];
}

function presenceCases(place: Place, member: InputMember): Case[] {
  const { isRequired } = place;
  // A path label cannot be absent: an empty one is the nearest.
  if (member.in === 'path') return [refusedCase('EMPTY', 'that is empty', '')];
  const make = isRequired ? refusedCase : takenCase;
  const cases = [];
  if (place.inner.at(-1) !== 0) cases.push(make('ABSENT', 'left out', undefined));
  if (member.in === 'body') cases.push(make('NULL', 'that is null', null));
  return cases;
}

const wrongTypes: Readonly<Record<Shape['type'], ReadonlyArray<readonly [string, unknown]>>> = {
  string: [
    ['NUMBER', 7],
    ['BOOLEAN', true],
    ['LIST', ['a']],
    ['OBJECT', { a: 'b' }],
  ],
  integer: [
    ['TEXT', '1'],
    ['FRACTION', 1.5],
    ['BOOLEAN', true],
    ['BEYOND-32-BITS', 2_147_483_648],
    ['LIST', [1]],
  ],
  boolean: [
    ['TEXT', 'true'],
    ['NUMBER', 1],
    ['LIST', [true]],
  ],
  structure: [
    ['TEXT', '{}'],
    ['NUMBER', 7],
    ['LIST', []],
  ],
  list: [
    ['TEXT', '[]'],
    ['OBJECT', {}],
    ['BOOLEAN', false],
  ],
  timestamp: [],
};

function wrongTypeCases(shape: Shape): Case[] {
  return wrongTypes[shape.type].map(([kind, value]) =>
    refusedCase(`TYPE-${kind}`, `of another type: ${JSON.stringify(value)}`, value),
  );
}

function limitCases(place: Place, location: InputMember['in']): readonly Case[] {
  const { shape } = place;
  const isText = location !== 'body';
  switch (shape.type) {
    case 'string':
      return stringCases(shape, place).filter(
        // An empty label is one thing, whether it counts as missing or as too short.
        ({ value }) => location !== 'path' || value !== '',
      );
    case 'integer':
      if (!isText) return [takenCase('ONE', 'of 1', 1)];
      return integerTextCases(shape, location === 'query');
    case 'boolean':
      return isText ? booleanTextCases : booleanCases;
    default:
      return [];
  }
}

function integerTextCases(
  { min, max }: { readonly min?: number; readonly max?: number },
  canBeEmpty: boolean,
): Case[] {
  const words = ['abc', '1.5', '1e1', '0x1', '2147483648', '99999999999999999999'];
  return [
    ...words.map((text) => refusedCase(`TEXT-${text}`, `that is no integer: ${text}`, text)),
    ...(canBeEmpty ? [refusedCase('TEXT-EMPTY', 'that is empty', '')] : []),
    ...(min === undefined
      ? []
      : [
          refusedCase('BELOW-MIN', `of ${min - 1}`, String(min - 1)),
          refusedCase('NEGATIVE', 'of -1', '-1'),
          takenCase('AT-MIN', `of ${min}`, String(min)),
        ]),
    ...(max === undefined
      ? []
      : [
          refusedCase('ABOVE-MAX', `of ${max + 1}`, String(max + 1)),
          takenCase('AT-MAX', `of ${max}`, String(max)),
        ]),
  ];
}

const booleanCases: readonly Case[] = [
  takenCase('TRUE', 'true', true),
  takenCase('FALSE', 'false', false),
];

const booleanTextCases: readonly Case[] = [
  ...['yes', '1', 'TRUE', 'True'].map((text) =>
    refusedCase(`TEXT-${text}`, `that is no boolean: ${text}`, text),
  ),
  refusedCase('TEXT-EMPTY', 'that is empty', ''),
  takenCase('TRUE', 'true', 'true'),
  takenCase('FALSE', 'false', 'false'),
];

function stringCases(shape: Extract<Shape, { type: 'string' }>, place: Place): Case[] {
  const { min = 0, max, pattern } = shape;
  const memberName = lastName(place);
  if (shape.enum !== undefined) return enumCases(shape.enum, memberName);
  const text = textMakers[memberName] ?? ((length: number) => 'a'.repeat(length));
  const cases: Case[] = [];
  if (min > 0) {
    cases.push(refusedCase('BELOW-MIN', `of ${min - 1} characters`, text(min - 1)));
    if (min !== max) cases.push(takenCase('AT-MIN', `of ${min} characters`, text(min)));
  }
  if (max !== undefined) {
    cases.push(refusedCase('ABOVE-MAX', `of ${max + 1} characters`, text(max + 1)));
    cases.push(takenCase('AT-MAX', `of ${max} characters`, text(max)));
  }
  const wide =
    memberName.endsWith('Arn') || !takesAstral(pattern) ? undefined : wideText(memberName);
  if (max !== undefined && wide !== undefined) {
    const words = 'characters, most of them beyond the basic plane';
    cases.push(refusedCase('ABOVE-MAX-ASTRAL', `of ${max + 1} ${words}`, wide(max + 1)));
    cases.push(takenCase('AT-MAX-ASTRAL', `of ${max} ${words}`, wide(max)));
  }
  return pattern === undefined ? cases : [...cases, ...patternCases(pattern)];
}

/** Refused by SHOULD audits of the actions: AWS sets these itself. */
const reservedValues: ReadonlySet<string> = new Set([
  'PENDING_TRANSFER',
  'REGISTER_INACTIVE',
  'PENDING_ACTIVATION',
]);

function enumCases(values: readonly string[], memberName: string): Case[] {
  const [first = ''] = values;
  return [
    refusedCase('ENUM', `that is no ${memberName}`, 'NOPE'),
    refusedCase('ENUM-CASE', 'in lower case', first.toLowerCase()),
    refusedCase('ENUM-EMPTY', 'that is empty', ''),
    refusedCase('ENUM-SPACE', 'with a space behind it', `${first} `),
    ...values
      .filter((value) => !reservedValues.has(value))
      .map((value) => takenCase(`ENUM-${value}`, value, value)),
  ];
}

/** By pattern, values of a legal length that break it, and some that do not. */
const patternValues: Readonly<
  Record<
    string,
    { readonly bad: Readonly<Record<string, string>>; readonly good: readonly string[] }
  >
> = {
  '^[0-9A-Za-z_-]+$': {
    bad: { SPACE: 'ket tle', NEWLINE: 'kettle\n', DOT: 'ket.tle', ACCENT: 'këttle', SLASH: 'a/b' },
    good: ['_', '-', 'Kettle_7-a'],
  },
  '[^\\p{C}]*': {
    bad: { NEWLINE: 'two\nlines', TAB: 'a\tb', CONTROL: 'a\u0000b', INVISIBLE: 'a\u200bb' },
    good: ['', 'Küche – 台所 🫖'],
  },
  '^[0-9-]+$': {
    bad: { LETTER: '2020-04-01T', NEWLINE: '2020-04-01\n' },
    good: ['2020-04-01', '----------'],
  },
  '(0x)?[a-fA-F0-9]+': {
    bad: {
      LETTER: `${'a'.repeat(63)}g`,
      NEWLINE: `${'a'.repeat(63)}\n`,
      MIDDLE: `${'0'.repeat(30)}0x${'0'.repeat(32)}`,
    },
    good: ['A'.repeat(64), `0x${'0'.repeat(62)}`],
  },
  '[A-Za-z0-9+/]+={0,2}': {
    bad: { PADDING: 'AAAA===', URL: 'ab-_', SPACE: 'AA AA', BARE: '=' },
    good: [],
  },
  '^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$': {
    bad: { COMMA: 'a,b', NEWLINE: 'a\n', EMOJI: 'a🫖', HASH: '#a' },
    good: ['Straße 一 @+-=._:/', 'x'],
  },
};

function patternCases(pattern: string): Case[] {
  const values = patternValues[pattern];
  if (values === undefined) throw new Error(`There are no values for the pattern ${pattern}`);
  const words = 'with something that the pattern excludes';
  return [
    ...Object.entries(values.bad).map(([kind, value]) =>
      refusedCase(`PATTERN-${kind}`, `${words} (${kind})`, value),
    ),
    ...values.good.map((value, index) =>
      takenCase(`PATTERN-GOOD-${index + 1}`, `as the pattern takes it: "${value}"`, value),
    ),
  ];
}

/** A letter beyond the basic plane: one character, two UTF-16 units, four bytes. */
const astralLetter = '𝐀';

function takesAstral(pattern: string | undefined): boolean {
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(astralLetter);
}

function wideText(memberName: string): (length: number) => string {
  const make = memberName in textMakers ? astralMakers[memberName] : undefined;
  return make ?? ((length) => astralLetter.repeat(length));
}

/** Values of an exact length that are otherwise good, by member. */
const textMakers: Readonly<Record<string, (length: number) => string>> = {
  caCertificate: paddedPem,
  verificationCertificate: paddedPem,
  certificatePem: paddedPem,
  caCertificatePem: paddedPem,
  templateBody: (length) => smallestBody.padEnd(length),
  provisioningRoleArn: (length) => roleArn.padEnd(length, 'a').slice(0, length),
  roleArn: (length) => roleArn.padEnd(length, 'a').slice(0, length),
  targetArn: (length) => lambdaArn.padEnd(length, 'a').slice(0, length),
  payloadVersion: (length) => '2020-04-01'.padEnd(length, '0').slice(0, length),
};

const astralMakers: Readonly<Record<string, (length: number) => string>> = {
  caCertificate: astralPem,
  verificationCertificate: astralPem,
  certificatePem: astralPem,
  caCertificatePem: astralPem,
  templateBody: (length) => `{"Resources":{},"a":"${astralLetter.repeat(length - 23)}"}`,
};

/** A certificate with text before it, which readers of PEM pass over. */
function paddedPem(length: number): string {
  const { pem } = newCA();
  return length <= pem.length
    ? 'a'.repeat(length)
    : `${'a'.repeat(length - pem.length - 1)}\n${pem}`;
}

function astralPem(length: number): string {
  const { pem } = newCA();
  return `${astralLetter.repeat(length - pem.length - 1)}\n${pem}`;
}

/** The values of an action's other members: good ones, so that only one can be refused. */
const goodValues: Readonly<Record<string, () => unknown>> = {
  templateName: () => 'kettle',
  templateBody: () => smallestBody,
  provisioningRoleArn: () => roleArn,
  versionId: () => '1',
  certificateId: () => absentCertificateId,
  caCertificateId: () => absentCertificateId,
  caCertificate: () => newCA().pem,
  certificatePem: () => newCA().pem,
  resourceArn: () => 'arn:aws:iot:us-east-1:123456789012:provisioningtemplate/kettle',
  tags: () => [{ Key: 'site', Value: 'north' }],
  tagKeys: () => ['site'],
  newStatus: () => 'ACTIVE',
  targetArn: () => lambdaArn,
  Key: () => 'site',
};

function goodValue(memberName: string): unknown {
  const make = goodValues[memberName];
  if (make === undefined) throw new Error(`There is no good value for the member ${memberName}`);
  return make();
}

/** Members that have to be there for the tried value to come as far as the limits allow. */
function companions(action: ActionName, place: Place, value: unknown): Record<string, unknown> {
  if (action !== 'RegisterCACertificate') return {};
  const isSet = value !== undefined && value !== null;
  if (place.member === 'verificationCertificate' && isSet) return {};
  if (place.member !== 'certificateMode') return { certificateMode: 'SNI_ONLY' };
  return value === 'SNI_ONLY' ? {} : { verificationCertificate: 'not a certificate' };
}

/** A registrationConfig needs a template name, or a body with a role. */
function configSiblings(key: string, value: unknown): Record<string, unknown> {
  const isSet = value !== undefined && value !== null;
  if (key === 'templateName') return isSet ? {} : { templateBody: smallestBody, roleArn };
  if (!isSet) return { templateName: 'kettle' };
  return key === 'templateBody' ? { roleArn } : { templateBody: smallestBody };
}

/** The request of an action with that value at that place, and good values elsewhere. */
function requestWith(name: ActionName, place: Place, value: unknown): RawRequest {
  const action: Action = actions[name];
  const others = companions(name, place, value);
  const body: Record<string, unknown> = {};
  const query = new URLSearchParams();
  let { path } = action;
  for (const [memberName, member] of Object.entries(action.input)) {
    const isTried = memberName === place.member;
    const other = member.required === true ? goodValue(memberName) : others[memberName];
    const sent = isTried ? valueAt(place, member, place.inner, value) : other;
    if (sent === undefined) continue;
    const wireName = member.wireName ?? memberName;
    if (member.in === 'path')
      path = path.replace(`{${wireName}}`, encodeURIComponent(String(sent)));
    else if (member.in === 'query') query.set(wireName, String(sent));
    else body[wireName] = sent;
  }
  const target = query.size === 0 ? path : `${path}?${query}`;
  const hasBody = Object.values(action.input).some((member) => member.in === 'body');
  return { method: action.method, target, ...(hasBody && { body }) };
}

/** A value of that shape with the tried value inside; what has to stand beside it is good. */
function valueAt(
  place: Place,
  shape: Shape,
  keys: ReadonlyArray<string | 0>,
  value: unknown,
): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (shape.type === 'list') return [valueAt(place, shape.member, rest, value)];
  if (shape.type !== 'structure' || key === 0) return value;
  const required = Object.entries(shape.members).filter(([, member]) => member.required === true);
  const siblings = Object.fromEntries(required.map(([sibling]) => [sibling, goodValue(sibling)]));
  const config = place.member === 'registrationConfig' ? configSiblings(key, value) : {};
  const member = shape.members[key];
  return { ...siblings, ...config, [key]: member && valueAt(place, member, rest, value) };
}

export const fieldLimitAudits: readonly Audit[] = actionNames.flatMap((action) =>
  Object.entries(actions[action].input).flatMap(([name, member]) =>
    placesOf(name, member).flatMap((place) =>
      casesOf(place, member).map((single) => auditOf(action, place, single)),
    ),
  ),
);
