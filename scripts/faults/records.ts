import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../demo/client.js';

const PAGE = 200;
const AT_A_TIME = 8;

/** All records of a list, page after page. */
export async function listed<T>(
  client: Client,
  path: string,
  filter: Record<string, string> = {},
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...filter, ...(cursor && { cursor }) });
    const page = await client.get<{ items: T[]; next?: string }>(`${path}?${query.toString()}`);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}

/** Does something for each item, several at a time. */
export async function each<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await act(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** Tries until it is so; false when the patience (milliseconds) is over. A question that fails is asked again. */
export async function eventually(isSo: () => Promise<boolean>, patience: number): Promise<boolean> {
  const until = Date.now() + patience;
  for (;;) {
    if (await isSo().catch(() => false)) return true;
    if (Date.now() > until) return false;
    await sleep(30);
  }
}
