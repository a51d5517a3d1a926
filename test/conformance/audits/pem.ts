import assert from 'node:assert/strict';
import { hostilePems } from '../../support/hostilePems.ts';
import { makeCA } from '../../support/pki.ts';
import { type Audit, auditsOf } from '../audit.ts';
import type { Bench } from '../endpoint.ts';
import { rawRefusal, refused } from '../expect.ts';
import { caInput, idOf, newCA, newDevice, registerCA } from '../fixtures.ts';

const beginLine = '-----BEGIN CERTIFICATE-----';
const endLine = '-----END CERTIFICATE-----';

/** Ways to write one certificate as PEM, all of which AWS and Node read. */
const writings: ReadonlyArray<
  readonly [number: string, words: string, write: (pem: string) => string]
> = [
  ['01', 'with the newlines of Unix', (pem) => pem],
  ['02', 'with the newlines of Windows', (pem) => pem.replaceAll('\n', '\r\n')],
  ['03', 'without a newline at the end', (pem) => pem.trimEnd()],
  ['04', 'with empty lines before and after', (pem) => `\n\n${pem}\n\n`],
  ['05', 'with text before and after', (pem) => `Subject: CN=Küche 🫖\n${pem}the end\n`],
  ['06', 'with lines of 76 characters', (pem) => reframe(pem, 76)],
  ['07', 'with the whole body on one line', (pem) => reframe(pem, 100_000)],
];

const ca = auditsOf('RegisterCACertificate', 'PEM-CA');
const device = auditsOf('RegisterCertificate', 'PEM-DEV');

const written: readonly Audit[] = writings.flatMap(([number, words, write]) => [
  ca.must(
    number,
    `answer a PEM ${words} byte for byte, under the digest of its DER`,
    async (bench) => {
      const made = newCA();
      const caCertificate = write(made.pem);
      const { certificateId } = await bench.iot.registerCACertificate(
        caInput(made, { caCertificate }),
      );
      assert.equal(certificateId, idOf(made));
      const answer = await bench.iot.describeCACertificate({ certificateId });
      assert.equal(answer.certificateDescription?.certificatePem, caCertificate);
    },
  ),
  device.must(
    number,
    `answer a PEM ${words} byte for byte, under the digest of its DER`,
    async (bench) => {
      const { ca: signer } = await registerCA(bench, { setAsActive: true });
      const made = newDevice(signer);
      const certificatePem = write(made.pem);
      const { certificateId } = await bench.iot.registerCertificate({ certificatePem });
      assert.equal(certificateId, idOf(made));
      const answer = await bench.iot.describeCertificate({ certificateId });
      assert.equal(answer.certificateDescription?.certificatePem, certificatePem);
    },
  ),
]);

const read: readonly Audit[] = [
  ca.must('20', 'take one certificate written in two ways for one', async (bench) => {
    const { ca: made } = await registerCA(bench);
    const caCertificate = made.pem.replaceAll('\n', '\r\n');
    await refused(
      () => bench.iot.registerCACertificate(caInput(made, { caCertificate })),
      'ResourceAlreadyExistsException',
    );
    const { certificates = [] } = await bench.iot.listCACertificates({});
    assert.equal(certificates.length, 1);
  }),
  ca.should('21', 'read the first certificate of a bundle, and keep the bundle', async (bench) => {
    const first = newCA();
    const caCertificate = `${first.pem}${newCA().pem}`;
    const { certificateId } = await bench.iot.registerCACertificate(
      caInput(first, { caCertificate }),
    );
    assert.equal(certificateId, idOf(first));
    const answer = await bench.iot.describeCACertificate({ certificateId });
    assert.equal(answer.certificateDescription?.certificatePem, caCertificate);
  }),
  refusesPem('22', 'MUST', 'whose newlines were lost', (pem) => pem.replaceAll('\n', ' ')),
  refusesPem('23', 'MUST', 'without its END line', (pem) => pem.replace(endLine, '')),
  refusesPem('24', 'MUST', 'whose body is not base64', (pem) => pem.replace(/\nM/, '\n*')),
  refusesPem('25', 'MUST', 'whose body is cut', (pem) => `${pem.slice(0, 200)}\n${endLine}\n`),
  refusesPem('26', 'MUST', 'whose body is empty', () => `${beginLine}\n${endLine}\n`),
  refusesPem('27', 'MUST', 'of a key', () =>
    newCA().publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ),
  refusesPem('28', 'SHOULD', 'with bytes behind the certificate', (pem) => {
    const der = Buffer.from(pem.replace(/-----[^\n]*\n?/g, ''), 'base64');
    const longer = Buffer.concat([der, Buffer.from('more')]).toString('base64');
    return `${beginLine}\n${longer}\n${endLine}\n`;
  }),
  ca.must('29', 'take two CAs with one key and different bytes for two', async (bench) => {
    const first = newCA();
    const second = makeCA({
      subject: first.subject,
      privateKey: first.privateKey,
      serialNumberHex: '02',
    });
    const one = await registerCA(bench, {}, first);
    const two = await registerCA(bench, {}, second);
    assert.notEqual(one.certificateId, two.certificateId);
  }),
];

/** The longest text that any PEM member takes. */
const maxPemCharacters = 65_536;

const hostileTexts = [
  ['20,000 BEGIN lines', `${beginLine}\n`.repeat(20_000)],
  ...hostilePems.map(({ name, make }) => [`64 KiB of ${name}`, make(maxPemCharacters)] as const),
] as const;

const hostile: readonly Audit[] = hostileTexts.map(([words, text], index) =>
  ca.must(String(40 + index), `refuse ${words}, in each of the four members`, async (bench) => {
    const { ca: registered } = await registerCA(bench, { setAsActive: true });
    const fresh = newCA();
    const requests = [
      ['/cacertificate', { caCertificate: text, certificateMode: 'SNI_ONLY' }],
      ['/cacertificate', { caCertificate: fresh.pem, verificationCertificate: text }],
      ['/certificate/register', { certificatePem: text }],
      [
        '/certificate/register',
        { certificatePem: newDevice(registered).pem, caCertificatePem: text },
      ],
    ] as const;
    for (const [target, body] of requests) await refuses(bench, target, body);
  }),
);

const template = auditsOf('CreateProvisioningTemplate', 'PEM-BODY');
const hostileBodies: readonly Audit[] = [
  template.must('01', 'refuse a body of 10,240 open brackets', async (bench) => {
    for (const templateBody of ['['.repeat(10_240), '{"a":'.repeat(2_048)]) {
      const provisioningRoleArn = 'arn:aws:iam::123456789012:role/a';
      const body = { templateName: 'kettle', templateBody, provisioningRoleArn };
      await refuses(bench, '/provisioning-templates', body);
    }
  }),
];

export const pemAudits: readonly Audit[] = [...written, ...read, ...hostile, ...hostileBodies];

async function refuses(
  bench: Bench,
  target: string,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  const answer = await bench.send({ method: 'POST', target, body });
  assert.equal(answer.status, 400, answer.text);
  assert.match(rawRefusal(answer).name, /^(CertificateValidation|InvalidRequest)Exception$/);
}

function refusesPem(
  number: string,
  level: 'MUST' | 'SHOULD',
  words: string,
  spoil: (pem: string) => string,
): Audit {
  const refuse = level === 'MUST' ? ca.mustRefuse : ca.shouldRefuse;
  return refuse(number, 'CertificateValidationException', `for a PEM ${words}`, async (bench) => {
    const made = newCA();
    const caCertificate = spoil(made.pem);
    assert.notEqual(caCertificate, made.pem);
    return () => bench.iot.registerCACertificate(caInput(made, { caCertificate }));
  });
}

function reframe(pem: string, width: number): string {
  const base64 = pem.replace(/-----[^\n]*\n?|\n/g, '');
  const lines = base64.match(new RegExp(`.{1,${Math.min(width, 65_535)}}`, 'g')) ?? [];
  return `${beginLine}\n${lines.join('\n')}\n${endLine}\n`;
}
