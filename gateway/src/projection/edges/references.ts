import {
  recordKinds,
  recordTypes,
  type Id,
  type LedgerRecord,
  type RecordKind,
  type RecordOfKind,
} from '@tallystick/chaincode/model';

/** Where an edge begins or ends: an id, or the space, which has none. */
export type EdgeEnd = Id | 'space';

type Each<T> = T extends readonly (infer Element)[] ? Element : T;
type Within<T, K extends PropertyKey> =
  T extends Readonly<Partial<Record<K, infer V>>> ? NonNullable<V> : never;
type AllKeys<T> = T extends object ? keyof T & string : never;
/** Members of a type that hold ids, or lists of them. */
type IdMembers<T> = {
  [K in AllKeys<T>]: [Each<Within<T, K>>] extends [never]
    ? never
    : [Each<Within<T, K>>] extends [Id]
      ? K
      : never;
}[AllKeys<T>];
/** The same one level deeper, through lists. */
type Nested<T> = { [K in AllKeys<T>]: `${K}.${IdMembers<Each<Within<T, K>>>}` }[AllKeys<T>];
/** Path to a member of a record that holds an id or several. */
type IdPath<T> = IdMembers<T> | Nested<T>;

/**
 * The members by which records refer to others: who and what a record is about. Who took a step and when is told by transactions and events.
 * One of two members that say the same from both ends is enough, since edges are found from either.
 */
const references = {
  space: ['operator', 'regulators', 'registrars', 'auditors'],
  amendment: ['proposedBy', 'approvers', 'approvals'],
  participant: ['certification.certifiedBy'],
  component: ['owner', 'certifiedBy'],
  dataset: [
    'registeredBy',
    'custodian',
    'claim',
    'derivedFrom.dataset',
    'derivedFrom.usage',
    'derivedFrom.claim',
  ],
  version: ['dataset', 'delivery.component', 'collection.component'],
  claim: ['dataset', 'holders.participant', 'predecessor', 'root', 'transfer.to'],
  grant: ['dataset', 'selector.version', 'claim', 'provider', 'consumer', 'parent.grant', 'supersedes'],
  usage: ['grant', 'version', 'dataset', 'component', 'consumer', 'custodian', 'attestations'],
  valuation: ['subject', 'references', 'assessor', 'supersedes'],
  attestation: ['grant', 'component', 'by'],
  consents: ['consents.by'],
  holds: ['subject'],
  event: ['declaredBy'],
  obligation: ['grant', 'usage', 'debtor', 'attester'],
  transformation: ['of', 'component', 'by'],
  dispute: ['subject', 'claimant', 'respondent'],
  // They repeat what other records say, under a key where a decision finds it with one read.
  'version-number': [],
  'usage-slot': [],
  'open-grants': [],
  'claim-grants': [],
  breaches: [],
  // Found under the key of the use, or of the MSP, that they belong to.
  lease: [],
  compromises: [],
} as const satisfies { readonly [K in RecordKind]: readonly IdPath<RecordOfKind<K>>[] };

/** `<kind of record>.<path of the member>`: `usage.grant`, `claim.holders.participant`. */
export type EdgeKind = { [K in RecordKind]: `${K}.${(typeof references)[K][number]}` }[RecordKind];

interface Path {
  readonly kind: EdgeKind;
  readonly steps: readonly string[];
}

const pathsOf = (kind: RecordKind): readonly Path[] =>
  references[kind].map((path) => ({ kind: `${kind}.${path}` as EdgeKind, steps: path.split('.') }));

const paths = new Map(recordKinds.map((kind) => [kind, pathsOf(kind)]));

export const edgeKinds: readonly EdgeKind[] = [...paths.values()].flat().map(({ kind }) => kind);

/** What a record says of itself and another one. */
export interface Reference {
  readonly from: EdgeEnd;
  readonly kind: EdgeKind;
  readonly to: Id;
  /** False once the record has come to an end state, or its part has been taken back. */
  readonly isLive: boolean;
}

/** Something that refers: a record, or a part of one that begins and ends by itself. */
interface Referrer {
  readonly from: EdgeEnd;
  readonly isLive: boolean;
  readonly value: object;
}

type Part<K extends 'holds' | 'consents'> =
  RecordOfKind<K> extends Readonly<Record<K, readonly (infer Each)[]>> ? Each : never;

function referrersIn(record: LedgerRecord): readonly Referrer[] {
  if (record.kind === 'holds') return record.holds.map((hold) => partOf(record, hold));
  if (record.kind === 'consents') return record.consents.map((consent) => partBy(record, consent));
  const from = ownEnd(record);
  return from === undefined ? [] : [{ from, isLive: !hasEnded(record), value: record }];
}

/** A hold has an id of its own, and the subject that all of them are on. */
const partOf = (value: RecordOfKind<'holds'>, { id: from, released }: Part<'holds'>): Referrer => ({
  from,
  isLive: released === undefined,
  value,
});

const partBy = ({ grant }: RecordOfKind<'consents'>, consent: Part<'consents'>): Referrer => ({
  from: grant,
  isLive: consent.withdrawn === undefined,
  value: { consents: consent },
});

/** A transformation is one of the version that it made. */
function ownEnd(record: LedgerRecord): EdgeEnd | undefined {
  if (record.kind === 'space') return 'space';
  if (record.kind === 'transformation') return record.version;
  return 'id' in record ? record.id : undefined;
}

/** Whether its state is one that no record of its kind leaves. */
function hasEnded(record: LedgerRecord): boolean {
  const { moves } = recordTypes[record.kind];
  return moves !== undefined && 'state' in record && moves[record.state]?.length === 0;
}

/** Every id at a path, through lists. */
function idsAt(value: unknown, steps: readonly string[], from = 0): readonly Id[] {
  if (Array.isArray(value)) return value.flatMap((each) => idsAt(each, steps, from));
  const step = steps[from];
  // The table names members that hold ids, as its type has checked.
  if (step === undefined) return value === undefined ? [] : [value as Id];
  return typeof value === 'object' && value !== null
    ? idsAt((value as Readonly<Record<string, unknown>>)[step], steps, from + 1)
    : [];
}

/** What a record refers to, each edge once, by a name that tells it from all others. */
export function referencesIn(record: LedgerRecord): ReadonlyMap<string, Reference> {
  const found = new Map<string, Reference>();
  for (const { from, isLive, value } of referrersIn(record))
    for (const { kind, steps } of paths.get(record.kind) ?? [])
      for (const to of idsAt(value, steps)) {
        const name = `${from} ${kind} ${to}`;
        if (found.get(name)?.isLive !== true) found.set(name, { from, kind, to, isLive });
      }
  return found;
}
