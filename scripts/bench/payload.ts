/**
 * What sealing and opening cost against moving the same bytes plainly, in the same process and run.
 * Alone: node --conditions=source --import tsx scripts/bench/payload.ts [MiB]
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import {
  newBlockStore,
  newRecipient,
  openPayload,
  sealPayload,
  type SealedPayload,
} from '../../gateway/src/payload/index.js';

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
    // Code is loaded and compiled before memory is called idle.
    await measureOnce(join(directory, 'warm-up'), 8, newRssWatch());
    const [sealRss, openRss] = [newRssWatch(), newRssWatch()];
    const runs: Run[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      runs.push(await measureOnce(join(directory, String(run)), mebibytes, sealRss, openRss));
      await rm(join(directory, String(run)), { recursive: true });
    }
    return {
      mebibytes,
      runs: RUNS,
      sealRatio: median(runs.map(({ seal, plainWrite }) => seal / plainWrite)),
      openRatio: median(runs.map(({ open, plainRead }) => open / plainRead)),
      sealMiBPerSecond: median(runs.map(({ seal }) => (mebibytes / seal) * 1000)),
      openMiBPerSecond: median(runs.map(({ open }) => (mebibytes / open) * 1000)),
      sealRssGrowth: sealRss.growth(),
      openRssGrowth: openRss.growth(),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureOnce(
  directory: string,
  mebibytes: number,
  sealRss: RssWatch,
  openRss = sealRss,
): Promise<Run> {
  const store = await newBlockStore(directory);
  const { identity, recipient } = newRecipient();
  const plain = join(directory, 'plain');
  const plainWrite = await milliseconds(() => writePlainly(plain, mebibytes));
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

async function writePlainly(path: string, mebibytes: number): Promise<void> {
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const bytes of source(mebibytes)) {
      hash.update(bytes);
      yield bytes;
    }
  }
  await pipeline(hashed(), createWriteStream(path));
  hash.digest();
}

async function readPlainly(path: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(bytes);
  hash.digest();
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

interface RssWatch {
  during<T>(work: () => Promise<T>): Promise<T>;
  growth(): number;
}

/** Idle is the moment the watch is made. */
function newRssWatch(): RssWatch {
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  return {
    async during(work) {
      const timer = setInterval(look, 10);
      try {
        return await work();
      } finally {
        look();
        clearInterval(timer);
      }
    },
    growth: () => peak - idle,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(JSON.stringify(await measurePayload(Number(process.argv[2] ?? 256)), null, 2));
}
