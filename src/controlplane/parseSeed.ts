import * as z from 'zod';
import { SeedError } from './seedError.ts';
import type { Seed } from './seedFormat.ts';
import { seedProblems } from './seedProblems.ts';

const templateName = z.string().regex(/^[0-9A-Za-z_-]{1,36}$/);
const date = z.union([
  z.date(),
  z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
]);
const tags = z.record(
  z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u),
  z.string().max(256),
);
/** A body as text, kept byte for byte, or as an object, written with an indent of two. */
const templateBody = z.union([
  z.string(),
  z.record(z.string(), z.json()).transform((body) => JSON.stringify(body, null, 2)),
]);

const template = z.strictObject({
  templateName,
  description: z
    .string()
    .regex(/^[^\p{C}]{0,500}$/u)
    .optional(),
  type: z.enum(['FLEET_PROVISIONING', 'JITP']).default('FLEET_PROVISIONING'),
  enabled: z.boolean().default(false),
  provisioningRoleArn: z.string(),
  preProvisioningHook: z
    .strictObject({
      payloadVersion: z
        .string()
        .regex(/^[0-9-]{10,32}$/)
        .optional(),
      targetArn: z.string(),
    })
    .optional(),
  /** The default version; the newest unless said otherwise. */
  defaultVersionId: z.int().min(1).optional(),
  creationDate: date.optional(),
  lastModifiedDate: date.optional(),
  tags: tags.default({}),
  /** Ids count up from 1 where they are left out. */
  versions: z
    .array(
      z.strictObject({
        versionId: z.int().min(1).optional(),
        templateBody,
        creationDate: date.optional(),
      }),
    )
    .min(1)
    .max(5),
});

const caCertificate = z.strictObject({
  certificatePem: z.string(),
  status: z.enum(['ACTIVE', 'INACTIVE']).default('INACTIVE'),
  autoRegistrationStatus: z.enum(['ENABLE', 'DISABLE']).default('DISABLE'),
  certificateMode: z.enum(['DEFAULT', 'SNI_ONLY']).default('DEFAULT'),
  registrationConfig: z
    .strictObject({
      templateName: templateName.optional(),
      templateBody: templateBody.optional(),
      roleArn: z.string().optional(),
    })
    .optional(),
  creationDate: date.optional(),
  lastModifiedDate: date.optional(),
  tags: tags.default({}),
});

const deviceCertificate = z.strictObject({
  certificatePem: z.string(),
  /** Which CA of this file signed it; needed only when several have the same subject and key. */
  caCertificateId: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  status: z
    .enum([
      'ACTIVE',
      'INACTIVE',
      'REVOKED',
      'PENDING_TRANSFER',
      'REGISTER_INACTIVE',
      'PENDING_ACTIVATION',
    ])
    .default('INACTIVE'),
  creationDate: date.optional(),
  lastModifiedDate: date.optional(),
});

const seedDocument = z.strictObject({
  /** The account and region that the data goes to; the caller looks at them, the rules do not. */
  account: z
    .string()
    .regex(/^\d{12}$/)
    .default('123456789012'),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default('us-east-1'),
  registrationCode: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  templates: z.array(template).default([]),
  caCertificates: z.array(caCertificate).default([]),
  certificates: z.array(deviceCertificate).default([]),
}) satisfies z.ZodType<unknown, Seed>;

/** A seed with all defaults in place, and bodies as text. */
export type SeedDocument = z.output<typeof seedDocument>;

/** Checks parsed JSON against the format and against AWS's rules. Throws SeedError. */
export function parseSeed(json: unknown): SeedDocument {
  const parsed = seedDocument.safeParse(json);
  if (!parsed.success) {
    throw new SeedError(
      parsed.error.issues.map((issue) => `${pathText(issue.path)}: ${issue.message}`),
    );
  }
  const problems = seedProblems(parsed.data);
  if (problems.length > 0) throw new SeedError(problems);
  return parsed.data;
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  return text === '' ? '(top level)' : text.replace(/^\./, '');
}
