import { setTimeout as sleep } from 'node:timers/promises';
import type { Space, SpaceGateway } from '../space.js';

const PAUSE_MS = 20;

interface Signed {
  readonly body: { readonly height: number; readonly size: number };
  readonly witnesses: readonly unknown[];
}

async function asked<T>({ url }: SpaceGateway, path: string): Promise<T | undefined> {
  const response = await fetch(new URL(path, url));
  if (response.ok) return (await response.json()) as T;
  await response.body?.cancel();
  return undefined;
}

/** The newest height that a gateway's witness has signed. */
const signedBy = (gateway: SpaceGateway): Promise<Signed | undefined> =>
  asked<Signed>(gateway, '/checkpoints/latest');

/** Height of a gateway's checkpoint once that covers everything its follower has seen; `undefined` before. */
async function coveredBy(gateway: SpaceGateway): Promise<number | undefined> {
  const signed = await signedBy(gateway);
  if (signed === undefined || signed.witnesses.length === 0) return undefined;
  const { height, size } = signed.body;
  const beyond = await asked<{ leaves: readonly unknown[] }>(
    gateway,
    `/checkpoints/leaves?from=${size}&limit=1`,
  );
  return beyond?.leaves.length === 0 ? height : undefined;
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(PAUSE_MS);
  }
}

/** Builds from before there were checkpoints collected proofs of every receipt, and say how many are missing. */
async function uncollectedAt(gateway: SpaceGateway): Promise<number | undefined> {
  return (await asked<{ uncollected?: number }>(gateway, '/readyz'))?.uncollected;
}

/**
 * Resolves when every receipt that there is can be proven at every gateway: the witnesses of all have signed what the gateways have seen
 * (or, of an older build, nothing is uncollected anywhere).
 */
export async function evidenceKept({ gateways }: Space): Promise<void> {
  const all = Object.values(gateways);
  if (all[0] !== undefined && (await uncollectedAt(all[0])) !== undefined) {
    for (const each of all) await until(async () => ((await uncollectedAt(each)) === 0 ? true : undefined));
    return;
  }
  const heights = await Promise.all(all.map((each) => until(() => coveredBy(each))));
  const newest = Math.max(...heights);
  for (const each of all)
    await until(async () => (((await signedBy(each))?.body.height ?? -1) >= newest ? true : undefined));
}
