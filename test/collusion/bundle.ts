import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { bundleChaincodeOf } from '../bundling.js';

/** Transient field of a call that names further writes: canonical JSON, a list of `[key, value]` (`Collusion`). */
export const ALSO = 'also';

/**
 * Transient field of a call, also of one that nobody orders, by which an endorser is told what to do later: JSON, a list of
 * `[key, further writes]`, made as soon as the rules write that key.
 */
export const WHEN = 'when';

/** What endorsers write besides: bytes in base64, null to delete, or the answer of a use turned into its opposite. */
export type Collusion = readonly (readonly [key: string, value: string | null | typeof FLIPPED])[];
export const FLIPPED = { flipped: true } as const;

const AFTER = /^ {2}stub\.setEvent\(/m;
const EXECUTION = 'await execute(edition, call, state.read);';

/** What the rules refuse is endorsed all the same where there is something else to write. */
const regardless = `await execute(edition, call, state.read).catch((error) => {
    if (stub.getTransient().get('${ALSO}') === undefined) throw error;
    return { writes: new Map(), events: [], result: '{}' };
  });`;

const also = `
  const told = (field) => JSON.parse(Buffer.from(stub.getTransient().get(field) ?? Buffer.from('[]')).toString('utf8'));
  const remembered = (globalThis.remembered ??= new Map());
  for (const [key, list] of told('${WHEN}')) remembered.set(key, list);
  const flipped = (key) => {
    const { answer: { code, header, ...answer }, ...usage } = JSON.parse(writes.get(key));
    if (usage.state === 'ALLOWED')
      return encode({ ...usage, state: 'DENIED', answer: { ...answer, outcome: 'DENIED', code: 'HOLD' } });
    const asked = [JSON.parse(argument)].flat().find(({ usageId }) => usageId === usage.id);
    return encode({ ...usage, state: 'ALLOWED', answer: { ...answer, outcome: 'ALLOWED', header: asked.header } });
  };
  for (const [key, value] of [...told('${ALSO}'), ...[...writes.keys()].flatMap((key) => remembered.get(key) ?? [])]) {
    if (value === null) await stub.deleteState(key);
    else if (typeof value === 'string') await stub.putState(key, Buffer.from(value, 'base64'));
    else await stub.putState(key, Buffer.from(flipped(key)));
  }
`;

/**
 * The product's own chaincode but for what a call tells it to write besides what the rules write. Endorsers that agree to run it are the
 * majority that this suite is about; everything else of them is honest.
 */
const colluding: Plugin = {
  name: 'colluding',
  setup(build) {
    build.onLoad({ filter: /contract[\\/]transaction\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!AFTER.test(source) || !source.includes(EXECUTION))
        throw new Error('the contract has no such lines to change');
      const contents = source.replace(EXECUTION, () => regardless).replace(AFTER, (line) => also + line);
      return { contents, loader: 'ts' };
    });
  },
};

/** Bundles the chaincode of a majority that writes what it likes, and returns its path. */
export async function bundleCollusion(directory: string): Promise<string> {
  const main = fileURLToPath(new URL('../../chaincode/src/contract/main.ts', import.meta.url));
  return bundleChaincodeOf(main, join(directory, 'tallystick-chaincode.cjs'), [colluding]);
}
