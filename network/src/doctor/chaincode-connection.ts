import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CONNECTIONS, type PeerNode } from '../fabric/layout.js';
import { chaincodePackage } from '../fabric/package.js';
import { endpointOf, type Endpoint } from './channel-view.js';

/** How a peer calls its chaincode. */
export interface Connection extends Endpoint {
  /** PEM. */
  readonly root: string;
  readonly client: { readonly certificate: string; readonly key: string };
}

// fabric:docs/source/cc_service.md
const content = z
  .object({ address: z.string(), root_cert: z.string(), client_cert: z.string(), client_key: z.string() })
  .transform(({ address, root_cert: root, client_cert: certificate, client_key: key }) => ({
    ...endpointOf(address),
    root,
    client: { certificate, key },
  }));

const NAME = /^(.+)\.([0-9a-f]{64})\.json$/;

const packageOf = async (name: string): Promise<string | undefined> => {
  const [, label = '', digest = ''] = NAME.exec(name) ?? [];
  return label === '' ? undefined : (await chaincodePackage(label, digest)).id;
};

/**
 * How a peer calls the chaincode of a package, as stands in the peer's own directory; `undefined` when nothing stands there.
 * @throws Error when it cannot be read
 */
export async function connectionOf(
  { directory }: Pick<PeerNode, 'directory'>,
  packageId: string,
): Promise<Connection | undefined> {
  const names = await readdir(join(directory, CONNECTIONS)).catch((): string[] => []);
  for (const name of names) {
    if ((await packageOf(name)) !== packageId) continue;
    return content.parse(JSON.parse(await readFile(join(directory, CONNECTIONS, name), 'utf8')));
  }
  return undefined;
}
