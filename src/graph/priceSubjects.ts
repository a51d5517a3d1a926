import type { FieldNode } from 'graphql';
import type { ReadName } from '../upstream/actions.ts';
import type { NodeKind } from './globalId.ts';
import { makesCalls } from './priceFields.ts';

/** The types that fields of the schema lead to and that cost calls. */
export type Priced = NodeKind;

/** Which things of a type a selection is made on. */
export type Subject =
  | { readonly kind: 'one'; readonly key: string }
  /** Things not known yet: up to so many. */
  | { readonly kind: 'some'; readonly count: number };

/** The action that tells all of a thing of each type. */
export const DESCRIBES: Readonly<Record<Priced, ReadName>> = {
  ProvisioningTemplate: 'DescribeProvisioningTemplate',
  ProvisioningTemplateVersion: 'DescribeProvisioningTemplateVersion',
  CACertificate: 'DescribeCACertificate',
  Certificate: 'DescribeCertificate',
};

/** The thing of a key that an argument gave. */
export function one(key: unknown): Subject {
  return { kind: 'one', key: String(key) };
}

/** Certificate ids as AWS writes them. */
export function lower(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Whether a field leads on to calls: through what lies below it, or of its own. */
export function leads(type: Priced, field: FieldNode): boolean {
  return field.selectionSet !== undefined || makesCalls(type, field.name.value);
}

/** Whether a registration is asked about that needs no registration code. */
export function isSniOnly(input: unknown): boolean {
  return (input as { certificateMode?: unknown } | undefined)?.certificateMode === 'SNI_ONLY';
}
