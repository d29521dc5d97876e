/**
 * Makes the vectors of test/vectors/evidence that are missing, or those that are named: `npm run vectors:evidence [-- NAME...]`. Keys and
 * nonces are fresh, so each run gives other, equally good vectors. What is expected is written from the verifier's answer, but only after it agrees with what each story and forgery states.
 * `npm run vectors:evidence -- --judge` leaves the files and writes anew what is expected of them.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { FORGERIES, type Forgery } from '../../test/evidence/forgeries/index.js';
import { expectedOf, judge } from '../../test/evidence/judging.js';
import { OUTCOMES, STORIES, type Case } from '../../test/evidence/stories.js';
import { vector, VECTORS, type Folder } from '../../test/evidence/vectors.js';
import type { Verdict } from '../../verifier/src/verdict.js';
import { formatTrust } from '../../verifier/src/trust/file.js';

/** Files that people open to see what one looks like; all others are compressed. */
const READABLE: ReadonlySet<string> = new Set(['use-acknowledged', 'grant-accepted', 'claim-registered']);

const given = process.argv.slice(2);
const isJudging = given.includes('--judge');
const named = given.filter((each) => each !== '--judge');

function folderOf(name: Folder): string {
  const path = `${VECTORS}${name}/`;
  mkdirSync(path, { recursive: true });
  return path;
}

const isThere = (folder: Folder, name: string): boolean =>
  existsSync(`${folderOf(folder)}${name}.expected.json`);

const isWanted = (folder: Folder, name: string): boolean =>
  named.length > 0 ? named.includes(name) : isJudging || !isThere(folder, name);

function write(folder: Folder, name: string, { text, trust, payload }: Case): void {
  const path = `${folderOf(folder)}${name}`;
  if (READABLE.has(name)) writeFileSync(`${path}.json`, text);
  else writeFileSync(`${path}.json.gz`, gzipSync(text, { level: 9 }));
  writeFileSync(`${path}.trust.json`, formatTrust(trust));
  if (payload) writeFileSync(`${path}.payload`, payload);
}

function expect(folder: Folder, name: string, expected: object): void {
  writeFileSync(`${folderOf(folder)}${name}.expected.json`, `${JSON.stringify(expected, null, 2)}\n`);
}

const judged = async (
  folder: Folder,
  name: string,
  make: () => Promise<Case>,
): Promise<readonly [Case, Verdict]> => {
  const file = isJudging && isThere(folder, name) ? vector(folder, name) : await make();
  return [file, await judge(file)];
};

async function writeStory(name: string, make: () => Promise<Case>): Promise<void> {
  const [story, verdict] = await judged('valid', name, make);
  const wanted = OUTCOMES[name] ?? 'VERIFIED';
  if (verdict.outcome !== wanted) throw new Error(`${name} is ${verdict.outcome}, not ${wanted}`);
  write('valid', name, story);
  expect('valid', name, expectedOf(verdict));
}

const isFound = ({ outcome, steps }: Verdict, forgery: Forgery): boolean =>
  outcome === forgery.outcome &&
  steps.some(({ code, reason }) => code === forgery.code && reason === forgery.reason);

async function writeForgery(name: string, forgery: Forgery): Promise<void> {
  const [forged, verdict] = await judged('invalid', name, forgery.make);
  if (!isFound(verdict, forgery)) throw new Error(`${name} is not found out: ${verdict.outcome}`);
  write('invalid', name, forged);
  const { code, reason } = forgery;
  expect('invalid', name, { code, reason, ...expectedOf(verdict) });
}

/** Those of stories and forgeries that are not told any more. */
function removeOld(folder: Folder, known: readonly string[]): void {
  const names = new Set(known);
  for (const file of readdirSync(folderOf(folder)))
    if (!names.has(file.replace(/\.(?:json|json\.gz|trust\.json|expected\.json|payload)$/, '')))
      rmSync(`${folderOf(folder)}${file}`);
}

removeOld('valid', Object.keys(STORIES));
removeOld('invalid', Object.keys(FORGERIES));
for (const [name, make] of Object.entries(STORIES))
  if (isWanted('valid', name)) await writeStory(name, make);
for (const [name, forgery] of Object.entries(FORGERIES))
  if (isWanted('invalid', name)) await writeForgery(name, forgery);
