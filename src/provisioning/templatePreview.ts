import type { Device } from './templateDevice.ts';
import { Evaluator } from './templateFunctions.ts';
import {
  CERTIFICATE_PARAMETERS,
  certificateIdParameter,
  certificateParameterPrefix,
  type SubjectParameter,
  type TemplateType,
} from './templateGrammar.ts';
import { type Finding, lintTemplateBody } from './templateLint.ts';
import {
  type NotedPreview,
  notesOn,
  type PreviewNote,
  unknownCertificateId,
} from './templatePreviewNotes.ts';
import {
  type PreviewedResources,
  type PreviewProblem,
  type PreviewProblemCode,
  type PreviewSettings,
  previewResources,
  previewSettings,
} from './templatePreviewResources.ts';
import {
  jsonPath,
  keysOf,
  member,
  readTemplateText,
  scalarText,
  type TemplateNode,
} from './templateText.ts';

/** What to try a template body with. */
export interface PreviewQuestion {
  readonly body: string;
  readonly type: TemplateType;
  /** The device that connects; undefined when nothing is known of it. */
  readonly device: Device | undefined;
  /** Values by the full names of parameters; they win over those of the certificate. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The template that the body was read from, if it is one. */
  readonly template?: { readonly enabled: boolean; readonly hasHook: boolean } | undefined;
}

/** What would become of a device. */
export type PreviewOutcome =
  /** Everything resolves, and nothing is known for which AWS IoT would not take it. */
  | 'PROVISIONED'
  /** AWS IoT has the template, and this device fails on it, or what it gets cannot be worked out. */
  | 'FAILED'
  /** AWS IoT does not take such a body at all. */
  | 'REFUSED';

/** A parameter with the value it would have, and where that comes from. */
export interface PreviewedParameter {
  readonly name: string;
  readonly value: string | undefined;
  readonly source: 'GIVEN' | 'CERTIFICATE' | 'AWS' | 'DEFAULT' | 'MISSING';
}

export interface Preview extends PreviewedResources {
  readonly outcome: PreviewOutcome;
  readonly parameters: readonly PreviewedParameter[];
  /** The names of the parameters that have no value. */
  readonly missing: readonly string[];
  readonly deviceConfiguration: PreviewSettings;
  readonly problems: readonly PreviewProblem[];
  readonly notes: readonly PreviewNote[];
  readonly diagnostics: readonly Finding[];
}

/**
 * Provisions a device on paper: fills in the parameters, works out every function and tells what
 * would come of it. Never throws; calls nothing.
 */
export function previewProvisioning(question: PreviewQuestion): Preview {
  const diagnostics = lintTemplateBody(question.body, question.type);
  if (diagnostics.some(({ severity }) => severity === 'ERROR')) {
    return { ...NOTHING, outcome: 'REFUSED', problems: [], diagnostics };
  }
  const text = readTemplateText(question.body);
  if (text.kind === 'read') return { ...evaluate(text.root, question), diagnostics };
  const message = 'The body is nested too deeply to be looked at.';
  const problems: PreviewProblem[] = [{ code: 'BODY_NOT_EVALUATED', path: '$', message }];
  return { ...NOTHING, outcome: 'FAILED', problems, diagnostics };
}

const NOTHING = {
  parameters: [],
  missing: [],
  things: [],
  certificates: [],
  policies: [],
  deviceConfiguration: [],
  notes: [],
} as const;

function evaluate(root: TemplateNode, question: PreviewQuestion): Omit<Preview, 'diagnostics'> {
  const problems: PreviewProblem[] = [];
  const fail = (code: PreviewProblemCode, at: TemplateNode, message: string): void => {
    if (problems.length < maxProblems) {
      problems.push({ code, path: jsonPath(at.place), message });
    }
  };
  const declared = declaredParameters(root);
  const parameters = declared.map(([name, node]) => resolve(name, node, question));
  const missing = parameters.filter(({ source }) => source === 'MISSING').map(({ name }) => name);
  for (const [name, node] of declared) {
    if (missing.includes(name)) fail('PARAMETER_MISSING', node, missingMessage(name, question));
  }
  const values = new Map<string, string>();
  const idNode = resolve(certificateIdParameter, undefined, question);
  // AWS IoT takes bodies that refer to the id without declaring it.
  for (const { name, value } of [idNode, ...parameters]) {
    if (value !== undefined) values.set(name, value);
  }
  const section = member(root, 'Resources');
  const evaluator = new Evaluator({
    parameters: values,
    missing: new Set(missing),
    resources: new Set(keysOf(section)),
    mappings: member(root, 'Mappings'),
    fail,
  });
  if (section?.kind !== 'object' || section.members.length === 0) {
    fail(
      'NO_RESOURCES',
      section ?? root,
      'The template has no resources, so it provisions nothing.',
    );
  }
  const resources = previewResources(section, evaluator, fail);
  const settings = previewSettings(member(root, 'DeviceConfiguration'), evaluator);
  return {
    outcome: problems.length === 0 ? 'PROVISIONED' : 'FAILED',
    parameters,
    missing,
    ...resources,
    deviceConfiguration: settings,
    problems,
    notes: notesOn(noted(question, parameters, resources)),
  };
}

const maxProblems = 100;

function declaredParameters(root: TemplateNode): Array<readonly [string, TemplateNode]> {
  const section = member(root, 'Parameters');
  if (section?.kind !== 'object') return [];
  // Of a name that is declared twice the last counts.
  return [...new Map(section.members.map(({ key, value }) => [key, value] as const))];
}

function resolve(
  name: string,
  declaration: TemplateNode | undefined,
  { type, device, parameters }: PreviewQuestion,
): PreviewedParameter {
  const given = parameters.get(name);
  if (given !== undefined) return { name, value: given, source: 'GIVEN' };
  if (name === certificateIdParameter) {
    const value = device?.certificateId;
    return value === undefined
      ? { name, value: unknownCertificateId, source: 'AWS' }
      : { name, value, source: 'CERTIFICATE' };
  }
  if (type === 'JITP') {
    const [value] = subjectValues(name, device);
    if (value !== undefined) return { name, value, source: 'CERTIFICATE' };
  }
  const value = scalarText(member(declaration, 'Default'));
  return { name, value, source: value === undefined ? 'MISSING' : 'DEFAULT' };
}

function subjectValues(name: string, device: Device | undefined): readonly string[] {
  if (!name.startsWith(certificateParameterPrefix)) return [];
  const attribute = name.slice(certificateParameterPrefix.length);
  return device?.subject.get(attribute as SubjectParameter) ?? [];
}

function missingMessage(name: string, { type, device }: PreviewQuestion): string {
  const shown = name.slice(0, 128);
  if (type !== 'JITP') return `Nothing was given for ${shown}, and it has no default.`;
  if (!CERTIFICATE_PARAMETERS.has(name)) {
    return `No certificate can supply ${shown}, and it has no default.`;
  }
  return device === undefined
    ? `Without a certificate nothing supplies ${shown}, and it has no default.`
    : `The subject of the certificate lacks ${shown}, and it has no default.`;
}

function noted(
  { type, device, parameters: given, template }: PreviewQuestion,
  parameters: readonly PreviewedParameter[],
  resources: PreviewedResources,
): NotedPreview {
  return {
    type,
    device,
    template,
    resources,
    given: [...given.keys()],
    declared: new Set([certificateIdParameter, ...parameters.map(({ name }) => name)]),
    several: parameters
      .filter(
        ({ name, source }) => source === 'CERTIFICATE' && subjectValues(name, device).length > 1,
      )
      .map(({ name }) => name),
  };
}
