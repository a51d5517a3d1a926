import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AnyRule } from '../../src/controlplane/rules.ts';
import { type ControlPlane, startControlPlane } from '../../src/controlplane/server.ts';
import { titleOf } from './audit.ts';
import { audits } from './audits.ts';
import { openEndpoint } from './endpoint.ts';
import { report } from './report.ts';

const chosen = (pattern: RegExp) => audits.filter((audit) => pattern.test(titleOf(audit)));

describe('the report on a control plane', () => {
  let plane: ControlPlane;

  beforeEach(async () => {
    const rule: AnyRule = () => {
      throw new Error('not this one');
    };
    plane = await startControlPlane({ rules: { DeleteRegistrationCode: rule } });
  });

  afterEach(() => plane.close());

  test('has a line for each audit, the reason of each failure, and the sums', async () => {
    const endpoint = await openEndpoint({ url: plane.url });
    const lines: string[] = [];
    const summary = await report(chosen(/^CODE-DEL/), endpoint, (line) => lines.push(line));
    expect(summary).toEqual({ passed: 0, failed: 3, skipped: 0 });
    expect(lines.at(-1)).toBe('0 passed, 3 failed, 0 skipped');
    expect(lines.filter((line) => line.startsWith('FAIL CODE-DEL-0'))).toHaveLength(3);
    expect(lines.join('\n')).toMatch(/FAIL CODE-DEL-02 .*\n {5}expected ResourceNotFound/);
  });

  test('keeps all audits in one account when it is given one', async () => {
    const endpoint = await openEndpoint({ url: plane.url, accessKeyId: '000000000007' });
    const summary = await report(chosen(/^TPL-CRE-0[15]/), endpoint, () => undefined);
    expect(summary).toMatchObject({ passed: 1, failed: 1 });
  });
});

test('audits that need /_local/ are skipped where there is none', async () => {
  const server = createServer((_request, response) => {
    response.statusCode = 404;
    response.end('nothing here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const endpoint = await openEndpoint({ url: `http://127.0.0.1:${port}` });
    const local = await report(chosen(/^ERR-.*Throttling/), endpoint, () => undefined);
    expect(local).toEqual({ passed: 0, failed: 0, skipped: 25 });
    const others = await report(chosen(/^CODE-/), endpoint, () => undefined);
    expect(others).toEqual({ passed: 0, failed: 7, skipped: 0 });
  } finally {
    server.close();
  }
});
