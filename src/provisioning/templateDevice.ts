import { contextTag, derChildren, readDer, readDerText } from './der.ts';
import {
  SUBJECT_PARAMETERS,
  type SubjectParameter,
  subjectParameterNames,
} from './templateGrammar.ts';
import { certificateDer, readCertificate, type UnreadableCertificate } from './x509.ts';
import { readObjectId } from './x509Names.ts';

/** What AWS IoT knows of a device when it provisions it. */
export interface Device {
  readonly kind: 'device';
  /** Undefined where only the subject is known. */
  readonly certificateId: string | undefined;
  /** The values of the subject, several where an attribute stands there several times. */
  readonly subject: ReadonlyMap<SubjectParameter, readonly string[]>;
}

/** Reads the id and the subject of a device certificate. */
export function readDevice(certificatePem: string): Device | UnreadableCertificate {
  const certificate = readCertificate(certificatePem);
  if (certificate.kind === 'unreadable') return certificate;
  const bytes = certificateDer(certificatePem);
  const subject = Buffer.isBuffer(bytes)
    ? readSubject(bytes)
    : new Map<SubjectParameter, string[]>();
  return { kind: 'device', certificateId: certificate.certificateId, subject };
}

const parameterOf: ReadonlyMap<string, SubjectParameter> = new Map(
  subjectParameterNames.map((name) => [SUBJECT_PARAMETERS[name].objectId, name]),
);

function readSubject(certificate: Buffer): Map<SubjectParameter, string[]> {
  const values = new Map<SubjectParameter, string[]>();
  const fields = derChildren(derChildren(readDer(certificate))?.[0]) ?? [];
  // The version may be left out.
  const subject = fields[fields[0]?.tag === contextTag(0) ? 5 : 4];
  for (const set of derChildren(subject) ?? []) {
    for (const pair of derChildren(set) ?? []) {
      const [type, value] = derChildren(pair) ?? [];
      const parameter = parameterOf.get(readObjectId(type) ?? '');
      const text = readDerText(value);
      if (parameter === undefined || text === undefined) continue;
      values.set(parameter, [...(values.get(parameter) ?? []), text]);
    }
  }
  return values;
}
