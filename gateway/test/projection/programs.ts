import { createHash } from 'node:crypto';
import { digestOf, type FoldVerdict } from '@tallystick/chaincode/model';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { keyText } from './named.js';
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
const VERDICTS: readonly FoldVerdict[] = ['REPLAYED', 'REPLAYED', 'REPLAYED', 'CORRECTED', 'VOID', 'FOREIGN'];

/**
 * A chain of random blocks over few keys: creations, changes, the same text again, what stands otherwise and agrees again, members of
 * lists, notes, invalid transactions, empty blocks.
 */
export function programOf(seed: string, length: number, keys = 12): LedgerBlock[] {
  const choose = choices(seed);
  let usages = 0;
  const many = <T>(below: number, make: () => T): T[] => Array.from({ length: choose(below) }, make);
  const keyOf = (): string => keyText('grant', `r${choose(keys)}`);
  const transaction = (block: number): ScriptedTransaction => ({
    code: CODES[choose(CODES.length)]!,
    verdict: VERDICTS[choose(VERDICTS.length)]!,
    time: `2026-11-24T${String(Math.floor(block / 7) % 24).padStart(2, '0')}:00:0${choose(10)}.000Z`,
    writes: many(4, () =>
      record('grant', `r${choose(keys)}`, {
        state: `S${choose(3)}`,
        consumer: `p${choose(4)}`,
        n: choose(9),
      }),
    ),
    standing: many(2, () => [
      keyOf(),
      choose(2) === 0 ? '' : choose(3) === 0 ? null : digestOf(`${choose(9)}`),
    ]),
    noted: many(3, keyOf),
    listed: many(3, () => ({ list: `dataset/d${choose(4)}`, usage: `usage-${usages++}` })),
    lint: many(2, () => 'ACTION_HEADER'),
  });
  return extended(
    [],
    Array.from({ length }, (_, block) => many(4, () => transaction(block))),
  );
}
