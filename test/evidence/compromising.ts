import { bytesToHex } from '@noble/hashes/utils.js';
import { addSeconds, type Instant } from '@tallystick/chaincode/model';
import { buyer } from '../../chaincode/test/rights.js';
import { START } from '../../chaincode/test/world.js';
import { acknowledged, caseOf, usage, using, type Case, type Using } from './acts.js';
import { collect, type Wanted } from './collecting.js';
import type { Draft, DraftEarlier } from './draft.js';
import type { Person } from './parties.js';
import type { SpaceWorld } from './space.js';
import { witnessed, witnessesOf } from './witnesses.js';

const DAY = 86_400;
const days = (count: number): Instant => addSeconds(START, count * DAY);

/** A key that is declared compromised, and when others saw what it had signed. */
export interface Declaring {
  /** From when on, in days after the first transaction. Default: 4. The use is of day 0. */
  readonly from?: number;
  /** The day on which it is declared. Default: 5. The file stands on what is signed on day 10. */
  readonly on?: number;
  /** Whose key of which the consumer's officer, or whoever declares, says so. Default: the consumer's component's. */
  readonly key?: (world: SpaceWorld) => Person;
  /** Who declares. Default: the consumer's officer, of its own participant. */
  readonly by?: typeof buyer;
  readonly of?: typeof buyer;
  /** The day on which witnesses signed the height of the use; none did where it is `undefined`. */
  readonly seen?: number | undefined;
  readonly witnesses?: (world: SpaceWorld) => readonly Person[];
  readonly wanted?: Wanted;
}

export const componentOf = ({ people }: SpaceWorld): Person => people.get('ComponentMSP')!.people.connector;

export const witnessesFrom =
  (...mspIds: readonly string[]) =>
  ({ people }: SpaceWorld): readonly Person[] =>
    mspIds.map((mspId) => people.get(mspId)!.people.witness);

/** What the checkpoint of an earlier height says of the transactions of a file that were there by then. */
async function earlierAt(
  world: SpaceWorld,
  draft: Draft,
  height: number,
  signedAt: Instant,
  witnesses: readonly Person[],
): Promise<DraftEarlier> {
  const fold = await world.ledger.folded();
  const body = fold.bodies[height]!;
  const places =
    draft.profile === 'full'
      ? fold.transactions.filter(({ writes }) => writes.size > 0).map(({ position }) => position)
      : draft.transactions.map(({ position }) => position);
  return {
    checkpoint: witnessed(body, witnesses, { signedAt }),
    timestamps: [],
    paths: places
      .filter((position) => position < body.size)
      .map((position) => ({
        position,
        path: fold.inclusion(position, height).map((hash) => bytesToHex(hash)),
      })),
  };
}

export interface Declared {
  readonly at: Using;
  readonly draft: Draft;
}

const USUAL = { from: 4, on: 5, key: componentOf, by: buyer, of: buyer } as const;

/** A use of day 0, the key of the consumer's component declared compromised later, and evidence of after that. */
export async function declared(given: Declaring = {}): Promise<Declared> {
  const { from, on, key, by, of, seen, witnesses } = { ...USUAL, ...given } as typeof USUAL & Declaring;
  const at = await using();
  const { world } = at;
  const subject = usage(await acknowledged(at));
  const { height } = await world.ledger.folded();
  world.now = days(on);
  await world.run(by, 'compromises:Declare', {
    participant: of.participant,
    key: key(world).keyDigest,
    from: days(from),
    reason: 'a stolen machine',
  });
  const signers = witnesses?.(world) ?? witnessesOf(world.ledger.blocks);
  const draft = await collect(world, subject, { witnesses: signers, ...given.wanted });
  if (seen !== undefined) draft.earlier = [await earlierAt(world, draft, height, days(seen), signers)];
  return { at, draft };
}

export async function declaring(given: Declaring = {}): Promise<Case> {
  const { at, draft } = await declared(given);
  return caseOf(at.world, draft);
}
