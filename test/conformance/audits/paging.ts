import assert from 'node:assert/strict';
import {
  paginateListCACertificates,
  paginateListCertificatesByCA,
  paginateListProvisioningTemplates,
  paginateListProvisioningTemplateVersions,
  paginateListTagsForResource,
} from '@aws-sdk/client-iot';
import type { ActionName } from '../../../src/controlplane/actions.ts';
import { type Audit, auditsOf } from '../audit.ts';
import type { Bench } from '../endpoint.ts';
import { rawRefusalOf, succeeded } from '../expect.ts';
import {
  createTemplate,
  createTemplates,
  registerCA,
  registerCAs,
  registerDevice,
  registerFleet,
  smallestBody,
} from '../fixtures.ts';

interface Page {
  readonly ids: readonly string[];
  readonly token: string | undefined;
}

interface Filled {
  readonly path: string;
  readonly ids: string[];
  /** Makes one item more in the same list. */
  add(): Promise<unknown>;
}

/** A list as far as paging is concerned: the four that have a page size work alike. */
interface PagedList {
  readonly action: ActionName;
  readonly prefix: string;
  /** Members on the wire. */
  readonly sizeName: 'pageSize' | 'maxResults';
  readonly tokenName: 'marker' | 'nextToken';
  readonly nextName: 'nextMarker' | 'nextToken';
  readonly itemsName: string;
  readonly idName: string;
  /** Makes so many items, and answers the path of their list and their ids, oldest first. */
  fill(bench: Bench, count: number): Promise<Filled>;
  remove(bench: Bench, id: string): Promise<unknown>;
  /** The ids that the SDK's own paginator finds. */
  paginate(bench: Bench, path: string, pageSize: number): Promise<Array<string | undefined>>;
  /** Whether `isAscendingOrder` is taken. */
  readonly isOrdered: boolean;
}

const lists: readonly PagedList[] = [
  {
    action: 'ListCACertificates',
    prefix: 'PAGE-CA',
    sizeName: 'pageSize',
    tokenName: 'marker',
    nextName: 'nextMarker',
    itemsName: 'certificates',
    idName: 'certificateId',
    isOrdered: true,
    fill: async (bench, count) => ({
      path: '/cacertificates',
      ids: await registerCAs(bench, count),
      add: () => registerCA(bench),
    }),
    remove: (bench, certificateId) => bench.iot.deleteCACertificate({ certificateId }),
    paginate: async ({ iot: client }, _path, pageSize) => {
      const found = [];
      const pages = paginateListCACertificates({ client, pageSize }, { ascendingOrder: true });
      for await (const { certificates = [] } of pages) found.push(...certificates);
      return found.map((row) => row.certificateId);
    },
  },
  {
    action: 'ListCertificatesByCA',
    prefix: 'PAGE-BYCA',
    sizeName: 'pageSize',
    tokenName: 'marker',
    nextName: 'nextMarker',
    itemsName: 'certificates',
    idName: 'certificateId',
    isOrdered: true,
    fill: async (bench, count) => {
      const { ca, certificateId, ids } = await registerFleet(bench, count);
      const add = () => registerDevice(bench, ca);
      return { path: `/certificates-by-ca/${certificateId}`, ids, add };
    },
    remove: (bench, certificateId) => bench.iot.deleteCertificate({ certificateId }),
    paginate: async ({ iot: client }, path, pageSize) => {
      const caCertificateId = path.split('/').at(-1);
      const found = [];
      const input = { caCertificateId, ascendingOrder: true };
      const pages = paginateListCertificatesByCA({ client, pageSize }, input);
      for await (const { certificates = [] } of pages) found.push(...certificates);
      return found.map((row) => row.certificateId);
    },
  },
  {
    action: 'ListProvisioningTemplates',
    prefix: 'PAGE-TPL',
    sizeName: 'maxResults',
    tokenName: 'nextToken',
    nextName: 'nextToken',
    itemsName: 'templates',
    idName: 'templateName',
    isOrdered: false,
    fill: async (bench, count) => ({
      path: '/provisioning-templates',
      ids: await createTemplates(bench, count),
      add: () => createTemplate(bench),
    }),
    remove: (bench, templateName) => bench.iot.deleteProvisioningTemplate({ templateName }),
    paginate: async ({ iot: client }, _path, pageSize) => {
      const found = [];
      const pages = paginateListProvisioningTemplates({ client, pageSize }, {});
      for await (const { templates = [] } of pages) found.push(...templates);
      return found.map((row) => row.templateName);
    },
  },
];

/** What holds for any number of items. The page sizes themselves need more than 250. */
function auditsOfList(list: PagedList): Audit[] {
  const page = auditsOf(list.action, list.prefix);
  return [
    page.should('01', 'answer 25 items and a token when there are 26', async (bench) => {
      const { path } = await list.fill(bench, 26);
      const first = await readPage(bench, list, path, {});
      assert.equal(first.ids.length, 25);
      assert.ok(first.token);
      const second = await readPage(bench, list, path, {}, first.token);
      assert.equal(second.ids.length, 1);
      assert.equal(second.token, undefined);
    }),
    page.should('02', 'answer no token with the last page when it is full', async (bench) => {
      const { path } = await list.fill(bench, 4);
      const first = await readPage(bench, list, path, { size: 2 });
      const second = await readPage(bench, list, path, { size: 2 }, first.token);
      assert.equal(second.ids.length, 2);
      assert.equal(second.token, undefined);
    }),
    page.must('03', 'answer at most as many items as asked for, up to 250', async (bench) => {
      const { path } = await list.fill(bench, 251);
      for (const size of [1, 2, 249, 250]) {
        const { ids, token } = await readPage(bench, list, path, { size });
        assert.ok(ids.length >= 1 && ids.length <= size, `${ids.length} items for ${size}`);
        assert.ok(token);
      }
    }),
    page.must('04', 'answer every item once, however small the pages', async (bench) => {
      const { path, ids } = await list.fill(bench, 7);
      for (const size of [1, 2, 3, 7, 8]) {
        const walked = await walk(bench, list, path, size);
        assert.deepEqual([...walked].sort(), [...ids].sort());
      }
    }),
    page.must('05', "lead the SDK's paginator to every item", async (bench) => {
      const { path, ids } = await list.fill(bench, 7);
      const found = await list.paginate(bench, path, 3);
      assert.deepEqual([...found].sort(), [...ids].sort());
    }),
    page.must('06', 'take an empty token as none', async (bench) => {
      const { path, ids } = await list.fill(bench, 2);
      const answer = await bench.send({ target: `${path}?${list.tokenName}=` });
      assert.equal(itemsOf(list, succeeded(answer)).length, ids.length);
    }),
    page.must('07', 'answer opaque tokens that can be sent back as they are', async (bench) => {
      const { path, ids } = await list.fill(bench, 3);
      const { token = '' } = await readPage(bench, list, path, { size: 2 });
      assert.ok(token.length > 0 && token.length <= 1024);
      assert.ok(
        ids.every((id) => !token.includes(id)),
        'the token shows an id',
      );
      if (list.tokenName === 'marker') assert.match(token, /^[A-Za-z0-9+/]+={0,2}$/);
    }),
    page.should('08', 'neither repeat nor miss an item when another is deleted', async (bench) => {
      const { path, ids } = await list.fill(bench, 6);
      const first = await readPage(bench, list, path, { size: 3 });
      const rest = ids.filter((id) => !first.ids.includes(id));
      // The item at the edge of the page, on which a naive token would stand, and one to come.
      await list.remove(bench, first.ids[2] ?? '');
      await list.remove(bench, rest[1] ?? '');
      const second = await readPage(bench, list, path, { size: 3 }, first.token);
      assert.deepEqual([...second.ids].sort(), [rest[0], rest[2]].sort());
      assert.equal(second.token, undefined);
    }),
    page.should('09', 'answer an empty last page when the rest is deleted', async (bench) => {
      const { path, ids } = await list.fill(bench, 3);
      const first = await readPage(bench, list, path, { size: 2 });
      for (const id of ids) await list.remove(bench, id);
      const second = await readPage(bench, list, path, { size: 2 }, first.token);
      assert.deepEqual(second, { ids: [], token: undefined });
    }),
    page.should('10', 'take a token with another page size', async (bench) => {
      const { path, ids } = await list.fill(bench, 5);
      const first = await readPage(bench, list, path, { size: 1 });
      const second = await readPage(bench, list, path, { size: 10 }, first.token);
      assert.deepEqual([...first.ids, ...second.ids].sort(), [...ids].sort());
    }),
    page.should(
      '11',
      'answer 400 InvalidRequestException for a token of another list',
      async (bench) => {
        const { path } = await list.fill(bench, 2);
        for (const other of lists.filter((candidate) => candidate !== list)) {
          const { path: otherPath } = await other.fill(bench, 2);
          const { token } = await readPage(bench, other, ascending(other, otherPath), { size: 1 });
          await refusesToken(bench, list, ascending(list, path), token);
        }
      },
    ),
    page.should(
      '12',
      'answer 400 InvalidRequestException for a token of another account',
      async (bench) => {
        const { path } = await list.fill(bench, 2);
        const { token } = await readPage(bench, list, path, { size: 1 });
        const caller = { accessKeyId: bench.endpoint.nextAccessKeyId() };
        const query = new URLSearchParams({ [list.tokenName]: token ?? '' });
        const answer = await bench.send({ target: `${path}?${query}`, caller });
        rawRefusalOf(answer, 'InvalidRequestException');
      },
    ),
    page.should('13', 'answer 400 InvalidRequestException for a mangled token', async (bench) => {
      const { path } = await list.fill(bench, 3);
      const { token = '' } = await readPage(bench, list, path, { size: 1 });
      const mangled = [
        `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`,
        token.slice(4),
        `${token}AAAA`,
        'AAAA',
        '0',
        '1',
        Buffer.from('1').toString('base64'),
        Buffer.from('{}').toString('base64'),
      ];
      for (const wrong of mangled) await refusesToken(bench, list, path, wrong);
    }),
    page.should('14', 'answer an item made between two pages once at most', async (bench) => {
      const { path, ids, add } = await list.fill(bench, 4);
      const first = await readPage(bench, list, path, { size: 2 });
      await add();
      const second = await readPage(bench, list, path, { size: 5 }, first.token);
      const found = [...first.ids, ...second.ids];
      assert.equal(new Set(found).size, found.length, 'an item came twice');
      assert.ok(ids.every((id) => found.includes(id)));
    }),
    ...(list.isOrdered ? auditsOfOrder(list) : []),
  ];
}

function auditsOfOrder(list: PagedList): Audit[] {
  const page = auditsOf(list.action, list.prefix);
  return [
    page.must('20', 'keep one order through all pages, in both directions', async (bench) => {
      const { path, ids } = await list.fill(bench, 7);
      const descending = `${path}?isAscendingOrder=false`;
      assert.deepEqual(await walk(bench, list, ascending(list, path), 3), ids);
      assert.deepEqual(await walk(bench, list, descending, 3), [...ids].reverse());
    }),
    page.should(
      '22',
      'answer 400 InvalidRequestException for a token of the other direction',
      async (bench) => {
        const { path } = await list.fill(bench, 3);
        const { token } = await readPage(bench, list, ascending(list, path), { size: 1 });
        await refusesToken(bench, list, `${path}?isAscendingOrder=false`, token);
      },
    ),
  ];
}

const caPage = auditsOf('ListCACertificates', 'PAGE-CA');
const versionPage = auditsOf('ListProvisioningTemplateVersions', 'PAGE-VER');
const byCAPage = auditsOf('ListCertificatesByCA', 'PAGE-BYCA');
const tagPage = auditsOf('ListTagsForResource', 'PAGE-TAG');

const ofOneList: readonly Audit[] = [
  caPage.must('30', 'page through the CAs of one template', async (bench) => {
    await createTemplate(bench, { type: 'JITP' });
    const registrationConfig = { templateName: 'kettle' };
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.push((await registerCA(bench, { registrationConfig })).certificateId);
      await registerCA(bench);
    }
    const [list] = lists;
    assert.ok(list);
    const path = '/cacertificates?templateName=kettle&isAscendingOrder=true';
    assert.deepEqual(await walk(bench, list, path, 2), ids);
  }),
  caPage.should(
    '31',
    'answer 400 InvalidRequestException for a token of another filter',
    async (bench) => {
      await createTemplate(bench, { type: 'JITP' });
      const registrationConfig = { templateName: 'kettle' };
      await registerCAs(bench, 3, { registrationConfig });
      const [list] = lists;
      assert.ok(list);
      const filtered = '/cacertificates?templateName=kettle';
      const ofFiltered = await readPage(bench, list, filtered, { size: 1 });
      await refusesToken(bench, list, '/cacertificates', ofFiltered.token);
      await refusesToken(bench, list, '/cacertificates?templateName=urn', ofFiltered.token);
      const ofAll = await readPage(bench, list, '/cacertificates', { size: 1 });
      await refusesToken(bench, list, filtered, ofAll.token);
    },
  ),
  byCAPage.should(
    '31',
    'answer 400 InvalidRequestException for a token of another CA',
    async (bench) => {
      const list = lists[1];
      assert.ok(list);
      const first = await list.fill(bench, 2);
      const second = await list.fill(bench, 2);
      const { token } = await readPage(bench, list, first.path, { size: 1 });
      await refusesToken(bench, list, second.path, token);
    },
  ),
  versionPage.must('01', 'answer every version once, however small the pages', async (bench) => {
    await createVersions(bench);
    for (const pageSize of [1, 2, 5]) {
      assert.deepEqual(await versionsBySdk(bench, pageSize), [1, 2, 3, 4, 5]);
    }
  }),
  versionPage.must('02', 'answer at most as many versions as asked for', async (bench) => {
    await createVersions(bench);
    const target = '/provisioning-templates/kettle/versions?maxResults=2';
    const answer = succeeded(await bench.send({ target }));
    assert.equal((answer.versions as unknown[]).length, 2);
    assert.equal(typeof answer.nextToken, 'string');
  }),
  versionPage.must('03', 'take an empty token as none', async (bench) => {
    await createTemplate(bench);
    const target = '/provisioning-templates/kettle/versions?nextToken=';
    assert.equal((succeeded(await bench.send({ target })).versions as unknown[]).length, 1);
  }),
  versionPage.should(
    '04',
    'neither repeat nor miss a version when one is deleted',
    async (bench) => {
      await createVersions(bench);
      await bench.iot.updateProvisioningTemplate({ templateName: 'kettle', defaultVersionId: 5 });
      const first = await bench.iot.listProvisioningTemplateVersions({
        templateName: 'kettle',
        maxResults: 2,
      });
      for (const versionId of [2, 3]) {
        await bench.iot.deleteProvisioningTemplateVersion({ templateName: 'kettle', versionId });
      }
      const second = await bench.iot.listProvisioningTemplateVersions({
        templateName: 'kettle',
        nextToken: first.nextToken,
      });
      assert.deepEqual(
        second.versions?.map((version) => version.versionId),
        [4, 5],
      );
    },
  ),
  versionPage.should(
    '05',
    'answer 400 InvalidRequestException for a token of another template',
    async (bench) => {
      await createVersions(bench);
      await createTemplate(bench, { templateName: 'urn' });
      const { nextToken = '' } = await bench.iot.listProvisioningTemplateVersions({
        templateName: 'kettle',
        maxResults: 1,
      });
      const query = new URLSearchParams({ nextToken });
      const target = `/provisioning-templates/urn/versions?${query}`;
      rawRefusalOf(await bench.send({ target }), 'InvalidRequestException');
    },
  ),
  tagPage.must('01', "lead the SDK's paginator to all 50 tags", async (bench) => {
    const tags = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: 'v' }));
    const resourceArn = await createTemplate(bench, { tags });
    const found: string[] = [];
    const pages = paginateListTagsForResource({ client: bench.iot }, { resourceArn });
    for await (const page of pages) found.push(...(page.tags ?? []).map((tag) => tag.Key ?? ''));
    assert.deepEqual(found.sort(), tags.map((tag) => tag.Key).sort());
  }),
  tagPage.must('02', 'take an empty token as none', async (bench) => {
    const resourceArn = await createTemplate(bench);
    const answer = await bench.send({ target: `/tags?resourceArn=${resourceArn}&nextToken=` });
    assert.deepEqual(succeeded(answer), { tags: [] });
  }),
  tagPage.should(
    '03',
    'answer 400 InvalidRequestException for a token that it never gave',
    async (bench) => {
      const resourceArn = await createTemplate(bench);
      const answer = await bench.send({
        target: `/tags?resourceArn=${resourceArn}&nextToken=AAAA`,
      });
      rawRefusalOf(answer, 'InvalidRequestException');
    },
  ),
];

export const pagingAudits: readonly Audit[] = [...lists.flatMap(auditsOfList), ...ofOneList];

async function readPage(
  bench: Bench,
  list: PagedList,
  path: string,
  { size }: { readonly size?: number },
  token?: string,
): Promise<Page> {
  const query = new URLSearchParams();
  if (size !== undefined) query.set(list.sizeName, String(size));
  if (token !== undefined) query.set(list.tokenName, token);
  const answer = succeeded(await bench.send({ target: withQuery(path, query) }));
  const next = answer[list.nextName];
  assert.ok(next === undefined || (typeof next === 'string' && next !== ''));
  return { ids: itemsOf(list, answer), token: next };
}

/** All pages one after another. */
async function walk(bench: Bench, list: PagedList, path: string, size: number): Promise<string[]> {
  const found: string[] = [];
  let page = await readPage(bench, list, path, { size });
  found.push(...page.ids);
  while (page.token !== undefined) {
    page = await readPage(bench, list, path, { size }, page.token);
    found.push(...page.ids);
    assert.ok(found.length <= 1000, 'the list does not end');
  }
  return found;
}

/** The list from its oldest item on, so that the direction tells no two lists apart. */
function ascending(list: PagedList, path: string): string {
  return list.isOrdered ? `${path}?isAscendingOrder=true` : path;
}

async function refusesToken(
  bench: Bench,
  list: PagedList,
  path: string,
  token: string | undefined,
): Promise<void> {
  assert.ok(token, 'there is no token to try');
  const query = new URLSearchParams({ [list.tokenName]: token });
  rawRefusalOf(await bench.send({ target: withQuery(path, query) }), 'InvalidRequestException');
}

function withQuery(path: string, query: URLSearchParams): string {
  if (query.size === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

function itemsOf(list: PagedList, answer: Readonly<Record<string, unknown>>): string[] {
  const items = answer[list.itemsName] as Array<Record<string, unknown>>;
  return items.map((item) => String(item[list.idName]));
}

/** Five versions of the template `kettle`. */
async function createVersions(bench: Bench): Promise<void> {
  await createTemplate(bench);
  for (let count = 1; count < 5; count += 1) {
    await bench.iot.createProvisioningTemplateVersion({
      templateName: 'kettle',
      templateBody: smallestBody,
    });
  }
}

async function versionsBySdk(
  { iot: client }: Bench,
  pageSize: number,
): Promise<Array<number | undefined>> {
  const found: Array<number | undefined> = [];
  const input = { templateName: 'kettle' };
  const pages = paginateListProvisioningTemplateVersions({ client, pageSize }, input);
  for await (const { versions = [] } of pages) {
    found.push(...versions.map((version) => version.versionId));
  }
  return found;
}
