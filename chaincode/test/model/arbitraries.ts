import fc, { type Arbitrary } from 'fast-check';
import { classification, collection, commitment, delivery } from './dataset-arbitraries.js';
import { decided, dutyShapes, label, policy } from './duty-arbitraries.js';
import {
  address,
  anyId,
  cid,
  currency,
  decimal,
  digest,
  distinct,
  hex,
  id,
  instant,
  json,
  level,
  object,
  period,
  positive,
  recipient,
  sealable,
  some,
  term,
  territory,
  text,
  type Fields,
} from './values.js';

const mspId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.-]{0,20}$/);
const participant = id('participant');
const participants = distinct(participant);
const byReason = object({ by: participant, reason: text(40) });
const byAtReason = object({ by: participant, at: instant, reason: text(40) });
const stopped = (...as: string[]) =>
  object({ by: participant, as: fc.constantFrom(...as), reason: text(40) });
const overseen = stopped('OPERATOR', 'REGULATOR');

const rulebook = object({
  version: positive,
  answerWithin: positive,
  matchWithin: positive,
  contestWithin: positive,
  acceptAssertedClaims: fc.boolean(),
});
const governance = {
  name: text(120),
  operator: participant,
  regulators: participants,
  registrars: participants,
  auditors: participants,
  rulebook,
};

const restoration = fc.uniqueArray(hex(32), { minLength: 1, maxLength: 4 }).chain((points) =>
  object({
    witnesses: fc.constant(points.map((point) => ({ organisation: 'SteelMSP', key: `03${point}` }))),
    needed: fc.integer({ min: 1, max: points.length }),
  }),
);

const roles = ['PROVIDER', 'CONSUMER', 'SERVICE', 'REGISTRAR', 'EVALUATOR', 'APPRAISER', 'AUDITOR', 'COURT'];
const uscc = fc.constantFrom('91110000600037341L', '91350100M000100Y43', '914403001922038216');
const lei = fc.constantFrom('213800KUD8LAJWSQ9D15', '5493001KJTIIGC8Y1R12', 'HWUPKR0MPOU8FGXBT394');
const identifiers = fc.oneof(object({ uscc }, { lei }), object({ lei }));

/** One to five holders whose shares sum to a million. */
const holders = fc.uniqueArray(participant, { minLength: 1, maxLength: 5 }).map((list) =>
  list.map((holder, index) => ({
    participant: holder,
    share: index === 0 ? 1_000_000 - (list.length - 1) * 1000 : 1000,
  })),
);
const rights = some(['HOLD', 'USE', 'OPERATE']);
const handover = object({ cid, nonce: fc.constant('0f'.repeat(16)), possession: digest });
const transfer = object(
  {
    to: participant,
    grants: fc.constantFrom('PASS', 'END'),
    custodian: participant,
    versions: distinct(id('version')),
    offeredBy: participant,
    consents: participants,
  },
  { handover },
);

const price = object({ amount: decimal, currency, per: fc.constantFrom('GRANT', 'USE', 'MONTH') });
const terms = object(
  {
    agreement: sealable(object({}, { price, textDigest: digest, odrl: json })),
    enforced: policy,
    term: period,
    survival: distinct(term),
  },
  { lease: positive, sublicence: object({ maxDepth: fc.integer({ min: 1, max: 5 }) }) },
);

const [decision, decisionOptions] = decided;
const answer = object(
  { ...decision, provider: participant, component: id('component'), signedBy: digest },
  { ...decisionOptions, slot: fc.nat(), header: cid, pullToken: digest, leaseUntil: instant },
);
const contest = object(
  { at: instant, reason: fc.constantFrom('NOT_DELIVERED', 'WRONG_KEY', 'WRONG_CONTENT') },
  {
    statement: digest,
    header: fc.base64String({ maxLength: 200 }),
    finding: object({ by: participant, at: instant, reason: text(400) }, { statement: digest }),
  },
);

const hold = object(
  {
    id: id('hold'),
    enteredBy: participant,
    authority: text(200),
    orderNumber: text(80),
    orderDigest: digest,
    effects: some(['NO_NEW_GRANT', 'NO_USE', 'NO_TRANSFER', 'NO_DELETION']),
    term: period,
  },
  { onBehalfOf: text(200), released: byAtReason },
);

/** Members of every record kind, without what the ledger stamps: those that must, and those that may be there. */
const shapes: Record<string, readonly [Fields, Fields?]> = {
  space: [
    governance,
    { paused: fc.tuple(overseen, instant).map(([by, at]) => ({ ...by, at })), restoration },
  ],
  amendment: [
    {
      id: id('amendment'),
      state: fc.constantFrom('PROPOSED', 'EFFECTIVE'),
      proposedBy: participant,
      reason: text(400),
      changes: object({}, { ...governance, restoration }),
      base: digest,
      approvers: participants,
      approvals: participants,
    },
  ],
  participant: [
    {
      id: participant,
      state: fc.constantFrom('ADMITTED', 'ACTIVE', 'SUSPENDED', 'EXITED'),
      mspId,
      legalName: text(200),
      identifiers,
      domicile: territory,
      sizeClass: fc.constantFrom('MICRO', 'SMALL', 'MEDIUM', 'LARGE'),
      roles: some(roles),
      recipient,
    },
    {
      unit: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
      ultimateOwner: text(200),
      ownerKey: address,
      certification: object({
        trustLevel: level,
        assurance: level,
        certifiedBy: participant,
        validUntil: instant,
      }),
      rulebook: positive,
      suspension: overseen,
    },
  ],
  'open-grants': [{ provider: participant, count: fc.nat() }, { owing: positive }],
  'claim-grants': [
    {
      claim: id('claim'),
      open: fc.array(fc.record({ provider: participant, count: positive }), { maxLength: 3 }),
    },
  ],
  component: [
    {
      id: id('component'),
      state: fc.constantFrom('CERTIFIED', 'SUSPENDED', 'REVOKED'),
      owner: participant,
      name: text(120),
      manifest: digest,
      keys: fc.uniqueArray(digest, { minLength: 1, maxLength: 8 }),
      profile: fc.constantFrom('BASE', 'TRUST', 'TRUST_PLUS'),
      assurance: level,
      certifiedBy: participant,
      validUntil: instant,
    },
    { reason: text(400), suspension: overseen, rekeyedAt: instant },
  ],
  dataset: [
    {
      id: id('dataset'),
      title: sealable(text(200)),
      summary: sealable(text(1200)),
      sector: term,
      registeredBy: participant,
      custodian: participant,
      claim: id('claim'),
      classification,
      derivedFrom: fc.array(object({ dataset: id('dataset') }, { usage: id('usage'), claim: id('claim') }), {
        maxLength: 3,
      }),
    },
  ],
  version: [
    {
      id: id('version'),
      dataset: id('dataset'),
      number: positive,
      commitment,
      delivery,
      collection,
      registeredAt: instant,
    },
  ],
  'version-number': [{ dataset: id('dataset'), number: positive, version: id('version') }],
  claim: [
    {
      id: id('claim'),
      state: fc.constantFrom('PROPOSED', 'ASSERTED', 'REGISTERED', 'REJECTED', 'TRANSFERRED', 'CANCELLED'),
      dataset: id('dataset'),
      holders,
      shareRule: fc.constantFrom('JOINT', 'MAJORITY', 'SEVERAL'),
      rights,
      origin: fc.constantFrom('OWN_ACTIVITY', 'DERIVED', 'ENTRUSTED'),
      territory: distinct(territory),
      term: period,
      evidence: distinct(digest),
      consents: participants,
    },
    {
      ownerSignature: object({ address, signature: hex(65).map((digits) => `0x${digits}`) }),
      predecessor: id('claim'),
      root: id('claim'),
      successor: id('claim'),
      registration: object({ registrar: participant, at: instant }, { certificate: text(60) }),
      rejection: object({
        registrar: participant,
        code: fc.constantFrom('RJ1', 'RJ2', 'RJ3', 'RJ4', 'RJ5'),
        reason: text(400),
      }),
      transfer,
      cancellation: byReason,
    },
  ],
  grant: [
    {
      id: id('grant'),
      state: fc.constantFrom('REQUESTED', 'OFFERED', 'COUNTERED', 'ACTIVE', 'SUSPENDED', 'REVOKED'),
      dataset: id('dataset'),
      selector: fc.oneof(object({ version: id('version') }), object({ all: fc.constant(true) })),
      claim: id('claim'),
      rightsUsed: rights,
      provider: participant,
      consumer: participant,
      terms,
      termsDigest: digest,
      proposedBy: participant,
      consents: participants,
      onAssertedClaim: fc.boolean(),
    },
    {
      quota: fc.integer({ min: 0, max: 1_000_000 }),
      parent: object({ grant: id('grant'), depth: fc.integer({ min: 1, max: 5 }) }),
      activatedAt: instant,
      endedAt: instant,
      suspension: stopped('PROVIDER', 'REGULATOR'),
      ending: byReason,
      supersedes: id('grant'),
      supersededBy: id('grant'),
    },
  ],
  'usage-slot': [{ grant: id('grant'), index: fc.nat(), usage: id('usage') }],
  usage: [
    {
      id: id('usage'),
      state: fc.constantFrom('REQUESTED', 'ALLOWED', 'DENIED', 'LAPSED', 'ACKNOWLEDGED', 'CONTESTED'),
      grant: id('grant'),
      version: id('version'),
      action: term,
      purpose: label,
      territory,
      component: id('component'),
      recipient,
      dataset: id('dataset'),
      consumer: participant,
      custodian: participant,
      requestedAt: instant,
      signedBy: digest,
    },
    {
      attestations: distinct(id('attestation')),
      answer,
      acknowledgement: object({ at: instant, bytes: decimal, commitment: digest, signedBy: digest }),
      contest,
    },
  ],
  valuation: [
    {
      id: id('valuation'),
      subject: anyId('dataset', 'version', 'claim', 'grant', 'usage'),
      method: term,
      methodVersion: positive,
      currency,
      inputs: sealable(json),
      references: fc.array(anyId('dataset', 'version', 'claim', 'grant', 'usage', 'valuation'), {
        maxLength: 3,
      }),
      result: decimal,
      asOf: instant,
      validUntil: instant,
      class: fc.constantFrom('INDICATIVE', 'STATUTORY'),
      assessor: participant,
      assessedAt: instant,
    },
    { supersedes: id('valuation') },
  ],
  holds: [
    {
      subject: anyId('dataset', 'claim', 'grant'),
      holds: fc.array(hold, { maxLength: 3 }),
    },
  ],
  ...dutyShapes,
  compromises: [
    {
      mspId,
      keys: fc.array(
        object({
          participant,
          key: digest,
          from: instant,
          by: participant,
          mspId,
          signedBy: digest,
          at: instant,
          reason: text(200),
        }),
        { maxLength: 3 },
      ),
    },
  ],
  dispute: [
    {
      id: id('dispute'),
      state: fc.constantFrom('FILED', 'ANSWERED', 'RESOLVED', 'WITHDRAWN', 'ESCALATED'),
      subject: anyId('dataset', 'claim', 'grant', 'usage', 'valuation'),
      claimant: participant,
      respondent: participant,
      filedAt: instant,
      statements: fc.array(digest, { minLength: 1, maxLength: 2 }),
    },
    {
      resolution: object(
        {
          by: participant,
          at: instant,
          finding: fc.constantFrom('FOR_CLAIMANT', 'FOR_RESPONDENT', 'SETTLED'),
          outcome: text(400),
        },
        { executedBy: hex(32) },
      ),
      ending: byReason,
    },
  ],
};

/** Names of the members an arbitrary record of a kind may hold beside its stamp. */
export const membersOf = (kind: string): string[] =>
  (shapes[kind] ?? []).flatMap((fields) => Object.keys(fields ?? {}));

/** Kinds whose present form is not the first. */
const PRESENT: Readonly<Record<string, number>> = { component: 2 };

/** An arbitrary for every kind of record, as it stands on the ledger in its present form. */
export const arbitraryRecords: ReadonlyMap<string, Arbitrary<Record<string, unknown>>> = new Map(
  Object.entries(shapes).map(
    ([kind, [needed, optional]]) => [kind, recordOf(kind, needed, optional)] as const,
  ),
);

function recordOf(kind: string, needed: Fields, optional?: Fields): Arbitrary<Record<string, unknown>> {
  const schema = fc.constant(PRESENT[kind] ?? 1);
  const stamp = { kind: fc.constant(kind), schema, updatedAt: instant, rules: text(12) };
  return object({ ...stamp, ...needed }, optional);
}
