import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { replaceFile } from '../identity/index.js';
import type { Topology } from '../topology/index.js';
import { CONNECTIONS, fabricDirectory, ordererNodes, peerNodes } from './layout.js';
import { ordererConfig } from './orderer-config.js';
import { peerConfig } from './peer-config.js';

/*
 * The external builder of chaincode that runs as a service (fabric:docs/source/cc_service.md): nothing is built, and the peer is
 * told where its own service for the package is.
 */
const BUILDER: Readonly<Record<string, string>> = {
  detect: 'grep -q \'"type":"ccaas"\' "$2/metadata.json"',
  build: 'cp "$1/bundle.sha256" "$3/"',
  release: `read -r digest label <"$1/bundle.sha256"
mkdir -p "$2/chaincode/server"
cp "$FABRIC_CFG_PATH/${CONNECTIONS}/$label.$digest.json" "$2/chaincode/server/connection.json"`,
};

const builderDirectory = (topology: Topology): string => join(fabricDirectory(topology), 'ccaas-builder');

async function writeBuilder(directory: string): Promise<void> {
  for (const [name, script] of Object.entries(BUILDER)) {
    const path = join(directory, 'bin', name);
    await replaceFile(path, `#!/bin/sh\nset -e\n${script}\n`, { isPrivate: false });
    await chmod(path, 0o755);
  }
}

const yaml = (value: object): string => dump(value, { lineWidth: -1, noRefs: true });

/** Writes every node's configuration into its directory. */
export async function writeNodeFiles(topology: Topology): Promise<void> {
  const builder = builderDirectory(topology);
  await writeBuilder(builder);
  const write = async (directory: string, name: string, value: object): Promise<void> => {
    await mkdir(join(directory, 'data'), { recursive: true, mode: 0o700 });
    await replaceFile(join(directory, name), yaml(value), { isPrivate: false });
  };
  await Promise.all([
    ...peerNodes(topology).map((peer) =>
      write(peer.directory, 'core.yaml', peerConfig(topology, peer, builder)),
    ),
    ...ordererNodes(topology).map((each) => write(each.directory, 'orderer.yaml', ordererConfig(each))),
  ]);
}
