import { digestOf, type CheckpointBody } from '@tallystick/chaincode/model';
import { callerIn } from '../callers.js';
import { Checklist } from '../checklist.js';
import type { Signatures } from '../crypto/signature.js';
import type { ConfigChain } from '../fabric/config-chain.js';
import { rejectUnless, type Facts } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import { checkSubmitter, readCall, type SignedCall } from './call.js';
import { assertIncluded, assertWritten } from './proofs.js';
import type { FiledTransaction } from './reading.js';
import { assertRecord } from './record-kinds.js';
import { assertKnownRoot } from './roots.js';
import type { EvidencedTransaction } from './transactions.js';

/** What transactions of a compact file are judged by. */
export interface Judging {
  readonly chain: ConfigChain;
  readonly signatures: Signatures;
  readonly trust: Trust;
  /** Of the checkpoint, when the file has one that fits. */
  readonly body: CheckpointBody | undefined;
}

/** Side by side, and how many failures are enough: a file of thousands of forgeries is not worth the reader's time. */
const AT_ONCE = 20;
const ENOUGH_FAILURES = 20;

/**
 * Every transaction of a compact file, until enough of them failed. Signatures are checked side by side; the steps stand in the order of
 * the file.
 * @returns those of which everything held
 */
export async function checkTransactions(
  filed: readonly FiledTransaction[],
  judging: Judging,
  list: Checklist,
): Promise<readonly EvidencedTransaction[]> {
  const evidenced: EvidencedTransaction[] = [];
  let failures = 0;
  for (let at = 0; at < filed.length && failures < ENOUGH_FAILURES; at += AT_ONCE) {
    const checked = await Promise.all(
      filed.slice(at, at + AT_ONCE).map(async (each) => {
        const own = new Checklist();
        return { own, found: await checkTransaction(each, judging, own) };
      }),
    );
    for (const { own, found } of checked) {
      list.append(own);
      failures += own.steps.some(({ result }) => result === 'fail') ? 1 : 0;
      if (found) evidenced.push(found);
    }
  }
  return evidenced;
}

async function checkTransaction(
  filed: FiledTransaction,
  judging: Judging,
  list: Checklist,
): Promise<EvidencedTransaction | undefined> {
  const { leaf } = filed;
  const tx = await list.run('transaction.form', leaf.txId, () => {
    const value = callIn(filed, judging.trust);
    const { chaincode, name, time, lint } = value;
    const odd = lint.length > 0 ? { lint: lint.join(' ') } : {};
    return { value, facts: { called: `${chaincode} ${name}`, time, ...odd } };
  });
  const isIncluded = await checkInclusion(filed, judging.body, list);
  // What is not in the log is worth no signature.
  if (
    tx === undefined ||
    list.steps.some(({ code, result }) => code === 'transaction.inclusion' && result === 'fail')
  )
    return undefined;
  const identity = await list.run('transaction.creator', tx.txId, async () => {
    const config = judging.chain.inForceAt(BigInt(leaf.block));
    const value = await checkSubmitter(tx, config, judging.signatures);
    assertKnownRoot(value, judging.chain, judging.trust);
    return { value, facts: { mspId: value.mspId, fingerprint: value.certificate.fingerprint } };
  });
  const writes = await list.run('transaction.effect', tx.txId, () => {
    const value = writesOf(filed);
    return { value, facts: { shown: [...value.keys()].join(' ') } };
  });
  const isWhole = isIncluded && identity !== undefined && writes !== undefined;
  return isWhole ? evidencedBy(filed, tx, writes) : undefined;
}

/** @throws Rejection as `readCall`; TRANSACTION_ID_DIFFERS, WRONG_CHANNEL, WRONG_CHAINCODE, CERTIFICATE_MALFORMED */
function callIn({ leaf, envelope }: FiledTransaction, { channel, chaincode }: Trust): SignedCall {
  const call = readCall(envelope);
  rejectUnless(call.txId === leaf.txId, 'TRANSACTION_ID_DIFFERS', { txId: call.txId });
  rejectUnless(call.channel === channel, 'WRONG_CHANNEL', { channel: call.channel });
  rejectUnless(call.chaincode === chaincode, 'WRONG_CHAINCODE', { chaincode: call.chaincode });
  // Read here for the form: later steps take it for what it is.
  callerIn(call.submitter, call.time);
  return call;
}

const EFFECTIVE: readonly string[] = ['REPLAYED', 'CORRECTED'];

async function checkInclusion(
  filed: FiledTransaction,
  body: CheckpointBody | undefined,
  list: Checklist,
): Promise<boolean> {
  const { leaf, position } = filed;
  if (body === undefined) {
    list.notEvaluated('transaction.inclusion', leaf.txId, 'NOT_GIVEN', { what: 'a checkpoint' });
    return false;
  }
  const isIncluded = await list.run('transaction.inclusion', leaf.txId, () => {
    rejectUnless(leaf.envelope === digestOf(filed.envelope), 'ENVELOPE_DIFFERS', { txId: leaf.txId });
    assertIncluded(filed, body);
    rejectUnless(leaf.code === 0, 'NOT_VALID', { code: `${leaf.code}` });
    rejectUnless(EFFECTIVE.includes(leaf.verdict), 'NOT_EFFECTIVE', { verdict: leaf.verdict });
    return { value: true, facts: placeOf(leaf, position) };
  });
  return isIncluded === true;
}

const placeOf = (
  { block, index, verdict, flags }: EvidencedTransaction['leaf'],
  position: number,
): Facts => ({
  block: `${block}`,
  index: `${index}`,
  position: `${position}`,
  verdict,
  ...(flags.length > 0 && { flags: flags.join(' ') }),
});

/** Effective writes that are shown, never those of the envelope: what endorsers wrote is theirs. */
function writesOf({ leaf, writes }: FiledTransaction): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  for (const { text, opening } of writes) {
    assertWritten(opening, digestOf(text), leaf.writes);
    assertRecord(opening.key, text);
    shown.set(opening.key, text);
  }
  rejectUnless(shown.size === writes.length, 'NOT_WELL_FORMED', { what: 'a write twice' });
  return shown;
}

const evidencedBy = (
  { leaf, position }: FiledTransaction,
  { txId, name, argument, submitter, time }: SignedCall,
  writes: ReadonlyMap<string, string>,
): EvidencedTransaction => ({
  leaf,
  position,
  txId,
  name,
  argument,
  submitter,
  caller: callerIn(submitter, time),
  time,
  writes,
});
