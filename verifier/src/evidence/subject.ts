import {
  claimType,
  encode,
  grantType,
  usageType,
  valuationType,
  type AnyRecord,
  type EvidenceSubject,
  type Participant,
  type RecordType,
} from '@tallystick/chaincode/model';
import { rejectUnless } from '../rejection.js';
import type { DecisionSummary, Party, TimelineEntry } from '../verdict.js';
import type { Evidenced, SubjectRecord } from './transactions.js';

export const keyOf = ({ kind, id }: EvidenceSubject): string => `${kind}/${id}`;

/** A record of a kind out of its text. @throws Rejection MALFORMED */
export function recordIn<T extends AnyRecord>(type: RecordType<T>, key: string, text: string): T {
  const { success, data } = type.schema.safeParse(JSON.parse(text));
  rejectUnless(success, 'MALFORMED', { key, what: `no ${type.kind} of a version that is known here` });
  return data;
}

/** @throws Rejection MALFORMED */
export function subjectRecord({ kind }: EvidenceSubject, key: string, text: string): SubjectRecord {
  switch (kind) {
    case 'usage':
      return recordIn(usageType, key, text);
    case 'grant':
      return recordIn(grantType, key, text);
    case 'claim':
      return recordIn(claimType, key, text);
    case 'valuation':
      return recordIn(valuationType, key, text);
  }
}

/** Whether two values are the same text. */
export const isSame = (one: unknown, other: unknown): boolean =>
  one !== undefined && other !== undefined && encode(one) === encode(other);

/** What each transaction did, in the order of the ledger. */
export const timelineOf = (transactions: readonly Evidenced[]): readonly TimelineEntry[] =>
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
