import { keys, refuseUnless, type Grant, type Id } from '../../model/index.js';
import { write, type Ledger, type Write } from '../ledger.js';

export interface Slot {
  readonly isExhausted: boolean;
  readonly writes: readonly Write[];
}

/**
 * The slot a use takes. Slots are handed out in order, each once, so the answer names the next one: an earlier or
 * later index is refused and nothing is written. The index that equals the quota proves exhaustion, because the slot
 * before it is taken.
 */
export async function takeSlot(
  ledger: Ledger,
  { id, quota }: Grant,
  usage: Id<'usage'>,
  index: number | undefined,
): Promise<Slot> {
  const details = { grantId: id, quota: quota ?? null, slot: index ?? null };
  if (quota === undefined || index === undefined) {
    refuseUnless(quota === undefined && index === undefined, 'SLOT_OUT_OF_ORDER', details);
    return { isExhausted: false, writes: [] };
  }
  refuseUnless(index <= quota && (await isNext(ledger, id, index)), 'SLOT_OUT_OF_ORDER', details);
  if (index === quota) return { isExhausted: true, writes: [] };
  return { isExhausted: false, writes: [write(keys.usageSlot(id, index), { grant: id, index, usage })] };
}

async function isNext(ledger: Ledger, grant: Id<'grant'>, index: number): Promise<boolean> {
  const [before, own] = await Promise.all([
    index === 0 ? 'none' : ledger.get(keys.usageSlot(grant, index - 1)),
    ledger.get(keys.usageSlot(grant, index)),
  ]);
  return before !== undefined && own === undefined;
}
