import { claimType, decodeRecord, type Claim } from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import { checkRequiredCall } from './required-call.js';
import type { TextLookup } from './terms.js';
import type { World } from './transactions.js';

/** A claim that something rests on. */
export interface ClaimInForce {
  readonly id: string;
  /** `undefined` where the file does not say. */
  readonly state: Claim['state'] | undefined;
  readonly record?: Claim | undefined;
}

/** As many as a use looks through (rules/claims/in-force.ts). */
const MAX_TRANSFERS = 32;

/**
 * The claim that a decision rested on: the one that the grant names, or where it was transferred with its grants, the one in its place.
 * @returns it, and the keys of those before it @throws Rejection MALFORMED
 */
export function claimUnder(
  id: string,
  seen: TextLookup,
): { readonly current: ClaimInForce; readonly keys: readonly string[] } {
  const keys: string[] = [];
  let next = id;
  for (;;) {
    const key = `claim/${next}`;
    keys.push(key);
    const text = seen(key);
    const record = text === undefined ? undefined : decodeRecord(claimType, text);
    const { state, successor, transfer } = record ?? {};
    const isPassedOn = state === 'TRANSFERRED' && successor !== undefined && transfer?.grants === 'PASS';
    if (!isPassedOn || keys.length > MAX_TRANSFERS) return { current: { id: next, state, record }, keys };
    next = successor;
  }
}

const ASSERTIONS = ['datasets:Register', 'claims:Assert', 'claims:AcceptTransfer'];

/** How the claim came about, and the registrar's signature where it was registered. */
export async function checkClaim(claim: ClaimInForce, world: World, list: Checklist): Promise<void> {
  const { id, state, record } = claim;
  const key = `claim/${id}`;
  if (state === undefined) {
    list.notEvaluated('subject.claim', key, 'PART_MISSING', { key });
    return;
  }
  await checkRequiredCall({ code: 'subject.claim', names: ASSERTIONS, key }, world, list);
  if (state !== 'REGISTERED' && record?.registration === undefined) return;
  await checkRequiredCall(
    { code: 'subject.claim', names: ['claims:Register'], key, signer: record?.registration?.registrar },
    world,
    list,
  );
}
