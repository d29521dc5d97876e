import { randomBytes, webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readTrust, verify } from '@tallystick/verifier';
import type { Client } from '../demo/client.js';
import { evidenceOf, handOver } from '../demo/evidence.js';
import { inDays } from '../demo/requests.js';
import { askOf, grant } from '../demo/story.js';
import type { SpaceGateway } from '../space.js';
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
  readonly alone: Served;
  /** Of the one in the middle of a list in each of them. */
  readonly listed: Served;
  readonly trust: string;
}

/** A file, and its kibibytes as a gateway hands it out. */
interface Served {
  readonly file: Uint8Array;
  readonly kibibytes: Readonly<Record<'gzip' | 'brotli' | 'plain', number>>;
}

const CODINGS = { gzip: 'gzip', brotli: 'br', plain: 'identity' } as const;

/** Bytes of an answer's body as they come over the wire: `fetch` would decompress them. */
function bytesServed({ url, keys }: SpaceGateway, path: string, coding: string): Promise<number> {
  const headers = { authorization: `Bearer ${keys['operator'] ?? ''}`, 'accept-encoding': coding };
  return new Promise((resolve, reject) => {
    get(new URL(path, url), { headers }, (response) => {
      let bytes = 0;
      response.on('data', (part: Uint8Array) => (bytes += part.length));
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    }).on('error', reject);
  });
}

async function servedBy(gateway: SpaceGateway, client: Client, usage: string): Promise<Served> {
  const path = `/usages/${usage}/evidence?openings=true`;
  const sizes = Object.entries(CODINGS).map(
    async ([name, coding]) => [name, rounded((await bytesServed(gateway, path, coding)) / KIBIBYTE)] as const,
  );
  const kibibytes = Object.fromEntries(await Promise.all(sizes)) as Served['kibibytes'];
  return { file: await evidenceOf(client, usage), kibibytes };
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
  const { trust } = await handOver(cast, alone.id, 'embedded');
  const gateway = stage.space.gateways[cast.steel.mspId];
  if (gateway === undefined) throw new Error('every member has a gateway');
  const served = (usage: string): Promise<Served> => servedBy(gateway, cast.steel.operator, usage);
  return { alone: await served(alone.id), listed: await served(usages[LIST / 2] ?? ''), trust };
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

const row = (what: string, limit: number, found: number | undefined, unit: string): Row => ({
  what,
  reach: `<= ${limit} ${unit}`,
  measured: found === undefined ? 'no Chromium' : `${rounded(found, 2)} ${unit}`,
  met: found !== undefined && found <= limit,
});

/** How large evidence is, how fast it is verified, how large the page that does it, and what it costs until it can be made. */
export async function measureEvidence(): Promise<Measurement> {
  const { alone, listed, trust } = await onStage(filesOf);
  const [node, nodeListed] = [await inNode(alone.file, trust), await inNode(listed.file, trust)];
  const chromium = await inChromium(PAGE, alone.file, trust);
  const page = gzipSync(await readFile(PAGE), { level: 9 }).length / KIBIBYTE;
  const receipt: ReceiptCost = await measureReceipt();
  return {
    figures: {
      kibibytes: { alone: alone.kibibytes, listed: listed.kibibytes },
      verifyMs: { node: rounded(node), nodeListed: rounded(nodeListed), chromium },
      pageKibibytes: rounded(page),
      receipt,
    },
    rows: [
      row('compact evidence of one use alone, gzip', 22, alone.kibibytes.gzip, 'KiB'),
      row(
        `compact evidence from the middle of a list of ${LIST}, brotli`,
        26,
        listed.kibibytes.brotli,
        'KiB',
      ),
      row('verify one file, warm, Node', 16.2, node, 'ms'),
      row('verify one file, warm, Chromium', 21.9, chromium, 'ms'),
      row('the HTML verifier, gzip', 280, page, 'KiB'),
      row('processor time a receipt and organisation until it can be proven', 1.5, receipt.ms, 'ms'),
    ],
  };
}
