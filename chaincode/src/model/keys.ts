import { participantId, type Id } from './ids.js';
import type { AnyRecord, RecordOf, RecordType } from './record.js';
import * as records from './records/index.js';

/** A ledger key and the kind of record that stands under it. This file is the only place that spells one. */
export interface Key<T extends AnyRecord = AnyRecord> {
  readonly text: string;
  readonly type: RecordType<T>;
}

const key = <T extends AnyRecord>(type: RecordType<T>, text: string): Key<T> => ({ type, text });
// Ids hold only [a-z2-7-] and one known prefix, so no part of a key can contain a separator.
const under = <T extends AnyRecord>(type: RecordType<T>, id: string): Key<T> =>
  key(type, `${type.kind}/${id}`);

export const keys = {
  space: (): Key<records.Space> => key(records.spaceType, 'space'),
  amendment: (id: Id<'amendment'>): Key<records.Amendment> => under(records.amendmentType, id),
  participant: (id: Id<'participant'>): Key<records.Participant> => under(records.participantType, id),
  openGrants: (provider: Id<'participant'>): Key<records.OpenGrants> =>
    under(records.openGrantsType, provider),
  claimGrants: (claim: Id<'claim'>): Key<records.ClaimGrants> => under(records.claimGrantsType, claim),
  component: (id: Id<'component'>): Key<records.Component> => under(records.componentType, id),
  dataset: (id: Id<'dataset'>): Key<records.Dataset> => under(records.datasetType, id),
  version: (id: Id<'version'>): Key<records.Version> => under(records.versionType, id),
  versionNumber: (dataset: Id<'dataset'>, number: number): Key<records.VersionNumber> =>
    under(records.versionNumberType, `${dataset}/${number}`),
  claim: (id: Id<'claim'>): Key<records.Claim> => under(records.claimType, id),
  grant: (id: Id<'grant'>): Key<records.Grant> => under(records.grantType, id),
  usageSlot: (grant: Id<'grant'>, index: number): Key<records.UsageSlot> =>
    under(records.usageSlotType, `${grant}/${index}`),
  usage: (id: Id<'usage'>): Key<records.Usage> => under(records.usageType, id),
  valuation: (id: Id<'valuation'>): Key<records.Valuation> => under(records.valuationType, id),
  holds: (subject: Id<'dataset' | 'claim' | 'grant'>): Key<records.Holds> =>
    under(records.holdsType, subject),
  attestation: (id: Id<'attestation'>): Key<records.Attestation> => under(records.attestationType, id),
  consents: (grant: Id<'grant'>): Key<records.Consents> => under(records.consentsType, grant),
  event: (id: Id<'event'>): Key<records.Event> => under(records.eventType, id),
  obligation: (id: Id<'obligation'>): Key<records.Obligation> => under(records.obligationType, id),
  breaches: (grant: Id<'grant'>): Key<records.Breaches> => under(records.breachesType, grant),
  transformation: (version: Id<'version'>): Key<records.Transformation> =>
    under(records.transformationType, version),
  lease: (usage: Id<'usage'>, number: number): Key<records.Lease> =>
    under(records.leaseType, `${usage}/${number}`),
  /** Of an MSP, under the id that a participant of it without a unit has, whether there is one or not. */
  compromises: (mspId: string): Key<records.Compromises> =>
    under(records.compromisesType, participantId(mspId)),
  dispute: (id: Id<'dispute'>): Key<records.Dispute> => under(records.disputeType, id),
};

/** Any key this schema can spell: what `records:Get` accepts. */
export const keyText = /^(?:space|[a-z]+(?:-[a-z]+)?\/[a-z]+-[a-z2-7]{52}(?:\/(?:0|[1-9]\d{0,6}))?)$/;

/** Every kind of record there is, by the word its keys begin with. */
export const recordTypes = {
  space: records.spaceType,
  amendment: records.amendmentType,
  participant: records.participantType,
  'open-grants': records.openGrantsType,
  'claim-grants': records.claimGrantsType,
  component: records.componentType,
  dataset: records.datasetType,
  version: records.versionType,
  'version-number': records.versionNumberType,
  claim: records.claimType,
  grant: records.grantType,
  'usage-slot': records.usageSlotType,
  usage: records.usageType,
  valuation: records.valuationType,
  holds: records.holdsType,
  attestation: records.attestationType,
  consents: records.consentsType,
  event: records.eventType,
  obligation: records.obligationType,
  breaches: records.breachesType,
  transformation: records.transformationType,
  lease: records.leaseType,
  compromises: records.compromisesType,
  dispute: records.disputeType,
};

export type RecordKind = keyof typeof recordTypes;
export type RecordOfKind<K extends RecordKind> = RecordOf<(typeof recordTypes)[K]>;
/** A record of any kind, told apart by `kind`. */
export type LedgerRecord = { [K in RecordKind]: RecordOfKind<K> }[RecordKind];

/** The type of a kind's records. */
export const typeOfKind = <K extends RecordKind>(kind: K): RecordType<RecordOfKind<K>> =>
  // Each kind stands beside its own type, which TypeScript does not see through a parameter.
  recordTypes[kind] as unknown as RecordType<RecordOfKind<K>>;

export const recordKinds = Object.keys(recordTypes) as readonly RecordKind[];

/** Whether the keys of a kind of record begin with this word. */
export const isRecordKind = (word: string): word is RecordKind => Object.hasOwn(recordTypes, word);

/** The key that a text spells; `undefined` where it spells none, or one of a kind that this code does not know. */
export function readKey(text: string): Key<LedgerRecord> | undefined {
  const [kind = ''] = text.split('/', 1);
  if (!keyText.test(text) || !isRecordKind(kind)) return undefined;
  return key<LedgerRecord>(recordTypes[kind], text);
}
