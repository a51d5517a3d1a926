import { badInput, GatewayError } from '../errors.ts';
import type {
  DeviceSubjectInput,
  PreviewProvisioningInput,
  QueryResolvers,
  Resolvers,
  UserError,
} from '../generated/resolvers.ts';
import { privateKeyFix } from '../provisioning/registrationCheck.ts';
import { type Device, readDevice } from '../provisioning/templateDevice.ts';
import {
  type SubjectParameter,
  subjectParameterNames,
  type TemplateType,
} from '../provisioning/templateGrammar.ts';
import {
  type Preview,
  type PreviewQuestion,
  previewProvisioning,
} from '../provisioning/templatePreview.ts';
import { holdsPrivateKey, pemShape } from '../provisioning/x509Pem.ts';
import type { GraphContext } from './context.ts';
import { InputCheck, jsonText } from './input.ts';
import { noSuchTemplate } from './mutation.ts';

/** A preview with what the body was taken to be for. */
export interface PreviewAnswer extends Preview {
  readonly type: TemplateType;
}

const MAX_PARAMETERS = 100;
const MAX_NAME_CHARACTERS = 1024;
const MAX_VALUE_CHARACTERS = 4096;

const Query: Pick<QueryResolvers, 'previewProvisioning'> = {
  previewProvisioning: async (_root, { input }, context): Promise<PreviewAnswer> => {
    // All that can be refused is refused before AWS is asked.
    checkSources(input);
    const device = deviceOf(input);
    const parameters = parametersOf(input);
    const body = await bodyOf(input, context);
    return { ...previewProvisioning({ ...body, device, parameters }), type: body.type };
  },
};

/** What a body is read from: exactly one source, and for a device one at most. */
function checkSources({
  templateName,
  templateBody,
  templateBodyJson,
  type,
  deviceCertificatePem,
  subject,
}: PreviewProvisioningInput): void {
  const bodies = [templateName, templateBody, templateBodyJson].filter((given) => given != null);
  if (bodies.length !== 1) {
    const message = 'Give one of `templateName`, `templateBody` and `templateBodyJson`.';
    throw badInput(['input'], message);
  }
  if (templateName != null && type != null) {
    throw badInput(['input', 'type'], 'A template has a type of its own; leave `type` out.');
  }
  if (deviceCertificatePem != null && subject != null) {
    throw badInput(['input', 'subject'], 'Give `deviceCertificatePem` or `subject`, not both.');
  }
}

type BodyQuestion = Pick<PreviewQuestion, 'body' | 'type' | 'template'>;

async function bodyOf(
  { templateName, templateBody, templateBodyJson, type }: PreviewProvisioningInput,
  { loaders }: GraphContext,
): Promise<BodyQuestion> {
  const check = new InputCheck();
  check.text(['templateName'], 'templateName', templateName);
  const isText = templateBody != null;
  const body = isText ? templateBody : jsonText(templateBodyJson ?? null);
  const field = isText ? 'templateBody' : 'templateBodyJson';
  if (body === undefined) throw badInput(['input', field], 'The body is nested too deeply.');
  if (templateName == null) check.text([field], 'templateBody', body);
  const [problem] = check.problems;
  if (problem) throw inputError(problem);
  if (templateName == null) return { body, type: type ?? 'JITP' };
  const detail = (await loaders.templates.load(templateName))?.detail;
  if (detail === undefined) throw inputError(noSuchTemplate(templateName));
  return {
    body: detail.templateBody ?? '',
    type: detail.type === 'JITP' ? 'JITP' : 'FLEET_PROVISIONING',
    template: {
      enabled: detail.enabled === true,
      hasHook: detail.preProvisioningHook?.targetArn !== undefined,
    },
  };
}

/** A problem of the input as the error of a query, which has no user errors. */
function inputError({ code, message, field }: UserError): GatewayError {
  return new GatewayError(code, message, { field: field ?? ['input'] });
}

function deviceOf({
  deviceCertificatePem: pem,
  subject,
}: PreviewProvisioningInput): Device | undefined {
  if (subject != null) return deviceOfSubject(subject);
  if (pem == null) return undefined;
  const field = ['input', 'deviceCertificatePem'];
  // Before anything else is said of it, and nothing of it is said then.
  if (pemShape(pem).hasPrivateKey) {
    const message = `\`input.deviceCertificatePem\` holds a private key. ${privateKeyFix}`;
    throw new GatewayError('PRIVATE_KEY_REFUSED', message, { field });
  }
  const device = readDevice(pem);
  if (device.kind === 'device') return device;
  throw badInput(field, `\`input.deviceCertificatePem\`: ${device.message}`);
}

function deviceOfSubject(subject: DeviceSubjectInput): Device {
  const values = new Map<SubjectParameter, readonly string[]>();
  for (const name of subjectParameterNames) {
    const key = `${name[0]?.toLowerCase()}${name.slice(1)}` as keyof DeviceSubjectInput;
    const value = subject[key];
    if (value == null) continue;
    checkLength(['input', 'subject', key], value, MAX_NAME_CHARACTERS);
    values.set(name, [value]);
  }
  return { kind: 'device', certificateId: undefined, subject: values };
}

function parametersOf({ parameters }: PreviewProvisioningInput): ReadonlyMap<string, string> {
  const given = parameters ?? [];
  const field = ['input', 'parameters'];
  if (given.length > MAX_PARAMETERS) {
    const message = `\`input.parameters\` may have ${MAX_PARAMETERS}; it has ${given.length}.`;
    throw badInput(field, message);
  }
  const values = new Map<string, string>();
  given.forEach(({ name, value }, index) => {
    const place = [...field, String(index)];
    checkLength([...place, 'name'], name, MAX_NAME_CHARACTERS, 1);
    checkLength([...place, 'value'], value, MAX_VALUE_CHARACTERS);
    if (values.has(name)) throw badInput([...place, 'name'], 'The same parameter is given twice.');
    values.set(name, value);
  });
  return values;
}

function checkLength(field: readonly string[], text: string, max: number, min = 0): void {
  const { length } = text;
  const name = field.join('.');
  if (holdsPrivateKey(text)) {
    const message = `\`${name}\` holds a private key. ${privateKeyFix}`;
    throw new GatewayError('PRIVATE_KEY_REFUSED', message, { field });
  }
  if (length >= min && length <= max) return;
  throw badInput(field, `\`${name}\` must have ${min} to ${max} characters; it has ${length}.`);
}

export const previewResolvers: Resolvers = { Query };
