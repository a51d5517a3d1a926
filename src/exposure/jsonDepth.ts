const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Whether arrays and objects of a JSON text nest deeper than `limit`. Looks at the text alone, in one
 * pass without recursion; of a text that is not JSON it may say either.
 */
export function isNestedDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index + 1);
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        depth += 1;
        if (depth > limit) return true;
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        depth -= 1;
    }
  }
  return false;
}

/** Where the quote stands that ends the string which begins at `index`. */
function endOfString(text: string, index: number): number {
  let here = index;
  for (; here < text.length; here += 1) {
    const code = text.charCodeAt(here);
    if (code === QUOTE) return here;
    if (code === BACKSLASH) here += 1;
  }
  return here;
}
