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
import { steel } from '../../../chaincode/test/world.js';
import { Message } from '../../../verifier/src/bytes/protobuf.js';
import { concat, message } from '../../../verifier/test/fabric-parties.js';
import { acknowledge, acknowledged, caseOf, claim, COMMITMENT, usage, using, type Case } from '../acts.js';
import { collect, trustIn } from '../collecting.js';
import { CHAINCODE } from '../configuration.js';
import { spellSigned } from '../draft.js';
import type { Folded } from '../folding.js';
import { claimed, type SpaceWorld } from '../space.js';
import { LONG_BEFORE, stamped } from '../stamping.js';
import { STORIES } from '../stories.js';
import { SIGNED_AT } from '../witnesses.js';
import {
  changed,
  entryOf,
  failing,
  lacking,
  lie,
  lieBesideTruth,
  registeredOddly,
  rewriting,
  usedAnd,
  type Forgery,
  type Writes,
} from './forgery.js';

/** What liars export of a use; every witness lies. */
async function lied(world: SpaceWorld, id: string): Promise<Case> {
  return caseOf(world, await lie(world, usage(id)));
}

/** What liars export who cannot win the last witness: under their body stands the signature that this one made for the true one. */
async function liedBesideTruth(world: SpaceWorld, id: string): Promise<Case> {
  return caseOf(world, await lieBesideTruth(world, usage(id)));
}

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
  return liedBesideTruth(at.world, id);
}

const allow = ({ answer: given, state: _, ...rest }: Record<string, unknown>): object => {
  const { code: _code, ...others } = given as Record<string, unknown>;
  return { ...rest, state: 'ALLOWED', answer: { ...others, outcome: 'ALLOWED' } };
};

/** The quota was used up; the peers write ALLOWED all the same. */
async function allowedBeyondQuota(): Promise<Case> {
  const at = await using({}, terms(counted(1)));
  const [first, second] = [await ask(at), await ask(at)];
  await answer(at, first, { slot: 0 });
  at.world.forging = { writes: rewriting('usage/', allow) };
  await answer(at, second, { slot: 1 });
  return lied(at.world, second);
}

/** Two answers in one transaction: the second is forged. */
async function batchForged(): Promise<Case> {
  const at = await using({}, terms(counted(1)));
  const [first, second] = [await ask(at), await ask(at)];
  at.world.forging = { writes: rewriting(`usage/${second}`, allow) };
  const requests = [answering(at, first, { slot: 0 }), answering(at, second, { slot: 1 })];
  await at.world.run(steelKey, 'usage:Answer', requests);
  return lied(at.world, second);
}

async function idNotDerived(): Promise<Case> {
  const at = await using();
  const other = deriveId('usage', { mspId: 'ComponentMSP' }, { nonce: 'chosen freely' });
  const rename = (writes: Writes): void => {
    for (const [key, text] of [...writes]) {
      if (!key.startsWith('usage/') || text === null) continue;
      writes.delete(key);
      writes.set(`usage/${other}`, encode({ ...(JSON.parse(text) as object), id: other }));
    }
  };
  at.world.forging = { writes: rename };
  await ask(at);
  await answer(at, other);
  return liedBesideTruth(at.world, other);
}

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
  return liedBesideTruth(at.world, id);
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
  return lied(at.world, id);
}

/** What was written by endorsers in the place of what the rules give; the leaf is the honest one. */
async function endorsersText(): Promise<Case> {
  const at = await using({}, terms(counted(1)));
  const [first, second] = [await ask(at), await ask(at)];
  await answer(at, first, { slot: 0 });
  at.world.forging = { writes: rewriting('usage/', allow) };
  await answer(at, second, { slot: 1 });
  const draft = await collect(at.world, usage(second));
  const entry = entryOf(at.world, draft, 'usage:Answer');
  draft.transactions = draft.transactions.filter(({ leaf }) => leaf.txId !== entry.leaf.txId);
  const [{ opening }] = entry.writes as [(typeof entry.writes)[number]];
  const text = at.world.ledger.text(`usage/${second}`)!;
  draft.transactions.push({ ...entry, writes: [{ text, opening }] });
  draft.transactions.sort((one, other) => one.position - other.position);
  return caseOf(at.world, draft);
}

/** The endorsers let a transaction that the rules refuse deny a use; it is presented as if that had taken effect. */
async function voidPresented(): Promise<Case> {
  const at = await using();
  const { world } = at;
  const id = await ask(at);
  await answer(at, id);
  await acknowledge(at, id);
  const key = `usage/${id}`;
  const denied = encode({ ...(JSON.parse(world.ledger.text(key)!) as object), state: 'DENIED' });
  await world.run(buyer, 'usage:Contest', { usageId: id, reason: 'NOT_DELIVERED' }, [], {
    writes: new Map([[key, denied]]),
    result: '{}',
    events: [],
  });
  const draft = await collect(world, usage(id));
  const { draft: parts } = { draft: await lie(world, usage(id)) };
  const contest = entryOf(world, parts, 'usage:Contest');
  const { position, leaf } = await placeOf(world);
  const path = (await world.ledger.folded()).inclusion(position, draft.checkpoint!.body.height);
  draft.transactions.push({ ...contest, leaf, position, path: path.map(hexOf) });
  return caseOf(world, draft);
}

const hexOf = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

/** The last transaction, as the fold has it. */
async function placeOf({ ledger, last }: SpaceWorld): Promise<Folded> {
  const { block, transaction } = last!.version;
  const { transactions } = await ledger.folded();
  return transactions.find(({ leaf }) => leaf.block === block && leaf.index === transaction)!;
}

/** The transaction was never valid; its leaf says so, and it is presented as the acknowledgement. */
async function invalidPresented(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  at.world.forging = { code: 11 };
  await acknowledge(at, id);
  const draft = await collect(at.world, usage(id));
  const { leaf, position, raw } = await placeOf(at.world);
  const path = (await at.world.ledger.folded()).inclusion(position, draft.checkpoint!.body.height);
  const { writes } = entryOf(at.world, draft, 'usage:Answer');
  draft.transactions.push({ leaf, position, path: path.map(hexOf), envelope: raw, writes });
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

/** Presented as registered, although the registration touched what it must not: honest witnesses hold it for VOID. */
async function touching(results: (given: Uint8Array) => Uint8Array): Promise<Case> {
  const [world, draft] = await registeredOddly({ forging: { results } });
  return caseOf(world, draft);
}

async function custodyTampered(): Promise<Case> {
  const { world, claimId } = await claimed();
  const { officer } = world.people.get('SteelMSP')!.people;
  const file = spellSigned(await collect(world, claim(claimId)), officer, SIGNED_AT);
  const custody = file.custody.map((entry) => ({ ...entry, at: '2026-11-24T18:06:00.000Z' }));
  return { text: encode({ ...file, custody }), trust: trustIn(world) };
}

async function custodyOfOthers(): Promise<Case> {
  const { world, claimId } = await claimed();
  const draft = await collect(world, claim(claimId));
  const { officer } = world.people.get('SteelMSP')!.people;
  const { custody } = spellSigned({ ...draft, payloadSalt: '00'.repeat(32) }, officer, SIGNED_AT);
  const file = spellSigned(draft, officer, SIGNED_AT);
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

/** The constitution that is trusted is another transaction. */
async function constitutedByAnother(profile: 'compact' | 'full'): Promise<Case> {
  const at = await using();
  const subject = usage(await acknowledged(at));
  const { ledger } = at.world;
  const { txId } = ledger.transactions.find((each) => each.function === 'datasets:Register')!;
  const shown = { profile, also: ['space'] };
  return caseOf(at.world, await collect(at.world, subject, shown), { constitution: txId });
}

/** A token over another body; the authority is believed. */
async function otherStamped(over: (body: object) => object): Promise<Case> {
  const at = await using();
  const subject = usage(await acknowledged(at));
  const good = await collect(at.world, subject);
  const { draft, authority } = stamped(good, over(good.checkpoint!.body));
  return caseOf(at.world, draft, { timestampAuthorities: [authority] });
}

/** A token of a believed authority from long before anybody asked for the use. */
async function stampedBefore(profile: 'compact' | 'full'): Promise<Case> {
  const at = await using();
  const good = await collect(at.world, usage(await acknowledged(at)), { profile });
  const { draft, authority } = stamped(good, good.checkpoint!.body, { at: LONG_BEFORE });
  return caseOf(at.world, draft, { timestampAuthorities: [authority] });
}

const untrue = (make: () => Promise<Case>): Forgery =>
  failing('checkpoint.witness', 'SIGNATURE_INVALID', make);
const replayed = (reason: Forgery['reason'], make: () => Promise<Case>): Forgery =>
  failing('decision.replay', reason, make);

/**
 * What a majority of colluding organisations could write, and evidence put together to mislead. Where a file contradicts itself, every
 * witness lies for it; where it does not, one witness is honest.
 */
export const MEANING: Readonly<Record<string, Forgery>> = {
  'allowed-though-suspended': untrue(allowedThoughSuspended),
  'allowed-beyond-quota': replayed('WRITES_DIFFER', allowedBeyondQuota),
  'allowed-beyond-quota-in-a-batch': replayed('WRITES_DIFFER', batchForged),
  'usage-id-not-derived': untrue(idNotDerived),
  'receipt-over-other-bytes': untrue(receiptSwapped),
  'fact-forged': lacking('decision.facts', 'PART_MISSING', factForged),
  'text-of-endorsers-for-the-effective-one': failing('transaction.effect', 'PROOF_INVALID', endorsersText),
  'void-presented-as-effective': failing('transaction.inclusion', 'NOT_EFFECTIVE', voidPresented),
  'invalid-presented-as-effective': failing('transaction.inclusion', 'NOT_VALID', invalidPresented),
  'policy-of-a-key-written': failing('subject.newest', 'SUBJECT_MISSING', () => touching(withKeyPolicy)),
  'constitution-is-another': failing('ledger.constitution', 'CONSTITUTION_DIFFERS', () =>
    constitutedByAnother('compact'),
  ),
  'constitution-is-another-full': failing('ledger.constitution', 'CONSTITUTION_DIFFERS', () =>
    constitutedByAnother('full'),
  ),
  'custody-entry-tampered': failing('custody.log', 'SIGNATURE_INVALID', custodyTampered),
  'custody-of-other-contents': failing('custody.log', 'CUSTODY_DIFFERS', custodyOfOthers),
  'opening-of-something-else': failing('sealed.openings', 'OPENING_DIFFERS', openedWrongly),
  'payload-of-another-version': failing('payload.commitment', 'PAYLOAD_DIFFERS', otherPayload),
  'token-that-is-none': failing('time.authorities', 'TOKEN_INVALID', () =>
    changed((draft) => void (draft.timestamps = [{ token: new TextEncoder().encode('12:00') }])),
  ),
  'token-over-another-body': failing('time.authorities', 'TOKEN_INVALID', () =>
    otherStamped((body) => ({ ...body, height: 1 })),
  ),
  'token-over-a-use-before-its-request': failing('time.bounds', 'INTERVAL_EMPTY', () =>
    stampedBefore('compact'),
  ),
  'token-over-a-use-before-its-request-full': failing('time.bounds', 'INTERVAL_EMPTY', () =>
    stampedBefore('full'),
  ),
  'token-without-a-checkpoint': lacking('time.authorities', 'NOT_GIVEN', () =>
    usedAnd((draft) => {
      draft.timestamps = stamped(draft).draft.timestamps;
      delete draft.checkpoint;
    }),
  ),
};
