/**
 * Makes the vectors of test/vectors/evidence that are missing, or those that are named: `npm run vectors:evidence [-- NAME...]`. Keys and
 * nonces are fresh, so each run gives other, equally good vectors. What is expected is written from the verifier's answer, but only after it agrees with what each story and forgery states.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { FORGERIES, type Forgery } from '../../test/evidence/forgeries/index.js';
import { expectedOf, judge, type Expected } from '../../test/evidence/judging.js';
import { OUTCOMES, STORIES, type Case } from '../../test/evidence/stories.js';
import { formatTrust } from '../../verifier/src/trust/file.js';

const VECTORS = fileURLToPath(new URL('../../test/vectors/evidence/', import.meta.url));

const named = process.argv.slice(2);

function folderOf(name: string): string {
  const path = `${VECTORS}${name}/`;
  mkdirSync(path, { recursive: true });
  return path;
}

const isWanted = (folder: string, name: string): boolean =>
  named.includes(name) || (named.length === 0 && !existsSync(`${folder}${name}.expected.json`));

function write(path: string, { text, trust, payload }: Case, expected: object, isPacked: boolean): void {
  if (isPacked) writeFileSync(`${path}.json.gz`, gzipSync(text, { level: 9 }));
  else writeFileSync(`${path}.json`, text);
  writeFileSync(`${path}.trust.json`, formatTrust(trust));
  writeFileSync(`${path}.expected.json`, `${JSON.stringify(expected, null, 2)}\n`);
  if (payload) writeFileSync(`${path}.payload`, payload);
}

async function writeStories(folder: string): Promise<void> {
  for (const [name, make] of Object.entries(STORIES)) {
    if (!isWanted(folder, name)) continue;
    const story = await make();
    const expected = expectedOf(await judge(story));
    const wanted = OUTCOMES[name] ?? 'VERIFIED';
    if (expected.outcome !== wanted) throw new Error(`${name} is ${expected.outcome}, not ${wanted}`);
    write(`${folder}${name}`, story, expected, false);
  }
}

const isFound = ({ outcome, steps }: Expected, forgery: Forgery, reasons: readonly string[]): boolean =>
  outcome === forgery.outcome && forgery.code in steps && reasons.includes(`${forgery.code} ${forgery.reason}`);

async function writeForgeries(folder: string): Promise<void> {
  for (const [name, forgery] of Object.entries(FORGERIES)) {
    if (!isWanted(folder, name)) continue;
    const forged = await forgery.make();
    const verdict = await judge(forged);
    const expected = expectedOf(verdict);
    const reasons = verdict.steps.map(({ code, reason }) => `${code} ${reason ?? ''}`);
    if (!isFound(expected, forgery, reasons)) throw new Error(`${name} is not found out: ${expected.outcome}`);
    const { code, reason } = forgery;
    write(`${folder}${name}`, forged, { code, reason, ...expected }, true);
  }
}

await writeStories(folderOf('valid'));
await writeForgeries(folderOf('invalid'));
