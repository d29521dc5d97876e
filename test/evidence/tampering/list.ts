import type { EvidenceFile } from '@tallystick/chaincode/model';
import type { Operation } from 'rfc6902';
import type { StepCode } from '../../../verifier/src/checklist.js';
import { vector } from '../vectors.js';
import { CHECKPOINTS } from './checkpoints.js';
import { plain } from './edits.js';
import { LEDGERS } from './ledgers.js';
import { STATES } from './states.js';
import { TRANSACTIONS } from './transactions.js';

/** What somebody without any key changes in a good file, and a step that must not pass then. */
export interface Tampering {
  readonly base: string;
  readonly at: StepCode;
  readonly edit: (file: EvidenceFile) => Operation[];
}

export type Tamperings = Readonly<Record<string, Tampering>>;

export const TAMPERINGS: Tamperings = { ...LEDGERS, ...CHECKPOINTS, ...TRANSACTIONS, ...STATES };

export const patchOf = ({ base, edit }: Tampering): Operation[] => edit(plain(vector('valid', base).text));
