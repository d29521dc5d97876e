import { encode } from '@tallystick/chaincode/model';
import type { Trust } from '../../verifier/src/trust/trust.js';
import { TimeAuthority } from '../../verifier/test/time-authority.js';
import type { Draft } from './draft.js';

/** A draft whose checkpoint an authority has stamped, and the authority as a trust file names it. */
export interface Stamped {
  readonly draft: Draft;
  readonly authority: Trust['timestampAuthorities'][number];
}

/** Has the checkpoint stamped, or other bytes in its place, by an authority of its own. */
export function stamped(draft: Draft, over: unknown = draft.checkpoint!.body): Stamped {
  const authority = new TimeAuthority();
  try {
    const token = authority.stamp(new TextEncoder().encode(encode(over)));
    const { root: certificate } = authority;
    return {
      draft: { ...draft, timestamps: [{ token }] },
      authority: { name: 'Authority of time', certificate },
    };
  } finally {
    authority.stop();
  }
}
