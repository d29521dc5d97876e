import { decodeRecord, descriptors, encode, keys, usageType, type Usage } from '@tallystick/chaincode/model';
import { LedgerError } from '../../ledger/port-errors.js';
import type { Ledger } from '../../ledger/port.js';
import type { Opened } from '../../payload/port.js';
import type { Projection } from '../../projection/port.js';
import type { Failpoints } from './failpoint.js';
import { submitPersistently, type Patience } from '../../ledger/port-persistence.js';
import type { Acknowledgement } from './port.js';
import { recordAt } from './projected.js';
import { signerFor, type Signers } from './signers.js';

/** Submits the consumer's half of the receipt, after the response has ended and without anybody waiting for it. */
export interface Acknowledger {
  /** Never rejects. `identity` is preferred where it can sign for the component. */
  acknowledge(usage: Usage, opened: Opened, identity: string): Promise<Acknowledgement>;
  /** Waits for those under way. */
  drain(): Promise<void>;
}

export interface AcknowledgerParts {
  readonly ledger: Ledger;
  readonly projection: Projection;
  readonly signers: Signers;
  readonly failpoints: Failpoints;
  readonly patience: Patience;
}

export const newAcknowledger = (parts: AcknowledgerParts): Acknowledger => new PersistentAcknowledger(parts);

class PersistentAcknowledger implements Acknowledger {
  readonly #parts: AcknowledgerParts;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(parts: AcknowledgerParts) {
    this.#parts = parts;
  }

  async acknowledge(usage: Usage, opened: Opened, identity: string): Promise<Acknowledgement> {
    if (usage.state === 'ACKNOWLEDGED') return { state: 'ACKNOWLEDGED' };
    const work = this.#submit(usage, opened, identity);
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async drain(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #submit(usage: Usage, opened: Opened, preferred: string): Promise<Acknowledgement> {
    const { ledger, projection, signers, failpoints, patience } = this.#parts;
    try {
      const component = await recordAt(projection, keys.component(usage.component));
      const submission = {
        identity: signerFor(signers, component, preferred),
        transaction: descriptors.usage.Acknowledge.name,
        argument: encode({
          usageId: usage.id,
          component: usage.component,
          bytes: opened.bytes.toString(),
          commitment: opened.commitment,
        }),
      };
      const { txId, blockNumber } = await submitPersistently(ledger, submission, patience);
      await failpoints.reach('acknowledge.submitted');
      return { state: 'ACKNOWLEDGED', txId, blockNumber };
    } catch (cause) {
      return this.#afterFailure(usage, preferred, cause);
    }
  }

  /** A refusal is no failure when an earlier opening of the same use has been acknowledged meanwhile. */
  async #afterFailure(usage: Usage, identity: string, cause: unknown): Promise<Acknowledgement> {
    const code = cause instanceof LedgerError ? cause.code : 'FAILED';
    if (code !== 'REFUSED') return { state: 'FAILED', code, cause };
    const text = await this.#parts.ledger.read(identity, keys.usage(usage.id).text).catch(() => undefined);
    const isThere = text !== undefined && decodeRecord(usageType, text).state === 'ACKNOWLEDGED';
    return isThere ? { state: 'ACKNOWLEDGED' } : { state: 'FAILED', code, cause };
  }
}
