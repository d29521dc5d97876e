import type { Profile } from '../../model/index.js';
import type { Caller } from '../caller.js';

/** True when the profile stands for the caller's own organisation unit, as its certificate gives it. */
export const isProfileOf = ({ mspId, unit }: Profile, caller: Caller): boolean =>
  mspId === caller.mspId && (unit ?? '') === caller.unit;
