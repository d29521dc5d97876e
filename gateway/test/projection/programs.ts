import { createHash } from 'node:crypto';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { extended, record, type ScriptedTransaction } from './scripted-ledger.js';

/** The same endless sequence for the same seed, so that two processes can make the same chain. */
function choices(seed: string): (below: number) => number {
  let count = 0;
  return (below) => {
    const digest = createHash('sha256').update(`${seed} ${count++}`).digest();
    return digest.readUInt32BE() % below;
  };
}

const CODES = ['VALID', 'VALID', 'VALID', 'MVCC_READ_CONFLICT', 'ENDORSEMENT_POLICY_FAILURE'];

/** A chain of random blocks over few keys: creations, changes, deletions, invalid transactions, empty blocks. */
export function programOf(seed: string, length: number): LedgerBlock[] {
  const choose = choices(seed);
  const transaction = (): ScriptedTransaction => ({
    code: CODES[choose(CODES.length)]!,
    writes: Array.from({ length: choose(4) }, () => {
      const key = `r${choose(12)}`;
      if (choose(6) === 0) return { key: `grant/${key}`, value: null };
      return record('grant', key, { state: `S${choose(3)}`, consumer: `p${choose(4)}`, n: choose(1000) });
    }),
  });
  return extended(
    [],
    Array.from({ length }, () => Array.from({ length: choose(4) }, transaction)),
  );
}
