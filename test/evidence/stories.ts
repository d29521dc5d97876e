import { encode, type Opening } from '@tallystick/chaincode/model';
import { answer, ask, buyer, OPENING } from '../../chaincode/test/rights.js';
import { regulator, steel } from '../../chaincode/test/world.js';
import type { Outcome } from '../../verifier/src/verdict.js';
import type { Trust } from '../../verifier/src/trust/trust.js';
import {
  acknowledge,
  acknowledged,
  caseOf,
  claim,
  PLAINTEXT,
  SALT,
  usage,
  using,
  type Case,
} from './acts.js';
import { collect, trustIn, type Wanted } from './collecting.js';
import { declaring } from './compromising.js';
import { spellSigned } from './draft.js';
import { forge, restore, withForgery } from './restoring.js';
import { assessed, HISTORIES, type History } from './histories.js';
import { claimed } from './space.js';
import { stamped } from './stamping.js';
import { SIGNED_AT, witnessesOf } from './witnesses.js';

export type { Case } from './acts.js';

async function told([world, subject]: History, wanted: Wanted = {}): Promise<Case> {
  return caseOf(world, await collect(world, subject, wanted));
}

const ofUse = (): Promise<History> => HISTORIES['use-acknowledged']!();

/** Handed over by somebody who signs for it, with what opens the commitment of the payload. */
async function useAcknowledged(): Promise<Case> {
  const [world, subject] = await ofUse();
  const draft = { ...(await collect(world, subject)), payloadSalt: SALT };
  const by = world.people.get('SteelMSP')!.people.officer;
  return { text: encode(spellSigned(draft, by, SIGNED_AT)), trust: trustIn(world), payload: PLAINTEXT };
}

async function valuation(openings: readonly Opening[], wanted: Wanted = {}): Promise<Case> {
  const [world, subject] = await assessed();
  return caseOf(world, { ...(await collect(world, subject, wanted)), openings: [...openings] });
}

async function singleOperator(changes: Partial<Trust>): Promise<Case> {
  const { world, claimId } = await claimed({ consensus: 'SINGLE_OPERATOR' });
  return caseOf(world, await collect(world, claim(claimId)), changes);
}

async function threeWitnesses(): Promise<Case> {
  const [world, subject] = await ofUse();
  return told([world, subject], { witnesses: witnessesOf(world.ledger.blocks, 3) });
}

/** One signature, for a reader who asks for one. */
async function oneWitness(): Promise<Case> {
  const [world, subject] = await ofUse();
  const draft = await collect(world, subject, { witnesses: witnessesOf(world.ledger.blocks, 1) });
  const { witnesses } = trustIn(world);
  return caseOf(world, draft, { witnesses: { ...witnesses, needed: 1 } });
}

/** Named by the keys they sign with, not by their authorities. */
async function witnessesByKey(): Promise<Case> {
  const [world, subject] = await ofUse();
  const named = world.organisations.map(({ mspId, people }) => ({ mspId, keys: [people.witness.keyDigest] }));
  const witnesses = { named, needed: 2, replayedFrom: 0 };
  return caseOf(world, await collect(world, subject), { witnesses });
}

/** Exported before it was acknowledged: true as of that height. */
async function earlierHeight(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  const { height } = await at.world.ledger.folded();
  await acknowledge(at, id);
  return told([at.world, usage(id)], { height });
}

const suspended = (record: object): object => ({ ...record, state: 'SUSPENDED' });

/** Who answered had endorsers who write something else besides: it takes no effect, and the use is what it is. */
async function answerCorrected(wanted: Wanted = {}): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  const key = `participant/${regulator.participant}`;
  withForgery(at.world, key, suspended);
  await answer(at, id);
  await acknowledge(at, id);
  return told([at.world, usage(id)], wanted);
}

/** The endorsers wrote a denial; by the rules the use was allowed. */
async function denialCorrected(wanted: Wanted = {}): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  withForgery(at.world, `usage/${id}`, ({ answer: given, ...record }) => {
    const denied = { ...(given as object), outcome: 'DENIED', code: 'QUOTA' };
    return { ...record, state: 'DENIED', answer: denied };
  });
  await answer(at, id);
  return told([at.world, usage(id)], wanted);
}

/** A forgery stands somewhere else on the ledger, and nobody has restored what it wrote. */
async function forgeryElsewhere(wanted: Wanted = {}): Promise<Case> {
  const at = await using();
  await forge(at.world, `participant/${regulator.participant}`, suspended);
  return told([at.world, usage(await acknowledged(at))], wanted);
}

/** A majority writes what is no record at all where the consumer stood; it is restored, and an honest use goes on. */
async function nonsenseRestored(wanted: Wanted = {}): Promise<Case> {
  const at = await using();
  const { world } = at;
  const key = `participant/${buyer.participant}`;
  world.forging = { writes: (writes) => void writes.set(key, 'no JSON') };
  await world.run(regulator, 'events:Declare', { nonce: world.nonce(), name: 'maintenance' });
  await restore(world, key);
  return told([world, usage(await acknowledged(at))], wanted);
}

/** The consumer was suspended by a forgery; what the rules say is restored, and an honest use goes on. */
async function restored(wanted: Wanted = {}): Promise<Case> {
  const at = await using();
  const key = `participant/${buyer.participant}`;
  await forge(at.world, key, suspended);
  await restore(at.world, key);
  return told([at.world, usage(await acknowledged(at))], wanted);
}

/** The use itself was forged, and restored before it was acknowledged. */
async function useRestored(wanted: Wanted = {}): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  await forge(at.world, `usage/${id}`, (record) => ({ ...record, state: 'DENIED' }));
  await restore(at.world, `usage/${id}`);
  await acknowledge(at, id);
  return told([at.world, usage(id)], wanted);
}

/** The authority is none that the reader knows: its token proves nothing, and takes nothing away. */
async function stampedByAStranger(): Promise<Case> {
  const [world, subject] = await ofUse();
  return caseOf(world, stamped(await collect(world, subject)).draft);
}

/** A token by an algorithm that is not relied on: it shows nothing, and takes nothing away. */
async function stampedUnsupported(): Promise<Case> {
  const [world, subject] = await ofUse();
  const good = await collect(world, subject);
  const { draft, authority } = stamped(good, good.checkpoint!.body, { imprint: 'sha1' });
  return caseOf(world, draft, { timestampAuthorities: [authority] });
}

async function useStamped(): Promise<Case> {
  const [world, subject] = await ofUse();
  const { draft, authority } = stamped(await collect(world, subject));
  return caseOf(world, draft, { timestampAuthorities: [authority] });
}

/** Nobody signed that they folded it: the reader folds it. */
async function unwitnessed(): Promise<Case> {
  const [world, subject] = await ofUse();
  const { checkpoint: _checkpoint, ...draft } = await collect(world, subject, { profile: 'full' });
  return caseOf(world, draft, { witnesses: { named: [], needed: 1, replayedFrom: 0 } });
}

const FULL: Wanted = { profile: 'full' };

const inBothForms = (
  name: string,
  make: (wanted: Wanted) => Promise<Case>,
): readonly (readonly [string, () => Promise<Case>])[] => [
  [name, () => make({})],
  [`${name}-full`, () => make(FULL)],
];

const histories = Object.entries(HISTORIES).flatMap(([name, history]) =>
  inBothForms(name, async (wanted) => told(await history(), wanted)),
);

/** What an honest exporter writes, by name: every history in both forms, and what is special about some files. */
export const STORIES: Readonly<Record<string, () => Promise<Case>>> = {
  ...Object.fromEntries(histories),
  'use-acknowledged': useAcknowledged,
  ...Object.fromEntries([
    ...inBothForms('answer-corrected', answerCorrected),
    ...inBothForms('denial-corrected', denialCorrected),
    ...inBothForms('forgery-elsewhere', forgeryElsewhere),
    ...inBothForms('forgery-restored', restored),
    ...inBothForms('forgery-of-the-use-restored', useRestored),
    ...inBothForms('forgery-that-is-no-record-restored', nonsenseRestored),
    ...inBothForms('valuation-opened', (wanted) => valuation([OPENING], wanted)),
    ...inBothForms('valuation-sealed', (wanted) => valuation([], wanted)),
    ...inBothForms('key-compromised-after-it-signed', (wanted) => declaring({ seen: 3, wanted })),
    ...inBothForms('key-compromised-before-it-signed', (wanted) => declaring({ from: -1, seen: 3, wanted })),
    ...inBothForms('key-compromised-undecided', (wanted) => declaring({ wanted })),
  ]),
  'key-compromised-by-the-word-of-a-regulator': () => declaring({ from: -100, by: regulator }),
  'key-compromised-of-somebody-else': () => declaring({ from: -1, by: steel, of: steel }),
  'use-stamped': useStamped,
  'use-stamped-by-a-stranger': stampedByAStranger,
  'use-stamped-by-an-unsupported-algorithm': stampedUnsupported,
  'use-by-three-witnesses': threeWitnesses,
  'use-by-one-witness': oneWitness,
  'use-by-witnesses-whose-keys-are-pinned': witnessesByKey,
  'use-as-of-an-earlier-height': earlierHeight,
  'use-unwitnessed-full': unwitnessed,
  'single-operator-refused': () => singleOperator({}),
  'single-operator-accepted': () => singleOperator({ singleOperator: true }),
};

/** How those end that do not end as VERIFIED. */
export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'valuation-sealed': 'INCOMPLETE',
  'valuation-sealed-full': 'INCOMPLETE',
  'single-operator-refused': 'FAILED',
  'key-compromised-before-it-signed': 'FAILED',
  'key-compromised-before-it-signed-full': 'FAILED',
  'key-compromised-by-the-word-of-a-regulator': 'FAILED',
  'key-compromised-undecided': 'INCOMPLETE',
  'key-compromised-undecided-full': 'INCOMPLETE',
};
