import assert from 'node:assert/strict';
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
  ['06', 'with lines of 76 characters', (pem) => rewrap(pem, 76)],
  ['07', 'with the whole body on one line', (pem) => rewrap(pem, 100_000)],
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

/** The longest text that any PEM member takes, filled with what costs careless readers most. */
const maxPemCharacters = 65_536;

const hostileTexts: ReadonlyArray<readonly [number: string, words: string, text: string]> = [
  ['40', '20,000 BEGIN lines', `${beginLine}\n`.repeat(20_000)],
  ['41', 'as many BEGIN lines as fit', fill(`${beginLine}\n`)],
  ['42', '64 KiB of dashes', fill('-')],
  ['43', 'a BEGIN line and 64 KiB of newlines', beginLine + fill('\n', beginLine)],
  ['44', 'a BEGIN line and 64 KiB of spaces', beginLine + fill(' ', beginLine)],
  ['45', 'as many pairs of BEGIN and END as fit', fill(`${beginLine}\n${endLine}\n`)],
  ['46', 'as many END lines as fit', fill(`\n${endLine}`)],
  ['47', 'one certificate of 64 KiB of zero bytes', wrap(Buffer.alloc(48_000))],
  ['48', 'one certificate of DER nested 12,000 deep', wrap(nestedDer(12_000))],
  ['49', 'one certificate that says it is 4 GiB long', wrap(Buffer.from('3084ffffffff', 'hex'))],
  ['50', 'carriage returns and dashes in turn', fill('\r-----BEGIN ')],
];

const limitMs = 50;

const hostile: readonly Audit[] = hostileTexts.map(([number, words, text]) =>
  ca.must(
    number,
    `refuse ${words} within ${limitMs} ms, in each of the four members`,
    async (bench) => {
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
      for (const [target, body] of requests) await refusesSoon(bench, target, body);
    },
  ),
);

const template = auditsOf('CreateProvisioningTemplate', 'PEM-BODY');
const hostileBodies: readonly Audit[] = [
  template.must(
    '01',
    `answer a body of 10,240 open brackets within ${limitMs} ms`,
    async (bench) => {
      for (const templateBody of ['['.repeat(10_240), '{"a":'.repeat(2_048)]) {
        const provisioningRoleArn = 'arn:aws:iam::123456789012:role/a';
        const body = { templateName: 'kettle', templateBody, provisioningRoleArn };
        await refusesSoon(bench, '/provisioning-templates', body);
      }
    },
  ),
];

export const pemAudits: readonly Audit[] = [...written, ...read, ...hostile, ...hostileBodies];

/** Three tries: the machine may be busy with something else during one. */
async function refusesSoon(
  bench: Bench,
  target: string,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  const tookMs: number[] = [];
  while (tookMs.length < 3 && !tookMs.some((took) => took < limitMs)) {
    const answer = await bench.send({ method: 'POST', target, body });
    assert.equal(answer.status, 400, answer.text);
    assert.match(rawRefusal(answer).name, /^(CertificateValidation|InvalidRequest)Exception$/);
    tookMs.push(answer.tookMs);
  }
  assert.ok(Math.min(...tookMs) < limitMs, `it took ${tookMs.map(Math.round).join(', ')} ms`);
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

function rewrap(pem: string, width: number): string {
  const base64 = pem.replace(/-----[^\n]*\n?|\n/g, '');
  const lines = base64.match(new RegExp(`.{1,${Math.min(width, 65_535)}}`, 'g')) ?? [];
  return `${beginLine}\n${lines.join('\n')}\n${endLine}\n`;
}

function fill(text: string, before = ''): string {
  const length = maxPemCharacters - before.length;
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

function wrap(bytes: Buffer): string {
  return `${beginLine}\n${bytes.toString('base64')}\n${endLine}\n`;
}

/** Sequences inside sequences. */
function nestedDer(depth: number): Buffer {
  const headers: Buffer[] = [];
  let length = 0;
  for (let level = 0; level < depth; level += 1) {
    const header =
      length < 0x80
        ? Buffer.from([0x30, length])
        : length < 0x10000
          ? Buffer.from([0x30, 0x82, length >> 8, length & 0xff])
          : Buffer.from([0x30, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff]);
    headers.push(header);
    length += header.length;
  }
  return Buffer.concat(headers.reverse());
}
