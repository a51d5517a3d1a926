import { readFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { systemClock } from '../clock.ts';
import { CliError } from './cliError.ts';
import { inWordsOfFilter, parseFilter } from './filter.ts';
import { filterKeysOf } from './filterKeys.ts';
import {
  type BulkItem,
  type BulkOperation,
  GatewayClient,
  OPERATION_FIELDS,
} from './gatewayClient.ts';
import { planText, resultText, SHOWN_ITEMS } from './planTable.ts';
import { progressView } from './progress.ts';
import { isYes, type Terminal } from './question.ts';

export interface AttachOptions {
  readonly template: string;
  /** See parseFilter. */
  readonly filter: string;
  readonly url: string;
  /** Holds what proves to the gateway who asks; an argument could be read by others. */
  readonly tokenFile?: string;
  /** Apply without asking. */
  readonly yes?: boolean;
  readonly enableAutoRegistration?: boolean;
  readonly activate?: boolean;
}

const PLAN = `mutation ($input: PlanAttachInput!) {
  planAttach(input: $input) {
    plan { ${OPERATION_FIELDS} } warnings { message } userErrors { message }
  }
}`;
const APPLY = `mutation ($id: ID!) {
  applyPlan(input: {planId: $id}) { bulkOperation { id } userErrors { message } }
}`;
const CANCEL = `mutation ($id: ID!) {
  cancelBulkOperation(input: {id: $id}) { bulkOperation { id } userErrors { message } }
}`;
const ITEMS = `query ($id: ID!, $outcome: [BulkItemOutcome!]) {
  bulkOperation(id: $id) {
    items(first: ${SHOWN_ITEMS}, outcome: $outcome) {
      nodes {
        certificateId outcome message
        before { status autoRegistrationStatus registration templateName }
        after { status autoRegistrationStatus registration templateName }
      }
    }
  }
}`;

interface UserErrors {
  readonly userErrors: ReadonlyArray<{ readonly message: string }>;
}

/**
 * Attaches a template to many CAs through a running gateway: shows the plan, asks, applies it and
 * shows how far it is. Answers the exit code: 0 when all that was planned is done. `sdl` says what a
 * filter may hold. Throws CliError.
 */
export async function attach(
  options: AttachOptions,
  terminal: Terminal,
  sdl: string,
): Promise<number> {
  const { output } = terminal;
  const filter = parseFilter(options.filter, filterKeysOf(sdl));
  const token = options.tokenFile === undefined ? undefined : await tokenIn(options.tokenFile);
  const client = new GatewayClient(options.url, systemClock, token);
  const plan = await makePlan({ ...options, filter }, client, output);
  output.write(`${planText(plan, await itemsOf(plan.id, client))}\n`);
  if (plan.counts.pending === 0) {
    await client.query(CANCEL, { id: plan.id });
    return plan.counts.refused > 0 ? 1 : 0;
  }
  if (options.yes !== true && !(await isConfirmed(plan, options, terminal))) {
    await client.query(CANCEL, { id: plan.id });
    output.write('Nothing was changed.\n');
    return 1;
  }
  const applied = await client.query<{ applyPlan: UserErrors }>(APPLY, { id: plan.id });
  refuse(applied.applyPlan);
  return follow(plan, client, output);
}

/** Throws CliError, which never shows what is in the file. */
async function tokenIn(file: string): Promise<string> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(`--token-file: ${file} cannot be read (${code}).`);
  }
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new CliError(`--token-file: ${file} must hold one API key or token, and nothing else.`);
}

function refuse({ userErrors: [error] }: UserErrors): void {
  if (error !== undefined) throw new CliError(error.message);
}

/** Waits, when there are many CAs, until all are read. */
async function makePlan(
  {
    template,
    filter,
    enableAutoRegistration = false,
    activate = false,
  }: Omit<AttachOptions, 'filter'> & { readonly filter: ReturnType<typeof parseFilter> },
  client: GatewayClient,
  output: Writable,
): Promise<BulkOperation> {
  const input = { templateName: template, filter, enableAutoRegistration, activate };
  const { planAttach } = await client
    .query<{
      planAttach: UserErrors & {
        readonly plan: BulkOperation;
        readonly warnings: ReadonlyArray<{ readonly message: string }>;
      };
    }>(PLAN, { input })
    .catch((error) => {
      throw error instanceof CliError ? new CliError(inWordsOfFilter(error.message)) : error;
    });
  refuse(planAttach);
  for (const { message } of planAttach.warnings) output.write(`Warning: ${message}\n`);
  let { plan } = planAttach;
  if (plan.state === 'PLANNING') {
    output.write('The CA certificates are being read.\n');
    const isPlanned = ({ state }: BulkOperation): boolean => state !== 'PLANNING';
    for await (const operation of client.watch(plan.id, isPlanned)) plan = operation;
  }
  if (plan.state !== 'PLANNED') throw new CliError(plan.reason?.message ?? `It is ${plan.state}.`);
  return plan;
}

async function itemsOf(
  id: string,
  client: GatewayClient,
  outcome: readonly string[] | null = null,
): Promise<readonly BulkItem[]> {
  const { bulkOperation } = await client.query<{
    bulkOperation: { readonly items: { readonly nodes: readonly BulkItem[] } } | null;
  }>(ITEMS, { id, outcome });
  return bulkOperation?.items.nodes ?? [];
}

async function isConfirmed(
  { counts }: BulkOperation,
  { template }: AttachOptions,
  terminal: Terminal,
): Promise<boolean> {
  if (terminal.input.isTTY !== true || terminal.output.isTTY !== true) {
    terminal.output.write('Give --yes to apply it without a terminal to ask at.\n');
    return false;
  }
  return isYes(`Attach ${template} to ${counts.pending} CA certificates?`, terminal);
}

const OVER: ReadonlySet<string> = new Set(['DONE', 'CANCELLED', 'FAILED']);

async function follow(
  plan: BulkOperation,
  client: GatewayClient,
  output: Terminal['output'],
): Promise<number> {
  const view = progressView(output, plan);
  let last = plan;
  const isOver = ({ state }: BulkOperation): boolean => OVER.has(state);
  for await (const operation of client.watch(plan.id, isOver)) {
    last = operation;
    view.show(operation);
  }
  view.end(resultText(last));
  const { conflict, failed, refused, pending } = last.counts;
  if (conflict + failed + refused + pending === 0) return 0;
  const problems = await itemsOf(plan.id, client, ['CONFLICT', 'FAILED', 'REFUSED']);
  for (const { certificateId, outcome, message } of problems) {
    output.write(`${certificateId} ${outcome}: ${message ?? ''}\n`);
  }
  return 1;
}
