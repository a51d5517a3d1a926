import type { CertificateResolvers, Resolvers } from '../generated/resolvers.ts';
import { caCertificateResource, siblingArn } from '../upstream/arn.ts';
import type { CertificateEntity } from './entities.ts';
import { fieldsOf } from './fields.ts';
import { toGlobalId } from './globalId.ts';
import { requestedLevels } from './selection.ts';
import { validityOf } from './validity.ts';

const { described, fromRow, fromDetail } = fieldsOf<CertificateEntity>({
  loader: ({ loaders }) => loaders.certificates,
  keyOf: ({ certificateId }) => certificateId,
  nameOf: ({ certificateId }) => `Certificate ${certificateId}`,
});

const Certificate: CertificateResolvers = {
  id: ({ certificateArn }) => toGlobalId(certificateArn),
  certificateArn: ({ certificateArn }) => certificateArn,
  certificateId: ({ certificateId }) => certificateId,
  status: fromRow((row) => row.status),
  creationDate: fromRow((row) => row.creationDate),
  certificateMode: fromRow((row) => row.certificateMode),
  lastModifiedDate: fromDetail((detail) => detail.lastModifiedDate),
  certificatePem: fromDetail((detail) => detail.certificatePem),
  ownedBy: fromDetail((detail) => detail.ownedBy),
  validity: fromDetail(({ validity }) => validityOf(validity)),
  caCertificate: async (certificate, _args, context, info) => {
    const { detail, listedUnder } = certificate;
    const id =
      detail?.caCertificateId ??
      listedUnder ??
      (await described(certificate, context)).detail.caCertificateId;
    if (id === undefined) return null;
    const arn = siblingArn(certificate.certificateArn, caCertificateResource(id));
    const requested = requestedLevels(info, 'CACertificate', context.levels);
    return context.loaders.caCertificates.reach(id, arn, requested);
  },
};

export const certificateResolvers: Resolvers = { Certificate };
