import { callerFrom, CreatorError, type Caller, type Creator } from '@tallystick/chaincode/rules';
import { BoundedMap } from './bytes/bounded-map.js';
import { Rejection } from './rejection.js';

/** Who certificates stand for: reading one costs more than most decisions, and a ledger holds few. */
const callers = new BoundedMap<Caller>(1024);

/** The caller that a creator stands for, at a time. @throws CreatorError */
function callerOf({ mspId, certificate }: Creator, time: string): Caller {
  const known = callers.getOr(`${mspId} ${certificate}`, () => callerFrom({ mspId, certificate }, time));
  return { ...known, time };
}

/** The same for a step of a checklist. @throws Rejection CERTIFICATE_MALFORMED */
export function callerIn(creator: Creator, time: string): Caller {
  try {
    return callerOf(creator, time);
  } catch (cause) {
    if (!(cause instanceof CreatorError)) throw cause;
    throw new Rejection('CERTIFICATE_MALFORMED', { what: cause.message }, { cause });
  }
}
