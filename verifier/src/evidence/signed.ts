import type { Checklist } from '../checklist.js';
import { processedTransaction, readAnswer } from '../fabric/answer.js';
import { checkEndorsements } from '../fabric/endorsement.js';
import type { Identity } from '../fabric/identity.js';
import { functionOf } from '../fabric/proposal.js';
import { checkCreator, readTransaction } from '../fabric/transaction.js';
import { rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import type { Asking } from './answers.js';
import type { Definitions } from './definitions.js';
import type { BlockParts, FiledTransaction } from './reading.js';
import { evidenced, organisationsOf, type Evidenced } from './transactions.js';

/** The envelope of a transaction: in the file itself, in what peers answered, or in a block. */
function envelopeOf(
  { txId, envelope, answers, position }: FiledTransaction,
  blocks: readonly BlockParts[],
): Uint8Array {
  const [first] = answers;
  const found =
    envelope ??
    (first && processedTransaction(readAnswer(first)).envelope) ??
    blocks.find(({ number }) => number === position.block)?.data[position.index];
  rejectUnless(found !== undefined, 'ENVELOPE_DIFFERS', { txId, what: 'none in the file' });
  return found;
}

/** Takes every transaction apart. Resolves with those that have the form of one and belong to the channel. */
export async function readTransactions(
  filed: readonly FiledTransaction[],
  blocks: readonly BlockParts[],
  { channel, chaincode }: Pick<Trust, 'channel' | 'chaincode'>,
  list: Checklist,
): Promise<readonly Evidenced[]> {
  const found: Evidenced[] = [];
  for (const each of filed) {
    const read = await list.run('transaction.form', each.txId, () => {
      const tx = readTransaction(envelopeOf(each, blocks));
      rejectUnless(tx.txId === each.txId, 'TRANSACTION_ID_DIFFERS', { txId: tx.txId });
      rejectUnless(tx.channel === channel, 'WRONG_CHANNEL', { channel: tx.channel });
      rejectUnless(tx.response.status === 200, 'NOT_VALID', { status: `${tx.response.status}` });
      // Taken apart here for the form: names and records are texts, and later steps may take them for such.
      const value = evidenced(each, tx, chaincode);
      const facts = {
        called: `${tx.chaincode} ${functionOf(tx)}`,
        writes: `${value.writes.size}`,
      };
      return { value, facts: { ...facts, time: tx.time } };
    });
    if (read) found.push(read);
  }
  return found;
}

/** Who signed a transaction, for later steps. */
export interface Signers {
  readonly txId: string;
  readonly time: string;
  readonly identities: readonly Identity[];
}

/** Creator and endorsements, under the configuration in force where the transaction stands; then the policy of the definition. */
export async function checkSigners(
  each: Evidenced,
  { chain, signatures }: Asking,
  definitions: Definitions,
  list: Checklist,
): Promise<Signers> {
  const { tx, position } = each;
  const creator = await list.run('transaction.creator', tx.txId, async () => {
    const value = await checkCreator(tx, chain.inForceAt(position.block), signatures);
    return { value, facts: { mspId: value.mspId, fingerprint: value.certificate.fingerprint } };
  });
  const endorsers = await list.run('transaction.endorsement', tx.txId, async () => {
    const config = chain.inForceAt(position.block);
    const value = await checkEndorsements(tx, config, signatures);
    const facts = { organisations: organisationsOf(value).join(' ') };
    rejectUnless(definitions.policyOf(each, config).isSatisfiedBy(value), 'POLICY_NOT_SATISFIED', facts);
    return { value, facts };
  });
  return { txId: tx.txId, time: tx.time, identities: [...(creator ? [creator] : []), ...(endorsers ?? [])] };
}
