import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readTrust, verify } from '@tallystick/verifier';
import { evidenceOf, handedOver } from '../demo/evidence.js';
import { inDays } from '../demo/requests.js';
import { grant } from '../demo/story.js';
import { inChromium } from './chromium.js';
import { median, milliseconds, rounded, type Measurement, type Row } from './figures.js';
import { onStage, type Stage } from './stage.js';
import { round } from './uses.js';

const PAGE = fileURLToPath(new URL('../../verifier/dist/tallystick-verifier.html', import.meta.url));
const KIBIBYTE = 1024;
const CLIENTS = 32;
const USES = 240;
const FILES = 12;
const WARM_UP = 5;
const RUNS = 25;

interface Files {
  readonly evidence: readonly Uint8Array[];
  readonly trust: string;
}

/** Evidence of uses that were answered under load, a dozen of them. */
async function filesUnderLoad(stage: Stage): Promise<Files> {
  const { cast } = stage.scene;
  const grantId = await grant(stage.scene, 'grant', { uses: 100_000, until: inDays(90) });
  await round(stage, grantId, CLIENTS, USES);
  const { items } = await cast.supplier.operator.get<{ items: { id: string }[] }>(
    `/usages?grant=${grantId}&state=ACKNOWLEDGED&limit=${FILES}`,
  );
  const { trust } = await handedOver(cast, items[0]?.id ?? '', 'embedded');
  const evidence: Uint8Array[] = [];
  for (const { id } of items) evidence.push(await evidenceOf(cast.supplier.operator, id));
  return { evidence, trust };
}

async function verifiedIn(evidence: Uint8Array, trust: string): Promise<number> {
  const { outcome } = await verify({ evidence, trust: readTrust(trust) }, webcrypto.subtle);
  if (outcome !== 'VERIFIED') throw new Error(`the evidence of the benchmark is ${outcome}`);
  return milliseconds(() => verify({ evidence, trust: readTrust(trust) }, webcrypto.subtle));
}

async function inNode(evidence: Uint8Array, trust: string): Promise<number> {
  for (let count = 0; count < WARM_UP; count += 1) await verifiedIn(evidence, trust);
  const times: number[] = [];
  for (let count = 0; count < RUNS; count += 1) times.push(await verifiedIn(evidence, trust));
  return median(times);
}

const row = (what: string, limit: number, found: number | undefined, unit: string): Row => ({
  what,
  reach: `<= ${limit} ${unit}`,
  measured: found === undefined ? 'no Chromium' : `${rounded(found, 1)} ${unit}`,
  met: found !== undefined && found <= limit,
});

/** How large evidence is, how fast it is verified, and how large the page that does it. */
export async function measureEvidence(): Promise<Measurement> {
  const { evidence, trust } = await onStage(filesUnderLoad);
  const sizes = evidence.map((file) => gzipSync(file, { level: 9 }).length / KIBIBYTE);
  const largest = Math.max(...sizes);
  const sample = evidence[sizes.indexOf(median(sizes))] ?? new Uint8Array();
  const node = await inNode(sample, trust);
  const chromium = await inChromium(PAGE, sample, trust);
  const page = gzipSync(await readFile(PAGE), { level: 9 }).length / KIBIBYTE;
  return {
    figures: {
      files: sizes.length,
      kibibytes: { median: rounded(median(sizes)), largest: rounded(largest) },
      verifyMs: { node: rounded(node), chromium },
      pageKibibytes: rounded(page),
    },
    rows: [
      row('compact evidence of one use under load, gzip, the largest', 48, largest, 'KiB'),
      row('verify one file, warm, Node', 40, node, 'ms'),
      row('verify one file, warm, Chromium', 150, chromium, 'ms'),
      row('the HTML verifier, gzip', 250, page, 'KiB'),
    ],
  };
}
