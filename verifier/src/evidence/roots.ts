import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Checklist } from '../checklist.js';
import type { ConfigChain } from '../fabric/config-chain.js';
import type { Identity } from '../fabric/identity.js';
import { evaluableIf } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import { parseCommittedPem } from '../x509/certificate.js';
import type { EvidencedTransaction } from './transactions.js';

type Known = Pick<ConfigChain, 'firstRootsOf'>;
type Named = Pick<Trust, 'witnesses'>;

/**
 * That whoever signs for an organisation chains to a root by which the reader knows it: one that the trust file pins, and for an
 * organisation without a pin one that it had when it first came to the ledger. A majority of administrators can put a root of theirs beside
 * an organisation's own, and sign in its name; the reader has to ask the organisation whether it is its own.
 * @throws NotEvaluated ROOT_DIFFERS; Rejection for what the organisation configured
 */
export function assertKnownRoot({ mspId, root = '' }: Identity, chain: Known, { witnesses }: Named): void {
  const pinned = witnesses.named.find((each) => each.mspId === mspId)?.roots;
  const known = pinned ?? chain.firstRootsOf(mspId);
  const by = pinned === undefined ? 'first configuration' : 'trust file';
  evaluableIf(known.includes(root), 'ROOT_DIFFERS', { mspId, root, known: known.join(' '), by });
}

/** The same of transactions of a full file, of which all else about their submitters is in Fabric's code. */
export async function checkRoots(
  transactions: readonly EvidencedTransaction[],
  chain: ConfigChain,
  trust: Named,
  list: Checklist,
): Promise<void> {
  for (const { txId, leaf, submitter } of transactions) {
    await list.run('transaction.creator', txId, async () => {
      const certificate = parseCommittedPem(utf8ToBytes(submitter.certificate));
      const identity = await chain.inForceAt(BigInt(leaf.block)).identifyIn(submitter.mspId, certificate);
      assertKnownRoot(identity, chain, trust);
      return { value: true, facts: { mspId: identity.mspId, fingerprint: certificate.fingerprint } };
    });
  }
}
