import { type FaultProxy, startFaultProxy } from '../support/faultProxy.ts';
import { type Harness, type HarnessOptions, startHarness } from '../support/harness.ts';

/** A gateway that reaches its control plane through a fault proxy. */
export interface Proxied {
  readonly harness: Harness;
  readonly proxy: FaultProxy;
  close(): Promise<void>;
}

export async function startProxied(options: HarnessOptions = {}): Promise<Proxied> {
  const proxies: FaultProxy[] = [];
  const harness = await startHarness({
    ...options,
    between: async (planeUrl) => {
      const proxy = await startFaultProxy(planeUrl);
      proxies.push(proxy);
      return proxy.url;
    },
  });
  const [proxy] = proxies;
  if (proxy === undefined) throw new Error('there is no proxy');
  return {
    harness,
    proxy,
    async close() {
      proxy.set({ kind: 'pass' });
      await harness.close();
      await proxy.close();
    },
  };
}
