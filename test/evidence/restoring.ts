import { KeyObject } from 'node:crypto';
import { encode } from '@tallystick/chaincode/model';
import { regulator } from '../../chaincode/test/world.js';
import type { Person } from './parties.js';
import type { SpaceWorld } from './space.js';
import { stating, witness, witnessesOf } from './witnesses.js';

export type AnyMembers = Readonly<Record<string, unknown>>;

/** Colluding endorsers let the next transaction write another record, too: what stands under the key or is just written, changed. */
export function withForgery(
  world: SpaceWorld,
  key: string,
  change: (record: AnyMembers) => object | null,
): void {
  world.forging = {
    ...world.forging,
    writes: (writes) => {
      const text = writes.get(key) ?? world.ledger.text(key) ?? '{}';
      const forged = change(JSON.parse(text) as AnyMembers);
      writes.set(key, forged && encode(forged));
    },
  };
}

/** A transaction about nothing of interest, in the same breath with a forgery. */
export async function forge(
  world: SpaceWorld,
  key: string,
  change: (record: AnyMembers) => object | null,
): Promise<void> {
  withForgery(world, key, change);
  await world.run(regulator, 'events:Declare', { nonce: world.nonce(), name: 'maintenance' });
}

/** Public key of a witness as the space record names it: a compressed point (SEC 1, section 2.3.3). */
function pointOf({ holder }: Person): string {
  const { x = '', y = '' } = KeyObject.from(holder.keys.publicKey).export({ format: 'jwk' });
  const [abscissa, ordinate] = [x, y].map((each) => Buffer.from(each, 'base64url'));
  return `${ordinate!.at(-1)! % 2 === 0 ? '02' : '03'}${abscissa!.toString('hex')}`;
}

/** Brings Fabric's state back to the effective one, as gateways propose it. */
export async function restore(world: SpaceWorld, key: string): Promise<void> {
  const fold = await world.ledger.folded();
  const { height } = fold;
  const checkpoint = fold.bodies[height]!;
  const text = fold.text(key) ?? null;
  const statement = stating({ signedAt: world.now });
  const witnesses = witnessesOf(world.ledger.blocks).map((by) => ({
    key: pointOf(by),
    statement,
    signature: Buffer.from(witness(by, checkpoint, statement).signature).toString('base64'),
  }));
  const proof = fold.mapProof(height, [{ space: 'record', key }]);
  await world.run(
    regulator,
    'records:Restore',
    { key, text, checkpoint, witnesses, proof },
    [],
    // The contract's own, which no rule decides.
    { writes: new Map([[key, text]]), result: encode({ key }), events: [{ name: 'record.restored', key }] },
  );
}
