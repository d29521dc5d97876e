import type {
  Claim,
  EvidenceSubject,
  Grant,
  Participant,
  Usage,
  Valuation,
} from '@tallystick/chaincode/model';
import { rejectUnless } from '../rejection.js';
import type { DecisionSummary, Party, TimelineEntry } from '../verdict.js';
import { compare, type EvidencedRecords } from './records.js';
import { functionOf } from '../fabric/proposal.js';
import type { SignedRead } from './positions.js';
import type { Evidenced } from './transactions.js';

export const keyOf = ({ kind, id }: EvidenceSubject): string => `${kind}/${id}`;

/** What the evidence is about, as the newest of its transactions left it. */
export interface Subject {
  readonly key: string;
  readonly record: Usage | Claim | Grant | Valuation;
  /** Transactions that wrote it, in the order of the ledger. */
  readonly own: readonly Evidenced[];
  /** Transactions whose decisions must come out again. */
  readonly core: readonly Evidenced[];
}

/**
 * The transactions that wrote the subject, and those that its decision rests on: the acceptance of the grant and the registration of the
 * claim that an answer read.
 * @throws Rejection SUBJECT_MISSING
 */
export function subjectOf(subject: EvidenceSubject, records: EvidencedRecords): Subject {
  const key = keyOf(subject);
  const text = records.newest(key);
  rejectUnless(text !== undefined, 'SUBJECT_MISSING', { key });
  const record = JSON.parse(text) as Subject['record'];
  const own = records.writersOf(key);
  const core = subject.kind === 'usage' ? [...own, ...groundsOf(own, records)] : own;
  return {
    key,
    record,
    own,
    core: [...new Set(core)].sort((one, other) => compare(one.position, other.position)),
  };
}

/**
 * That the file does not know better: where organisations signed that a later version of the subject stands, the transaction that wrote it
 * was left out. @throws Rejection SUBJECT_MISSING
 */
export function assertNewest({ key, own }: Subject, reads: readonly SignedRead[]): void {
  const newest = own.at(-1)?.position;
  for (const { key: read, version } of reads) {
    const isLater = read === key && version !== null && newest !== undefined && compare(version, newest) > 0;
    rejectUnless(!isLater, 'SUBJECT_MISSING', { key, what: 'its newest version' });
  }
}

/** Transactions that made the rights an answer rests on. */
function groundsOf(own: readonly Evidenced[], records: EvidencedRecords): readonly Evidenced[] {
  const answers = own.filter(({ tx }) => functionOf(tx) === 'usage:Answer');
  const keys = answers
    .flatMap(({ reads }) => reads.map(({ key }) => key))
    .filter((key) => /^(?:grant|claim)\//.test(key));
  return keys.flatMap((key) => {
    const writers = records.writersOf(key);
    rejectUnless(writers.length > 0, 'SUBJECT_MISSING', { key });
    if (key.startsWith('grant/')) {
      const isAccepted = writers.some(({ tx }) => isAcceptance(functionOf(tx)));
      rejectUnless(isAccepted, 'SUBJECT_MISSING', { key, what: 'its acceptance' });
    }
    return writers;
  });
}

const isAcceptance = (name: string): boolean => name === 'grants:Accept' || name === 'grants:Sublicense';

/** What each transaction did, in the order of the ledger. */
export const timelineOf = (transactions: readonly Evidenced[]): readonly TimelineEntry[] =>
  [...transactions]
    .sort((one, other) => compare(one.position, other.position))
    .map(({ tx, position, writes }) => ({
      txId: tx.txId,
      transaction: functionOf(tx),
      time: tx.time,
      block: position.block.toString(),
      mspId: tx.submitter.mspId,
      keys: [...writes.keys()],
    }));

type RoleIds = readonly (readonly [Party['role'], string | undefined])[];

function rolesOf(record: Subject['record']): RoleIds {
  switch (record.kind) {
    case 'usage':
      return [
        ['consumer', record.consumer],
        ['custodian', record.custodian],
        ['provider', record.answer?.provider],
      ];
    case 'grant':
      return [
        ['provider', record.provider],
        ['consumer', record.consumer],
      ];
    case 'claim':
      return record.holders.map(({ participant }) => ['holder', participant]);
    case 'valuation':
      return [['assessor', record.assessor]];
  }
}

export function partiesOf({ record }: Subject, records: EvidencedRecords): readonly Party[] {
  return rolesOf(record).flatMap(([role, participant]) => {
    if (participant === undefined) return [];
    const text = records.newest(`participant/${participant}`);
    if (text === undefined) return [{ role, participant }];
    const { legalName, mspId, identifiers } = JSON.parse(text) as Participant;
    const known = Object.entries(identifiers).filter((entry) => typeof entry[1] === 'string');
    return [
      {
        role,
        participant,
        legalName,
        mspId,
        identifiers: Object.fromEntries(known) as Record<string, string>,
      },
    ];
  });
}

export function decisionOf({ record }: Subject): DecisionSummary | undefined {
  if (record.kind !== 'usage') return undefined;
  const { state, action, purpose, rules, answer } = record;
  return {
    state,
    action,
    purpose,
    rules,
    facts: answer?.facts ?? [],
    ...(answer && { outcome: answer.outcome, at: answer.at }),
    ...(answer?.code !== undefined && { code: answer.code }),
    ...(answer?.policy && { report: answer.policy.report }),
  };
}
