import { refuseUnless, type ClaimBody, type Origin, type Right } from '../../model/index.js';

/**
 * `YES` claimable, `EVIDENCE` claimable on a ground that must be evidenced (a contract, the consent of the others, no
 * substitute for the source's product, a law), `NO` not claimable.
 */
type Cell = 'YES' | 'EVIDENCE' | 'NO';
type Row = Readonly<Record<Right, Cell>>;

const row = (HOLD: Cell, USE: Cell, OPERATE: Cell): Row => ({ HOLD, USE, OPERATE });

/** Which rights may be claimed for data of which origin (national guideline on registration, article 21). */
const ADMISSIBILITY: Readonly<Record<Origin, Row>> = {
  OWN_ACTIVITY: row('YES', 'YES', 'YES'),
  PROMPTED: row('YES', 'YES', 'YES'),
  NATURAL_PERSON: row('YES', 'YES', 'YES'),
  PUBLIC_AUTOMATED: row('YES', 'YES', 'NO'),
  PUBLIC_PRODUCT: row('YES', 'YES', 'EVIDENCE'),
  FUSION_CONTRACT: row('EVIDENCE', 'EVIDENCE', 'EVIDENCE'),
  FUSION_SILENT: row('YES', 'YES', 'EVIDENCE'),
  DERIVED: row('YES', 'YES', 'YES'),
  /** A processor on another's behalf has no right of its own, unless law or contract says otherwise. */
  ENTRUSTED: row('EVIDENCE', 'EVIDENCE', 'EVIDENCE'),
  GOVERNMENT: row('NO', 'NO', 'NO'),
};

/** Refuse with NOT_ADMISSIBLE a claim to rights that data of its origin does not give. */
export function refuseInadmissible({ origin, rights, evidence }: ClaimBody): void {
  for (const right of rights) {
    const cell = ADMISSIBILITY[origin][right];
    const isAdmissible = cell === 'YES' || (cell === 'EVIDENCE' && evidence.length > 0);
    refuseUnless(isAdmissible, 'NOT_ADMISSIBLE', { origin, right, needs: cell });
  }
}
