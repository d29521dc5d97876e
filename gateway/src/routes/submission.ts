import { json, jsonText, type Answer } from '../http/answer.js';
import type { KeyedExchange } from '../http/route.js';
import { LedgerError, OutcomeUnknown, type LedgerErrorCode } from '../ledger/port-errors.js';
import { submitWithRetry } from '../ledger/port-retry.js';
import type { Committed, Submission } from '../ledger/port.js';
import { operationAnswer } from './operation-answer.js';
import type { Ports } from './ports.js';

/** What is written down at home about the transactions of one submission. */
export interface Notes {
  /** Called with each transaction id before anything of it is sent. */
  write(txId: string): Promise<void>;
  /** Take back what was written of transactions that can never take effect. */
  withdraw(txIds: readonly string[]): Promise<void>;
}

/** Errors that are the ledger's last word on their transaction: it is in no block, or in one as invalid. */
const FINAL: readonly LedgerErrorCode[] = [
  'REFUSED',
  'MVCC_READ_CONFLICT',
  'PHANTOM_READ_CONFLICT',
  'PAYLOADS_DIFFER',
  'INVALID',
];

const isFinal = (error: unknown): boolean => error instanceof LedgerError && FINAL.includes(error.code);

/**
 * Keeps the notes of what took effect or still may, and no other. They are written before sending and taken back when the
 * outcome is known, so a crash in between leaves a note too many, never one too few. A new transaction is made only when the
 * one before it is void.
 */
async function noted<T extends { readonly txId: string }>(
  notes: Notes | undefined,
  act: (onPrepared: (txId: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const open = new Set<string>();
  const withdraw = async (): Promise<void> => {
    // The answer is due whether or not the note can be taken back.
    if (open.size > 0) await notes?.withdraw([...open]).catch(() => undefined);
  };
  let last = '';
  try {
    const done = await act(async (txId) => {
      open.add((last = txId));
      await notes?.write(txId);
    });
    open.delete(done.txId);
    return done;
  } catch (error) {
    if (!isFinal(error)) open.delete(last);
    throw error;
  } finally {
    await withdraw();
  }
}

/** Submit a transaction and answer 201 with its result, or 202 with an operation when its fate is not known yet. */
export async function submit(
  ports: Ports,
  { bind, principal }: KeyedExchange,
  submission: Submission,
  notes?: Notes,
): Promise<Answer> {
  return orOperation(ports, principal.name, submission.transaction, async () => {
    const committed = await noted(notes, (note) =>
      submitWithRetry(ports.ledger, submission, {
        onPrepared: async (txId) => {
          await bind(txId, submission.transaction);
          await note(txId);
        },
      }),
    );
    return committedAnswer(committed);
  });
}

/** Run what submits a transaction; an unknown outcome becomes an operation to poll, never a failure. */
export async function orOperation(
  { operations }: Ports,
  principal: string,
  transaction: string,
  act: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    return operationAnswer(await operations.create({ principal, txId: error.txId, transaction }));
  }
}

// The contract's own text is passed on: parsing and writing it again would cost time and could only change it.
function committedAnswer({ txId, blockNumber, result }: Committed): Answer {
  const body = `{"txId":"${txId}","blockNumber":${blockNumber.toString()},"result":${result}}`;
  return jsonText(201, body, { location: `/transactions/${txId}` });
}

/** The answer to a transaction that a use case made, with what it found out beside it. */
export const madeAnswer = (
  { txId, blockNumber }: { txId: string; blockNumber: bigint },
  location: string,
  rest: Readonly<Record<string, unknown>>,
): Answer => json(201, { txId, blockNumber: Number(blockNumber), ...rest }, { location });
