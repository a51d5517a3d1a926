import { jsonPath, lineStartsOf, type Place, pathText, positionIn } from './templateText.ts';

/** One thing that is wrong, or probably wrong, with a template body. */
export interface Finding {
  /** ERROR only where AWS IoT is confirmed to refuse the body. */
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: FindingCode;
  readonly effect: FindingEffect;
  /** JSONPath from the top of the body, which is `$`; `preProvisioningHook` for the hook beside it. */
  readonly path: string;
  /** From 1; the column counts UTF-16 units. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly fix: string;
}

/**
 * What comes of a fault: AWS IoT was seen, or is documented, to refuse such a body at once; every
 * device fails on it; some may, or nobody has seen what happens; or no device minds.
 */
export type FindingEffect = 'REFUSED' | 'FAILS' | 'MAY_FAIL' | 'HARMLESS';

/**
 * The closed set of codes, each with its effect where a finding tells of no lesser one; the schema's
 * enum DiagnosticCode is the same set.
 */
export const FINDING_CODES = {
  TOO_LONG: 'REFUSED',
  NOT_JSON: 'REFUSED',
  NOT_AN_OBJECT: 'REFUSED',
  POLICY_WITHOUT_NAME_AND_DOCUMENT: 'REFUSED',
  NESTED_TOO_DEEPLY: 'MAY_FAIL',
  DUPLICATE_KEY: 'MAY_FAIL',
  NUMBER_NOT_EXACT: 'HARMLESS',
  WRONG_SHAPE: 'FAILS',
  UNKNOWN_KEY: 'HARMLESS',
  NO_RESOURCES: 'FAILS',
  NO_CERTIFICATE_RESOURCE: 'MAY_FAIL',
  SEVERAL_OF_ONE_TYPE: 'MAY_FAIL',
  NOT_DOCUMENTED_FOR_JITP: 'MAY_FAIL',
  HOOK_ON_JITP: 'MAY_FAIL',
  PARAMETER_TYPE: 'MAY_FAIL',
  PARAMETER_UNUSED: 'HARMLESS',
  PARAMETER_UNDECLARED: 'FAILS',
  PARAMETER_NOT_SUPPLIED: 'FAILS',
  UNKNOWN_RESOURCE_TYPE: 'FAILS',
  UNKNOWN_PROPERTY: 'MAY_FAIL',
  MISSING_THING_NAME: 'FAILS',
  SAME_THING_FOR_ALL: 'MAY_FAIL',
  TOO_MANY_ATTRIBUTES: 'FAILS',
  VALUE_NOT_ALLOWED: 'FAILS',
  MISSING_CERTIFICATE_ID: 'FAILS',
  AMBIGUOUS_CERTIFICATE: 'FAILS',
  CERTIFICATE_NOT_OWN: 'MAY_FAIL',
  CERTIFICATE_STATUS: 'FAILS',
  POLICY_WITH_NAME_AND_DOCUMENT: 'MAY_FAIL',
  POLICY_DOCUMENT_NOT_JSON: 'FAILS',
  POLICY_DOCUMENT_INCOMPLETE: 'FAILS',
  POLICY_VARIABLE_IN_SUB: 'FAILS',
  OVERRIDE_SETTING: 'MAY_FAIL',
  REFERENCE_UNRESOLVED: 'FAILS',
  REFERENCE_TO_RESOURCE: 'MAY_FAIL',
  UNKNOWN_FUNCTION: 'FAILS',
  FUNCTION_ARGUMENTS: 'FAILS',
  FUNCTION_WITH_SIBLINGS: 'FAILS',
  INDEX_OUT_OF_RANGE: 'FAILS',
  MAPPING_NOT_FOUND: 'FAILS',
  MAPPING_UNUSED: 'HARMLESS',
  SUB_VARIABLE_UNUSED: 'HARMLESS',
  MORE_FINDINGS: 'FAILS',
} as const satisfies Record<string, FindingEffect>;

export type FindingCode = keyof typeof FINDING_CODES;

/** What a finding is about: a value, the key of a member, or a stretch of text that is no JSON. */
export interface Spot {
  readonly place?: Place | undefined;
  readonly segments?: readonly (string | number)[];
  readonly offset: number;
}

/** Findings are counted beyond this, not listed; those that AWS refuses are listed always. */
const maxFindings = 100;

/** Collects findings of one text. */
export class Findings {
  readonly #lineStarts: readonly number[];
  readonly #found: Array<Finding & { readonly offset: number }> = [];
  #left = 0;
  readonly #effectsLeft = new Set<FindingEffect>();
  #areDoubts = false;

  constructor(text: string) {
    this.#lineStarts = lineStartsOf(text);
  }

  /** What is found meanwhile is a doubt at most: nobody knows whether AWS IoT looks there. */
  asDoubts(find: () => void): void {
    const before = this.#areDoubts;
    this.#areDoubts = true;
    find();
    this.#areDoubts = before;
  }

  /** `fix` is a function where it takes some work, which is spared when the list is full. */
  add(
    code: FindingCode,
    spot: Spot,
    message: string,
    fix: string | (() => string),
    worst: FindingEffect = FINDING_CODES[code],
  ): void {
    const effect = this.#areDoubts && worst === 'FAILS' ? 'MAY_FAIL' : worst;
    const isRefused = effect === 'REFUSED';
    if (!isRefused && this.#found.length >= maxFindings) {
      this.#left += 1;
      this.#effectsLeft.add(effect);
      return;
    }
    const path = spot.segments ? pathText(spot.segments) : jsonPath(spot.place);
    const severity = isRefused ? 'ERROR' : 'WARNING';
    const position = positionIn(this.#lineStarts, spot.offset);
    this.#found.push({
      severity,
      code,
      effect,
      path,
      ...position,
      message: `${message.charAt(0).toUpperCase()}${message.slice(1)}`,
      fix: typeof fix === 'string' ? fix : fix(),
      offset: spot.offset,
    });
  }

  /** In the order of the text. */
  list(): readonly Finding[] {
    const inOrder = this.#found
      .toSorted((one, other) => one.offset - other.offset)
      .map(({ offset: _offset, ...finding }) => finding);
    return this.#left === 0 ? inOrder : [...inOrder, moreFindings(this.#left, this.#effectsLeft)];
  }
}

function moreFindings(count: number, effects: ReadonlySet<FindingEffect>): Finding {
  return {
    severity: 'WARNING',
    code: 'MORE_FINDINGS',
    effect: (['FAILS', 'MAY_FAIL'] as const).find((effect) => effects.has(effect)) ?? 'HARMLESS',
    path: '$',
    line: 1,
    column: 1,
    message: `There are ${count} more findings, which are not listed.`,
    fix: 'Mend those that are listed first.',
  };
}

/** A text of the body as it is quoted in a message: on one line, bounded. */
export function quoted(text: string): string {
  const characters = [...text];
  const shown = characters.length > 60 ? `${characters.slice(0, 57).join('')}...` : text;
  return `\`${shown.replace(/\p{C}/gu, '\uFFFD')}\``;
}
