import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateProvisioningTemplateCommand,
  DeleteProvisioningTemplateCommand,
  GetRegistrationCodeCommand,
  ListProvisioningTemplatesCommand,
} from '@aws-sdk/client-iot';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ClassicLevel } from 'classic-level';
import { openJournal } from '../../src/controlplane/durable.ts';
import { Store, StoreWriteError } from '../../src/controlplane/store.ts';
import { DataDirectoryError, type Level } from '../../src/dataDirectory.ts';
import { planeFixture, refusalOf } from './planeFixture.ts';

const fixture = planeFixture();
const realm = { account: '123456789012', region: 'us-east-1' };
const provisioningRoleArn = 'arn:aws:iam::123456789012:role/fleet';

let dataDir = '';
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'control-plane-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

function tagsOf(resourceArn: string) {
  return { resourceArn, tags: [{ Key: 'k', Value: '\ud800 lone \u2028' }] };
}

async function withStore<Result>(
  use: (store: Store) => Promise<Result>,
  open?: (directory: string) => Promise<Level>,
): Promise<Result> {
  const store = await Store.open(await openJournal(dataDir, open));
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

describe('a data directory', () => {
  test('keeps everything over a restart: records, their order, deletions and the next sequence', async () => {
    await withStore(async (store) => {
      await store.write(realm, ({ tags }) => {
        for (const name of ['z', 'a', 'm']) tags.put(name, tagsOf(name));
      });
      await store.write(realm, ({ tags }) => tags.put('y', tagsOf('y')));
      await store.write(realm, ({ tags }) => tags.delete('y'));
      const other = { ...realm, region: 'eu-west-1' };
      await store.write(other, ({ tags }) => tags.put('slash/es', tagsOf('slash/es')));
    });
    await withStore(async (store) => {
      const { tags } = store.read(realm);
      const listed = tags.list({ ascending: true, limit: 10 });
      expect(listed.map(({ resourceArn, sequence }) => [resourceArn, sequence])).toEqual([
        ['z', 1],
        ['a', 2],
        ['m', 3],
      ]);
      expect(listed[0]).toEqual({ ...tagsOf('z'), sequence: 1 });
      const other = store.read({ ...realm, region: 'eu-west-1' });
      expect(other.tags.get('slash/es')).toEqual({ ...tagsOf('slash/es'), sequence: 1 });
      const next = await store.write(realm, (state) => state.tags.put('n', tagsOf('n')));
      expect(next.sequence).toBe(5);
    });
  });

  test('serves the same answers after a restart', async () => {
    const first = await fixture.start({ dataDir });
    const client = fixture.client(first);
    for (const templateName of ['one', 'two', 'three']) {
      const templateBody = '{"Resources":{}}';
      await client.send(
        new CreateProvisioningTemplateCommand({ templateName, templateBody, provisioningRoleArn }),
      );
    }
    await client.send(new DeleteProvisioningTemplateCommand({ templateName: 'two' }));
    const { registrationCode } = await client.send(new GetRegistrationCodeCommand({}));
    const { templates } = await client.send(new ListProvisioningTemplatesCommand({}));
    await first.close();

    const again = fixture.client(await fixture.start({ dataDir }));
    expect((await again.send(new GetRegistrationCodeCommand({}))).registrationCode).toBe(
      registrationCode,
    );
    const listed = await again.send(new ListProvisioningTemplatesCommand({}));
    expect(listed.templates).toEqual(templates);
    expect(templates).toHaveLength(2);
  });

  test('belongs to one control plane at a time', async () => {
    const first = await fixture.start({ dataDir });
    const refusal = await refusalOf(fixture.start({ dataDir }));
    expect(refusal).toBeInstanceOf(DataDirectoryError);
    expect(refusal.message).toContain('Another process uses the data directory');
    await first.close();
    await fixture.start({ dataDir });
  });

  test('of a format from the future is refused by its number', async () => {
    const level = new ClassicLevel(dataDir);
    await level.put('format', '2');
    await level.close();
    const refusal = await refusalOf(openJournal(dataDir));
    expect(refusal).toBeInstanceOf(DataDirectoryError);
    expect(refusal.message).toContain('has format 2; this version reads format 1');
    // The refusal holds no lock.
    await new ClassicLevel(dataDir).open();
  });

  test('of another program is refused, and nothing is written into it', async () => {
    await writeFile(join(dataDir, 'thesis.txt'), 'precious');
    expect((await refusalOf(openJournal(dataDir))).message).toContain(
      'holds other files (thesis.txt)',
    );
    expect(await readdir(dataDir)).toEqual(['thesis.txt']);
    await rm(join(dataDir, 'thesis.txt'));
    const level = new ClassicLevel(dataDir);
    await level.put('their key', 'their value');
    await level.close();
    expect((await refusalOf(openJournal(dataDir))).message).toContain("is not a control plane's");
  });

  test('that is a file is refused with the reason', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    const refusal = await refusalOf(openJournal(file));
    expect(refusal).toBeInstanceOf(DataDirectoryError);
    expect(refusal.message).toContain('EEXIST');
  });
});

/** LevelDB, with a switch that makes batches fail, after writing them or before. */
class FailingDisk {
  failing: 'no' | 'after writing' | 'before writing' = 'no';
  opened = 0;

  readonly open = async (directory: string): Promise<Level> => {
    this.opened += 1;
    const level = new ClassicLevel<string, string>(directory);
    await level.open();
    const write = level.batch.bind(level) as (...args: readonly unknown[]) => Promise<void>;
    const batch = async (...args: readonly unknown[]): Promise<void> => {
      if (this.failing !== 'before writing') await write(...args);
      if (this.failing !== 'no') throw new Error('IO error: Input/output error');
    };
    return Object.assign(level, { batch });
  };
}

describe('a write that the disk refused', () => {
  test.each(['before writing', 'after writing'] as const)(
    '(%s) is not there, and later writes succeed on a directory opened anew',
    async (failing) => {
      const disk = new FailingDisk();
      await withStore(async (store) => {
        await store.write(realm, ({ tags }) => tags.put('kept', tagsOf('kept')));
        disk.failing = failing;
        const lost = store.write(realm, ({ tags }) => {
          tags.put('lost', tagsOf('lost'));
          tags.delete('kept');
        });
        await expect(lost).rejects.toThrow(StoreWriteError);
        expect(store.read(realm).tags.count()).toBe(1);
        await expect(
          store.write(realm, ({ tags }) => tags.put('kept', tagsOf('changed'))),
        ).rejects.toThrow(StoreWriteError);
        disk.failing = 'no';
        const other = { ...realm, region: 'eu-west-1' };
        await store.write(other, ({ tags }) => tags.put('next', tagsOf('next')));
        expect(disk.opened).toBe(3);
      }, disk.open);
      // What the failed writes left on the disk was undone by the one that succeeded.
      await withStore(async (store) => {
        const { tags } = store.read(realm);
        expect(tags.list({ ascending: true, limit: 10 })).toEqual([
          { ...tagsOf('kept'), sequence: 1 },
        ]);
        expect(store.read({ ...realm, region: 'eu-west-1' }).tags.count()).toBe(1);
        const next = await store.write(realm, (state) => state.tags.put('n', tagsOf('n')));
        expect(next.sequence).toBe(2);
      });
    },
  );

  test('is undone at the latest when the control plane closes', async () => {
    const disk = new FailingDisk();
    await withStore(async (store) => {
      disk.failing = 'after writing';
      const lost = store.write(realm, ({ tags }) => tags.put('lost', tagsOf('lost')));
      await expect(lost).rejects.toThrow(StoreWriteError);
      disk.failing = 'no';
    }, disk.open);
    await withStore(async (store) => {
      expect(store.read(realm).tags.count()).toBe(0);
    });
  });

  test('is not tried on a directory that another process used meanwhile', async () => {
    const disk = new FailingDisk();
    await withStore(async (store) => {
      disk.failing = 'before writing';
      const write = () => store.write(realm, ({ tags }) => tags.put('lost', tagsOf('lost')));
      await expect(write()).rejects.toThrow(StoreWriteError);
      await withStore((other) => other.write(realm, ({ tags }) => tags.put('a', tagsOf('a'))));
      disk.failing = 'no';
      const refusal = await refusalOf(write());
      expect(refusal.cause).toBeInstanceOf(DataDirectoryError);
    }, disk.open);
    await withStore(async (store) => {
      expect(store.read(realm).tags.get('a')?.sequence).toBe(1);
      expect(store.read(realm).tags.get('lost')).toBeUndefined();
    });
  });
});
