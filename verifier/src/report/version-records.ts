import type { Version } from '@tallystick/chaincode/model';
import type { Verdict } from '../verdict.js';

const PREFIX = 'version/';

/** Versions of datasets that the evidence holds. Their texts were decoded as canonical JSON of that record when they were evidenced. */
export const versionsIn = ({ records }: Verdict): readonly Version[] =>
  Object.entries(records)
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([, text]) => JSON.parse(text) as Version);
