import { encode } from '@tallystick/chaincode/model';
import type { Trust } from '../../verifier/src/trust/trust.js';
import { newRoot, newSigner, tokenOf, type TokenOptions } from '../../verifier/test/time/making.js';
import type { Draft } from './draft.js';

/** A draft whose checkpoint an authority has stamped, and the authority as a trust file names it. */
export interface Stamped {
  readonly draft: Draft;
  readonly authority: Trust['timestampAuthorities'][number];
}

/** Some hours after what stories tell, and ten months before it. */
const AFTERWARDS = '2026-11-24T20:00:00Z';
export const LONG_BEFORE = '2026-01-02T00:00:00Z';

/** Has the checkpoint stamped, or other bytes in its place, by an authority of its own. */
export function stamped(
  draft: Draft,
  over: unknown = draft.checkpoint!.body,
  shape: Partial<TokenOptions> = {},
): Stamped {
  const root = newRoot('Root of time');
  const message = new TextEncoder().encode(encode(over));
  const token = tokenOf(newSigner(root), { message, at: AFTERWARDS, ...shape });
  return {
    draft: { ...draft, timestamps: [{ token }] },
    authority: { name: 'Authority of time', certificate: root.certificate },
  };
}
