import { keys, type Usage } from '@tallystick/chaincode/model';
import type { Projection } from '../../projection/port.js';
import type { CustodyEntry, CustodyJournal, OneTimeKeys } from './stores/port.js';
import { CustodyError } from './errors.js';
import { answerDue } from './lapsing.js';
import type { UsageStatus } from './port.js';
import { recordAt } from './projected.js';

export interface StatusParts {
  readonly projection: Projection;
  readonly oneTimeKeys: OneTimeKeys;
  readonly custody: CustodyJournal;
  /** Our participant id. */
  readonly participant: string;
}

/** `UseCases.usageStatus`. @throws CustodyError NOT_FOUND */
export async function usageStatus(
  { projection, oneTimeKeys, custody, participant }: StatusParts,
  usageId: string,
): Promise<UsageStatus> {
  const [usage, key, entry] = await Promise.all([
    recordAt(projection, keys.usage(usageId as Usage['id'])),
    oneTimeKeys.get(usageId),
    custody.get(usageId),
  ]);
  if (usage === undefined && key === undefined) throw new CustodyError('NOT_FOUND', `No use ${usageId}`);
  const due = usage?.state === 'REQUESTED' ? await answerDue(projection, usage) : undefined;
  return {
    usageId,
    side: sideOf(usage, key !== undefined, participant),
    isKeyHere: key !== undefined,
    ...(usage && { state: usage.state }),
    ...(usage?.answer && { answer: usage.answer }),
    ...(due !== undefined && { answerDue: due }),
    ...(entry && { custody: publicPart(entry) }),
  };
}

function sideOf(usage: Usage | undefined, isKeyHere: boolean, participant: string): UsageStatus['side'] {
  if (usage === undefined) return isKeyHere ? 'CONSUMER' : 'NEITHER';
  if (usage.consumer === participant) return 'CONSUMER';
  return usage.custodian === participant ? 'CUSTODIAN' : 'NEITHER';
}

/** Without the wrapped key: a status is no way to get it before the answer is valid. */
const publicPart = ({
  state,
  attempts,
  txId,
  reason,
}: CustodyEntry): NonNullable<UsageStatus['custody']> => ({
  state,
  attempts,
  ...(txId !== undefined && { txId }),
  ...(reason !== undefined && { reason }),
});
