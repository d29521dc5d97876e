import { createHash } from 'node:crypto';
import type { LedgerBlock, LedgerTransaction, LedgerWrite } from '../../src/ledger/port.js';

/** A transaction of a scripted block: what it writes, and how it was judged. */
export interface ScriptedTransaction {
  readonly writes: readonly LedgerWrite[];
  readonly code?: string;
  readonly txId?: string;
  /** False for a configuration transaction. */
  readonly isCall?: boolean;
}

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

function transactionOf(script: ScriptedTransaction, block: number, index: number): LedgerTransaction {
  const placed = { txId: script.txId ?? sha(`${block}/${index}`), index, code: script.code ?? 'VALID' };
  if (script.isCall === false) return placed;
  return {
    ...placed,
    call: {
      mspId: `Org${(block + index) % 3}MSP`,
      certificate: `certificate ${(block * 7 + index) % 5}`,
      signed: index % 4 !== 3,
      time: '2026-11-24T08:00:00.000Z',
      transaction: 'usage:Request',
      argument: `{"n":${block}}`,
      result: '{}',
      writes: script.writes,
    },
  };
}

/** A consistent chain over scripted transactions, going on from `chain`. */
export function extended(
  chain: readonly LedgerBlock[],
  blocks: readonly (readonly ScriptedTransaction[])[],
): LedgerBlock[] {
  const result = [...chain];
  for (const transactions of blocks) {
    const number = result.length;
    const previousHash = result.at(-1)?.hash ?? '';
    result.push({
      number: BigInt(number),
      previousHash,
      hash: sha(`${number} ${previousHash} ${JSON.stringify(transactions)}`),
      transactions: transactions.map((each, index) => transactionOf(each, number, index)),
    });
  }
  return result;
}

/** A ledger that is nothing but its blocks; more can be appended while it is followed. */
export interface ScriptedLedger {
  blocks(from: bigint, signal: AbortSignal): AsyncIterable<LedgerBlock>;
  append(...blocks: readonly LedgerBlock[]): void;
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', resolve, { once: true });
  });
}

/** Delivers what `chain` holds under each number, right or wrong, and then waits for more. */
export function scriptedLedger(chain: readonly LedgerBlock[] = []): ScriptedLedger {
  const known = [...chain];
  let wake = new AbortController();

  async function* blocks(from: bigint, signal: AbortSignal): AsyncGenerator<LedgerBlock> {
    let at = Number(from);
    while (!signal.aborted) {
      const block = known[at];
      if (block === undefined) await aborted(AbortSignal.any([signal, wake.signal]));
      else {
        at += 1;
        yield block;
      }
    }
  }

  return {
    blocks,
    append(...more) {
      known.push(...more);
      const woken = wake;
      wake = new AbortController();
      woken.abort();
    },
  };
}

/** A record as the contract would write it. */
export function record(kind: string, name: string, members: Record<string, unknown> = {}): LedgerWrite {
  return { key: `${kind}/${name}`, value: JSON.stringify({ kind, id: name, ...members }) };
}
