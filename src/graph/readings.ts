import { LRUCache } from 'lru-cache';
import { type Finding, lintTemplateBody, type TemplateType } from '../provisioning/templateLint.ts';
import { summarizeX509, type X509Summary } from '../provisioning/x509Summary.ts';
import { sizeOf } from '../upstream/plain.ts';

/** What was read out of one text. */
interface Reading {
  /** Null for a text that holds no certificate. */
  readonly x509?: X509Summary | null;
  readonly findings?: Readonly<Partial<Record<TemplateType, readonly Finding[]>>>;
}

/** What an entry takes besides its texts, in bytes. */
const ENTRY_BYTES = 512;

/**
 * What certificates and template bodies say, each text read once however often it is shown: to read
 * one takes hundreds of times as long as to show it. Bounded in bytes.
 */
export class Readings {
  readonly #readings: LRUCache<string, Reading>;

  constructor(maxBytes: number) {
    this.#readings = new LRUCache({ maxSize: maxBytes, sizeCalculation: bytesOf });
  }

  get bytes(): number {
    return this.#readings.calculatedSize;
  }

  /** The first certificate of a PEM text; undefined when it cannot be read. */
  x509(pem: string): X509Summary | undefined {
    const known = this.#readings.get(pem)?.x509;
    if (known !== undefined) return known ?? undefined;
    const x509 = summarizeX509(pem);
    this.#keep(pem, { x509: x509 ?? null });
    return x509;
  }

  /** What is wrong with a template's body; see `lintTemplateBody`. */
  findings(templateBody: string, type: TemplateType): readonly Finding[] {
    const others = this.#readings.get(templateBody)?.findings;
    const known = others?.[type];
    if (known !== undefined) return known;
    const findings = lintTemplateBody(templateBody, type);
    this.#keep(templateBody, { findings: { ...others, [type]: findings } });
    return findings;
  }

  #keep(text: string, part: Reading): void {
    this.#readings.set(text, { ...this.#readings.get(text), ...part });
  }
}

function bytesOf({ x509, findings = {} }: Reading, text: string): number {
  const names = x509 ? x509.subject.length + x509.issuer.length + x509.serialNumber.length : 0;
  return ENTRY_BYTES + 2 * (text.length + names) + sizeOf(findings);
}
