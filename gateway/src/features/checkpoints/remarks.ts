import type { Feature } from '../../feature/feature.js';
import { CHECKPOINTS, DIVERGENCES } from './port.js';

/** What `/readyz` says of the ledger and of its witnesses. */
export const remarks: NonNullable<Feature['remarks']> = {
  divergences: {
    description:
      'Transactions that are not what the rules make of them, in words; no reason to send requests elsewhere.',
    async words({ faces }) {
      const { corrected, void: refused, standing } = await faces.of(DIVERGENCES).counts();
      if (corrected + refused === 0) return 'none';
      return `${corrected} corrected, ${refused} void, ${standing} keys not restored`;
    },
  },
  witness: {
    description:
      'What this gateway signs, and whether others contradict it, in words; no such reason either.',
    async words({ faces }) {
      const { identity, signed, lies, retractions } = await faces.of(CHECKPOINTS).status();
      const signs =
        identity === undefined ? 'signs nothing: none is enrolled' : `signed height ${signed ?? 'none'}`;
      if (lies + retractions === 0) return signs;
      return `${signs}; ${lies} lies, ${retractions} retractions: see /divergences`;
    },
  },
};
