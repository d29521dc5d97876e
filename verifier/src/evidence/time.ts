import { instantOf, millisOf } from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import type { Subtle } from '../crypto/subtle.js';
import { rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import type { TimeInterval } from '../verdict.js';
import type { Said } from './answers.js';
import type { Evidence } from './reading.js';
import type { Signers } from './signed.js';
import { organisationsOf } from './transactions.js';

/** What bounds the time of one transaction from outside. */
export interface TimeWitnesses {
  readonly signers: Signers | undefined;
  readonly said: Said | undefined;
}

/**
 * Between which times independent parties place a transaction. Not before: its endorsers refuse a proposal that is further from their clocks
 * than the window (fabric:core/peer, TimeWindowCheck). Not after: peers answered about it by their clocks.
 */
export function intervalOf({ signers, said }: TimeWitnesses, { clockSkew }: Trust): TimeInterval {
  const skew = clockSkew * 1000;
  const answered = said?.at.map(millisOf) ?? [];
  return {
    ...(signers && {
      notBefore: {
        at: instantOf(millisOf(signers.time) - skew),
        by: organisationsOf(signers.identities),
      },
    }),
    ...(said &&
      answered.length > 0 && {
        notAfter: { at: instantOf(Math.max(...answered) + skew), by: said.organisations },
      }),
  };
}

/** Certificates of creator and endorsers at the transaction's time: Fabric checks expiry only when it is submitted. */
export function checkCertificates(signers: readonly Signers[], list: Checklist): Promise<unknown> {
  return Promise.all(
    signers.map(({ txId, time, identities }) =>
      list.run('time.certificates', txId, () => {
        const at = millisOf(time);
        for (const { mspId, certificate } of identities) {
          const isCurrent = certificate.notBefore <= at && at <= certificate.notAfter;
          rejectUnless(isCurrent, 'EXPIRED', { mspId, at: time, fingerprint: certificate.fingerprint });
        }
        return { value: true, facts: { at: time, certificates: `${identities.length}` } };
      }),
    ),
  );
}

export function checkTime(
  { timestamps }: Evidence,
  witnesses: TimeWitnesses,
  trust: Trust,
  _subtle: Subtle,
  list: Checklist,
): Promise<TimeInterval> {
  if (timestamps.length === 0) list.notEvaluated('time.authorities', '', 'NOT_GIVEN');
  return Promise.resolve(intervalOf(witnesses, trust));
}
