import { json, type Answer } from '../http/answer.js';
import type { Operation } from '../state/port.js';

const location = ({ id }: Operation): string => `/operations/${id}`;

/** What a client sees of an operation. `result` and `refusal` are JSON already. */
function present({
  id,
  state,
  transaction,
  txId,
  blockNumber,
  result,
  refusal,
  ...times
}: Operation): object {
  return {
    id,
    state,
    transaction,
    txId,
    ...(blockNumber !== undefined && { blockNumber: Number(blockNumber) }),
    ...(result !== undefined && { result: JSON.parse(result) as unknown }),
    ...(refusal !== undefined && { refusal: JSON.parse(refusal) as unknown }),
    createdAt: times.createdAt,
    updatedAt: times.updatedAt,
  };
}

/** 202: accepted, fate unknown; ask `Location` until it is no longer PENDING. */
export const operationAnswer = (operation: Operation): Answer =>
  json(202, present(operation), { location: location(operation), 'retry-after': '1' });

/** 200: where the operation stands now. */
export const operationState = (operation: Operation): Answer => json(200, present(operation));
