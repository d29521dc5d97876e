import { instantOf, millisOf } from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import type { Subtle } from '../crypto/subtle.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { interval, verifyToken, type Stamp } from '../time/index.js';
import type { Trust } from '../trust/trust.js';
import type { TimeInterval } from '../verdict.js';
import type { Said } from './answers.js';
import type { Evidence } from './reading.js';
import type { Signers } from './signed.js';
import { organisationsOf, type Evidenced } from './transactions.js';

/** What bounds the time of one transaction from outside. */
export interface TimeWitnesses {
  readonly signers: Signers | undefined;
  readonly said: Said | undefined;
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

/** The tokens of the file, each over the envelope it names. An authority that the trust file does not know proves nothing here. */
async function checkTokens({
  evidence,
  transactions,
  trust,
  subtle,
  list,
}: Timed): Promise<ReadonlyMap<string, Stamp[]>> {
  const stamps = new Map<string, Stamp[]>();
  for (const { txId, token } of evidence.timestamps) {
    try {
      const { tx } = transactions.find((each) => each.tx.txId === txId) ?? {};
      rejectUnless(tx !== undefined, 'TOKEN_INVALID', { txId, what: 'no such transaction in the file' });
      const stamp = await verifyToken(token, tx.envelope, trust.timestampAuthorities, subtle);
      stamps.set(txId, [...(stamps.get(txId) ?? []), stamp]);
      list.pass('time.authorities', txId, { at: instantOf(stamp.at), authority: stamp.authority });
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      if (error.code === 'AUTHORITY_NOT_TRUSTED')
        list.notEvaluated('time.authorities', txId, error.code, error.facts);
      else list.fail('time.authorities', txId, error);
    }
  }
  return stamps;
}

/** What time is judged with. */
export interface Timed {
  readonly evidence: Evidence;
  readonly transactions: readonly Evidenced[];
  readonly trust: Trust;
  readonly subtle: Subtle;
  readonly list: Checklist;
}

/**
 * Between which times independent parties place the transaction that decided. Not before: its endorsers refuse a proposal that is further
 * from their clocks than the window (fabric:core/peer, TimeWindowCheck). Not after: what authorities stamped, and when peers answered.
 */
export async function checkTime(timed: Timed, { signers, said }: TimeWitnesses): Promise<TimeInterval> {
  if (timed.evidence.timestamps.length === 0) timed.list.notEvaluated('time.authorities', '', 'NOT_GIVEN');
  const stamps = await checkTokens(timed);
  return interval({
    stamps: stamps.get(signers?.txId ?? '') ?? [],
    made: signers ? [{ at: signers.time, by: organisationsOf(signers.identities) }] : [],
    seen: said?.readings ?? [],
    clockSkew: timed.trust.clockSkew,
  });
}
