import type { Facts } from '../rejection.js';
import type { Refusal } from './examination.js';
import { CODE, codeName } from './validation-codes.js';

/** Codes that follow from what is judged here: where one of them stands, it must be the right one. */
const DECIDED: readonly number[] = [
  CODE.BAD_CREATOR_SIGNATURE,
  CODE.DUPLICATE_TXID,
  CODE.ENDORSEMENT_POLICY_FAILURE,
  CODE.MVCC_READ_CONFLICT,
  CODE.PHANTOM_READ_CONFLICT,
];

/**
 * How a flag differs from what was judged; `undefined` when it does not. Of a transaction that cannot be valid for a reason that Fabric
 * has several codes for, any of them but VALID is right.
 */
export function flagDifference(flag: number, refusal: Refusal | undefined): Facts | undefined {
  if (!refusal) return flag === CODE.VALID ? undefined : { flag: codeName(flag), expected: 'VALID' };
  const isWrongCode = refusal.code !== undefined && DECIDED.includes(flag) && refusal.code !== flag;
  if (flag !== CODE.VALID && !isWrongCode) return undefined;
  return {
    flag: codeName(flag),
    expected: refusal.code === undefined ? 'not VALID' : codeName(refusal.code),
    step: refusal.step,
    reason: refusal.rejection.code,
    ...refusal.rejection.facts,
  };
}
