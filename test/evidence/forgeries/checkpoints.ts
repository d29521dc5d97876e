import { digestOf, type CheckpointBody, type WitnessStatement } from '@tallystick/chaincode/model';
import { steel } from '../../../chaincode/test/world.js';
import { issue } from '../../../verifier/test/certificates-fixture.js';
import { acknowledged, caseOf, revoke, usage, using, type Case, type Using } from '../acts.js';
import { collect, named, trustIn } from '../collecting.js';
import type { DraftCheckpoint } from '../draft.js';
import { organisation, person, PERIOD, type Person, type Role } from '../parties.js';
import { forge } from '../restoring.js';
import type { SpaceWorld } from '../space.js';
import { stating, witness, witnessed, witnessesOf } from '../witnesses.js';
import { failing, highS, lacking, lie, usedAnd, type Forgery } from './forgery.js';

/** A good use, and its checkpoint another one. */
const checked = (
  change: (given: DraftCheckpoint, at: Using) => DraftCheckpoint | Promise<DraftCheckpoint>,
): Promise<Case> =>
  usedAnd(async (draft, at) => {
    draft.checkpoint = await change(draft.checkpoint!, at);
  });

const peopleOf = ({ people }: SpaceWorld, mspId: string): Readonly<Record<Role, Person>> =>
  people.get(mspId)!.people;

/** The first witness is as it should be; the second is somebody else, or says something else. */
const second = (
  choose: (world: SpaceWorld) => Person | Promise<Person>,
  changes: Partial<WitnessStatement> = {},
): Promise<Case> =>
  checked(async ({ body, witnesses: [first] }, { world }) => ({
    body,
    witnesses: [first!, witness(await choose(world), body, changes)],
  }));

/** Witnesses sign a body that is not of this file. */
const signedAs = (change: (body: CheckpointBody) => CheckpointBody): Promise<Case> =>
  checked(({ body }, { world }) => witnessed(change(body), witnessesOf(world.ledger.blocks)));

/** The body is another than the one that was signed. */
const edited = (change: (body: CheckpointBody) => CheckpointBody): Promise<Case> =>
  checked(({ body, witnesses }) => ({ body: change(body), witnesses }));

const signatureOf = (change: (signature: Uint8Array) => Uint8Array): Promise<Case> =>
  checked(({ body, witnesses: [first, other] }) => ({
    body,
    witnesses: [first!, { ...other!, signature: change(other!.signature) }],
  }));

const statementOf = (changes: Partial<WitnessStatement>): Promise<Case> =>
  checked(({ body, witnesses: [first, other] }) => ({
    body,
    witnesses: [first!, { ...other!, statement: stating(changes) }],
  }));

/** A witness of the second organisation under a certificate of its own, issued by the organisation's authority. */
const issued =
  (changes: Parameters<typeof person>[3]) =>
  ({ people }: SpaceWorld): Promise<Person> =>
    person('SteelMSP', people.get('SteelMSP')!.root, 'witness', changes);

async function foreign(): Promise<Person> {
  const root = await issue({ name: 'ca.SteelMSP', authority: true, ...PERIOD });
  return person('SteelMSP', root, 'witness');
}

/** The witness's certificate is revoked by the newest configuration. */
async function witnessRevoked(): Promise<Case> {
  const at = await using();
  const id = await acknowledged(at);
  const { world } = at;
  await revoke(world, 'SteelMSP', peopleOf(world, 'SteelMSP').witness.serial);
  return caseOf(world, await collect(world, usage(id)));
}

/** A majority of administrators removed an organisation and added another under its name, whose witness signs. */
async function organisationReplaced(): Promise<Case> {
  const at = await using();
  const id = await acknowledged(at);
  const { world } = at;
  const trust = trustIn(world);
  const { blocks } = world.ledger;
  const { organisations } = blocks.members;
  const usurper = await organisation('SteelMSP');
  const without = organisations.filter(({ mspId }) => mspId !== 'SteelMSP');
  blocks.reconfigure({ ...blocks.members, organisations: without });
  blocks.reconfigure({ ...blocks.members, organisations: [without[0]!, usurper, ...without.slice(1)] });
  return { ...caseOf(world, await collect(world, usage(id))), trust };
}

/** An organisation has a second authority, which the reader never heard of; its witness signs. */
async function secondRoot(): Promise<Case> {
  const at = await using();
  const id = await acknowledged(at);
  const { world } = at;
  const trust = trustIn(world);
  const { blocks } = world.ledger;
  const other = await issue({ name: 'ca2.SteelMSP', authority: true, ...PERIOD });
  const organisations = blocks.members.organisations.map((each) =>
    each.mspId === 'SteelMSP' ? { ...each, further: [other] } : each,
  );
  blocks.reconfigure({ ...blocks.members, organisations });
  const witnesses = [witnessesOf(blocks)[0]!, await person('SteelMSP', other, 'witness')];
  return { ...caseOf(world, await collect(world, usage(id), { witnesses })), trust };
}

/** The trust file names the key, and its organisation has revoked it. */
async function pinnedRevoked(): Promise<Case> {
  const at = await using();
  const id = await acknowledged(at);
  const { world } = at;
  const pinned = world.organisations.map(({ mspId, people }) => ({
    mspId,
    keys: [people.witness.keyDigest],
  }));
  await revoke(world, 'SteelMSP', peopleOf(world, 'SteelMSP').witness.serial);
  const witnesses = { named: pinned, needed: 2, replayedFrom: 0 };
  return caseOf(world, await collect(world, usage(id)), { witnesses });
}

/** An organisation that has left the channel. */
async function organisationRemoved(): Promise<Case> {
  const at = await using();
  const id = await acknowledged(at);
  const { world } = at;
  const trust = trustIn(world);
  const { blocks } = world.ledger;
  const witnesses = witnessesOf(blocks);
  const organisations = blocks.members.organisations.filter(({ mspId }) => mspId !== 'SteelMSP');
  blocks.reconfigure({ ...blocks.members, organisations });
  return { ...caseOf(world, await collect(world, usage(id), { witnesses })), trust };
}

/** Only others are named. */
async function notNamed(): Promise<Case> {
  const at = await using();
  const draft = await collect(at.world, usage(await acknowledged(at)));
  const [, ...others] = at.world.organisations.map(named);
  return caseOf(at.world, draft, { witnesses: { named: others, needed: 2, replayedFrom: 0 } });
}

/** By another key of the same organisation than the one that is pinned. */
async function otherKey(): Promise<Case> {
  const at = await using();
  const draft = await collect(at.world, usage(await acknowledged(at)));
  const pinned = at.world.organisations.map(({ mspId, people }) => ({
    mspId,
    keys: [people.officer.keyDigest],
  }));
  return caseOf(at.world, draft, { witnesses: { named: pinned, needed: 2, replayedFrom: 0 } });
}

/** One lies and signs for a ledger on which a forged record took effect; the other signed for the true one at the same height. */
async function equivocating(): Promise<Case> {
  const at = await using();
  const { world } = at;
  await forge(world, `participant/${steel.participant}`, (record) => ({ ...record, trustLevel: 3 }));
  const subject = usage(await acknowledged(at));
  const [draft, honest] = [await lie(world, subject), await collect(world, subject)];
  const [liar] = draft.checkpoint!.witnesses;
  draft.checkpoint!.witnesses = [liar!, honest.checkpoint!.witnesses[1]!];
  return caseOf(world, draft);
}

const OTHER = digestOf('another');
const one = (height: number): number => height - 1;

const body = (reason: Forgery['reason'], change: (given: CheckpointBody) => CheckpointBody): Forgery =>
  failing('checkpoint.body', reason, () => signedAs(change));
const invalid = (make: () => Promise<Case>): Forgery =>
  failing('checkpoint.witness', 'SIGNATURE_INVALID', make);
const uncounted = (reason: Forgery['reason'], make: () => Promise<Case>): Forgery =>
  lacking('checkpoint.witness', reason, make);
const tooFew = (make: () => Promise<Case>): Forgery =>
  lacking('checkpoint.witnesses', 'TOO_FEW_WITNESSES', make);

/** Checkpoints that are not of this ledger or this height, and witnesses who do not count. */
export const CHECKPOINTS: Readonly<Record<string, Forgery>> = {
  'checkpoint-left-out': lacking('checkpoint.body', 'NOT_GIVEN', () =>
    usedAnd((draft) => {
      delete draft.checkpoint;
    }),
  ),
  'checkpoint-of-another-channel': body('WRONG_CHANNEL', (given) => ({ ...given, channel: 'other' })),
  'checkpoint-of-another-ledger': body('GENESIS_DIFFERS', (given) => ({ ...given, genesis: OTHER })),
  'checkpoint-of-another-height': body('CHECKPOINT_DIFFERS', (given) => ({
    ...given,
    height: one(given.height),
  })),
  'checkpoint-of-another-block': body('CHECKPOINT_DIFFERS', (given) => ({ ...given, block: OTHER })),
  'checkpoint-of-other-editions': lacking('checkpoint.body', 'RULES_UNKNOWN', () =>
    signedAs((given) => ({ ...given, editions: OTHER })),
  ),
  'checkpoint-with-another-log-signed': failing('transaction.inclusion', 'PROOF_INVALID', () =>
    signedAs((given) => ({ ...given, log: OTHER })),
  ),
  'checkpoint-with-another-size-signed': failing('transaction.inclusion', 'PROOF_INVALID', () =>
    signedAs((given) => ({ ...given, size: given.size - 1 })),
  ),
  'checkpoint-with-another-map-signed': failing('subject.newest', 'PROOF_INVALID', () =>
    signedAs((given) => ({ ...given, map: OTHER })),
  ),
  'checkpoint-log-edited': invalid(() => edited((given) => ({ ...given, log: OTHER }))),
  'checkpoint-map-edited': invalid(() => edited((given) => ({ ...given, map: OTHER }))),
  'checkpoint-size-edited': invalid(() => edited((given) => ({ ...given, size: given.size + 1 }))),
  'witnesses-left-out': tooFew(() => checked((given) => ({ ...given, witnesses: [] }))),
  'witness-left-out': tooFew(() =>
    checked(({ witnesses: [first], ...given }) => ({ ...given, witnesses: [first!] })),
  ),
  'witness-twice': tooFew(() =>
    checked(({ witnesses: [first], ...given }) => ({ ...given, witnesses: [first!, first!] })),
  ),
  'witness-twice-at-two-times': tooFew(() =>
    second(({ people }) => people.get('RegulatorMSP')!.people.witness, {
      signedAt: '2026-12-05T00:00:00.000Z',
    }),
  ),
  'witnesses-two-of-one-organisation': tooFew(() =>
    second(({ people }) => person('RegulatorMSP', people.get('RegulatorMSP')!.root, 'witness')),
  ),
  'witness-is-an-officer': uncounted('ROLE_MISSING', () =>
    second((world) => peopleOf(world, 'SteelMSP').officer),
  ),
  'witness-is-an-operator': uncounted('ROLE_MISSING', () =>
    second((world) => peopleOf(world, 'SteelMSP').operator),
  ),
  'witness-is-a-connector': uncounted('ROLE_MISSING', () =>
    second((world) => peopleOf(world, 'SteelMSP').connector),
  ),
  'witness-is-a-peer': uncounted('ROLE_MISSING', () => second((world) => peopleOf(world, 'SteelMSP').peer)),
  'witness-of-a-foreign-authority': failing('checkpoint.witness', 'CHAIN_BROKEN', () => second(foreign)),
  'witness-of-an-organisation-not-on-the-channel': uncounted('WITNESS_NOT_NAMED', () =>
    second((world) => peopleOf(world, 'ThirdMSP').witness),
  ),
  'witness-of-an-orderer': uncounted('WITNESS_NOT_NAMED', () =>
    second(({ ledger }) => ledger.blocks.members.orderers[0]!.people.witness),
  ),
  'witness-not-named': uncounted('WITNESS_NOT_NAMED', notNamed),
  'witness-by-another-key': uncounted('WITNESS_NOT_NAMED', otherKey),
  'witness-expired': uncounted('EXPIRED', () =>
    second(issued({ notAfter: Date.parse('2026-11-30T00:00:00.000Z') })),
  ),
  'witness-not-yet-valid': uncounted('EXPIRED', () =>
    second(issued({ notBefore: Date.parse('2027-01-01T00:00:00.000Z') })),
  ),
  // By their own clock they signed in time; another witness of the same height did so a week after that was over.
  'witness-expired-and-dated-back': uncounted('EXPIRED', () =>
    second(issued({ notAfter: Date.parse('2026-11-28T00:00:00.000Z') }), {
      signedAt: '2026-11-27T00:00:00.000Z',
    }),
  ),
  'witness-revoked': uncounted('REVOKED', witnessRevoked),
  'witness-that-replayed-too-late': uncounted('REPLAYED_TOO_LATE', () =>
    second((world) => peopleOf(world, 'SteelMSP').witness, { replayedFrom: 1 }),
  ),
  'witness-of-an-organisation-replaced': lacking(
    'checkpoint.witnesses',
    'ROOT_DIFFERS',
    organisationReplaced,
  ),
  'witness-of-a-second-root': lacking('checkpoint.witnesses', 'ROOT_DIFFERS', secondRoot),
  'witness-revoked-whose-key-is-pinned': uncounted('REVOKED', pinnedRevoked),
  'witness-of-an-organisation-removed': uncounted('UNKNOWN_ORGANISATION', organisationRemoved),
  'witness-statement-dated-back': invalid(() => statementOf({ signedAt: '2026-11-25T00:00:00.000Z' })),
  'witness-statement-of-other-software': invalid(() => statementOf({ software: OTHER })),
  'witness-statement-of-more-replay': invalid(() =>
    checked(({ body: given }, { world }) => {
      const by = witnessesOf(world.ledger.blocks);
      const late = witnessed(given, by, { replayedFrom: 5 });
      const claimed = late.witnesses.map((each) => ({ ...each, statement: stating() }));
      return { body: given, witnesses: claimed };
    }),
  ),
  'witness-signature-high-s': failing('checkpoint.witness', 'HIGH_S', () => signatureOf(highS)),
  'witness-signature-empty': failing('checkpoint.witness', 'SIGNATURE_MALFORMED', () =>
    signatureOf(() => new Uint8Array()),
  ),
  'witness-signature-cut': failing('checkpoint.witness', 'SIGNATURE_MALFORMED', () =>
    signatureOf((signature) => signature.subarray(0, -1)),
  ),
  'witness-signature-of-another-witness': invalid(() =>
    checked(({ body: given, witnesses: [first, other] }) => ({
      body: given,
      witnesses: [first!, { ...other!, signature: first!.signature }],
    })),
  ),
  'witness-signature-of-another-height': invalid(() =>
    checked(async ({ body: given, witnesses: [first, other] }, { world }) => {
      const { bodies, height } = await world.ledger.folded();
      const by = peopleOf(world, 'SteelMSP').witness;
      const { signature } = witness(by, bodies[one(height)]!);
      return { body: given, witnesses: [first!, { ...other!, signature }] };
    }),
  ),
  'witness-signed-two-bodies': invalid(equivocating),
};
