/** Native ES modules, types stripped by swc: what runs is what the source says. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // Ends what hangs, and no more: a busy machine takes several times as long as a quiet one.
  testTimeout: 120_000,
  // Much of a run is waiting for sockets and disks, so no core is left out.
  maxWorkers: '100%',
};
