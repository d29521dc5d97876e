import type { Instant } from '@tallystick/chaincode/model';
import type { UseCases } from '../custody/port.js';
import type { Log } from '../../workers/log.js';
import type { EnrolledIdentity } from '../../identities/index.js';
import type { Ledger } from '../../ledger/port.js';
import type { Projection } from '../../projection/port.js';
import type { DutyJournal } from './stores/port.js';

export interface ObligationParts {
  readonly ledger: Ledger;
  readonly projection: Projection;
  readonly duties: DutyJournal;
  readonly useCases: Pick<UseCases, 'eraseUse'>;
  /** The identity that signs as our component. */
  readonly signer: EnrolledIdentity;
  /** Our participant id. */
  readonly participant: string;
  /** Sends a signed notice to a member, by MSP id. Throws OutboxError. */
  readonly send: (mspId: string, notice: object) => Promise<void>;
  /** Whether duties are carried out when they are due; else only what somebody asks for. */
  readonly isWatching: boolean;
  readonly log: Log;
  readonly now: () => Instant;
  /** Milliseconds before a step that failed is tried again; doubled with each failure, up to a hundred times this. */
  readonly pause: number;
}
