/** Choices that follow from a seed alone, on every machine and version. */
export interface Random {
  /** Whole number from 0 to `below` - 1. */
  below(below: number): number;
  /** True in so many of a hundred cases. */
  percent(chance: number): boolean;
  pick<T>(items: readonly T[]): T;
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T;
}

/** mulberry32 by T. Ettinger: small, and good enough to vary tests. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

export function newRandom(seed: number): Random {
  const next = mulberry32(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    percent: (chance) => below(100) < chance,
    pick<T>(items: readonly T[]): T {
      return items[below(items.length)] as T;
    },
    weighted<T>(items: readonly (readonly [number, T])[]): T {
      let left = below(items.reduce((sum, [weight]) => sum + weight, 0));
      for (const [weight, item] of items) {
        if (left < weight) return item;
        left -= weight;
      }
      throw new Error('weights are positive');
    },
  };
}
