import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface StoredBlock {
  readonly cid: string;
  bytes(): Promise<Buffer>;
}

/** All blocks of a content store, looked at past the gateway. */
export interface Blocks {
  list(): Promise<readonly StoredBlock[]>;
}

/** The embedded store of a gateway: a file for each block. */
export function embeddedBlocks(gatewayDirectory: string): Blocks {
  const directory = join(gatewayDirectory, 'blocks', 'blocks');
  return {
    async list() {
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map(({ name, parentPath }) => ({ cid: name, bytes: () => readFile(join(parentPath, name)) }));
    },
  };
}

const WITHIN = 10_000;

async function asked(api: string, path: string): Promise<Response> {
  const response = await fetch(`${api}/api/v0/${path}`, {
    method: 'POST',
    signal: AbortSignal.timeout(WITHIN),
  });
  if (!response.ok) throw new Error(`Kubo answered ${path} with ${response.status}`);
  return response;
}

async function cidsOf(api: string): Promise<string[]> {
  const lines = (await (await asked(api, 'refs/local')).text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { Ref: string }).Ref);
}

/** The blocks that have come to a Kubo since now: it has some of its own. Kubo names all by the CID of a raw block. */
export async function kuboBlocks(api: string): Promise<Blocks> {
  const own = new Set(await cidsOf(api));
  return {
    async list() {
      const fresh = (await cidsOf(api)).filter((cid) => !own.has(cid));
      return fresh.map((cid) => ({
        cid,
        bytes: async () =>
          Buffer.from(await (await asked(api, `block/get?arg=${cid}&offline=true`)).arrayBuffer()),
      }));
    },
  };
}
