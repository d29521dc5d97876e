import { compromise } from '../records/index.js';
import { describe } from './descriptor.js';

export const compromiseDescriptors = {
  Declare: describe(
    'compromises:Declare',
    'Declare that others may sign with a participant’s key, from a time on: its own officer, or a regulator.',
    compromise.pick({ participant: true, key: true, from: true, reason: true }),
    compromise.pick({ participant: true, key: true, from: true }),
    { by: 'officer', standing: 'NONE', whilePaused: true, anyTime: true },
  ),
};
