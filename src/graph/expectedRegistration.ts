import type {
  ExpectedRegistrationInput,
  RegistrationKind,
  RegistrationSnapshot,
} from '../generated/resolvers.ts';
import type { InputCheck } from './input.ts';
import { sha256 } from './registration.ts';

/** What goes with each kind. */
const MEMBERS = {
  NONE: [],
  NAMED: ['templateName'],
  INLINE: ['templateBody', 'templateBodySha256', 'roleArn'],
} as const satisfies Record<RegistrationKind, ReadonlyArray<keyof ExpectedRegistrationInput>>;

const PATH = 'expectedRegistration';
const SHA256 = /^[0-9a-f]{64}$/i;

/** The registration that a caller expects; adds to the check all that is wrong with it. */
export function expectedRegistration(
  given: ExpectedRegistrationInput,
  check: InputCheck,
): RegistrationSnapshot {
  const { kind, templateName, templateBody, templateBodySha256, roleArn } = given;
  const allowed: readonly string[] = MEMBERS[kind];
  for (const [name, value] of Object.entries(given)) {
    if (name === 'kind' || value == null || allowed.includes(name)) continue;
    check.add([PATH, name], `\`input.${PATH}.${name}\` does not go with ${kind}.`);
  }
  check.text([PATH, 'templateName'], 'templateName', templateName);
  check.text([PATH, 'templateBody'], 'templateBody', templateBody);
  check.text([PATH, 'roleArn'], 'roleArn', roleArn);
  if (templateBodySha256 != null && !SHA256.test(templateBodySha256)) {
    const name = `input.${PATH}.templateBodySha256`;
    check.add([PATH, 'templateBodySha256'], `\`${name}\` must be 64 hexadecimal characters.`);
  }
  if (kind === 'NAMED' && templateName == null) {
    check.add([PATH, 'templateName'], `\`input.${PATH}.templateName\` is needed with NAMED.`);
  }
  if (kind === 'INLINE') {
    if ((templateBody == null) === (templateBodySha256 == null)) {
      check.add([PATH, 'templateBody'], 'Give `templateBody` or `templateBodySha256`.');
    }
    if (roleArn == null) {
      check.add([PATH, 'roleArn'], `\`input.${PATH}.roleArn\` is needed with INLINE.`);
    }
  }
  return {
    kind,
    templateName: templateName ?? null,
    templateBody: templateBody ?? null,
    templateBodySha256: templateBodySha256?.toLowerCase() ?? digestOf(templateBody),
    roleArn: roleArn ?? null,
  };
}

function digestOf(templateBody: string | null | undefined): string | null {
  return templateBody == null ? null : sha256(templateBody);
}

/** Whether a CA is registered as expected. A role that it carries beside a name does not count. */
export function isAsExpected(
  expected: RegistrationSnapshot,
  actual: RegistrationSnapshot,
): boolean {
  if (expected.kind !== actual.kind) return false;
  switch (expected.kind) {
    case 'NONE':
      return true;
    case 'NAMED':
      return expected.templateName === actual.templateName;
    case 'INLINE':
      return (
        expected.templateBodySha256 === actual.templateBodySha256 &&
        expected.roleArn === actual.roleArn
      );
  }
}
