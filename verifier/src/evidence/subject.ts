import { encode, type EvidenceSubject, type Participant } from '@tallystick/chaincode/model';
import type { DecisionSummary, Party, TimelineEntry } from '../verdict.js';
import type { EvidencedTransaction, SubjectRecord } from './transactions.js';

export const keyOf = ({ kind, id }: EvidenceSubject): string => `${kind}/${id}`;

/** The subject as it stands at the height; its text was asserted to be a record under that key. */
export const subjectRecord = (text: string): SubjectRecord => JSON.parse(text) as SubjectRecord;

/** Whether two values are the same text. */
export const isSame = (one: unknown, other: unknown): boolean =>
  one !== undefined && other !== undefined && encode(one) === encode(other);

/** What each transaction did, in the order of the ledger. */
export const timelineOf = (transactions: readonly EvidencedTransaction[]): readonly TimelineEntry[] =>
  transactions.map(({ txId, name, time, leaf, submitter, writes }) => ({
    txId,
    transaction: name,
    time,
    block: `${leaf.block}`,
    mspId: submitter.mspId,
    verdict: leaf.verdict === 'CORRECTED' ? 'CORRECTED' : 'REPLAYED',
    keys: [...writes.keys()],
  }));

type RoleIds = readonly (readonly [Party['role'], string | undefined])[];

function rolesOf(record: SubjectRecord): RoleIds {
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

export function partiesOf(
  record: SubjectRecord,
  records: Readonly<Record<string, string>>,
): readonly Party[] {
  return rolesOf(record).flatMap(([role, participant]) => {
    if (participant === undefined) return [];
    const text = records[`participant/${participant}`];
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

export function decisionOf(record: SubjectRecord): DecisionSummary | undefined {
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
