import { descriptors, type Digest, type Opening } from '@tallystick/chaincode/model';
import { openingDigest, parseRequest, rules } from '@tallystick/chaincode/rules';
import { textOf } from '../bytes/protobuf.js';
import { functionOf } from '../fabric/proposal.js';
import type { NamespaceSet } from '../fabric/rwset.js';
import type { Transaction } from '../fabric/transaction.js';
import { Rejection, rejectUnless } from '../rejection.js';
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
    for (const set of transaction.namespaces) if (set !== own) assertNothing(set);
    const name = functionOf(transaction);
    if (own === undefined || own.writes.length === 0) return this.#withoutWrites(name, transaction, before);
    return this.#replayed(name, transaction, own, before);
  }

  async #replayed(
    name: string,
    transaction: Transaction,
    own: NamespaceSet,
    before: Snapshot,
  ): Promise<Replay> {
    const writes = writesOf(own);
    const version = rulesOf([...writes.values()][0] ?? '');
    const { response, submitter: creator, time } = transaction;
    const outcome = await replay({
      transaction: name,
      argument: parameterOf(transaction),
      creator,
      time,
      reads: readsOf(own, before),
      writes,
      response: textOf(response.payload),
      openings: this.#openings,
    });
    if (outcome.result !== 'pass' || this.#setting.rules.includes(version)) return named(outcome, name);
    return { result: 'not-evaluated', reason: 'RULES_UNKNOWN', facts: { rules: version } };
  }

  /**
   * Every transaction of the rules writes something, reads of records write nothing; what else writes nothing changes nothing.
   * @throws Rejection WRITES_DIFFER, MALFORMED
   */
  #withoutWrites(name: string, transaction: Transaction, before: Snapshot): ReplayResult {
    rejectUnless(!rules.has(name), 'WRITES_DIFFER', { transaction: name, what: 'nothing written' });
    if (name !== READ) return { result: 'foreign' };
    const { key } = parseRequest(descriptors.records.Get, parameterOf(transaction));
    const found = before.get(spaceOf(this.#setting.chaincode), key);
    const expected = `{"record":${found ? textOf(found.value) : 'null'}}`;
    const isSame = textOf(transaction.response.payload) === expected;
    rejectUnless(isSame, 'WRITES_DIFFER', { transaction: name, what: 'the response' });
    return { result: 'pass' };
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

/** The rules know no ranges, no private data, no policies of keys. */
function assertPlain({ namespace, hasRangeQueries, metadataWrites, collections }: NamespaceSet): void {
  const isPlain = !hasRangeQueries && metadataWrites.length === 0 && collections.length === 0;
  rejectUnless(isPlain, 'WRITES_DIFFER', { namespace, what: 'more than plain keys' });
}

function assertNothing(set: NamespaceSet): void {
  rejectUnless(set.writes.length === 0, 'WRITES_DIFFER', { namespace: set.namespace });
  assertPlain(set);
}

function parameterOf({ args }: Transaction): string {
  const [, parameter, ...more] = args;
  rejectUnless(parameter !== undefined && more.length === 0, 'WRITES_DIFFER', {
    what: `${args.length - 1} arguments`,
  });
  return textOf(parameter);
}

function writesOf(own: NamespaceSet): ReadonlyMap<string, string> {
  assertPlain(own);
  return new Map(
    own.writes.map(({ key, value }) => {
      rejectUnless(value !== null, 'WRITES_DIFFER', { deleted: key });
      return [key, textOf(value)];
    }),
  );
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
