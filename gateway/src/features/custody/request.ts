import { deriveId, descriptors, encode } from '@tallystick/chaincode/model';
import { LedgerError } from '../../ledger/port-errors.js';
import { submitWithRetry } from '../../ledger/port-retry.js';
import type { Committed, Ledger, Submission } from '../../ledger/port.js';
import type { Payloads } from '../../payload/port.js';
import type { OneTimeKeys } from './stores/port.js';
import { CustodyError } from './errors.js';
import type { Failpoints } from './failpoint.js';
import { newNonce, requireMembers, requireRequest } from './metadata.js';
import type { By, Requested, UseAsk } from './port.js';
import { unitOf, type Signers } from './signers.js';

export interface Requesting {
  readonly ledger: Ledger;
  readonly oneTimeKeys: OneTimeKeys;
  readonly payloads: Payloads;
  readonly signers: Signers;
  readonly failpoints: Failpoints;
}

const { Request: descriptor } = descriptors.usage;
const ASK_MEMBERS = [
  'grant',
  'version',
  'action',
  'purpose',
  'territory',
  'component',
  'attestations',
  'nonce',
];

/**
 * `UseCases.requestUse`. The key is durable before the request can be on the ledger: an answer wrapped to a key that nobody
 * has would cost a use and open nothing.
 */
export async function requestUse(
  requesting: Requesting,
  by: By,
  ask: UseAsk,
  signal?: AbortSignal,
): Promise<Requested> {
  const { payloads, oneTimeKeys, failpoints, signers } = requesting;
  requireMembers(ask, ASK_MEMBERS, '');
  const { identity, recipient } = payloads.newRecipient();
  const request = { ...ask, nonce: ask.nonce ?? newNonce(), recipient };
  requireRequest(descriptor, request);
  const usageId = deriveId('usage', unitOf(signers, by.identity), request);
  await oneTimeKeys.put(usageId, identity);
  await failpoints.reach('request.key-kept');
  const submission = { identity: by.identity, transaction: descriptor.name, argument: encode(request) };
  const { txId, blockNumber, result } = await submit(requesting, submission, by, usageId, signal);
  await failpoints.reach('request.submitted');
  return { txId, blockNumber, ...responseOf(result, usageId) };
}

async function submit(
  { ledger, oneTimeKeys }: Requesting,
  submission: Submission,
  { onPrepared }: By,
  usageId: string,
  signal: AbortSignal | undefined,
): Promise<Committed> {
  try {
    return await submitWithRetry(ledger, submission, {
      onPrepared: (txId) => onPrepared?.(txId, submission.transaction),
      ...(signal && { signal }),
    });
  } catch (error) {
    // Only a refusal is certain to leave no request behind; after anything else the key may still be needed.
    if (error instanceof LedgerError && error.code === 'REFUSED') await oneTimeKeys.forget(usageId);
    throw error;
  }
}

function responseOf(text: string, usageId: string): Pick<Requested, 'usageId' | 'state'> {
  const response = descriptor.response.parse(JSON.parse(text));
  if (response.usageId !== usageId) {
    throw new CustodyError(
      'RESULT_UNEXPECTED',
      'usage:Request made another use than was derived from the request',
    );
  }
  return response;
}
