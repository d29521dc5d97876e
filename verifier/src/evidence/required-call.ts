import type { Checklist, StepCode } from '../checklist.js';
import { evaluableIf, rejectUnless } from '../rejection.js';
import type { EvidencedTransaction, World } from './transactions.js';

/** A signed call that has to be in the file, and what makes it the right one. */
export interface RequiredCall {
  readonly code: StepCode;
  /** Functions that do it. */
  readonly names: readonly string[];
  /** Key that it wrote. */
  readonly key: string;
  /** Whether this one is meant, by the text that it wrote there; any of them when absent. */
  readonly isMeant?: ((text: string, transaction: EvidencedTransaction) => boolean) | undefined;
  /** Participant that must have signed; not asked when absent. */
  readonly signer?: string | undefined;
  /** Key that must have signed; not asked when absent. */
  readonly signedBy?: string | undefined;
}

/** Looks for a part. One that is missing leaves the step open; one that others signed fails it. */
export async function checkRequiredCall(
  part: RequiredCall,
  { transactions }: World,
  list: Checklist,
): Promise<void> {
  const { code, names, key, isMeant } = part;
  const called = names.join(' | ');
  await list.run(code, `${called} ${key}`, () => {
    const found = transactions.find((each) => {
      const text = each.writes.get(key);
      return text !== undefined && names.includes(each.name) && (isMeant?.(text, each) ?? true);
    });
    evaluableIf(found !== undefined, 'PART_MISSING', { transaction: called, key });
    return { value: true, facts: assertSigned(found, part) };
  });
}

function assertSigned(
  { txId, submitter: { mspId }, caller: { participant, keyDigest } }: EvidencedTransaction,
  { signer, signedBy }: RequiredCall,
): Record<string, string> {
  const facts = { txId, mspId, participant, signedBy: keyDigest };
  rejectUnless(signer === undefined || signer === participant, 'PARTY_DIFFERS', {
    ...facts,
    party: `${signer}`,
  });
  rejectUnless(signedBy === undefined || signedBy === keyDigest, 'PARTY_DIFFERS', {
    ...facts,
    key: `${signedBy}`,
  });
  return facts;
}
