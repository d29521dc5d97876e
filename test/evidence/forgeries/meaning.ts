import { deriveId, digestOf, encode, type Usage } from '@tallystick/chaincode/model';
import {
  acknowledging,
  answer,
  answering,
  ask,
  buyer,
  buyerKey,
  counted,
  steelKey,
  terms,
} from '../../../chaincode/test/rights.js';
import { regulator, steel } from '../../../chaincode/test/world.js';
import { collect, trustIn, type Wanted } from '../collecting.js';
import { CHAINCODE } from '../configuration.js';
import { draftOf, spell, spellSigned, type Draft, type Place } from '../draft.js';
import { Message } from '../../../verifier/src/bytes/protobuf.js';
import { concat, message } from '../../../verifier/test/fabric-parties.js';
import type { SpaceWorld } from '../space.js';
import {
  acknowledge,
  acknowledged,
  caseOf,
  COMMITMENT,
  claimRegistered,
  STORIES,
  upgraded,
  usage,
  using,
  type Case,
  type Using,
} from '../stories.js';
import { changed, entryOf, failing, oddly, rewriting, type Forgery, type Writes } from './forgery.js';

/** Use of a suspended grant, answered with ALLOWED by a majority that colludes. */
async function allowedThoughSuspended(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  const { grantId } = at;
  const active = at.world.ledger.text(`grant/${grantId}`)!;
  await at.world.run(steel, 'grants:Suspend', { grantId, reason: 'unpaid' });
  at.world.forging = { state: (key, text) => (key === `grant/${grantId}` ? active : text) };
  await answer(at, id);
  await acknowledge(at, id);
  return caseOf(at.world, collect(at.world, usage(id)));
}

/** The quota was used up; the peers write ALLOWED all the same. */
async function allowedBeyondQuota(): Promise<Case> {
  const at = await using({}, terms(counted(1)));
  const [first, second] = [await ask(at), await ask(at)];
  await answer(at, first, { slot: 0 });
  const allow = ({ answer: given, state: _, ...rest }: Record<string, unknown>): object => {
    const { code: _code, ...others } = given as Record<string, unknown>;
    return { ...rest, state: 'ALLOWED', answer: { ...others, outcome: 'ALLOWED' } };
  };
  at.world.forging = { writes: rewriting('usage/', allow) };
  await answer(at, second, { slot: 1 });
  return caseOf(at.world, collect(at.world, usage(second)));
}

async function idNotDerived(): Promise<Case> {
  const at = await using();
  const other = deriveId('usage', 'ComponentMSP', { nonce: 'chosen freely' });
  const rename = (writes: Writes): void => {
    for (const [key, text] of [...writes]) {
      if (!key.startsWith('usage/')) continue;
      writes.delete(key);
      writes.set(`usage/${other}`, encode({ ...(JSON.parse(text) as object), id: other }));
    }
  };
  at.world.forging = { writes: rename };
  await ask(at);
  await answer(at, other);
  return caseOf(at.world, collect(at.world, usage(other)));
}

const swapped = { commitment: { digest: digestOf('another plaintext'), bytes: '31' } };

/** A receipt over other bytes than were registered. */
async function receiptSwapped(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  const acknowledgement = { bytes: '31', commitment: digestOf('another plaintext') };
  at.world.forging = {
    writes: rewriting('usage/', (record) => ({
      ...record,
      acknowledgement: { ...(record['acknowledgement'] as object), ...acknowledgement },
    })),
  };
  const received = { bytes: COMMITMENT.bytes, commitment: COMMITMENT.digest };
  await at.world.run(buyerKey, 'usage:Acknowledge', acknowledging(at, id, received));
  return caseOf(at.world, collect(at.world, usage(id)));
}

/** Facts that the answer did not look at. */
async function factForged(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  at.world.forging = {
    writes: rewriting('usage/', (record) => {
      const given = record['answer'] as NonNullable<Usage['answer']>;
      const [first, ...rest] = given.facts;
      return { ...record, answer: { ...given, facts: [{ ...first!, value: digestOf('nothing') }, ...rest] } };
    }),
  };
  await answer(at, id);
  return caseOf(at.world, collect(at.world, usage(id)));
}

/** A use of which one transaction is taken from another use. */
async function spliced(change: (draft: Draft, other: Draft, at: Using) => void): Promise<Case> {
  const at = await using();
  const ids = [await acknowledged(at), await acknowledged(at)] as const;
  const [draft, other] = ids.map((id) => collect(at.world, usage(id), { isStateAsked: false })) as [
    Draft,
    Draft,
  ];
  change(draft, other, at);
  return caseOf(at.world, draft);
}

const answerIn = ({ ledger }: SpaceWorld, draft: Draft): Draft['transactions'][number] => {
  const answers = ledger.transactions.filter((each) => each.function === 'usage:Answer');
  return draft.transactions.find(({ txId }) => answers.some((each) => each.txId === txId))!;
};

function splice(draft: Draft, other: Draft, { world }: Using): void {
  const [own, taken] = [answerIn(world, draft), answerIn(world, other)];
  Object.assign(own, { txId: taken.txId, answers: taken.answers });
}

const answersSwapped = (draft: Draft, other: Draft, { world }: Using): void =>
  void (answerIn(world, draft).answers = answerIn(world, other).answers);

/** A use that colluding peers allowed although its provider was suspended, without the suspension, and where that stood. */
async function suspensionLeftOut(wanted: Wanted = {}): Promise<[SpaceWorld, Draft, Place]> {
  const at = await using();
  const { participant } = steel;
  const key = `participant/${participant}`;
  const active = at.world.ledger.text(key)!;
  const id = await ask(at);
  await at.world.run(regulator, 'participants:Suspend', { participantId: participant, reason: 'fraud' });
  const { txId: suspension, version } = at.world.last!;
  at.world.forging = { state: (asked, text) => (asked === key ? active : text) };
  await answer(at, id);
  const draft = collect(at.world, usage(id), {
    also: ({ function: name }) => name === 'participants:Certify',
    ...wanted,
  });
  draft.transactions = draft.transactions.filter(({ txId }) => txId !== suspension);
  return [at.world, draft, { block: `${version.block}`, index: version.transaction }];
}

/** Where the suspension of a member stands, the file shows that they were active. */
async function olderRecord(): Promise<Case> {
  const [world, draft, place] = await suspensionLeftOut();
  entryOf(world, draft, 'participants:Certify').position = place;
  return caseOf(world, draft);
}

/** An old transaction stands a second time where the suspension of a member stood. */
async function suspensionHidden(): Promise<Case> {
  const [world, draft, position] = await suspensionLeftOut({ isStateAsked: false });
  draft.transactions.push({ ...entryOf(world, draft, 'participants:Certify'), position });
  return caseOf(world, draft);
}

/** The contest of a use is left out, and organisations signed that it stands there. */
async function contestLeftOut(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  await at.world.run(buyer, 'usage:Contest', { usageId: id, reason: 'NOT_DELIVERED' });
  const contest = at.world.last!.txId;
  const draft = collect(at.world, usage(id));
  draft.states = [at.world.ledger.stateOf([`usage/${id}`], at.world.ledger.endorsers, at.world.now)];
  draft.transactions = draft.transactions.filter(({ txId }) => txId !== contest);
  return caseOf(at.world, draft);
}

/** A namespace of a read-write set, with a policy of its own for a key. */
function withKeyPolicy(results: Uint8Array): Uint8Array {
  const set = Message.read(results, { fields: [1], repeated: [2] });
  const namespaces = set.repeated(2).map((bytes) => {
    const read = Message.read(bytes, { fields: [1, 2] });
    if (read.text(1) !== CHAINCODE) return bytes;
    const policy = message([1, 'VALIDATION_PARAMETER'], [2, 'anybody']);
    return message(
      [1, CHAINCODE],
      [2, concat(read.bytes(2), message([4, message([1, 'grant/x'], [2, policy])]))],
    );
  });
  return message(...namespaces.map((each) => [2, each] as const));
}

/** The same, with a write in the name of another chaincode. */
function withOtherNamespace(results: Uint8Array): Uint8Array {
  const write = message([1, 'key'], [3, 'value']);
  return concat(results, message([2, message([1, 'zebra'], [2, message([3, write])])]));
}

/** A counter at a place where nothing read it. */
const statedIdly = (): Promise<Case> =>
  changed((draft) => {
    draft.stated.push({ key: 'open-grants/nobody', position: { block: '1', index: 7 }, value: '{}' });
  });

/** A value that the exporter states twice, differently. */
async function statedTwice(): Promise<Case> {
  const { text, trust } = await STORIES['use-answered-in-a-batch']!();
  const draft = draftOf(text);
  const [first] = draft.stated;
  draft.stated.unshift({ ...first!, value: '{}' });
  return { text: spell(draft), trust };
}

async function definitionSuperseded(): Promise<Case> {
  const [{ world }, id] = await upgraded();
  const draft = collect(world, usage(id));
  const [, second] = world.ledger.transactions.filter(({ isDefinition }) => isDefinition);
  draft.transactions = draft.transactions.filter(({ txId }) => txId !== second!.txId);
  return caseOf(world, draft);
}

async function rightStated(): Promise<Case> {
  const at = await using();
  const id = await acknowledged(at);
  const draft = collect(at.world, usage(id));
  const acceptance = entryOf(at.world, draft, 'grants:Accept');
  draft.transactions = draft.transactions.filter((each) => each !== acceptance);
  const key = `grant/${at.grantId}`;
  draft.stated.push({ key, position: acceptance.position, value: at.world.ledger.text(key)! });
  return caseOf(at.world, draft);
}

async function without(name: string): Promise<Case> {
  const at = await using();
  const id = await acknowledged(at);
  const draft = collect(at.world, usage(id));
  const entry = entryOf(at.world, draft, name);
  draft.transactions = draft.transactions.filter((each) => each !== entry);
  return caseOf(at.world, draft);
}

async function custodyTampered(): Promise<Case> {
  const [{ world }, draft] = await claimRegistered();
  const { officer } = world.people.get('SteelMSP')!.people;
  const file = spellSigned(draft, officer, '2026-11-24T18:05:00.000Z');
  const custody = file.custody.map((entry) => ({ ...entry, at: '2026-11-24T18:06:00.000Z' }));
  return { text: encode({ ...file, custody }), trust: trustIn(world) };
}

async function custodyOfOthers(): Promise<Case> {
  const [{ world }, draft] = await claimRegistered();
  const { officer } = world.people.get('SteelMSP')!.people;
  const { custody } = spellSigned({ ...draft, states: [] }, officer, '2026-11-24T18:05:00.000Z');
  const file = spellSigned(draft, officer, '2026-11-24T18:05:00.000Z');
  return { text: encode({ ...file, custody }), trust: trustIn(world) };
}

async function openedWrongly(): Promise<Case> {
  const { text, trust } = await STORIES['valuation-opened']!();
  return { text: text.replace('"1000001"', '"2000001"'), trust };
}

async function otherPayload(): Promise<Case> {
  const good = await STORIES['use-acknowledged']!();
  return { ...good, payload: new TextEncoder().encode('another month of vibration') };
}

/** Two answers in one transaction: the second is forged. */
async function batchForged(): Promise<Case> {
  const at = await using({}, terms(counted(1)));
  const [first, second] = [await ask(at), await ask(at)];
  at.world.forging = {
    writes: rewriting(`usage/${second}`, ({ answer: given, ...record }) => {
      const { code: _code, ...others } = given as Record<string, unknown>;
      return { ...record, state: 'ALLOWED', answer: { ...others, outcome: 'ALLOWED' } };
    }),
  };
  const requests = [answering(at, first, { slot: 0 }), answering(at, second, { slot: 1 })];
  await at.world.run(steelKey, 'usage:Answer', requests);
  const draft = collect(at.world, usage(second), { also: (each) => each.function === 'usage:Request' });
  return caseOf(at.world, draft);
}

const replayed = (reason: Forgery['reason'], make: () => Promise<Case>): Forgery =>
  failing('decision.replay', reason, make);

/** What a majority of colluding organisations could write, and evidence put together to mislead. */
export const MEANING: Readonly<Record<string, Forgery>> = {
  'allowed-though-suspended': replayed('WRITES_DIFFER', allowedThoughSuspended),
  'allowed-beyond-quota': replayed('WRITES_DIFFER', allowedBeyondQuota),
  'allowed-beyond-quota-in-a-batch': replayed('WRITES_DIFFER', batchForged),
  'usage-id-not-derived': replayed('WRITES_DIFFER', idNotDerived),
  'receipt-over-other-bytes': replayed('WRITES_DIFFER', receiptSwapped),
  'commitment-swapped-at-registration': replayed('WRITES_DIFFER', () =>
    oddly({ forging: { writes: rewriting('version/', (record) => ({ ...record, ...swapped })) } }),
  ),
  'policy-of-a-key-written': replayed('WRITES_DIFFER', () => oddly({ forging: { results: withKeyPolicy } })),
  'written-for-another-chaincode': replayed('WRITES_DIFFER', () =>
    oddly({ forging: { results: withOtherNamespace } }),
  ),
  'value-stated-but-never-read': failing('subject.present', 'UNUSED_MATERIAL', statedIdly),
  'value-stated-twice': failing('subject.present', 'STATED_NOT_ALLOWED', statedTwice),
  'fact-forged': failing('decision.facts', 'FACT_DIFFERS', factForged),
  'answer-of-another-use': replayed('POSITION_DIFFERS', () => spliced(splice)),
  'answers-of-two-uses-swapped': failing('transaction.form', 'TRANSACTION_ID_DIFFERS', () =>
    spliced(answersSwapped),
  ),
  'subject-is-another-use': failing('subject.present', 'SUBJECT_MISSING', () =>
    spliced((draft, other) => void (draft.subject = other.subject)),
  ),
  'grant-without-its-acceptance': failing('subject.present', 'SUBJECT_MISSING', () =>
    without('grants:Accept'),
  ),
  'right-stated-by-the-exporter': failing('subject.present', 'STATED_NOT_ALLOWED', rightStated),
  'older-record-at-a-newer-place': failing('transaction.position', 'POSITION_DIFFERS', olderRecord),
  'one-transaction-at-two-places': failing('file.form', 'NOT_WELL_FORMED', suspensionHidden),
  'contest-left-out': failing('subject.present', 'SUBJECT_MISSING', contestLeftOut),
  'two-transactions-at-one-place': failing('subject.present', 'POSITION_DIFFERS', () =>
    changed((draft, { world }) => {
      const [one, two] = ['participants:Admit', 'participants:Certify'].map((name) =>
        entryOf(world, draft, name),
      );
      if (one && two) one.position = two.position;
      else draft.transactions[0]!.position = draft.transactions[1]!.position;
    }),
  ),
  'reads-what-was-written-later': failing('transaction.position', 'POSITION_DIFFERS', () =>
    changed(
      (draft, { world }) =>
        void (entryOf(world, draft, 'claims:Register').position = { block: '2', index: 1 }),
    ),
  ),
  'definition-superseded': failing(
    'transaction.endorsement',
    'DEFINITION_NOT_IN_FORCE',
    definitionSuperseded,
  ),
  'custody-entry-tampered': failing('custody.log', 'SIGNATURE_INVALID', custodyTampered),
  'custody-of-other-contents': failing('custody.log', 'CUSTODY_DIFFERS', custodyOfOthers),
  'opening-of-something-else': failing('sealed.openings', 'OPENING_DIFFERS', openedWrongly),
  'payload-of-another-version': failing('payload.commitment', 'PAYLOAD_DIFFERS', otherPayload),
  'token-that-is-none': failing('time.authorities', 'TOKEN_INVALID', () =>
    changed((draft) => {
      draft.timestamps = [{ txId: draft.transactions[0]!.txId, token: new TextEncoder().encode('12:00') }];
    }),
  ),
};
