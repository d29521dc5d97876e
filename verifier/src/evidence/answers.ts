import { equalBytes } from '@noble/curves/utils.js';
import { decode, encode } from '@tallystick/chaincode/model';
import { textOf } from '../bytes/protobuf.js';
import type { Checklist } from '../checklist.js';
import type { Signatures } from '../crypto/signature.js';
import {
  checkAnswer,
  processedTransaction,
  readAnswer,
  type Answer,
  type AnswerParts,
} from '../fabric/answer.js';
import type { ConfigChain } from '../fabric/config-chain.js';
import { functionOf } from '../fabric/proposal.js';
import { Rejection, rejectUnless } from '../rejection.js';
import type { ClockReading } from '../time/index.js';
import type { Trust } from '../trust/trust.js';
import type { SignedRead } from './positions.js';
import type { Evidence } from './reading.js';
import { organisationsOf, readsIn, type Evidenced } from './transactions.js';

export interface Asking {
  readonly chain: ConfigChain;
  readonly signatures: Signatures;
  readonly trust: Trust;
}

/** An answer with the organisations whose peers signed it, under the newest configuration: a revoked peer vouches for nothing. */
async function signedAnswer(
  parts: AnswerParts,
  { chain, signatures, trust }: Asking,
): Promise<{ answer: Answer; organisations: readonly string[] }> {
  const answer = readAnswer(parts);
  rejectUnless(answer.channel === trust.channel, 'WRONG_CHANNEL', { channel: answer.channel });
  return { answer, organisations: organisationsOf(await checkAnswer(answer, chain.newest, signatures)) };
}

/** What organisations said of a transaction, and when by their peers' clocks. */
export interface Said {
  readonly txId: string;
  readonly readings: readonly ClockReading[];
}

/**
 * That enough organisations say: this very envelope is on our ledger, and valid. Orderers never say so; the flags in a block are signed by
 * nobody.
 */
export async function checkValidity(
  { filed, tx }: Evidenced,
  asking: Asking,
  list: Checklist,
): Promise<Said> {
  const readings: ClockReading[] = [];
  try {
    for (const parts of filed.answers) {
      const { answer, organisations } = await signedAnswer(parts, asking);
      assertValid(answer, tx.txId, tx.envelope);
      readings.push({ at: answer.time, by: organisations });
    }
    noteValidity(tx.txId, readings, asking.trust, list);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    list.fail('transaction.validity', tx.txId, error);
  }
  return { txId: tx.txId, readings };
}

function noteValidity(
  txId: string,
  readings: readonly ClockReading[],
  { minValidityOrganisations: needed }: Trust,
  list: Checklist,
): void {
  const organisations = [...new Set(readings.flatMap(({ by }) => by))].sort();
  const facts = { organisations: organisations.join(' '), needed: `${needed}` };
  if (organisations.length >= needed) list.pass('transaction.validity', txId, facts);
  else list.notEvaluated('transaction.validity', txId, 'TOO_FEW_ORGANISATIONS', facts);
}

function assertValid(answer: Answer, txId: string, envelope: Uint8Array): void {
  const processed = processedTransaction(answer);
  rejectUnless(processed.txId === txId, 'ENVELOPE_DIFFERS', { asked: processed.txId });
  rejectUnless(equalBytes(processed.envelope, envelope), 'ENVELOPE_DIFFERS', { txId });
  rejectUnless(processed.code === 0, 'NOT_VALID', { code: `${processed.code}` });
}

/** Signed reads of `records:Get`: each key with the version and the text that stood there. */
export async function checkStates(
  { states, chaincode }: Evidence,
  asking: Asking,
  list: Checklist,
): Promise<readonly SignedRead[]> {
  const found = await Promise.all(states.map((parts) => stateIn(parts, chaincode, asking, list)));
  return found.flat();
}

async function stateIn(
  parts: AnswerParts,
  chaincode: string,
  asking: Asking,
  list: Checklist,
): Promise<readonly SignedRead[]> {
  try {
    const { answer, organisations } = await signedAnswer(parts, asking);
    const reads = signedReads(answer, chaincode);
    const needed = asking.trust.minValidityOrganisations;
    const facts = { organisations: organisations.join(' '), needed: `${needed}`, at: answer.time };
    if (organisations.length >= needed) {
      list.pass('state.endorsed', answer.txId, facts);
      return reads;
    }
    list.notEvaluated('state.endorsed', answer.txId, 'TOO_FEW_ORGANISATIONS', facts);
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    list.fail('state.endorsed', '', error);
  }
  return [];
}

const isAnswer = (value: unknown): value is { readonly record: unknown } =>
  typeof value === 'object' && value !== null && 'record' in value;

function signedReads(answer: Answer, chaincode: string): readonly SignedRead[] {
  const isRead =
    answer.chaincode === chaincode && functionOf(answer) === 'records:Get' && answer.response.status === 200;
  rejectUnless(isRead, 'WRONG_CHAINCODE', { chaincode: answer.chaincode, function: functionOf(answer) });
  const [asked, told] = [answer.args[1] ?? new Uint8Array(), answer.response.payload].map((bytes) =>
    [json(bytes)].flat(),
  );
  const reads = new Map(readsIn(answer, chaincode).map((read) => [read.key, read.version]));
  return (asked ?? []).map((request, index) => {
    const key = (request as { key?: unknown }).key;
    const one = told?.[index];
    const version = typeof key === 'string' ? reads.get(key) : undefined;
    rejectUnless(typeof key === 'string' && version !== undefined && isAnswer(one), 'NOT_WELL_FORMED', {
      index: `${index}`,
    });
    return { key, version, value: one.record === null ? null : encode(one.record) };
  });
}

function json(bytes: Uint8Array): unknown {
  try {
    return decode(textOf(bytes));
  } catch {
    throw new Rejection('MALFORMED', { what: 'an answer that is not canonical JSON' });
  }
}
