import { id } from '../ids.js';
import { name } from '../odrl/index.js';
import { recordType, type RecordOf } from '../record.js';
import { digest, instant } from '../schema.js';

/**
 * How one version of a dataset was made from another before it was sealed: which action (`anonymize`, `idsc:REPLACE`,
 * `idsc:MPC`), with which parameters, by which certified component. The commitments of both versions are on the ledger,
 * so both forms are bound. One per version, written once.
 */
export const transformationType = recordType('transformation', 1, {
  version: id('version'),
  of: id('version'),
  action: name,
  /** SHA-256 of the canonical JSON of the refinements that the action was carried out with. */
  parameters: digest,
  component: id('component'),
  by: id('participant'),
  at: instant,
  signedBy: digest,
});
export type Transformation = RecordOf<typeof transformationType>;
