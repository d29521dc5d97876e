/** What a gateway must remember of the duties that it carries out. Every method is one durable step. */

/**
 * What this gateway does about an obligation. DELETE: as its debtor, forgets a use. INFORM: as its debtor, sends a notice.
 * ACKNOWLEDGE: as the informed party, states that a notice arrived.
 */
export type DutyRole = 'DELETE' | 'INFORM' | 'ACKNOWLEDGE';
/** OPEN: to be done. DONE: done here, and still to be seen on the ledger as fulfilled. CLOSED: the ledger says so. */
export type DutyState = 'OPEN' | 'DONE' | 'CLOSED';

export interface DutyEntry {
  readonly obligationId: string;
  readonly role: DutyRole;
  readonly state: DutyState;
  /** `sha256:<hex>` of what shows that it was done. */
  readonly evidence?: string;
  /** The signed notice that arrived. */
  readonly notice?: string;
  /** Code of the last failure, for an operator. */
  readonly reason?: string;
  readonly updatedAt: string;
}

export type DutyChange = Partial<Pick<DutyEntry, 'evidence' | 'notice' | 'reason'>>;

export interface DutyJournal {
  /** Inserts it in this state, or returns what is there. */
  open(
    obligationId: string,
    role: DutyRole,
    state?: 'OPEN' | 'DONE',
    change?: DutyChange,
  ): Promise<DutyEntry>;
  get(obligationId: string, role: DutyRole): Promise<DutyEntry | undefined>;
  /** Forward only; the same state again keeps what is learned. CONFLICT for a step back, NOT_FOUND. */
  move(obligationId: string, role: DutyRole, to: DutyState, change?: DutyChange): Promise<DutyEntry>;
  /** All that is not CLOSED, oldest change first. */
  unfinished(): Promise<readonly DutyEntry[]>;
}
