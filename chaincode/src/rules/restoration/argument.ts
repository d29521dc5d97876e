import { descriptors, encode, refuseUnless, type RequestOf } from '../../model/index.js';
import { parseRequests } from '../execution.js';
import type { LedgerEvent } from '../rule.js';

export type Restoring = RequestOf<typeof descriptors.records.Restore>;

/** What a `records:Restore` brings back, and what it answers and tells. */
export interface Restoration {
  readonly key: string;
  /** `null`: nothing stands there by the rules. */
  readonly text: string | null;
  /** Canonical JSON. */
  readonly result: string;
  readonly events: readonly LedgerEvent[];
}

/** The request in an argument: one, never a list, so that a transaction restores one key. Refuses with MALFORMED. */
export function parseRestoring(argument: string): Restoring {
  const asked = parseRequests(descriptors.records.Restore, argument);
  const reason = 'one record is restored at a time';
  refuseUnless('key' in asked, 'MALFORMED', { errors: [{ pointer: '', reason }] });
  return asked;
}

export const restorationOf = ({ key, text }: Pick<Restoring, 'key' | 'text'>): Restoration => ({
  key,
  text,
  result: encode({ key }),
  events: [{ name: 'record.restored', key }],
});

/** What an argument asks to bring back. Proves nothing: whoever folds knows the effective text itself. Refuses with MALFORMED. */
export const restorationIn = (argument: string): Restoration => restorationOf(parseRestoring(argument));
