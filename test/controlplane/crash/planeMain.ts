import { startControlPlane } from '../../../src/controlplane/server.ts';

const [dataDir = ''] = process.argv.slice(2);
const plane = await startControlPlane({
  dataDir,
  onInternalError: () => undefined,
});
console.log(plane.url);
