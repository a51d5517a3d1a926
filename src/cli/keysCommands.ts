import type { Command } from 'commander';
import type { CreateKeyOptions } from './keys.ts';

interface DataDirOption {
  readonly dataDir?: string;
}

/** The commands for API keys; `dataDirOf` reads the setting from a flag or the environment. */
export function keysCommands(
  program: Command,
  dataDirOf: (flags: DataDirOption) => string | undefined,
): void {
  const keys = program.command('keys').description('make, list and revoke API keys');
  const command = (name: string, description: string): Command =>
    keys
      .command(name)
      .description(description)
      .option('--data-dir <directory>', "the gateway's data directory (IOTGW_DATA_DIR)");
  const flagsOf = ({ dataDir }: DataDirOption): DataDirOption =>
    dataDir === undefined ? {} : { dataDir };
  const write = (text: string): boolean => process.stdout.write(text);
  command('create', 'make an API key; it is printed once and kept nowhere')
    .requiredOption('--name <name>', 'whom it is for, as the journal of changes will name it')
    .requiredOption('--scopes <list>', 'what it may be used for, as read,template:write; or all')
    .option('--expires-in-days <days>', 'for how long it holds; until it is revoked when left out')
    .action(async (options: CreateKeyOptions & DataDirOption) => {
      const { createKey } = await import('./keys.ts');
      await createKey(dataDirOf(flagsOf(options)), options, write);
    });
  command('list', 'list the API keys; none is shown').action(async (options: DataDirOption) => {
    const { listKeys } = await import('./keys.ts');
    await listKeys(dataDirOf(flagsOf(options)), write);
  });
  command('revoke', 'take an API key back; gateways that run notice within a second')
    .argument('<id>', 'the id of the key, as `iotgw keys list` shows it')
    .action(async (id: string, options: DataDirOption) => {
      const { revokeKey } = await import('./keys.ts');
      await revokeKey(dataDirOf(flagsOf(options)), id, write);
    });
}
