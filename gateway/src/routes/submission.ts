import { json, jsonText, type Answer } from '../http/answer.js';
import type { KeyedExchange } from '../http/route.js';
import { OutcomeUnknown } from '../ledger/port-errors.js';
import { submitWithRetry } from '../ledger/port-retry.js';
import type { Committed, Submission } from '../ledger/port.js';
import { operationAnswer } from './operation-answer.js';
import type { Ports } from './ports.js';

/** Called with each transaction id before anything of it is sent. */
export type BeforeSending = (txId: string) => Promise<void>;

/** Submit a transaction and answer 201 with its result, or 202 with an operation when its fate is not known yet. */
export async function submit(
  ports: Ports,
  { bind, key }: KeyedExchange,
  submission: Submission,
  beforeSending?: BeforeSending,
): Promise<Answer> {
  return orOperation(ports, key.name, submission.transaction, async () => {
    const committed = await submitWithRetry(ports.ledger, submission, {
      onPrepared: async (txId) => {
        await bind(txId, submission.transaction);
        await beforeSending?.(txId);
      },
    });
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
