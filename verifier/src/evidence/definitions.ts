import type { Checklist } from '../checklist.js';
import {
  endorsementPolicy,
  LIFECYCLE,
  readDefinition,
  sequenceRead,
  type Definition,
} from '../fabric/definition.js';
import type { ChannelConfig, Policy } from '../fabric/identity.js';
import { rejectUnless } from '../rejection.js';
import { compare } from './records.js';
import { placeOf } from './reading.js';
import type { Evidenced } from './transactions.js';

/** Who must have agreed to a definition (fabric:core/chaincode/lifecycle, the channel's own policy). */
const LIFECYCLE_POLICY = '/Channel/Application/LifecycleEndorsement';

/** The chaincode definitions that the file holds, by the place of the transaction that committed each. */
export class Definitions {
  readonly #chaincode: string;
  readonly #byPlace = new Map<string, Definition>();

  constructor(chaincode: string) {
    this.#chaincode = chaincode;
  }

  /** Reads them in the order of the ledger, each over the one before; one step for each. */
  async read(transactions: readonly Evidenced[], list: Checklist): Promise<void> {
    const commits = transactions
      .filter(({ tx }) => tx.chaincode === LIFECYCLE)
      .sort((one, other) => compare(one.position, other.position));
    let before: Definition | undefined;
    for (const { tx, place } of commits) {
      const definition = await list.run('ledger.definition', tx.txId, () => {
        const value = readDefinition(tx, this.#chaincode, before);
        return { value, facts: { sequence: value.sequence.toString(), version: value.version } };
      });
      if (definition === undefined) return;
      this.#byPlace.set(place, definition);
      before = definition;
    }
  }

  /**
   * The policy that the endorsements of a transaction had to satisfy: that of the definition which its own endorsed read set names.
   * @throws Rejection DEFINITION_NOT_IN_FORCE, WRONG_CHAINCODE, POLICY_UNKNOWN
   */
  policyOf({ tx }: Evidenced, config: ChannelConfig): Policy {
    if (tx.chaincode === LIFECYCLE) return config.policy(LIFECYCLE_POLICY);
    rejectUnless(tx.chaincode === this.#chaincode, 'WRONG_CHAINCODE', { chaincode: tx.chaincode });
    const version = sequenceRead(tx, this.#chaincode);
    rejectUnless(version !== undefined && version !== null, 'DEFINITION_NOT_IN_FORCE', { read: 'none' });
    const definition = this.#byPlace.get(placeOf(version));
    rejectUnless(definition !== undefined, 'DEFINITION_NOT_IN_FORCE', { read: placeOf(version) });
    return endorsementPolicy(definition, config);
  }
}
