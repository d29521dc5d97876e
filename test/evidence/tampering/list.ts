import type { Operation } from 'rfc6902';
import { vector } from '../vectors.js';
import { CHECKPOINTS } from './checkpoints.js';
import { plain } from './edits.js';
import { LEDGERS } from './ledgers.js';
import { STATES } from './states.js';
import type { Tampering, Tamperings } from './tampering.js';
import { TRANSACTIONS } from './transactions.js';

export const TAMPERINGS: Tamperings = { ...LEDGERS, ...CHECKPOINTS, ...TRANSACTIONS, ...STATES };

export const patchOf = ({ base, edit }: Tampering): Operation[] => edit(plain(vector('valid', base).text));
