import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

/** Transient field of a call that names further writes: canonical JSON, a list of `[key, base64 of the value, or null]`. */
export const ALSO = 'also';

/**
 * The product's own chaincode but for one line: a call may name keys that are written besides what the rules write. Endorsers that agree
 * to run it are the majority that this suite is about; everything else of them is honest.
 */
const colluding: esbuild.Plugin = {
  name: 'colluding',
  setup(build) {
    build.onLoad({ filter: /contract[\\/]transaction\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const honest = /^ {2}stub\.setEvent\(/m;
      if (!honest.test(source)) throw new Error('the contract has no such line to change');
      const also = `
  const also = stub.getTransient().get('${ALSO}');
  for (const [key, value] of also === undefined ? [] : (JSON.parse(Buffer.from(also).toString('utf8')) as [string, string | null][])) {
    if (value === null) await stub.deleteState(key);
    else await stub.putState(key, Buffer.from(value, 'base64'));
  }
`;
      return { contents: source.replace(honest, (line) => also + line), loader: 'ts' };
    });
  },
};

/** Bundles the chaincode of a majority that writes what it likes, and returns its path. */
export async function bundleCollusion(directory: string): Promise<string> {
  const outfile = join(directory, 'tallystick-chaincode.cjs');
  await esbuild.build({
    entryPoints: [fileURLToPath(new URL('../../chaincode/src/contract/main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [colluding],
  });
  return outfile;
}
