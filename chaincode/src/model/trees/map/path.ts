import type { Hash } from '../hash.js';

/** How deep a map can be: the bits of a path. */
export const BITS = 256;

export const bitAt = (path: Hash, depth: number): 0 | 1 =>
  (((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1) as 0 | 1;

/** Something that has its place in a map. */
export interface Placed {
  readonly path: Hash;
}

export function comparePaths(a: Placed, b: Placed): number {
  for (let at = 0; at < a.path.length; at += 1) {
    const difference = (a.path[at] ?? 0) - (b.path[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What goes left and what goes right at a depth, of things in the order of their paths that share all bits before it. */
export function halvesAt<T extends Placed>(sorted: readonly T[], depth: number): readonly [T[], T[]] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && bitAt(item.path, depth) === 0) low = middle + 1;
    else high = middle;
  }
  return [sorted.slice(0, low), sorted.slice(low)];
}

/** Whether two paths are equal in their first bits. */
export function isSamePrefix(a: Hash, b: Hash, bits: number): boolean {
  const whole = bits >> 3;
  for (let at = 0; at < whole; at += 1) if (a[at] !== b[at]) return false;
  return (((a[whole] ?? 0) ^ (b[whole] ?? 0)) & (0xff00 >> (bits & 7)) & 0xff) === 0;
}
