import type { Findings } from './templateFindings.ts';
import type { TemplateText } from './templateText.ts';

interface SyntaxAdvice {
  readonly message: string;
  readonly fix: string;
}

/** In words, for each thing that the parser can stumble over. */
const ADVICE: Readonly<Record<string, SyntaxAdvice>> = {
  InvalidSymbol: {
    message: 'something stands here that is not JSON',
    fix: 'Put text and keys in double quotes.',
  },
  InvalidNumberFormat: { message: 'a number is not written as JSON writes it', fix: 'Mend it.' },
  PropertyNameExpected: { message: 'a key is missing', fix: 'Write a key in double quotes.' },
  ValueExpected: { message: 'a value is missing', fix: 'Write a value.' },
  ColonExpected: { message: 'a colon is missing', fix: 'Put a colon between key and value.' },
  CommaExpected: { message: 'a comma is missing', fix: 'Put a comma between two values.' },
  CloseBraceExpected: { message: 'a brace is not closed', fix: 'Close it with }.' },
  CloseBracketExpected: { message: 'a bracket is not closed', fix: 'Close it with ].' },
  EndOfFileExpected: {
    message: 'something follows after the end',
    fix: 'Take away what follows the last brace.',
  },
  InvalidCommentToken: { message: 'JSON has no comments', fix: 'Take the comment away.' },
  UnexpectedEndOfComment: { message: 'JSON has no comments', fix: 'Take the comment away.' },
  UnexpectedEndOfString: { message: 'text is not closed', fix: 'Close it with a double quote.' },
  UnexpectedEndOfNumber: { message: 'a number breaks off', fix: 'Write the rest of it.' },
  InvalidUnicode: {
    message: 'an escape is not four hexadecimal digits',
    fix: 'Write \\u and four hexadecimal digits.',
  },
  InvalidEscapeCharacter: {
    message: 'a backslash stands before a character that needs none',
    fix: 'Write two backslashes for one.',
  },
  InvalidCharacter: {
    message: 'text holds a control character',
    fix: 'Write it as an escape: \\n for a line break, \\t for a tab.',
  },
};

/** What people type that only looks like JSON, by the text from the place of the fault on. */
function lookalike(body: string, offset: number, reason: string): SyntaxAdvice | undefined {
  const rest = body.slice(offset, offset + 20);
  if (body.trim() === '') return { message: 'it is empty', fix: 'Write an object in braces.' };
  if (body.startsWith('\uFEFF')) {
    return { message: 'it begins with a byte order mark', fix: 'Save it as UTF-8 without one.' };
  }
  if (/^['‘’“”]/.test(rest)) {
    return { message: 'the quotes are not JSON quotes', fix: 'Use plain double quotes: ".' };
  }
  if (/^\\"/.test(rest)) {
    return { message: 'a quote is escaped', fix: 'It is escaped once too often: send plain JSON.' };
  }
  const isLast = reason === 'PropertyNameExpected' || reason === 'ValueExpected';
  if (isLast && /^[}\]]/.test(rest) && body.slice(0, offset).trimEnd().endsWith(',')) {
    return { message: 'a comma stands before the end', fix: 'Take the last comma away.' };
  }
  if (/^(?:NaN|Infinity|undefined|None|True|False)\b/.test(rest)) {
    return { message: 'JSON has no such value', fix: 'Use text, a number, true, false or null.' };
  }
  return undefined;
}

/** Tells where and why a body is no JSON. */
export function syntaxFinding(
  body: string,
  { offset, path, reason }: Extract<TemplateText, { kind: 'not-json' }>,
  findings: Findings,
): void {
  const advice = lookalike(body, offset, reason) ??
    ADVICE[reason] ?? { message: 'it breaks a rule of JSON', fix: 'Mend it.' };
  const { message, fix } = advice;
  findings.add('NOT_JSON', { segments: path, offset }, `The body is not JSON: ${message}.`, fix);
}
