/** An operation the page opens with. `variables` is what the variables editor shows. */
export interface Example {
  readonly title: string;
  readonly summary: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** A CA of the demo data: active, with no registration, so that attaching it changes something. */
export const EXAMPLE_CERTIFICATE_ID =
  '9fc8ff88556cb228f75c26e2bebd3b64daf7bc4c39a7b1f757c680de576a644b';

/** A JITP template of the demo data. */
export const EXAMPLE_TEMPLATE_NAME = 'tide-pump-jitp';

/** Shown in this order, the first one active. GraphiQL takes a tab's title from the operation's name. */
export const examples: readonly Example[] = [
  {
    title: 'Templates with their CAs',
    summary: 'One list of templates, joined with the CA certificates that name each of them.',
    query: `# Templates with their CAs: one AWS call for the list of
# templates and one for each template of type JITP.
# extensions.upstream in the answer tells what it cost.
query TemplatesWithCAs {
  provisioningTemplates(first: 5) {
    nodes {
      templateName
      type
      enabled
      caCertificates(first: 5) {
        nodes {
          certificateId
          status
          creationDate
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  },
  {
    title: 'Why this CA',
    summary:
      'Whether a device that first connects with a certificate of each CA is provisioned, and why not.',
    query: `# Why this CA: whether its devices are provisioned at their
# first connection, with what, and what to do if not.
query WhyThisCA {
  caCertificates(first: 10) {
    nodes {
      certificateId
      jitpReadiness {
        state
        reasons {
          code
          message
          fix
        }
      }
      status
      autoRegistrationStatus
      certificateMode
      validity {
        notBefore
        notAfter
      }
      registrationConfig {
        __typename
        ... on NamedTemplateRegistration {
          templateName
          roleArn
        }
        ... on InlineTemplateRegistration {
          templateBody
          roleArn
        }
      }
      template {
        templateName
        type
        enabled
        description
      }
    }
  }
}
`,
  },
  {
    title: 'Preview a device',
    summary: 'What a template would make of a device with this subject; nothing is provisioned.',
    query: `# Preview a device: every function of the body evaluated.
# Change the subject under Variables.
query PreviewDevice($input: PreviewProvisioningInput!) {
  previewProvisioning(input: $input) {
    outcome
    parameters {
      name
      value
    }
    missing
    things {
      thingName
      thingTypeName
      thingGroups
    }
    certificates {
      status
    }
    problems {
      message
    }
    notes {
      message
    }
  }
}
`,
    variables: {
      input: {
        templateName: EXAMPLE_TEMPLATE_NAME,
        subject: {
          commonName: 'pump-17',
          organizationalUnit: 'north',
          serialNumber: '0017',
          country: 'NO',
        },
      },
    },
  },
  {
    title: 'Plan a change to many CAs',
    summary:
      'What attaching a template to all CAs without one would do and cost; nothing is changed.',
    query: `# Plan a change to many CAs. It is made only when applyPlan
# is sent with the id of the plan.
mutation PlanAttach($input: PlanAttachInput!) {
  planAttach(input: $input) {
    plan {
      id
      state
      counts {
        total
        pending
      }
      items(first: 10) {
        nodes {
          certificateId
          outcome
        }
      }
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,
    variables: {
      input: {
        templateName: EXAMPLE_TEMPLATE_NAME,
        filter: { registration: ['NONE'] },
      },
    },
  },
  {
    title: 'Attach a template',
    summary: 'A change: a CA provisions its devices with a template from now on.',
    query: `# Attach a template. This writes: choose the CA and the
# template under Variables before you run it.
mutation AttachTemplate($input: AttachProvisioningTemplateInput!) {
  attachProvisioningTemplate(input: $input) {
    caCertificate {
      certificateId
      status
      autoRegistrationStatus
      registrationConfig {
        __typename
        ... on NamedTemplateRegistration {
          templateName
          roleArn
        }
      }
      template {
        templateName
        enabled
      }
    }
    warnings {
      code
      message
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,
    variables: {
      input: {
        certificateId: EXAMPLE_CERTIFICATE_ID,
        templateName: EXAMPLE_TEMPLATE_NAME,
        enableAutoRegistration: true,
      },
    },
  },
  {
    title: 'One CA by id',
    summary: 'Everything about one CA certificate, with the device certificates it signed.',
    query: `# One CA by its id, 64 hexadecimal digits (see Variables).
# null means that there is no such CA.
query OneCA($certificateId: String!) {
  caCertificate(certificateId: $certificateId) {
    certificateArn
    certificateId
    status
    creationDate
    lastModifiedDate
    ownedBy
    autoRegistrationStatus
    customerVersion
    generationId
    certificateMode
    validity {
      notBefore
      notAfter
    }
    certificatePem
    registrationConfig {
      __typename
    }
    template {
      templateName
      templateBody
    }
    certificates(first: 5) {
      nodes {
        certificateId
        status
      }
    }
  }
}
`,
    variables: { certificateId: EXAMPLE_CERTIFICATE_ID },
  },
];

/** The text of the variables editor, empty when the example has none. */
export function variablesText(example: Example): string {
  return example.variables === undefined ? '' : JSON.stringify(example.variables, null, 2);
}
