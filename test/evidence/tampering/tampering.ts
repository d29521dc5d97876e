import type { EvidenceFile } from '@tallystick/chaincode/model';
import type { Operation } from 'rfc6902';
import type { StepCode } from '../../../verifier/src/checklist.js';

/** What somebody without any key changes in a good file, and a step that must not pass then. */
export interface Tampering {
  readonly base: string;
  readonly at: StepCode;
  readonly edit: (file: EvidenceFile) => Operation[];
}

export type Tamperings = Readonly<Record<string, Tampering>>;
