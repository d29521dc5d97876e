import { descriptors, Refusal, type Digest, type Opening } from '@tallystick/chaincode/model';
import { openingDigest, readRecords, rules, type Reader } from '@tallystick/chaincode/rules';
import { textOf } from '../bytes/protobuf.js';
import { functionOf } from '../fabric/proposal.js';
import type { NamespaceSet } from '../fabric/rwset.js';
import type { Transaction } from '../fabric/transaction.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { assertNothing, assertPlain, parameterOf, recordedIn, type RecordedCall } from '../recorded.js';
import { replay, rulesOf, type Replay } from '../replay.js';
import { spaceOf, type Snapshot } from './world-state.js';

const READ = descriptors.records.Get.name;

/** What our chaincode's transactions are replayed with. */
export interface ReplaySetting {
  readonly chaincode: string;
  /** Versions of the rules that the trust file accepts. */
  readonly rules: readonly string[];
  readonly openings: readonly Opening[];
}

/** `foreign`: the rules have nothing to say, and nothing of ours was written. */
export type ReplayResult = Replay | { readonly result: 'foreign' };

/** Runs valid transactions of our chaincode through the rules, over the state that they read. */
export class RulesReplay {
  readonly #setting: ReplaySetting;
  readonly #openings: ReadonlyMap<Digest, Opening>;

  constructor(setting: ReplaySetting) {
    this.#setting = setting;
    this.#openings = new Map(setting.openings.map((each) => [openingDigest(each), each]));
  }

  /** @param before the state at the versions that the transaction read */
  async run(transaction: Transaction, before: Snapshot): Promise<ReplayResult> {
    try {
      return await this.#run(transaction, before);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      return { result: 'fail', reason: error.code, facts: error.facts };
    }
  }

  async #run(transaction: Transaction, before: Snapshot): Promise<ReplayResult> {
    const { chaincode } = this.#setting;
    const own = transaction.namespaces.find(({ namespace }) => namespace === chaincode);
    if (transaction.chaincode !== chaincode) return foreign(transaction, own);
    if (own !== undefined && own.writes.length > 0)
      return this.#replayed(own, recordedIn(transaction, chaincode), before);
    for (const set of transaction.namespaces) if (set !== own) assertNothing(set);
    return this.#withoutWrites(transaction, before);
  }

  async #replayed(own: NamespaceSet, recorded: RecordedCall, before: Snapshot): Promise<Replay> {
    const version = rulesOf([...recorded.writes.values()][0] ?? '');
    const reads = readsOf(own, before);
    const outcome = await replay({ ...recorded, reads, openings: this.#openings });
    if (outcome.result !== 'pass' || this.#setting.rules.includes(version))
      return named(outcome, recorded.transaction);
    return { result: 'not-evaluated', reason: 'RULES_UNKNOWN', facts: { rules: version } };
  }

  /**
   * Every transaction of the rules writes something, reads of records write nothing; what else writes nothing changes nothing.
   * @throws Rejection WRITES_DIFFER, RULES_REFUSE, MALFORMED
   */
  async #withoutWrites(transaction: Transaction, before: Snapshot): Promise<ReplayResult> {
    const name = functionOf(transaction);
    rejectUnless(!rules.has(name), 'WRITES_DIFFER', { transaction: name, what: 'nothing written' });
    if (name !== READ) return { result: 'foreign' };
    const expected = await told(parameterOf(transaction), (key) => {
      const found = before.get(spaceOf(this.#setting.chaincode), key);
      return Promise.resolve(found && textOf(found.value));
    });
    const isSame = textOf(transaction.response.payload) === expected;
    rejectUnless(isSame, 'WRITES_DIFFER', { transaction: name, what: 'the response' });
    return { result: 'pass' };
  }
}

/** The answer to `records:Get`. @throws Rejection RULES_REFUSE */
async function told(argument: string, read: Reader): Promise<string> {
  try {
    return await readRecords(argument, read);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Rejection('RULES_REFUSE', { transaction: READ, refusal: error.code }, { cause: error });
  }
}

/** No other chaincode has any business under our name: whoever endorsed that went round the rules. */
function foreign({ chaincode }: Transaction, own: NamespaceSet | undefined): ReplayResult {
  if (own) {
    const { namespace } = own;
    rejectUnless(own.writes.length === 0, 'WRITES_DIFFER', { chaincode, namespace });
    assertPlain(own);
  }
  return { result: 'foreign' };
}

function readsOf({ namespace, reads }: NamespaceSet, before: Snapshot): ReadonlyMap<string, string | null> {
  return new Map(
    reads.map(({ key, version }) => {
      const found = version === null ? undefined : before.get(spaceOf(namespace), key);
      return [key, found ? textOf(found.value) : null];
    }),
  );
}

const named = (outcome: Replay, transaction: string): Replay =>
  outcome.result === 'pass' ? outcome : { ...outcome, facts: { ...outcome.facts, transaction } };
