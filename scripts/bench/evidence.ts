import { randomBytes, webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { readTrust, verify } from '@tallystick/verifier';
import type { Client } from '../demo/client.js';
import { evidenceOf, handedOver } from '../demo/evidence.js';
import { inDays } from '../demo/requests.js';
import { askOf, grant } from '../demo/story.js';
import { inChromium } from './chromium.js';
import { median, milliseconds, rounded, type Measurement, type Row } from './figures.js';
import { evidenceKept } from './provable.js';
import { measureReceipt, type ReceiptCost } from './receipt.js';
import { onStage, type Stage } from './stage.js';
import { round } from './uses.js';

const PAGE = fileURLToPath(new URL('../../verifier/dist/tallystick-verifier.html', import.meta.url));
const KIBIBYTE = 1024;
const WARM_UP = 5;
const RUNS = 25;
const LIST = 20;

interface Files {
  /** Of a use that stands alone in each of its transactions. */
  readonly alone: Uint8Array;
  /** Of the one in the middle of a list in each of them. */
  readonly listed: Uint8Array;
  readonly trust: string;
}

interface Use {
  readonly usageId: string;
}

/** Each use of a list is asked for, and acknowledged, in one transaction; the custodian answers what waits in one, too. */
async function usesInList(
  { scene }: Stage,
  grantId: string,
  { bytes, commitment }: Acknowledged,
): Promise<readonly string[]> {
  const { supplier } = scene.cast;
  const ask = { ...askOf(scene, grantId), recipient: supplier.recipient };
  const asks = Array.from({ length: LIST }, () => ({ ...ask, nonce: randomBytes(16).toString('hex') }));
  const { result } = await supplier.connector.submit<readonly Use[]>('usage:Request', asks);
  const usages = result.map(({ usageId }) => usageId);
  for (const usage of usages) await supplier.connector.answered(usage);
  const { component } = scene;
  const acknowledging = usages.map((usageId) => ({ usageId, component, bytes, commitment }));
  await supplier.connector.submit('usage:Acknowledge', acknowledging);
  return usages;
}

interface Acknowledged {
  readonly bytes: string;
  readonly commitment: string;
}

async function filesOf(stage: Stage): Promise<Files> {
  const { cast } = stage.scene;
  const grantId = await grant(stage.scene, 'grant', { uses: 100_000, until: inDays(90) });
  await round(stage, grantId, 1, 1);
  const alone = await onlyUse(cast.supplier.operator, grantId);
  const usages = await usesInList(stage, grantId, alone.acknowledgement);
  await evidenceKept(stage.space);
  const { evidence, trust } = await handedOver(cast, alone.id, 'embedded');
  const middle = usages[LIST / 2] ?? '';
  return { alone: evidence, listed: await evidenceOf(cast.steel.operator, middle), trust };
}

interface Found {
  readonly id: string;
  readonly acknowledgement: Acknowledged;
}

async function onlyUse(client: Client, grantId: string): Promise<Found> {
  const { items } = await client.get<{ items: Found[] }>(`/usages?grant=${grantId}&limit=1`);
  const [found] = items;
  if (found === undefined) throw new Error('the use of the benchmark is not there');
  return found;
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

const gzip = (file: Uint8Array): number => gzipSync(file, { level: 9 }).length / KIBIBYTE;
/** At zlib's default quality, as a gateway serves it. */
const brotli = (file: Uint8Array): number => brotliCompressSync(file).length / KIBIBYTE;

const row = (what: string, limit: number, found: number | undefined, unit: string): Row => ({
  what,
  reach: `<= ${limit} ${unit}`,
  measured: found === undefined ? 'no Chromium' : `${rounded(found, 2)} ${unit}`,
  met: found !== undefined && found <= limit,
});

const sizesOf = (file: Uint8Array): { gzip: number; brotli: number; plain: number } => ({
  gzip: rounded(gzip(file)),
  brotli: rounded(brotli(file)),
  plain: rounded(file.length / KIBIBYTE),
});

/** How large evidence is, how fast it is verified, how large the page that does it, and what it costs until it can be made. */
export async function measureEvidence(): Promise<Measurement> {
  const { alone, listed, trust } = await onStage(filesOf);
  const [node, nodeListed] = [await inNode(alone, trust), await inNode(listed, trust)];
  const chromium = await inChromium(PAGE, alone, trust);
  const page = gzip(await readFile(PAGE));
  const receipt: ReceiptCost = await measureReceipt();
  return {
    figures: {
      kibibytes: { alone: sizesOf(alone), listed: sizesOf(listed) },
      verifyMs: { node: rounded(node), nodeListed: rounded(nodeListed), chromium },
      pageKibibytes: rounded(page),
      receipt,
    },
    rows: [
      row('compact evidence of one use alone, gzip', 22, gzip(alone), 'KiB'),
      row(`compact evidence from the middle of a list of ${LIST}, brotli`, 26, brotli(listed), 'KiB'),
      row('verify one file, warm, Node', 16.2, node, 'ms'),
      row('verify one file, warm, Chromium', 21.9, chromium, 'ms'),
      row('the HTML verifier, gzip', 250, page, 'KiB'),
      row('processor time a receipt and organisation until it can be proven', 1.5, receipt.ms, 'ms'),
    ],
  };
}
