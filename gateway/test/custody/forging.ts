import { encode } from '@tallystick/chaincode/model';
import type { House } from './house.js';
import type { Call } from './memory-chain.js';
import type { Space } from './space.js';
import { signerOf } from './signers.js';
import { caughtUp } from './story.js';

/** A call that somebody signed for something else, with writes that a majority of endorsers added. */
export async function forgedWrites(
  { chain }: Space,
  mspId: string,
  writes: Call['writes'],
  said: Partial<Call> = {},
): Promise<void> {
  await chain.forge({
    ...(await signerOf(mspId, 'officer')),
    signed: true,
    time: chain.now,
    transaction: 'participants:Activate',
    argument: '{}',
    result: '{}',
    writes,
    ...said,
  });
}

/** Bring back, one by one, what the rules gave: what any honest gateway does once witnesses have signed. */
export async function restore(space: Space, house: House): Promise<void> {
  for (;;) {
    await caughtUp(house, space);
    const [diverging] = await house.projection.standing();
    if (diverging === undefined) return;
    const { key, text } = diverging;
    const said = { transaction: 'records:Restore', argument: encode({ key, text }) };
    await forgedWrites(space, 'RegulatorMSP', [{ key, value: text }], said);
  }
}

const tick = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 3);
  });

/** Let the custodian work until nothing is left to do but to wait for records to be restored. */
export async function attendUntilHindered(house: House, space: Space): Promise<void> {
  house.custodian.start();
  await caughtUp(house, space);
  const idle = { now: false };
  void house.custodian.idle().then(() => {
    idle.now = true;
  });
  for (;;) {
    const { open, inFlight, hindered } = await house.custodian.status();
    const left = open.SEEN + open.PREPARED + open.SUBMITTED;
    if (idle.now || (left > 0 && left === hindered.length && inFlight === 0)) return;
    await tick();
  }
}
