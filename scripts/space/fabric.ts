import { startFabricNetwork } from '@tallystick/network/fabric';
import type { Topology } from '@tallystick/network/topology';
import type { Backing } from './backing.js';

/** A network of real Fabric as a backing: its processes come back by themselves. */
export async function startFabric(topology: Topology): Promise<Backing> {
  const network = await startFabricNetwork(topology);
  return {
    network,
    get processes() {
      return network.nodes;
    },
    async restart(name) {
      await network.nodes[name]?.running();
    },
    stop: () => network.stop(),
  };
}
