import assert from 'node:assert/strict';
import { type ActionName, actionNames, actions } from '../../../src/controlplane/actions.ts';
import { type Audit, auditsOf } from '../audit.ts';
import type { RawAnswer } from '../endpoint.ts';
import { headerOf, rawRefusal, rawRefusalOf, succeeded } from '../expect.ts';
import {
  absentCertificateId,
  arnOf,
  caInput,
  createTemplate,
  newCA,
  registerCA,
  templateInput,
} from '../fixtures.ts';

const templates = '/provisioning-templates';

const wire = auditsOf('protocol', 'WIRE');
const answers: readonly Audit[] = [
  wire.must('01', 'answer x-amzn-RequestId, another at every call', async (bench) => {
    const all = [
      await bench.send({ target: templates }),
      await bench.send({ target: templates }),
      await bench.send({ target: `${templates}/kettle` }),
    ];
    const ids = all.map((answer) => headerOf(answer, 'x-amzn-requestid'));
    assert.ok(ids.every((id) => id !== undefined && id.length >= 16));
    assert.equal(new Set(ids).size, ids.length);
  }),
  wire.must('02', 'answer success as JSON', async (bench) => {
    const answer = await bench.send({ target: templates });
    assert.match(headerOf(answer, 'content-type') ?? '', /^application\/(x-amz-)?json/);
    succeeded(answer);
  }),
  wire.must(
    '03',
    'name an error in x-amzn-ErrorType, and tell it in a JSON body',
    async (bench) => {
      const answer = await bench.send({ target: `${templates}/kettle` });
      const type = headerOf(answer, 'x-amzn-errortype') ?? '';
      assert.match(type, /^ResourceNotFoundException(:|$)/);
      const { message } = rawRefusalOf(answer, 'ResourceNotFoundException');
      assert.match(message, /kettle/);
    },
  ),
  wire.must(
    '04',
    'put resourceId and resourceArn beside the message of an error',
    async (bench) => {
      const resourceArn = await createTemplate(bench);
      const answer = await bench.send({ method: 'POST', target: templates, body: templateInput() });
      const { message, body } = rawRefusalOf(answer, 'ResourceAlreadyExistsException');
      assert.deepEqual(body, { message, resourceId: 'kettle', resourceArn });
    },
  ),
  wire.must('05', 'answer an action that it does not serve with a typed error', async (bench) => {
    for (const target of ['/things', '/policies/kettle', '/', '/jobs?maxResults=1', '/a//b']) {
      refusedAsUnknown(await bench.send({ target }));
    }
    refusedAsUnknown(await bench.send({ method: 'POST', target: '/things/a', body: {} }));
  }),
  wire.must('06', 'answer another method on a known path with a typed error', async (bench) => {
    const wrong = [
      ['PATCH', '/registrationcode'],
      ['PUT', templates],
      ['POST', `${templates}/kettle`],
      ['DELETE', '/cacertificates'],
      ['OPTIONS', templates],
      ['TRACE', '/registrationcode'],
    ] as const;
    for (const [method, target] of wrong) refusedAsUnknown(await bench.send({ method, target }));
  }),
  wire.should('07', 'answer HEAD without a body, and not as a success', async (bench) => {
    const answer = await bench.send({ method: 'HEAD', target: templates });
    assert.equal(answer.text, '');
    assert.ok(answer.status >= 400 && answer.status < 500, `it answers ${answer.status}`);
  }),
  wire.should('08', 'not take paths in another case or with slashes in front', async (bench) => {
    for (const target of ['/Provisioning-Templates', '//provisioning-templates']) {
      refusedAsUnknown(await bench.send({ target }));
    }
  }),
];

const labels: readonly Audit[] = [
  wire.must('20', 'take a trailing slash for an empty name, not for the list', async (bench) => {
    await createTemplate(bench);
    const answer = await bench.send({ target: `${templates}/` });
    rawRefusalOf(answer, 'InvalidRequestException');
  }),
  wire.must('21', 'refuse an empty label in every action that has one', async (bench) => {
    for (const name of actionNames) {
      const { method, path, input } = actions[name];
      if (!path.includes('{')) continue;
      const [first, ...others] = path.split('{');
      const rest = others
        .join('{')
        .replace(/^[^}]*}/, '')
        .replace(/\{[^}]*\}/, '1');
      const hasBody = Object.values(input).some((member) => member.in === 'body');
      const target = `${first}${rest}`;
      const answer = await bench.send({ method, target, ...(hasBody && { body: {} }) });
      const refusal = rawRefusal(answer);
      assert.equal(refusal.name, 'InvalidRequestException', `${method} ${target}: ${refusal.name}`);
    }
  }),
  wire.must('22', 'decode percent-encoding in a label', async (bench) => {
    await createTemplate(bench);
    const answer = succeeded(await bench.send({ target: `${templates}/%6bettl%65` }));
    assert.equal(answer.templateName, 'kettle');
  }),
  wire.must('23', 'split the path before it decodes: %2F stays inside its label', async (bench) => {
    await createTemplate(bench);
    for (const name of ['kettle%2Fversions', 'kettle%2fversions%2F1', '%2F', 'a%20b', 'k%00']) {
      const answer = await bench.send({ target: `${templates}/${name}` });
      rawRefusalOf(answer, 'InvalidRequestException');
    }
  }),
  wire.must('24', 'answer 400 for percent-encoding that is broken', async (bench) => {
    for (const target of [`${templates}/%`, `${templates}/%zz`, `${templates}/%C3`]) {
      const answer = await bench.send({ target });
      assert.equal(answer.status, 400, target);
      rawRefusal(answer);
    }
    const answer = await bench.send({ target: '/cacertificates?templateName=%E0%A4%A' });
    assert.equal(answer.status, 400);
    rawRefusal(answer);
  }),
  wire.must('25', 'not follow dots in a path', async (bench) => {
    await createTemplate(bench);
    for (const name of ['..', '.', '%2e%2e', '../cacertificates', 'kettle/../kettle']) {
      const refusal = rawRefusal(await bench.send({ target: `${templates}/${name}` }));
      assert.match(refusal.name, /^(InvalidRequest|UnknownOperation|ResourceNotFound)Exception$/);
    }
  }),
  wire.should('26', 'take names of JavaScript objects for names', async (bench) => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const absent = await bench.send({ target: `${templates}/${name}` });
      rawRefusalOf(absent, 'ResourceNotFoundException');
      await createTemplate(bench, { templateName: name });
      const made = succeeded(await bench.send({ target: `${templates}/${name}` }));
      assert.equal(made.templateName, name);
    }
    const list = succeeded(await bench.send({ target: templates }));
    assert.equal((list.templates as unknown[]).length, 4);
    refusedAsUnknown(await bench.send({ target: '/__proto__' }));
  }),
];

const queries: readonly Audit[] = [
  wire.must('30', 'take an empty marker for none', async (bench) => {
    await registerCA(bench);
    const answer = succeeded(await bench.send({ target: '/cacertificates?marker=' }));
    assert.equal((answer.certificates as unknown[]).length, 1);
  }),
  wire.should('31', 'pass over query parameters that the action does not have', async (bench) => {
    const target = '/cacertificates?x=1&&pagesize=abc&=&flag';
    assert.deepEqual(succeeded(await bench.send({ target })), { certificates: [] });
  }),
  wire.must('32', 'take false as it is sent', async (bench) => {
    const ca = newCA();
    const target = '/cacertificate?setAsActive=false&allowAutoRegistration=false';
    succeeded(await bench.send({ method: 'POST', target, body: caInput(ca) }));
    const { certificates } = await bench.iot.listCACertificates({});
    assert.equal(certificates?.[0]?.status, 'INACTIVE');
  }),
  wire.must('33', 'read isAscendingOrder, not ascendingOrder', async (bench) => {
    const first = await registerCA(bench);
    await registerCA(bench);
    const target = '/cacertificates?isAscendingOrder=true&ascendingOrder=false&pageSize=1';
    const answer = succeeded(await bench.send({ target }));
    const [row] = answer.certificates as Array<Record<string, unknown>>;
    assert.equal(row?.certificateId, first.certificateId);
  }),
];

const bodies: readonly Audit[] = [
  wire.must('40', 'answer 400 for a body that is no JSON object', async (bench) => {
    const wrong = ['{', 'kettle', '[]', 'null', '"{}"', '7', '{"a":1}{', '\u0000', "{'a':1}"];
    for (const body of wrong) {
      const answer = await bench.send({ method: 'POST', target: templates, body });
      assert.equal(answer.status, 400, body);
      assert.match(rawRefusal(answer).name, /^(Serialization|InvalidRequest)Exception$/);
    }
  }),
  wire.should('41', 'answer 400 for a body that is not UTF-8', async (bench) => {
    const text = JSON.stringify(templateInput({ description: 'K\u00fcche' }));
    const body = Buffer.from(text, 'latin1');
    const answer = await bench.send({ method: 'POST', target: templates, body });
    assert.equal(answer.status, 400);
    rawRefusal(answer);
  }),
  wire.must('42', 'take a required body left out for an empty one', async (bench) => {
    const answer = await bench.send({ method: 'POST', target: templates });
    rawRefusalOf(answer, 'InvalidRequestException');
  }),
  wire.must('43', 'take an update without any body', async (bench) => {
    await createTemplate(bench);
    succeeded(await bench.send({ method: 'PATCH', target: `${templates}/kettle` }));
  }),
  wire.should('44', 'read JSON whatever the content type says', async (bench) => {
    const types = ['application/json; charset=utf-8', 'application/x-amz-json-1.1', 'text/plain'];
    for (const [index, type] of types.entries()) {
      const body = templateInput({ templateName: `t${index}` });
      const headers = { 'content-type': type };
      succeeded(await bench.send({ method: 'POST', target: templates, headers, body }));
    }
  }),
  wire.must('45', 'answer 4xx, typed, for a body far beyond every limit', async (bench) => {
    const body = templateInput({ templateBody: 'a'.repeat(3 * 1024 * 1024) });
    const answer = await bench.send({ method: 'POST', target: templates, body });
    assert.ok(answer.status >= 400 && answer.status < 500);
    rawRefusal(answer);
  }),
  wire.should('46', 'survive JSON nested a hundred thousand levels deep', async (bench) => {
    const depth = 100_000;
    const body = `{"templateName":"kettle","tags":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const answer = await bench.send({ method: 'POST', target: templates, body });
    assert.equal(answer.status, 400);
    rawRefusal(answer);
    succeeded(await bench.send({ target: templates }));
  }),
  wire.should('47', 'not let __proto__ in a body be a member', async (bench) => {
    const text = JSON.stringify(templateInput());
    const body = `${text.slice(0, -1)},"__proto__":{"enabled":true,"type":"JITP"}}`;
    succeeded(await bench.send({ method: 'POST', target: templates, body }));
    const made = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.equal(made.enabled, false);
    assert.equal(made.type, 'FLEET_PROVISIONING');
  }),
  wire.should('48', 'take the last of two members with one name', async (bench) => {
    const text = JSON.stringify(templateInput({ templateName: 'urn' }));
    const body = `{"templateName":"kettle",${text.slice(1)}`;
    const answer = succeeded(await bench.send({ method: 'POST', target: templates, body }));
    assert.equal(answer.templateName, 'urn');
  }),
  wire.must('49', 'take a body in chunks', async (bench) => {
    const headers = { 'transfer-encoding': 'chunked' };
    const body = templateInput();
    succeeded(await bench.send({ method: 'POST', target: templates, headers, body }));
  }),
];

const realm = auditsOf('protocol', 'REALM');
const realms: readonly Audit[] = [
  realm.must('01', 'keep accounts apart, in every list and every description', async (bench) => {
    await createTemplate(bench);
    const { certificateId } = await registerCA(bench);
    const accessKeyId = bench.endpoint.nextAccessKeyId();
    const caller = { accessKeyId };
    const list = succeeded(await bench.send({ target: templates, caller }));
    assert.deepEqual(list, { templates: [] });
    const cas = succeeded(await bench.send({ target: '/cacertificates', caller }));
    assert.deepEqual(cas, { certificates: [] });
    const paths = [`${templates}/kettle`, `/cacertificate/${certificateId}`];
    for (const target of paths) {
      rawRefusalOf(await bench.send({ target, caller }), 'ResourceNotFoundException');
    }
  }),
  realm.must('02', 'keep regions apart', async (bench) => {
    await createTemplate(bench);
    const caller = { region: 'eu-west-1' };
    const list = succeeded(await bench.send({ target: templates, caller }));
    assert.deepEqual(list, { templates: [] });
    const elsewhere = bench.client(caller);
    await elsewhere.createProvisioningTemplate(templateInput({ enabled: true }));
    const here = await bench.iot.describeProvisioningTemplate({ templateName: 'kettle' });
    assert.equal(here.enabled, false);
  }),
  realm.must('03', 'write account and region into every ARN', async (bench) => {
    const { accessKeyId } = bench.caller;
    const elsewhere = bench.client({ region: 'ap-southeast-2', accessKeyId });
    const made = await elsewhere.createProvisioningTemplate(templateInput());
    const arn = `arn:aws:iot:ap-southeast-2:${bench.account}:provisioningtemplate/kettle`;
    assert.equal(made.templateArn, arn);
    const ca = await elsewhere.registerCACertificate(caInput(newCA()));
    const caArn = `arn:aws:iot:ap-southeast-2:${bench.account}:cacert/${ca.certificateId}`;
    assert.equal(ca.certificateArn, caArn);
  }),
  realm.must('04', 'take the scopes iot and execute-api for the same state', async (bench) => {
    await createTemplate(bench);
    for (const service of ['iot', 'execute-api']) {
      const target = `${templates}/kettle`;
      succeeded(await bench.send({ target, caller: { service } }));
    }
  }),
  realm.must('05', 'answer 403, typed, for the scope of another service', async (bench) => {
    const answer = await bench.send({ target: templates, caller: { service: 's3' } });
    assert.equal(answer.status, 403);
    rawRefusal(answer);
  }),
  realm.must('06', 'answer 403, typed, without a signature', async (bench) => {
    const answer = await bench.send({ target: templates, caller: 'unsigned' });
    assert.equal(answer.status, 403);
    rawRefusal(answer);
  }),
  realm.must('07', 'answer 403, typed, for a signature that is none', async (bench) => {
    const wrong = [
      'Basic a2V0dGxlOmtldHRsZQ==',
      'Bearer kettle',
      'AWS4-HMAC-SHA256',
      'AWS4-HMAC-SHA256 Credential=a/b',
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/iot/aws4_request',
      'AWS4-HMAC-SHA256 Credential=a/20260101/../iot/aws4_request, SignedHeaders=host, Signature=0',
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/iot/aws3, SignedHeaders=host, Signature=0',
    ];
    for (const authorization of wrong) {
      const headers = { authorization };
      const answer = await bench.send({ target: templates, headers, caller: 'unsigned' });
      assert.equal(answer.status, 403, authorization);
      rawRefusal(answer);
    }
  }),
  realm.could(
    '08',
    'take 123456789012 for every access key id that is no account',
    async (bench) => {
      for (const accessKeyId of ['AKIDEXAMPLE', '1234567890123', 'test']) {
        const templateName = `conformance-${bench.account}`;
        const client = bench.client({ accessKeyId, region: 'eu-north-1' });
        const made = await client.createProvisioningTemplate(templateInput({ templateName }));
        const arn = `arn:aws:iot:eu-north-1:123456789012:provisioningtemplate/${templateName}`;
        assert.equal(made.templateArn, arn);
        await client.deleteProvisioningTemplate({ templateName });
      }
    },
  ),
  realm.could('09', 'refuse web pages: a foreign Host, Origin or site', async (bench) => {
    const foreign = [
      { host: 'iot.example.com' },
      { origin: 'http://example.com' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      for (const target of [templates, '/_local/health', '/_local/calls']) {
        const answer = await bench.send({ target, headers: headers as Record<string, string> });
        assert.equal(answer.status, 403, JSON.stringify(headers));
        assert.equal(rawRefusal(answer).name, 'AccessDeniedException');
      }
    }
  }),
];

/** Actions by whether a resource that is not there is an error for them. */
const absences: ReadonlyArray<readonly [ActionName, string]> = [
  ['DescribeProvisioningTemplate', `${templates}/kettle`],
  ['DescribeProvisioningTemplateVersion', `${templates}/kettle/versions/1`],
  ['DescribeCACertificate', `/cacertificate/${absentCertificateId}`],
  ['DescribeCertificate', `/certificates/${absentCertificateId}`],
];

const orders: readonly Audit[] = [
  wire.should('50', 'check the input before it looks for the resource', async (bench) => {
    for (const [name, target] of absences) {
      rawRefusalOf(await bench.send({ target }), 'ResourceNotFoundException');
      const broken = await bench.send({ target: target.replace(/kettle|ab/, '!') });
      assert.equal(rawRefusal(broken).name, 'InvalidRequestException', name);
    }
    const answer = await bench.send({
      method: 'PATCH',
      target: `${templates}/kettle`,
      body: { enabled: 'yes' },
    });
    rawRefusalOf(answer, 'InvalidRequestException');
  }),
  wire.should('51', 'name every member that is wrong, not only the first', async (bench) => {
    const body = { templateName: 'a b', templateBody: 7, description: 'x\ny' };
    const answer = await bench.send({ method: 'POST', target: templates, body });
    const { message } = rawRefusalOf(answer, 'InvalidRequestException');
    for (const name of ['templateName', 'templateBody', 'description', 'provisioningRoleArn']) {
      assert.ok(message.includes(name), `${name} is not named: ${message}`);
    }
  }),
  wire.must(
    '52',
    'make one of many templates with one name created at the same time',
    async (bench) => {
      const attempts = Array.from({ length: 10 }, () =>
        bench.iot.createProvisioningTemplate(templateInput()).then(
          () => 'made',
          (thrown: Error) => thrown.name,
        ),
      );
      const outcomes = await Promise.all(attempts);
      assert.deepEqual(outcomes.sort(), [
        ...Array.from({ length: 9 }, () => 'ResourceAlreadyExistsException'),
        'made',
      ]);
    },
  ),
  wire.must('53', 'give versions created at the same time numbers of their own', async (bench) => {
    await createTemplate(bench);
    const { templateName, templateBody } = templateInput();
    const made = await Promise.all(
      Array.from({ length: 4 }, () =>
        bench.iot.createProvisioningTemplateVersion({ templateName, templateBody }),
      ),
    );
    assert.deepEqual(made.map((version) => version.versionId).sort(), [2, 3, 4, 5]);
  }),
  wire.must('54', 'show a write to the next read', async (bench) => {
    const { certificateId, certificateArn } = await registerCA(bench);
    assert.equal(certificateArn, arnOf(bench, `cacert/${certificateId}`));
    for (const newStatus of ['ACTIVE', 'INACTIVE', 'ACTIVE'] as const) {
      await bench.iot.updateCACertificate({ certificateId, newStatus });
      const { certificates } = await bench.iot.listCACertificates({});
      assert.equal(certificates?.[0]?.status, newStatus);
    }
  }),
];

export const protocolAudits: readonly Audit[] = [
  ...answers,
  ...labels,
  ...queries,
  ...bodies,
  ...orders,
  ...realms,
];

function refusedAsUnknown(answer: RawAnswer): void {
  const { name } = rawRefusal(answer);
  assert.ok(answer.status >= 400 && answer.status < 500, `it answers ${answer.status}`);
  assert.match(name, /^(UnknownOperation|MethodNotAllowed|AccessDenied|Forbidden)/);
}
