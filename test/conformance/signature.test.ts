import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IoT } from '@aws-sdk/client-iot';
import { expect, test } from '@jest/globals';
import { signatureHeaders } from '../support/sigv4.ts';

interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What the SDK sends for one call, as a server that answers `{}` receives it. */
async function receivedFrom(call: (iot: IoT) => Promise<unknown>): Promise<Received> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks),
    });
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const iot = new IoT({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'not very secret' },
  });
  try {
    await call(iot);
  } finally {
    iot.destroy();
    server.close();
  }
  const [first] = received;
  if (first === undefined) throw new Error('The SDK sent nothing');
  return first;
}

test.each<[string, (iot: IoT) => Promise<unknown>]>([
  ['a body', (iot) => iot.tagResource({ resourceArn: 'arn', tags: [{ Key: 'ü', Value: '' }] })],
  [
    'a query',
    (iot) => iot.listTagsForResource({ resourceArn: 'arn:aws:iot:a/b c', nextToken: '' }),
  ],
  ['two parameters', (iot) => iot.listCACertificates({ pageSize: 3, marker: 'a+/=' })],
  ['an encoded label', (iot) => iot.describeProvisioningTemplate({ templateName: 'a b/ü%' })],
])('raw requests are signed as the SDK signs: %s', async (_name, call) => {
  const { method, target, headers, body } = await receivedFrom(call);
  const authorization = headers.authorization ?? '';
  const [, signedHeaders = ''] = /SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const signed = signedHeaders.split(';').filter((name) => name !== 'x-amz-date');
  const own = Object.fromEntries(signed.map((name) => [name, headers[name] ?? '']));
  const scope = {
    accessKeyId: '111122223333',
    secretAccessKey: 'not very secret',
    region: 'eu-west-1',
    service: 'iot',
  };
  const date = headers['x-amz-date'] ?? '';
  const time = date.replace(/(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
  const request = { method, target, headers: own, body };
  expect(signatureHeaders(request, scope, Date.parse(time))).toEqual({
    'x-amz-date': date,
    authorization,
  });
});
