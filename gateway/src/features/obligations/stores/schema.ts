import type { DutyRole, DutyState } from './port.js';

export interface DutySchema {
  duties: {
    obligation_id: string;
    role: DutyRole;
    state: DutyState;
    evidence: string | null;
    notice: string | null;
    reason: string | null;
    updated_at: string;
    /** Order of changes: times may be equal. */
    sequence: number;
  };
}
