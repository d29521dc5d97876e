import type { ChannelConfig, Consenter } from './identity.js';
import { bftQuorum } from './orderers.js';

/** Who orders the blocks of a channel under one configuration. */
export interface Operators {
  readonly consensus: string;
  /** MSP ids of those who order, with how many orderers take part for each where the configuration says. */
  readonly orderers: readonly string[];
  /** Orderers that have to sign a block, of how many. */
  readonly quorum: string;
  /**
   * Fewest organisations that could together give two readers two histories: on a BFT channel whoever holds the orderers that two quorums
   * have in common at least; on a Raft channel, which stops no liar, any one.
   */
  readonly colluding: number;
  /** Whether one organisation alone makes blocks, or one orderer does. */
  readonly isSingle: boolean;
}

/** Orderers of each organisation, most first. */
function tallied(consenters: readonly Consenter[]): readonly (readonly [mspId: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { mspId } of consenters) counts.set(mspId, (counts.get(mspId) ?? 0) + 1);
  return [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
}

/** Fewest organisations that have that number of orderers together. */
function fewest(counts: readonly number[], needed: number): number {
  let sum = 0;
  return counts.findIndex((count) => (sum += count) >= needed) + 1;
}

function byzantine(consenters: readonly Consenter[]): Operators {
  const [count, quorum] = [consenters.length, bftQuorum(consenters.length)];
  const organisations = tallied(consenters);
  const counts = organisations.map(([, each]) => each);
  return {
    consensus: 'BFT',
    orderers: organisations.map(([mspId, each]) => `${mspId}:${each}`),
    quorum: `${quorum}/${count}`,
    colluding: fewest(counts, 2 * quorum - count),
    isSingle: fewest(counts, quorum) <= 1,
  };
}

/** Who orders, as the configuration has it: the organisations of the orderers, not those of the application. */
export function operatorsIn({ ordering, orderers }: ChannelConfig): Operators {
  switch (ordering.kind) {
    case 'BFT':
      return byzantine(ordering.consenters);
    case 'RAFT': {
      const isSingle = orderers.length <= 1 || ordering.consenters <= 1;
      return { consensus: 'RAFT', orderers, quorum: `1/${ordering.consenters}`, colluding: 1, isSingle };
    }
    case 'SINGLE_OPERATOR':
      return { consensus: 'SINGLE_OPERATOR', orderers, quorum: '1/1', colluding: 1, isSingle: true };
    case 'UNKNOWN':
      return { consensus: ordering.type, orderers, quorum: '', colluding: 1, isSingle: false };
  }
}

/** The same as facts of a step. */
export const factsOf = ({
  consensus,
  orderers,
  quorum,
  colluding,
}: Operators): Readonly<Record<string, string>> => ({
  consensus,
  orderers: orderers.join(' '),
  quorum,
  colluding: `${colluding}`,
});
