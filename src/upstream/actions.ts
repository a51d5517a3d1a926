import type * as Iot from '@aws-sdk/client-iot';

/** Input and output of every action the gateway calls, in the SDK's own types. */
export interface ActionShapes {
  CreateProvisioningTemplate: Shape<
    Iot.CreateProvisioningTemplateRequest,
    Iot.CreateProvisioningTemplateResponse
  >;
  DeleteCACertificate: Shape<Iot.DeleteCACertificateRequest, Iot.DeleteCACertificateResponse>;
  DeleteProvisioningTemplate: Shape<
    Iot.DeleteProvisioningTemplateRequest,
    Iot.DeleteProvisioningTemplateResponse
  >;
  DescribeCACertificate: Shape<Iot.DescribeCACertificateRequest, Iot.DescribeCACertificateResponse>;
  DescribeCertificate: Shape<Iot.DescribeCertificateRequest, Iot.DescribeCertificateResponse>;
  DescribeProvisioningTemplate: Shape<
    Iot.DescribeProvisioningTemplateRequest,
    Iot.DescribeProvisioningTemplateResponse
  >;
  GetRegistrationCode: Shape<Iot.GetRegistrationCodeRequest, Iot.GetRegistrationCodeResponse>;
  ListCACertificates: Shape<Iot.ListCACertificatesRequest, Iot.ListCACertificatesResponse>;
  ListCertificatesByCA: Shape<Iot.ListCertificatesByCARequest, Iot.ListCertificatesByCAResponse>;
  ListProvisioningTemplates: Shape<
    Iot.ListProvisioningTemplatesRequest,
    Iot.ListProvisioningTemplatesResponse
  >;
  RegisterCACertificate: Shape<Iot.RegisterCACertificateRequest, Iot.RegisterCACertificateResponse>;
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

export type ActionName = keyof ActionShapes;
export type ActionInput<Name extends ActionName> = ActionShapes[Name]['input'];
export type ActionOutput<Name extends ActionName> = ActionShapes[Name]['output'];

/** The largest page that AWS IoT's list actions give, and the one that costs the fewest calls. */
export const PAGE_SIZE = 250;
