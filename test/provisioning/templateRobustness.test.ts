import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { templateBodyFaults } from '../../src/provisioning/templateBody.ts';
import { readDevice } from '../../src/provisioning/templateDevice.ts';
import { CERTIFICATE_PARAMETERS } from '../../src/provisioning/templateGrammar.ts';
import { type Finding, lintTemplateBody } from '../../src/provisioning/templateLint.ts';
import { previewProvisioning } from '../../src/provisioning/templatePreview.ts';
import { rewriteTemplateBody } from '../../src/provisioning/templateRewrite.ts';
import { malformedBodies } from '../support/malformedBodies.ts';
import { makeCA, makeLeaf } from '../support/pki.ts';

const BODIES = malformedBodies();
const TYPES = ['JITP', 'FLEET_PROVISIONING', undefined] as const;

/** JSONPath: the top, then keys and indexes. */
const PATH = /^\$(?:\.[A-Za-z_]\w*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*$/u;

test('there are well over two hundred bodies, no two alike', () => {
  expect(new Set(BODIES.map(({ body }) => body)).size).toBeGreaterThan(500);
});

describe.each(TYPES)('whatever a body of type %s holds', (type) => {
  test('every finding has a path, a line, a column, a message and a fix; they are few', () => {
    const strange = BODIES.flatMap(({ name, body }): Array<string | Finding> => {
      const lines = body.split(/\r\n|\n|\r/).length;
      const findings = lintTemplateBody(body, type);
      const warnings = findings.filter(({ severity }) => severity === 'WARNING');
      const isRight = ({ path, line, column, message, fix }: Finding) =>
        PATH.test(path) &&
        line >= 1 &&
        line <= lines &&
        column >= 1 &&
        /^[^\n]+[.!?]$/.test(message) &&
        message.length < 500 &&
        fix.length > 3;
      return warnings.length > 101 ? [name] : findings.filter((finding) => !isRight(finding));
    });
    expect(strange).toEqual([]);
  });

  test('its errors are the refusals of AWS, no more and no fewer', () => {
    const differing = BODIES.filter(({ body }) => {
      const errors = lintTemplateBody(body, type).filter(({ severity }) => severity === 'ERROR');
      const refusals = templateBodyFaults(body);
      return errors.map(({ code }) => code).join() !== refusals.map(({ code }) => code).join();
    });
    expect(differing).toEqual([]);
  });
});

test.each(['JITP', 'FLEET_PROVISIONING'] as const)(
  'a preview of any body of type %s comes to an end and is bounded',
  (type) => {
    for (const { body } of BODIES) {
      const found = previewProvisioning({ body, type, device: undefined, parameters: new Map() });
      expect(found.problems.length).toBeLessThanOrEqual(100);
      // All texts that functions made, and what was written out.
      expect(JSON.stringify(found).length).toBeLessThan(2_500_000);
    }
  },
);

test('any JSON that is read and written back keeps its bytes', () => {
  for (const { name, body } of BODIES) {
    if (templateBodyFaults(body).length > 0) continue;
    const carried = JSON.parse(JSON.stringify(JSON.parse(body)));
    expect({ name, body: rewriteTemplateBody(body, carried) }).toEqual({ name, body });
  }
});

test('a body on which a device fails for its own sake has a finding', () => {
  const given = new Map([...CERTIFICATE_PARAMETERS].map((name) => [name, 'x'] as const));
  const unfound = BODIES.filter(({ body }) => {
    const found = previewProvisioning({ body, type: 'JITP', device: undefined, parameters: given });
    return found.outcome === 'FAILED' && found.diagnostics.length === 0;
  });
  expect(unfound).toEqual([]);
});

test('a spoiled certificate is told of, not thrown', () => {
  const { pem } = makeLeaf(makeCA());
  const cut = fc.tuple(fc.nat(pem.length), fc.nat(20), fc.string({ maxLength: 8, unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (cuts) => {
      const spoiled = cuts.reduce(
        (text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length),
        pem,
      );
      const device = readDevice(spoiled);
      expect(['device', 'unreadable']).toContain(device.kind);
    }),
    { seed: 43, numRuns: 300 },
  );
});
