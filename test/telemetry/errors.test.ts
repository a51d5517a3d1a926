import { describe, expect, test } from '@jest/globals';
import { type Notice, notice } from '../../src/channels.ts';
import { AWS_EXCEPTIONS, ERROR_CODES, upstreamError } from '../../src/errors.ts';
import { apolloLogger } from '../../src/graph/apolloLogger.ts';
import { startHarness } from '../support/harness.ts';

const WORDS = 'the words of AWS about role arn:aws:iam::999999999999:role/other';

describe('the words of AWS', () => {
  /** Refusals by AWS IoT's own rules, which tell what is wrong with the request. */
  const SAFE = [
    'InvalidRequestException',
    'ResourceNotFoundException',
    'ResourceAlreadyExistsException',
    'LimitExceededException',
    'VersionsLimitExceededException',
    'DeleteConflictException',
    'ConflictingResourceUpdateException',
    'CertificateStateException',
    'CertificateConflictException',
    'CertificateValidationException',
    'RegistrationCodeValidationException',
  ];

  test('are told of the exceptions known to be safe, and of no others', () => {
    const told = Object.keys(AWS_EXCEPTIONS).filter((name) => {
      const error = Object.assign(new Error(WORDS), { name, $metadata: { httpStatusCode: 400 } });
      return upstreamError(error, 'ListCACertificates').message.includes(WORDS);
    });
    expect(told.sort()).toEqual([...SAFE].sort());
  });

  test.each([
    ['SurprisingException', { httpStatusCode: 400 }],
    ['SurprisingException', { httpStatusCode: 500 }],
    ['SurprisingException', { attempts: 3 }],
    ['Error', {}],
    ['constructor', { httpStatusCode: 403 }],
  ])('are not told of %s with %j', (name, $metadata) => {
    const error = upstreamError(Object.assign(new Error(WORDS), { name, $metadata }), 'X');
    expect(error.message).not.toContain('words');
    expect(error.message.length).toBeGreaterThan(10);
  });

  test('do not reach the answer where AWS denies the right, and the answer has code and request id', async () => {
    const { query, setFaults, close } = await startHarness();
    try {
      const name = 'AccessDeniedException';
      await setFaults([{ action: '*', kind: 'error', name, status: 403, message: WORDS }]);
      const answer = await query('{ provisioningTemplates(first: 1) { nodes { templateName } } }');
      expect(JSON.stringify(answer)).not.toContain('words');
      expect(answer.errors).toMatchObject([
        {
          message: expect.stringContaining(ERROR_CODES.UPSTREAM_ACCESS_DENIED.message),
          extensions: {
            code: 'UPSTREAM_ACCESS_DENIED',
            requestId: expect.stringMatching(/^[\w-]{36}$/),
          },
        },
      ]);
    } finally {
      await close();
    }
  });
});

test('what Apollo Server says goes where the gateway tells, not to the console', () => {
  const faults: unknown[] = [];
  const notices: Notice[] = [];
  const hear = (heard: Notice): void => void notices.push(heard);
  const logger = apolloLogger((error) => faults.push(error));
  notice.subscribe(hear);
  try {
    logger.error('Unexpected error processing request: x');
    logger.warn('careful');
    logger.info('so it is');
    logger.debug('in detail');
  } finally {
    notice.unsubscribe(hear);
  }
  expect(faults).toEqual(['Unexpected error processing request: x']);
  expect(notices.map(({ level, message }) => [level, message])).toEqual([
    ['warn', 'careful'],
    ['info', 'so it is'],
    ['debug', 'in detail'],
  ]);
});
