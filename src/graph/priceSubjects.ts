import type { FieldNode } from 'graphql';
import type { ReadName } from '../upstream/actions.ts';
import type { NodeKind } from './globalId.ts';
import type { GivenArguments } from './priceArguments.ts';
import { makesCalls } from './priceFields.ts';
import type { Levels } from './selection.ts';

/** The types that fields of the schema lead to and that cost calls. */
export type Priced = NodeKind;

/** Which things of a type a selection is made on; `listedBy` are the templates whose lists show them. */
export type Subject =
  | { readonly kind: 'one'; readonly key: string; readonly listedBy?: Subject | undefined }
  /** Things not known yet: up to so many. */
  | { readonly kind: 'some'; readonly count: number; readonly listedBy?: Subject | undefined };

/** What is selected of the things of a list, and where. */
export interface Listed {
  readonly fields: readonly FieldNode[];
  readonly place: FieldNode;
  readonly listedBy: Subject | undefined;
  readonly path: string;
}

/** What is selected below a field that leads to a thing. */
export interface Below {
  readonly type: Priced;
  readonly fields: readonly FieldNode[];
  readonly levels: Levels;
}

/** The fields that lead to lists, and of what. */
export const LISTED = {
  caCertificates: 'CACertificate',
  certificates: 'Certificate',
  versions: 'ProvisioningTemplateVersion',
} as const;

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

/** The template that a filter of CAs names. */
export function namedBy({ templateName }: GivenArguments): Subject | undefined {
  return typeof templateName === 'string' ? one(templateName) : undefined;
}
