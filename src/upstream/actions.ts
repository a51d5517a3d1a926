import type * as Iot from '@aws-sdk/client-iot';

/** Input and output of every action the gateway calls, in the SDK's own types. */
interface ActionShapes {
  CreateProvisioningClaim: Shape<
    Iot.CreateProvisioningClaimRequest,
    Iot.CreateProvisioningClaimResponse
  >;
  CreateProvisioningTemplate: Shape<
    Iot.CreateProvisioningTemplateRequest,
    Iot.CreateProvisioningTemplateResponse
  >;
  CreateProvisioningTemplateVersion: Shape<
    Iot.CreateProvisioningTemplateVersionRequest,
    Iot.CreateProvisioningTemplateVersionResponse
  >;
  DeleteCACertificate: Shape<Iot.DeleteCACertificateRequest, Iot.DeleteCACertificateResponse>;
  DeleteProvisioningTemplate: Shape<
    Iot.DeleteProvisioningTemplateRequest,
    Iot.DeleteProvisioningTemplateResponse
  >;
  DeleteProvisioningTemplateVersion: Shape<
    Iot.DeleteProvisioningTemplateVersionRequest,
    Iot.DeleteProvisioningTemplateVersionResponse
  >;
  DeleteRegistrationCode: Shape<
    Iot.DeleteRegistrationCodeRequest,
    Iot.DeleteRegistrationCodeResponse
  >;
  DescribeCACertificate: Shape<Iot.DescribeCACertificateRequest, Iot.DescribeCACertificateResponse>;
  DescribeCertificate: Shape<Iot.DescribeCertificateRequest, Iot.DescribeCertificateResponse>;
  DescribeProvisioningTemplate: Shape<
    Iot.DescribeProvisioningTemplateRequest,
    Iot.DescribeProvisioningTemplateResponse
  >;
  DescribeProvisioningTemplateVersion: Shape<
    Iot.DescribeProvisioningTemplateVersionRequest,
    Iot.DescribeProvisioningTemplateVersionResponse
  >;
  GetRegistrationCode: Shape<Iot.GetRegistrationCodeRequest, Iot.GetRegistrationCodeResponse>;
  ListCACertificates: Shape<Iot.ListCACertificatesRequest, Iot.ListCACertificatesResponse>;
  ListCertificatesByCA: Shape<Iot.ListCertificatesByCARequest, Iot.ListCertificatesByCAResponse>;
  ListProvisioningTemplateVersions: Shape<
    Iot.ListProvisioningTemplateVersionsRequest,
    Iot.ListProvisioningTemplateVersionsResponse
  >;
  ListProvisioningTemplates: Shape<
    Iot.ListProvisioningTemplatesRequest,
    Iot.ListProvisioningTemplatesResponse
  >;
  ListTagsForResource: Shape<Iot.ListTagsForResourceRequest, Iot.ListTagsForResourceResponse>;
  RegisterCACertificate: Shape<Iot.RegisterCACertificateRequest, Iot.RegisterCACertificateResponse>;
  TagResource: Shape<Iot.TagResourceRequest, Iot.TagResourceResponse>;
  UntagResource: Shape<Iot.UntagResourceRequest, Iot.UntagResourceResponse>;
  UpdateCACertificate: Shape<Iot.UpdateCACertificateRequest, Record<string, never>>;
  UpdateProvisioningTemplate: Shape<
    Iot.UpdateProvisioningTemplateRequest,
    Iot.UpdateProvisioningTemplateResponse
  >;
}

interface Shape<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** An action that the gateway calls. */
export type ActionName = keyof ActionShapes;
export type ActionInput<Name extends ActionName> = ActionShapes[Name]['input'];
export type ActionOutput<Name extends ActionName> = ActionShapes[Name]['output'];

/** The largest page that AWS IoT's list actions give, and the one that costs the fewest calls. */
export const PAGE_SIZE = 250;

/** An action that changes something at AWS. */
export type WriteName = Extract<
  ActionName,
  `${'Create' | 'Register' | 'Update' | 'Delete' | 'Tag' | 'Untag'}${string}`
>;
export type ReadName = Exclude<ActionName, WriteName>;

/** Whether an action changes something at AWS, as its name says. */
export function isWrite(action: ActionName): action is WriteName {
  return /^(?:Create|Register|Update|Delete|Tag|Untag)/.test(action);
}

/** How old an answer may be, in milliseconds, before it is asked for again; by action. */
export const DEFAULT_MAX_AGE_MS: Readonly<Record<ReadName, number>> = {
  DescribeCACertificate: 15_000,
  DescribeCertificate: 15_000,
  DescribeProvisioningTemplate: 15_000,
  DescribeProvisioningTemplateVersion: 15_000,
  GetRegistrationCode: 15_000,
  ListCACertificates: 15_000,
  ListCertificatesByCA: 15_000,
  ListProvisioningTemplateVersions: 15_000,
  ListProvisioningTemplates: 15_000,
  ListTagsForResource: 15_000,
};
