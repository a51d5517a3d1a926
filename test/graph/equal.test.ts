import { expect, test } from '@jest/globals';
import { at, CACHED, startHarness } from '../support/harness.ts';

test('many callers with one cold question are executed once', async () => {
  const harness = await startHarness();
  try {
    const query =
      '{ caCertificates(first: 40) { nodes { certificateId template { templateName } } } }';
    harness.plane.resetCalls();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => harness.query(query, {}, CACHED)),
    );
    const [first] = answers;
    for (const { data } of answers) expect(data).toEqual(first?.data);
    expect(at(first?.data, 'caCertificates', 'nodes')).toHaveLength(40);
    expect(harness.plane.calls().served).toEqual({
      ListProvisioningTemplates: 1,
      ListCACertificates: 7,
    });
    const made = answers.filter(
      ({ extensions }) => Object.keys(extensions?.upstream.made ?? {}).length > 0,
    );
    expect(made).toHaveLength(1);
    expect(answers.every(({ extensions }) => extensions?.upstream.deduplicated === 0)).toBe(true);
  } finally {
    await harness.close();
  }
});

test('equal changes at once are each made', async () => {
  const harness = await startHarness();
  try {
    const query =
      'mutation { updateProvisioningTemplate(input: { templateName: "tide-pump-jitp", enabled: true }) { userErrors { code } } }';
    harness.plane.resetCalls();
    await Promise.all(Array.from({ length: 5 }, () => harness.query(query, {}, CACHED)));
    expect(harness.plane.calls().served).toEqual({ UpdateProvisioningTemplate: 5 });
  } finally {
    await harness.close();
  }
});
