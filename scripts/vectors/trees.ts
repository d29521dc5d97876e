/**
 * Makes test/vectors/trees: `node --import tsx scripts/vectors/trees.ts`. Written against the definitions, with the naive trees of
 * chaincode/test/trees, not with the code under test. Deterministic.
 */
import { writeFileSync } from 'node:fs';
import { listVectors, logVectors } from './trees/log.js';
import { mapVectors } from './trees/map.js';
import { checkpointVectors, writesVectors } from './trees/checkpoint.js';

const files = {
  log: logVectors(),
  list: listVectors(),
  map: mapVectors(),
  writes: writesVectors(),
  checkpoint: checkpointVectors(),
};

const ascii = (text: string): string =>
  text.replaceAll(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

for (const [name, content] of Object.entries(files)) {
  const file = new URL(`../../test/vectors/trees/${name}.json`, import.meta.url);
  writeFileSync(file, `${ascii(JSON.stringify(content, null, 1))}\n`);
}
