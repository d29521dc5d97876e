/**
 * What sealing and opening cost against moving the same bytes plainly, in the same process and run.
 * Alone: node --conditions=source --import tsx scripts/bench/payload.ts [MiB]
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  newBlockStore,
  newRecipient,
  openPayload,
  sealPayload,
  type ContentStore,
  type SealedPayload,
} from '../../gateway/src/payload/index.js';
import { median, milliseconds } from './figures.js';
import { withKubo } from './kubo.js';
import { readPlainly, writePlainly } from './plain.js';
import { newRssWatch, type RssWatch } from './rss.js';

export interface PayloadFigures {
  readonly mebibytes: number;
  readonly runs: number;
  /** Median of seal / (plain write + SHA-256). */
  readonly sealRatio: number;
  /** Median of open / (plain read + SHA-256). */
  readonly openRatio: number;
  readonly sealMiBPerSecond: number;
  readonly openMiBPerSecond: number;
  /** Largest resident size while sealing or opening, over the idle process before (bytes). */
  readonly sealRssGrowth: number;
  readonly openRssGrowth: number;
  /** The same with payloads in a Kubo of its own; left out where no `ipfs` is found. */
  readonly kubo?: KuboFigures;
}

export interface KuboFigures {
  /** Medians of Kubo / embedded, each run of the one right after a run of the other. */
  readonly sealRatio: number;
  readonly openRatio: number;
  readonly sealMiBPerSecond: number;
  readonly openMiBPerSecond: number;
  /** Of this process, not of Kubo's (bytes). */
  readonly rssGrowth: number;
}

interface Run {
  readonly plainWrite: number;
  readonly seal: number;
  readonly plainRead: number;
  readonly open: number;
}

const MiB = 1024 * 1024;
const PIECE = 64 * 1024;
const RUNS = 3;

/** Medians of some runs; files go to the system's temporary directory and are removed. */
export async function measurePayload(mebibytes = 256): Promise<PayloadFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-bench-'));
  try {
    return await withKubo(directory, (openKubo) => measureStores(directory, mebibytes, openKubo));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type OpenStore = (directory: string) => Promise<ContentStore>;

async function measureStores(
  directory: string,
  mebibytes: number,
  openKubo: OpenStore | undefined,
): Promise<PayloadFigures> {
  const once = async (name: string, open: OpenStore, size: number, ...watches: RssWatch[]): Promise<Run> => {
    const run = await measureOnce(join(directory, name), open, size, ...watches);
    await rm(join(directory, name), { recursive: true });
    return run;
  };
  // Code is loaded and compiled before memory is called idle.
  await once('warm-up', newBlockStore, 8, newRssWatch());
  if (openKubo !== undefined) await once('warm-up', openKubo, 8, newRssWatch());
  const [sealRss, openRss, kuboRss] = [newRssWatch(), newRssWatch(), newRssWatch()];
  const runs: Run[] = [];
  const kubo: Run[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    runs.push(await once('run', newBlockStore, mebibytes, sealRss, openRss));
    if (openKubo !== undefined) kubo.push(await once('run', openKubo, mebibytes, kuboRss));
  }
  return {
    ...{ mebibytes, runs: RUNS },
    sealRatio: median(runs.map(({ seal, plainWrite }) => seal / plainWrite)),
    openRatio: median(runs.map(({ open, plainRead }) => open / plainRead)),
    ...speeds(runs, mebibytes),
    sealRssGrowth: sealRss.growth(),
    openRssGrowth: openRss.growth(),
    ...(kubo.length > 0 && { kubo: kuboFigures(kubo, runs, mebibytes, kuboRss) }),
  };
}

function kuboFigures(kubo: Run[], embedded: Run[], mebibytes: number, rss: RssWatch): KuboFigures {
  const ratio = (step: 'seal' | 'open'): number =>
    median(kubo.map((run, index) => run[step] / (embedded[index]?.[step] ?? Number.NaN)));
  return {
    sealRatio: ratio('seal'),
    openRatio: ratio('open'),
    ...speeds(kubo, mebibytes),
    rssGrowth: rss.growth(),
  };
}

const speeds = (runs: Run[], mebibytes: number): Record<'sealMiBPerSecond' | 'openMiBPerSecond', number> => ({
  sealMiBPerSecond: median(runs.map(({ seal }) => (mebibytes / seal) * 1000)),
  openMiBPerSecond: median(runs.map(({ open }) => (mebibytes / open) * 1000)),
});

async function measureOnce(
  directory: string,
  openStore: OpenStore,
  mebibytes: number,
  sealRss = newRssWatch(),
  openRss = sealRss,
): Promise<Run> {
  const store = await openStore(directory);
  const { identity, recipient } = newRecipient();
  const plain = join(directory, 'plain');
  const plainWrite = await milliseconds(() => writePlainly(plain, source(mebibytes)));
  let sealed: SealedPayload | undefined;
  const seal = await sealRss.during(() =>
    milliseconds(async () => {
      sealed = await sealPayload(source(mebibytes), recipient, store);
    }),
  );
  const plainRead = await milliseconds(() => readPlainly(plain));
  const open = await openRss.during(() => milliseconds(() => drain(openPayload(requestOf(sealed)))));
  await store.close();
  return { plainWrite, seal, plainRead, open };

  function requestOf(payload: SealedPayload | undefined): Parameters<typeof openPayload>[0] {
    if (payload === undefined) throw new Error('nothing was sealed');
    const { header, cid, plainBytes: bytes, commitment } = payload;
    return { header, identity, cid, bytes, commitment, store };
  }
}

const piece = randomBytes(PIECE);

async function* source(mebibytes: number): AsyncGenerator<Uint8Array> {
  for (let pieces = (mebibytes * MiB) / PIECE; pieces > 0; pieces -= 1) yield await Promise.resolve(piece);
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(JSON.stringify(await measurePayload(Number(process.argv[2] ?? 256)), null, 2));
}
