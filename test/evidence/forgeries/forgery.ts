import { p256 } from '@noble/curves/nist.js';
import {
  encode,
  ProvenMap,
  TreeError,
  type EvidenceSubject,
  type MapProof,
  type MapSpace,
} from '@tallystick/chaincode/model';
import { regulator } from '../../../chaincode/test/world.js';
import { register } from '../../../chaincode/test/rights.js';
import { readEnvelope } from '../../../verifier/src/fabric/envelope.js';
import { message } from '../../../verifier/test/fabric-parties.js';
import type { Outcome } from '../../../verifier/src/verdict.js';
import type { StepCode } from '../../../verifier/src/checklist.js';
import type { Reason } from '../../../verifier/src/rejection.js';
import type { Trust } from '../../../verifier/src/trust/trust.js';
import { acknowledged, caseOf, claim, usage, using, type Case, type Using } from '../acts.js';
import { collect, type Wanted } from '../collecting.js';
import type { Draft, DraftTransaction } from '../draft.js';
import type { Forging } from '../ledger.js';
import type { Person } from '../parties.js';
import { claimed, type Site, type SpaceWorld } from '../space.js';
import { witness, witnessesOf } from '../witnesses.js';

/** Evidence that is wrong in one way, and what must be found. */
export interface Forgery {
  readonly code: StepCode;
  readonly reason: Reason;
  readonly outcome: Outcome;
  readonly make: () => Promise<Case>;
}

/** One that must fail at a step, for a reason. */
export const failing = (code: StepCode, reason: Reason, make: () => Promise<Case>): Forgery => ({
  code,
  reason,
  outcome: 'FAILED',
  make,
});

/** One that proves too little. */
export const lacking = (code: StepCode, reason: Reason, make: () => Promise<Case>): Forgery => ({
  code,
  reason,
  outcome: 'INCOMPLETE',
  make,
});

export interface Odd {
  readonly forging?: Forging | ((world: SpaceWorld) => Forging);
  /** Who registers, instead of the officer. */
  readonly as?: (world: SpaceWorld) => Person | Promise<Person>;
  /** Before the registration. */
  readonly before?: (site: Site) => Promise<void> | void;
  readonly wanted?: Wanted;
}

/** A claim whose dataset was registered in an odd way; everything else is as it should be. */
export async function registeredOddly({
  forging = {},
  as,
  before,
  wanted,
}: Odd): Promise<[SpaceWorld, Draft]> {
  const site = await claimed();
  const { world } = site;
  await before?.(site);
  world.as = await as?.(world);
  world.forging = typeof forging === 'function' ? forging(world) : forging;
  const { claimId } = await register(world);
  await world.run(regulator, 'claims:Register', { claimId });
  return [world, await collect(world, claim(claimId), wanted)];
}

/** A claim that nobody has registered yet: whoever asserted it, in an odd way, decided what stands. */
export async function assertedOddly({ as }: Pick<Odd, 'as'>): Promise<Case> {
  const { world } = await claimed();
  world.as = await as?.(world);
  const { claimId } = await register(world);
  return caseOf(world, await collect(world, claim(claimId)));
}

export async function oddly(odd: Odd): Promise<Case> {
  const [world, draft] = await registeredOddly(odd);
  return caseOf(world, draft);
}

/** A good claim, and its draft changed. */
export async function changed(
  change: (draft: Draft, site: Site) => unknown,
  trust: Partial<Trust> = {},
): Promise<Case> {
  const site = await claimed();
  const draft = await collect(site.world, claim(site.claimId));
  await change(draft, site);
  return caseOf(site.world, draft, trust);
}

/** A good use, acknowledged, and its draft changed. */
export async function usedAnd(
  change: (draft: Draft, at: Using, subject: EvidenceSubject) => unknown,
  wanted: Wanted = {},
): Promise<Case> {
  const at = await using();
  const subject = usage(await acknowledged(at));
  const draft = await collect(at.world, subject, wanted);
  await change(draft, at, subject);
  return caseOf(at.world, draft);
}

/** The entry of the transaction that called this, as far as there is one. */
export function entryOf({ ledger }: SpaceWorld, draft: Draft, name: string): DraftTransaction {
  const called = ledger.transactions.filter((each) => each.function === name);
  return draft.transactions.find(({ leaf }) => called.some(({ txId }) => leaf.txId === txId))!;
}

/** A good claim, but the envelope of its registration stands on the ledger in another form. */
export const enveloped = (altered: (envelope: Uint8Array) => Uint8Array): Promise<Case> =>
  oddly({ forging: { altered } });

/** The same payload under another signature. */
export function resigned(envelope: Uint8Array, change: (signature: Uint8Array) => Uint8Array): Uint8Array {
  const { payload, signature } = readEnvelope(envelope);
  return message([1, payload], [2, change(signature)]);
}

/** The other signature that the same key made without knowing: n - s. */
export function highS(der: Uint8Array): Uint8Array {
  const { r, s } = p256.Signature.fromBytes(der, 'der');
  return new p256.Signature(r, p256.Point.CURVE().n - s).toBytes('der');
}

export type Writes = Map<string, string | null>;

/** Changes records of a kind, as peers who collude could let them be written. */
export const rewriting =
  (prefix: string, change: (record: Record<string, unknown>) => object) =>
  (writes: Writes): void => {
    for (const [key, text] of writes)
      if (key.startsWith(prefix) && text !== null)
        writes.set(key, encode(change(JSON.parse(text) as Record<string, unknown>)));
  };

/** What liars export: the file of a ledger on which whatever endorsers wrote took effect, signed by witnesses who lie. */
export async function lie(world: SpaceWorld, subject: EvidenceSubject, wanted: Wanted = {}): Promise<Draft> {
  return collect(world, subject, { fold: await world.ledger.foldedByLiars(), ...wanted });
}

/** The same, but the second witness is honest: what it signed is the true body of that height. */
export async function lieBesideTruth(world: SpaceWorld, subject: EvidenceSubject): Promise<Draft> {
  const draft = await lie(world, subject);
  const { body, witnesses } = draft.checkpoint!;
  const { bodies } = await world.ledger.folded();
  const honest = witness(witnessesOf(world.ledger.blocks)[1]!, bodies[body.height]!);
  return { ...draft, checkpoint: { body, witnesses: [witnesses[0]!, honest] } };
}

/** Whether a proof of the map says nothing of a key, neither what stands there nor that nothing does. */
export function isSilentOn(proof: MapProof, space: MapSpace, key: string): boolean {
  try {
    ProvenMap.read(proof).get(space, key);
    return false;
  } catch (error) {
    if (error instanceof TreeError && error.code === 'NOT_COVERED') return true;
    throw error;
  }
}
