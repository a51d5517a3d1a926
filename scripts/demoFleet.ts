import type { NamePart } from '../src/provisioning/issueCertificate.ts';

/** The fictional companies and factories of the demo data. No keys here, only who and what. */

const account = '123456789012';
export const provisioningRoleArn = `arn:aws:iam::${account}:role/service-role/iot-fleet-provisioning`;
const jitpRoleArn = `arn:aws:iam::${account}:role/service-role/iot-jitp`;

const certificateIdRef = { Ref: 'AWS::IoT::Certificate::Id' };
const commonNameRef = { Ref: 'AWS::IoT::Certificate::CommonName' };
const text = { Type: 'String' };

function jitpParameters(...names: readonly string[]): Record<string, typeof text> {
  return Object.fromEntries(names.map((name) => [`AWS::IoT::Certificate::${name}`, text]));
}

const activeCertificate = {
  Type: 'AWS::IoT::Certificate',
  Properties: { CertificateId: certificateIdRef, Status: 'ACTIVE' },
};

function namedPolicy(PolicyName: string) {
  return { Type: 'AWS::IoT::Policy', Properties: { PolicyName } };
}

function policyDocument(...statements: readonly object[]) {
  return {
    Type: 'AWS::IoT::Policy',
    Properties: {
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    },
  };
}

function allow(action: string, resource: string) {
  return {
    Effect: 'Allow',
    Action: action,
    Resource: `arn:aws:iot:us-east-1:${account}:${resource}`,
  };
}

const tidePump1 = {
  Parameters: jitpParameters('CommonName', 'Id'),
  Resources: {
    pump: { Type: 'AWS::IoT::Thing', Properties: { ThingName: commonNameRef } },
    certificate: activeCertificate,
    policy: namedPolicy('TidePumpTelemetry'),
  },
};
const tidePump2 = {
  Parameters: jitpParameters('CommonName', 'Id', 'OrganizationalUnit'),
  Resources: {
    ...tidePump1.Resources,
    pump: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: commonNameRef,
        ThingTypeName: 'tide-pump',
        AttributePayload: { line: { Ref: 'AWS::IoT::Certificate::OrganizationalUnit' } },
      },
    },
  },
};
const tidePump3 = {
  Parameters: jitpParameters('CommonName', 'Id', 'OrganizationalUnit', 'SerialNumber', 'Country'),
  Resources: {
    pump: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: commonNameRef,
        ThingTypeName: 'tide-pump',
        ThingGroups: ['pumps', { Ref: 'AWS::IoT::Certificate::Country' }],
        AttributePayload: {
          line: { Ref: 'AWS::IoT::Certificate::OrganizationalUnit' },
          serialNumber: { Ref: 'AWS::IoT::Certificate::SerialNumber' },
        },
      },
      OverrideSettings: { AttributePayload: 'MERGE', ThingGroups: 'DO_NOTHING' },
    },
    certificate: activeCertificate,
    policy: namedPolicy('TidePumpTelemetry'),
  },
};

const chargerParameters = { ChargerSerial: text, Site: text, ...jitpParameters('Id') };
const charger1 = {
  Parameters: chargerParameters,
  Resources: {
    charger: { Type: 'AWS::IoT::Thing', Properties: { ThingName: { Ref: 'ChargerSerial' } } },
    certificate: activeCertificate,
    policy: namedPolicy('VoltaCharger'),
  },
};
const charger2 = {
  Parameters: chargerParameters,
  Resources: {
    ...charger1.Resources,
    charger: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { 'Fn::Join': ['-', ['charger', { Ref: 'ChargerSerial' }]] },
        ThingTypeName: 'ac-charger',
        ThingGroups: ['chargers'],
        AttributePayload: { site: { Ref: 'Site' } },
      },
    },
  },
  DeviceConfiguration: { site: { Ref: 'Site' }, heartbeatSeconds: '30' },
};
const charger3 = {
  ...charger2,
  Mappings: {
    Backend: {
      porto: { url: 'wss://porto.ocpp.volta-tejo.example' },
      lisboa: { url: 'wss://lisboa.ocpp.volta-tejo.example' },
    },
  },
  DeviceConfiguration: {
    site: { Ref: 'Site' },
    heartbeatSeconds: '15',
    backend: { 'Fn::FindInMap': ['Backend', { Ref: 'Site' }, 'url'] },
  },
};

function coldroom(resourceSuffix: string) {
  return {
    Parameters: jitpParameters('CommonName', 'Id', 'StateName', 'Organization'),
    Resources: {
      controller: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: commonNameRef,
          ThingTypeName: 'coldroom-controller',
          AttributePayload: {
            operator: { Ref: 'AWS::IoT::Certificate::Organization' },
            county: { Ref: 'AWS::IoT::Certificate::StateName' },
          },
        },
        OverrideSettings: { AttributePayload: 'REPLACE' },
      },
      certificate: activeCertificate,
      policy: policyDocument(
        allow('iot:Connect', `client/\${iot:Connection.Thing.ThingName}`),
        allow('iot:Publish', `topic/coldroom/\${iot:Connection.Thing.ThingName}/${resourceSuffix}`),
      ),
    },
  };
}

function meter(version: number) {
  const groups = ['meters', 'firmware-a', 'firmware-b', 'tariff-v2', 'outage-alerts'];
  return {
    Parameters: jitpParameters('CommonName', 'Id', 'SerialNumber', 'StateName'),
    Resources: {
      meter: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: commonNameRef,
          ThingTypeName: version < 3 ? 'meter' : 'meter-gen2',
          ThingGroups: groups.slice(0, version),
          AttributePayload: {
            serialNumber: { Ref: 'AWS::IoT::Certificate::SerialNumber' },
            state: { Ref: 'AWS::IoT::Certificate::StateName' },
          },
        },
        OverrideSettings: {
          AttributePayload: version < 4 ? 'DO_NOTHING' : 'MERGE',
          ThingGroups: 'REPLACE',
        },
      },
      certificate: { ...activeCertificate, OverrideSettings: { Status: 'REPLACE' } },
      policy: namedPolicy(version < 5 ? 'AlderMeter' : 'AlderMeterScoped'),
    },
  };
}

function ebike(thingType: string) {
  return {
    Parameters: {
      FrameNumber: text,
      Motor: { Type: 'String', Default: 'mid-250' },
      ...jitpParameters('Id'),
    },
    Resources: {
      bike: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: { 'Fn::Sub': `bike-\${FrameNumber}` },
          ThingTypeName: thingType,
          AttributePayload: { motor: { Ref: 'Motor' } },
        },
      },
      certificate: activeCertificate,
      policy: namedPolicy('CaminoBike'),
    },
    DeviceConfiguration: { motor: { Ref: 'Motor' } },
  };
}

const axle = {
  Parameters: jitpParameters('CommonName', 'Id', 'DistinguishedNameQualifier'),
  Resources: {
    sensor: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: commonNameRef,
        ThingTypeName: 'axle-sensor',
        AttributePayload: { wagon: { Ref: 'AWS::IoT::Certificate::DistinguishedNameQualifier' } },
        BillingGroup: 'prairie-rail',
      },
    },
    certificate: activeCertificate,
    publish: namedPolicy('AxlePublish'),
    update: namedPolicy('AxleFirmware'),
  },
};

const quarry = {
  Parameters: jitpParameters('CommonName', 'Id'),
  Resources: {
    gateway: { Type: 'AWS::IoT::Thing', Properties: { ThingName: commonNameRef } },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: certificateIdRef, Status: 'Inactive' },
    },
    policy: namedPolicy('QuarryGatewayLegacy'),
  },
};

const soil = {
  Parameters: {
    Probe: text,
    Estate: { Type: 'String', Default: 'bandung' },
    ...jitpParameters('Id'),
  },
  Mappings: {
    Estate: {
      bandung: { crop: 'tea', intervalMinutes: '20' },
      medan: { crop: 'palm', intervalMinutes: '60' },
    },
  },
  Resources: {
    probe: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { 'Fn::Select': ['0', { 'Fn::Split': ['/', { Ref: 'Probe' }] }] },
        ThingTypeName: 'soil-probe',
        AttributePayload: { estate: { Ref: 'Estate' } },
      },
    },
    certificate: activeCertificate,
    policy: policyDocument(allow('iot:Connect', 'client/*'), allow('iot:Publish', 'topic/soil/*')),
  },
  DeviceConfiguration: {
    crop: { 'Fn::FindInMap': ['Estate', { Ref: 'Estate' }, 'crop'] },
    intervalMinutes: { 'Fn::FindInMap': ['Estate', { Ref: 'Estate' }, 'intervalMinutes'] },
  },
};

const tug = {
  Parameters: jitpParameters('CommonName', 'Id', 'OrganizationalUnit'),
  Resources: {
    tug: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: commonNameRef,
        ThingGroups: [{ Ref: 'AWS::IoT::Certificate::OrganizationalUnit' }],
      },
    },
    certificate: activeCertificate,
    policy: namedPolicy('KestrelTug'),
  },
};

const workbench = {
  Parameters: { BenchUnit: text, ...jitpParameters('Id') },
  Resources: {
    certificate: activeCertificate,
    policy: namedPolicy('WorkbenchSandbox'),
  },
};

export interface DemoTemplate {
  readonly templateName: string;
  readonly type: 'JITP' | 'FLEET_PROVISIONING';
  readonly enabled: boolean;
  readonly description?: string;
  readonly defaultVersionId?: number;
  readonly preProvisioningHook?: { readonly payloadVersion: string; readonly targetArn: string };
  readonly creationDate: string;
  readonly versions: readonly object[];
  readonly tags: Readonly<Record<string, string>>;
}

export const demoTemplates: readonly DemoTemplate[] = [
  {
    templateName: 'tide-pump-jitp',
    type: 'JITP',
    enabled: true,
    description: 'Bilge and flood pumps, provisioned when they first connect',
    creationDate: '2022-02-14T09:30:00Z',
    versions: [tidePump1, tidePump2, tidePump3],
    tags: { fleet: 'tide-pump', environment: 'production', owner: 'harrow-tide' },
  },
  {
    templateName: 'volta-charger-fleet',
    type: 'FLEET_PROVISIONING',
    enabled: true,
    description: 'Kerbside chargers that swap a claim for a certificate of their own',
    defaultVersionId: 2,
    preProvisioningHook: {
      payloadVersion: '2020-04-01',
      targetArn: `arn:aws:lambda:us-east-1:${account}:function:charger-serial-allow-list`,
    },
    creationDate: '2022-05-03T13:05:20Z',
    versions: [charger1, charger2, charger3],
    tags: { fleet: 'volta-charger', environment: 'production' },
  },
  {
    templateName: 'nordlys-coldroom-jitp',
    type: 'JITP',
    enabled: true,
    description: 'Cold room controllers of Nordlys Kjøleteknikk',
    creationDate: '2022-06-21T06:45:11Z',
    versions: [coldroom('status'), coldroom('+')],
    tags: { fleet: 'coldroom', environment: 'production', 'cost-centre': '4410' },
  },
  {
    templateName: 'alder-meter-jitp',
    type: 'JITP',
    enabled: true,
    description: 'Electricity meters; all five versions that AWS allows are in use',
    creationDate: '2022-07-09T17:20:42Z',
    versions: [meter(1), meter(2), meter(3), meter(4), meter(5)],
    tags: { fleet: 'alder-meter', environment: 'production' },
  },
  {
    templateName: 'camino-ebike-fleet',
    type: 'FLEET_PROVISIONING',
    enabled: true,
    defaultVersionId: 1,
    creationDate: '2022-08-30T10:00:00Z',
    versions: [ebike('ebike'), ebike('ebike-2025')],
    tags: { fleet: 'camino-ebike' },
  },
  {
    templateName: 'prairie-axle-jitp',
    type: 'JITP',
    enabled: true,
    description: 'Axle temperature sensors on grain wagons',
    creationDate: '2022-09-18T15:12:05Z',
    versions: [axle],
    tags: { fleet: 'prairie-axle', environment: 'production' },
  },
  {
    templateName: 'quarry-gateway-jitp',
    type: 'JITP',
    enabled: false,
    description: 'Retired: gateways of the first generation, kept until the last CA is gone',
    creationDate: '2022-10-11T02:33:54Z',
    versions: [quarry],
    tags: { fleet: 'quarry-gateway', lifecycle: 'retiring' },
  },
  {
    templateName: 'sunda-soil-fleet',
    type: 'FLEET_PROVISIONING',
    enabled: true,
    description: 'Soil probes; reporting interval by estate',
    creationDate: '2024-09-25T04:18:30Z',
    versions: [soil],
    tags: { fleet: 'sunda-soil', environment: 'pilot' },
  },
  {
    templateName: 'kestrel-tug-jitp',
    type: 'JITP',
    enabled: true,
    description: 'Airport tugs; no CA is attached yet',
    creationDate: '2025-03-06T11:55:00Z',
    versions: [tug],
    tags: { fleet: 'kestrel-tug', environment: 'staging' },
  },
  {
    templateName: 'workbench-fleet',
    type: 'FLEET_PROVISIONING',
    enabled: false,
    creationDate: '2025-07-15T08:00:00Z',
    versions: [workbench],
    tags: {},
  },
];

export type DemoKey = 'ec-p256' | 'ec-p384' | 'rsa-2048' | 'rsa-3072' | 'rsa-4096';

export interface DemoCA {
  readonly subject: readonly NamePart[];
  readonly key: DemoKey;
  readonly notBefore: string;
  readonly notAfter: string;
  /** Signed anew at every start, so that it always ends in so many days. */
  readonly daysLeft?: number;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly autoRegistrationStatus: 'ENABLE' | 'DISABLE';
  readonly certificateMode: 'DEFAULT' | 'SNI_ONLY';
  readonly registrationConfig?: object;
  readonly tags: Readonly<Record<string, string>>;
  readonly devices: readonly DemoDevice[];
}

export interface DemoDevice {
  readonly commonName: string;
  readonly serialNumber: string;
  readonly status: 'ACTIVE' | 'INACTIVE' | 'REVOKED' | 'PENDING_ACTIVATION';
}

interface Organisation {
  readonly country: string;
  readonly name: string;
  readonly attachment: object | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

function ca(
  organisation: Organisation,
  [unit, commonName]: readonly [unit: string, commonName: string],
  changes: Partial<DemoCA> = {},
): DemoCA {
  return {
    subject: [
      ['C', organisation.country],
      ['O', organisation.name],
      ['OU', unit],
      ['CN', commonName],
    ],
    key: 'ec-p256',
    notBefore: '2022-06-01T00:00:00Z',
    notAfter: '2047-05-31T23:59:59Z',
    status: 'ACTIVE',
    autoRegistrationStatus: organisation.attachment === undefined ? 'DISABLE' : 'ENABLE',
    certificateMode: 'DEFAULT',
    ...(organisation.attachment && { registrationConfig: organisation.attachment }),
    tags: organisation.tags,
    devices: [],
    ...changes,
  };
}

const harrow: Organisation = {
  country: 'GB',
  name: 'Harrow & Tide Pumps Ltd',
  attachment: { templateName: 'tide-pump-jitp' },
  tags: { fleet: 'tide-pump', environment: 'production' },
};
const nordlys: Organisation = {
  country: 'NO',
  name: 'Nordlys Kjøleteknikk AS',
  attachment: { templateName: 'nordlys-coldroom-jitp' },
  tags: { fleet: 'coldroom' },
};
const alder: Organisation = {
  country: 'US',
  name: 'Alder Grid Metering Inc.',
  attachment: { templateName: 'alder-meter-jitp' },
  tags: { fleet: 'alder-meter', environment: 'production' },
};
const prairie: Organisation = {
  country: 'CA',
  name: 'Prairie Rail Telemetry',
  attachment: { templateName: 'prairie-axle-jitp' },
  tags: { fleet: 'prairie-axle' },
};
const ironbark: Organisation = {
  country: 'AU',
  name: 'Ironbark Quarry Systems Pty Ltd',
  attachment: { templateName: 'quarry-gateway-jitp' },
  tags: { fleet: 'quarry-gateway', lifecycle: 'retiring' },
};
function inline(country: string, name: string, thingType: string): Organisation {
  const body = {
    Parameters: jitpParameters('CommonName', 'Id'),
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: { ThingName: commonNameRef, ThingTypeName: thingType },
      },
      certificate: activeCertificate,
      policy: namedPolicy(`${thingType}-policy`),
    },
  };
  return {
    country,
    name,
    attachment: { templateBody: JSON.stringify(body), roleArn: jitpRoleArn },
    tags: { fleet: thingType },
  };
}
function unattached(country: string, name: string, environment: string): Organisation {
  return { country, name, attachment: undefined, tags: { environment } };
}

const inactive = { status: 'INACTIVE' } as const;
const noAutoRegistration = { autoRegistrationStatus: 'DISABLE' } as const;
const sniOnly = { certificateMode: 'SNI_ONLY' } as const;
const kestrel = unattached('IE', 'Kestrel Ground Support', 'staging');
const lumen = unattached('NL', 'Lumen Harbour Lighting B.V.', 'production');
const mistral = unattached('FR', 'Mistral Balises SARL', 'production');
const osprey = unattached('NZ', 'Osprey Interop Lab', 'test');

/** Exactly 40, oldest registration first. */
export const demoCAs: readonly DemoCA[] = [
  ca(harrow, ['Whitby', 'Whitby Assembly Root CA'], {
    key: 'rsa-2048',
    devices: [
      { commonName: 'pump-wb-000117', serialNumber: 'HT-000117', status: 'ACTIVE' },
      { commonName: 'pump-wb-000118', serialNumber: 'HT-000118', status: 'ACTIVE' },
      { commonName: 'pump-wb-000093', serialNumber: 'HT-000093', status: 'REVOKED' },
    ],
  }),
  ca(ironbark, ['Pilbara', 'Pilbara Gateway CA G1'], {
    ...inactive,
    key: 'rsa-2048',
    notBefore: '2014-03-01T00:00:00Z',
    notAfter: '2024-03-01T00:00:00Z',
  }),
  ca(nordlys, ['Tromsø', 'Tromsø Fabrikk CA'], {
    devices: [{ commonName: 'coldroom-tos-0042', serialNumber: 'NK42', status: 'ACTIVE' }],
  }),
  ca(alder, ['Ohio', 'Alder Meter Issuing CA 01'], {
    key: 'rsa-3072',
    devices: [
      { commonName: 'meter-oh-7731001', serialNumber: '7731001', status: 'ACTIVE' },
      { commonName: 'meter-oh-7731002', serialNumber: '7731002', status: 'INACTIVE' },
    ],
  }),
  ca(alder, ['Ohio', 'Alder Meter Issuing CA 02'], inactive),
  ca(lumen, ['Rotterdam', 'Rotterdam Quay Lamp CA'], {
    devices: [{ commonName: 'lamp-rtm-2204', serialNumber: 'L2204', status: 'PENDING_ACTIVATION' }],
  }),
  ca(harrow, ['Grimsby', 'Grimsby Line A CA']),
  ca(harrow, ['Grimsby', 'Grimsby Line B CA'], noAutoRegistration),
  ca(ironbark, ['Pilbara', 'Pilbara Gateway CA G2'], { ...inactive, ...noAutoRegistration }),
  ca(nordlys, ['Bergen', 'Bergen Fryselager CA'], { key: 'ec-p384' }),
  ca(inline('DE', 'Rheinhafen Kräne GmbH', 'harbour-crane'), ['Duisburg', 'Duisburg Kran CA'], {
    key: 'rsa-4096',
  }),
  ca(prairie, ['Saskatoon', 'Saskatoon Axle Sensor CA'], {
    devices: [{ commonName: 'axle-ytk-88120', serialNumber: '88120', status: 'ACTIVE' }],
  }),
  ca(alder, ['Kentucky', 'Alder Meter Issuing CA 03']),
  ca(alder, ['Kentucky', 'Alder Meter Issuing CA 04'], noAutoRegistration),
  ca(osprey, ['Bench', 'Bench CA - do not ship'], inactive),
  ca(nordlys, ['Narvik', 'Narvik Ombygging CA'], sniOnly),
  ca(harrow, ['Cork', 'Cork Service Depot CA'], sniOnly),
  ca(inline('PT', 'Volta Tejo Energia SA', 'charger-trial'), ['Setúbal', 'Setúbal Trial CA'], {
    ...sniOnly,
    devices: [{ commonName: 'trial-set-009', serialNumber: 'VT009', status: 'ACTIVE' }],
  }),
  ca(prairie, ['Regina', 'Regina Wheelset CA'], inactive),
  ca(ironbark, ['Kalgoorlie', 'Kalgoorlie Gateway CA']),
  ca(alder, ['Texas', 'Alder Meter Issuing CA 05'], {
    key: 'rsa-2048',
    notBefore: '2023-01-10T00:00:00Z',
    daysLeft: 23,
  }),
  ca(lumen, ['Antwerp', 'Antwerp Dock Lamp CA'], inactive),
  ca(inline('ID', 'Sunda Agri Sensors PT', 'nursery-probe'), ['Bandung', 'Bandung Nursery CA'], {
    ...noAutoRegistration,
  }),
  ca(nordlys, ['Gdańsk', 'Gdańsk Linia Kontraktowa CA'], { ...sniOnly, key: 'ec-p384' }),
  ca(kestrel, ['Shannon', 'Shannon Tug CA'], { key: 'rsa-2048' }),
  ca(harrow, ['Stavanger', 'Stavanger Offshore CA'], {
    key: 'rsa-2048',
    notBefore: '2023-01-10T00:00:00Z',
    daysLeft: 9,
    devices: [{ commonName: 'pump-sv-000301', serialNumber: 'HT-000301', status: 'ACTIVE' }],
  }),
  ca(prairie, ['Winnipeg', 'Winnipeg Yard CA']),
  ca(alder, ['Texas', 'Alder Meter Issuing CA 06'], sniOnly),
  ca(mistral, ['Marseille', 'Marseille Balise CA'], {
    key: 'rsa-2048',
    notBefore: '2023-01-10T00:00:00Z',
    daysLeft: 2,
  }),
  ca(inline('ES', 'Camino Movilidad SL', 'ebike-pilot'), ['Vitoria', 'Vitoria Pilot CA'], {
    ...inactive,
    ...noAutoRegistration,
  }),
  ca(kestrel, ['Prestwick', 'Prestwick Tug CA'], sniOnly),
  ca(nordlys, ['Turku', 'Turku Sopimuslinja CA'], inactive),
  ca(alder, ['Oregon', 'Alder Meter Issuing CA 07'], { key: 'ec-p384' }),
  ca(harrow, ['Whitby', 'Whitby Assembly Root CA'], { notAfter: '2049-12-31T23:59:59Z' }),
  ca(mistral, ['Toulon', 'Toulon Balise CA'], sniOnly),
  ca(prairie, ['Moose Jaw', 'Moose Jaw Retrofit CA'], sniOnly),
  ca(inline('JP', 'Kumano Robotics KK', 'arm-controller'), ['Wakayama', 'Wakayama Arm CA'], {
    key: 'ec-p384',
    devices: [{ commonName: 'arm-wky-0007', serialNumber: 'KR0007', status: 'ACTIVE' }],
  }),
  ca(alder, ['Oregon', 'Alder Meter Issuing CA 08'], {
    devices: [
      { commonName: 'meter-or-8800001', serialNumber: '8800001', status: 'ACTIVE' },
      { commonName: 'meter-or-8800002', serialNumber: '8800002', status: 'ACTIVE' },
    ],
  }),
  ca(osprey, ['Interop', 'Interop Test CA'], { ...sniOnly, notAfter: '2049-12-31T23:59:59Z' }),
  ca(harrow, ['Whitby', 'Whitby Second Shift CA'], inactive),
];
