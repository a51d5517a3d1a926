import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { entityTag, namesTag } from '../src/etag.ts';
import { type Harness, startHarness } from './support/harness.ts';

describe('entity tags', () => {
  test('are weak, and differ with the data and with the rights', () => {
    const tag = entityTag('{"a":1}', '');
    expect(tag).toMatch(/^W\/"[\w-]{27}"$/);
    expect(entityTag('{"a":1}', '')).toBe(tag);
    expect(entityTag('{"a":2}', '')).not.toBe(tag);
    expect(entityTag('{"a":1}', 'read')).not.toBe(tag);
  });

  test.each([
    ['the tag', 'W/"abc"', true],
    ['the same tag, strong', '"abc"', true],
    ['a list with it', '"x", W/"y,z" , W/"abc"', true],
    ['anything', ' * ', true],
    ['no header', undefined, false],
    ['another tag', 'W/"abd"', false],
    ['a part of it', 'W/"ab"', false],
    ['no tag at all', 'abc', false],
    ['an empty header', '', false],
  ])('are named by %s: %s is %s', (_name, header, expected) => {
    expect(namesTag(header, 'W/"abc"')).toBe(expected);
  });
});

describe('answers to GET', () => {
  const QUERY = '{ provisioningTemplates(first: 2) { nodes { templateName description } } }';
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  const get = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${harness.gateway.url}/graphql?${new URLSearchParams({ query })}`, {
      headers: { 'apollo-require-preflight': '1', ...headers },
    });

  test('may be kept by the client alone, which asks at each use', async () => {
    // Executed first, then remembered: nobody can tell.
    for (const _time of ['executed', 'remembered']) {
      const answer = await get(QUERY);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('etag')).toMatch(/^W\/"/);
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
      expect(answer.headers.get('vary')).toBe('Authorization, Accept, Origin');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await answer.json()).toHaveProperty('data.provisioningTemplates');
    }
  });

  test.each([
    ['executed', { 'cache-control': 'no-cache' }],
    ['remembered', {}],
  ])('are 304 without a body while the data stands, %s', async (_name, headers) => {
    const first = await get(QUERY);
    await first.text();
    const etag = first.headers.get('etag') ?? '';
    const answer = await get(QUERY, { 'if-none-match': etag, ...headers });
    expect(answer.status).toBe(304);
    expect(await answer.text()).toBe('');
    expect(answer.headers.get('etag')).toBe(etag);
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(answer.headers.get('vary')).toBe('Authorization, Accept, Origin');
    expect(answer.headers.get('content-type')).toBeNull();
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('have another tag once the data has changed', async () => {
    const first = await get(QUERY);
    const { data } = (await first.json()) as {
      data: { provisioningTemplates: { nodes: Array<{ templateName: string }> } };
    };
    const templateName = data.provisioningTemplates.nodes[0]?.templateName;
    await harness.query(
      `mutation ($templateName: String!) { updateProvisioningTemplate(input: {
        templateName: $templateName, description: "changed for a tag"
      }) { userErrors { message } } }`,
      { templateName },
    );
    const etag = first.headers.get('etag') ?? '';
    const answer = await get(QUERY, { 'if-none-match': etag });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).not.toBe(etag);
    expect(await answer.text()).toContain('changed for a tag');
  });

  test.each([
    ['one with an error beside its data', `{ bad: node(id: "bad") { id } ${QUERY.slice(1)}`],
    ['one that is refused', '{ nothing }'],
  ])('have no tag: %s', async (_name, query) => {
    const answer = await get(query, { 'if-none-match': '*' });
    expect(answer.status).not.toBe(304);
    expect(answer.headers.get('etag')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toHaveProperty('errors');
  });

  test('are refused, remembered or not, when another site could have sent the request', async () => {
    await (await get(QUERY)).text();
    const url = `${harness.gateway.url}/graphql?${new URLSearchParams({ query: QUERY })}`;
    const answer = await fetch(url);
    expect(answer.status).toBe(400);
  });

  test('to POST are not kept at all', async () => {
    for (const _time of ['executed', 'remembered']) {
      const answer = await fetch(`${harness.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'if-none-match': '*' },
        body: JSON.stringify({ query: QUERY }),
      });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('etag')).toBeNull();
      expect(await answer.json()).toHaveProperty('data');
    }
  });
});
