import { createHash } from 'node:crypto';
import { allDescriptors, decode, type AnyDescriptor, type IdKind } from '@tallystick/chaincode/model';
import type { WrittenTerms } from '../../src/features/policies/port.js';
import { sampleBody } from './fake-checkpoints.js';

/** A fixed id, different for each word. */
export const sampleId = <K extends IdKind>(kind: K, word = 'one'): `${K}-${string}` => {
  const digits = [...createHash('sha512').update(word).digest()].map(
    (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32],
  );
  return `${kind}-${digits.slice(0, 52).join('')}`;
};

export const sha = (word: string): `sha256:${string}` =>
  `sha256:${createHash('sha256').update(word).digest('hex')}`;
export const nonce = '00112233445566778899aabbccddeeff';
export const CID = `bafkrei${'a'.repeat(52)}`;
export const RECIPIENT = `age1${'q'.repeat(58)}`;

const from = '2026-01-01T00:00:00.000Z';
const until = '2027-01-01T00:00:00.000Z';
const period = { from, until };
const reason = 'breach of terms';
const participantId = sampleId('participant');
const componentId = sampleId('component');
const datasetId = sampleId('dataset');
const versionId = sampleId('version');
const claimId = sampleId('claim');
const grantId = sampleId('grant');
const usageId = sampleId('usage');
const disputeId = sampleId('dispute');
const attestationId = sampleId('attestation');
const eventId = sampleId('event');
const obligation = { grant: grantId, duty: '/permission/0/duty/0' };
const keys = [sha('key')];

const profile = {
  mspId: 'SteelMSP',
  unit: 'strip-mill',
  legalName: 'Northern Steel Works',
  identifiers: { uscc: '91110000600037341L' },
  domicile: 'CN-31',
  sizeClass: 'LARGE',
  roles: ['PROVIDER', 'CONSUMER'],
  recipient: RECIPIENT,
};
const rulebook = {
  version: 1,
  answerWithin: 60,
  matchWithin: 3600,
  contestWithin: 86_400,
  acceptAssertedClaims: false,
};
const classification = { level: 'L1', grade: 'GENERAL', status: 'DECLARED', personalData: false };
const collection = { system: 'SCADA', period, method: 'sampling', timeSource: 'PTP' };
const version = {
  commitment: { digest: sha('plaintext'), bytes: '5', records: '1' },
  delivery: {
    mode: 'SEALED',
    cid: CID,
    cidProfile: 'unixfs-v1-2025',
    suite: 'age-v1',
    keyCommitment: sha('file key'),
  },
  collection,
};
const claim = {
  holders: [{ participant: participantId, share: 1_000_000 }],
  shareRule: 'JOINT',
  rights: ['HOLD', 'USE'],
  origin: 'OWN_ACTIVITY',
  territory: ['CN'],
  term: period,
  evidence: [sha('evidence')],
};
export const terms: WrittenTerms = {
  agreement: { open: { price: { amount: '1200', currency: 'CNY', per: 'USE' }, odrl: { '@type': 'Offer' } } },
  enforced: {
    '@context': 'http://www.w3.org/ns/odrl.jsonld',
    '@type': 'Offer',
    permission: [
      { action: 'read', constraint: [{ leftOperand: 'purpose', operator: 'eq', rightOperand: 'research' }] },
    ],
  },
  term: period,
  survival: [],
};
const subject = { dataset: datasetId, selector: { version: versionId }, claim: claimId, rightsUsed: ['USE'] };
const onTable = { grantId, termsDigest: sha('terms') };
export const ask = {
  grant: grantId,
  version: versionId,
  action: 'read',
  purpose: 'research',
  territory: 'CN',
  component: componentId,
};
const registration = {
  title: { open: 'Strip thickness' },
  summary: { open: 'Ten seconds of one mill.' },
  sector: 'steel',
  classification,
  derivedFrom: [],
  claim,
};
export const registrationOf = { ...registration, version: { collection } };

/** Requests that their schemas accept. A transaction without one here is tried with a request of the story that the rules are tested with. */
const samples: Readonly<Record<string, object>> = {
  'space:Constitute': {
    name: 'Steel space',
    regulators: [participantId],
    registrars: [],
    auditors: [],
    rulebook,
    founder: profile,
  },
  'space:ProposeAmendment': { nonce, changes: { rulebook }, reason },
  'space:ApproveAmendment': { amendmentId: sampleId('amendment') },
  'space:Pause': { reason },
  'space:Resume': { reason },
  'participants:Admit': profile,
  'participants:Activate': { participantId, rulebook: 1 },
  'participants:Suspend': { participantId, reason },
  'participants:Reinstate': { participantId, reason },
  'participants:Certify': { participantId, trustLevel: 2, assurance: 2, validUntil: until },
  'participants:RotateKey': { participantId, recipient: RECIPIENT },
  'participants:Exit': { participantId, lapsed: [grantId] },
  'components:Certify': {
    nonce,
    owner: participantId,
    name: 'connector',
    manifest: sha('manifest'),
    keys,
    profile: 'TRUST',
    assurance: 2,
    validUntil: until,
  },
  'components:Renew': { componentId, validUntil: until, keys },
  'components:Suspend': { componentId, reason },
  'components:Reinstate': { componentId, reason },
  'components:Revoke': { componentId, reason },
  'datasets:Register': { nonce, ...registration, version },
  'datasets:Append': { nonce, datasetId, number: 2, version },
  'datasets:Classify': { datasetId, classification, reason },
  'claims:Assert': { nonce, datasetId, claim },
  'claims:Consent': { claimId },
  'claims:Register': { claimId, certificate: 'SH-2026-17' },
  'claims:Reject': { claimId, code: 'RJ2', reason },
  'claims:OfferTransfer': {
    claimId,
    to: participantId,
    grants: 'PASS',
    custodian: participantId,
    versions: [versionId],
    handover: { cid: CID, nonce, possession: sha('a proof of possession') },
  },
  'claims:AcceptTransfer': {
    nonce,
    claimId,
    offerDigest: sha('offer'),
    possession: sha('what follows from the keys'),
  },
  'claims:Cancel': { claimId, reason },
  'grants:Request': { nonce, ...subject, provider: participantId, terms },
  'grants:Offer': { nonce, ...subject, consumer: participantId, terms },
  'grants:Consent': onTable,
  'grants:Counter': { ...onTable, terms },
  'grants:Accept': onTable,
  'grants:Decline': { grantId, reason },
  'grants:Withdraw': { grantId, reason },
  'grants:Suspend': { grantId, reason },
  'grants:Resume': { grantId, reason },
  'grants:Revoke': { grantId, reason },
  'grants:Terminate': { grantId, reason },
  'grants:Sublicense': { nonce, parentId: grantId, consumer: participantId, terms },
  'usage:Request': { nonce, ...ask, recipient: RECIPIENT },
  'usage:Answer': { usageId, component: componentId, slot: 0, header: CID },
  'usage:Lapse': { usageId },
  'usage:Acknowledge': { usageId, component: componentId, bytes: '5', commitment: sha('plaintext') },
  'usage:Contest': { usageId, reason: 'NOT_DELIVERED' },
  'usage:Deliver': { usageId, header: 'YWdl' },
  'usage:Adjudicate': { usageId, finding: 'UPHELD', reason },
  'usage:Renew': { usageId, component: componentId, number: 1 },
  'attestations:Make': {
    nonce,
    grantId,
    component: componentId,
    facts: [{ operand: 'idsc:ROLE', value: 'maintenance' }],
    validUntil: until,
  },
  'attestations:Withdraw': { attestationId },
  'consents:Give': onTable,
  'consents:Withdraw': { grantId, reason },
  'events:Declare': { nonce, name: 'Recall 17' },
  'events:Open': { eventId },
  'events:Close': { eventId },
  'transformations:Attest': {
    version: versionId,
    of: sampleId('version', 'raw'),
    action: 'anonymize',
    parameters: sha('parameters'),
    component: componentId,
  },
  'obligations:Fulfil': {
    ...obligation,
    usage: usageId,
    period: 0,
    component: componentId,
    evidence: sha('log'),
  },
  'obligations:Escalate': { ...obligation, usage: usageId, period: 0 },
  'obligations:Impose': { grant: grantId, prohibition: 0, reason, statement: sha('statement') },
  'valuations:Assess': {
    nonce,
    subject: usageId,
    method: 'cost',
    methodVersion: 1,
    currency: 'CNY',
    inputs: { open: { hours: 3 } },
    references: [grantId],
    result: '1200',
    asOf: from,
    validUntil: until,
    class: 'INDICATIVE',
  },
  'records:Restore': {
    key: `usage/${usageId}`,
    text: '{"state":"ACTIVE"}',
    checkpoint: sampleBody(7),
    witnesses: [
      {
        key: `02${'ab'.repeat(32)}`,
        statement: { signedAt: from, replayedFrom: 0, software: sha('software') },
        signature: 'AAAA',
      },
    ],
    proof: { shape: 'NHL', hashes: ['cd'.repeat(32)], leaves: [] },
  },
  'holds:Place': {
    nonce,
    subject: datasetId,
    authority: 'Shanghai Intermediate Court',
    orderNumber: '2026-17',
    orderDigest: sha('order'),
    effects: ['NO_USE'],
    term: period,
  },
  'holds:Release': { subject: datasetId, holdId: sampleId('hold'), reason },
  'disputes:File': { nonce, subject: grantId, respondent: participantId, statement: sha('statement') },
  'disputes:Answer': { disputeId, statement: sha('statement') },
  'disputes:Resolve': { disputeId, finding: 'SETTLED', outcome: 'split' },
  'disputes:Withdraw': { disputeId, reason },
  'disputes:Escalate': { disputeId, reason },
  'compromises:Declare': {
    participant: participantId,
    key: sha('key'),
    from: '2026-11-24T08:00:00.000Z',
    reason,
  },
};

export type Sample = Record<string, unknown>;

/** Every transaction that is served as a route: all but the read, and but the restoration, which gateways propose by themselves. */
export const served: readonly AnyDescriptor[] = allDescriptors.filter(
  ({ name }) => !name.startsWith('records:'),
);

/** The first single request that the story makes of each transaction. */
async function requestsOfStory(): Promise<ReadonlyMap<string, object>> {
  const { recordStory } = await import('../../../chaincode/test/recording.js');
  const requests = new Map<string, object>();
  for (const { call, isRefused } of await recordStory()) {
    const request = decode(call.argument) as object;
    if (isRefused || Array.isArray(request) || requests.has(call.transaction)) continue;
    requests.set(call.transaction, request);
  }
  return requests;
}

let told: ReadonlyMap<string, object> = new Map();

/** Has the story told where a transaction has no sample above: it takes a second. */
export async function completeSamples(): Promise<void> {
  if (told.size === 0 && !served.every(({ name }) => name in samples)) told = await requestsOfStory();
}

/** @throws Error for a transaction that nothing tries */
export function sampleOf(name: string): Sample {
  const sample = samples[name] ?? told.get(name);
  if (sample === undefined)
    throw new Error(`${name} has no sample request: make it in chaincode/test/story.ts`);
  return structuredClone(sample) as Sample;
}
