import { Contract, type Context } from 'fabric-contract-api';
import type { ChaincodeStub } from 'fabric-shim-api';
import { allDescriptors, Refusal } from '../model/index.js';
import type { Council, Edition } from '../rules/index.js';
import { observed, SILENT, type Observer } from './observer.js';
import { readRecord, restoreRecord, transact } from './transaction.js';

type Method = (context: Context, ...parameters: string[]) => Promise<string>;

/** Contract classes for fabric-contract-api, one per contract name, one method per descriptor. No decorators. */
export function contracts(
  edition: Edition,
  observer: Observer = SILENT,
  pinned?: Council,
): (new () => Contract)[] {
  const names = new Set(allDescriptors.map(({ name }) => contractOf(name)));
  return [...names].map((name) => contractClass(name, { edition, observer, pinned }));
}

interface Setting {
  /** The rules that decide. */
  readonly edition: Edition;
  readonly observer: Observer;
  /** Witnesses that are pinned beside the ledger. */
  readonly pinned: Council | undefined;
}

const contractOf = (transaction: string): string => transaction.slice(0, transaction.indexOf(':'));
const verbOf = (transaction: string): string => transaction.slice(transaction.indexOf(':') + 1);

function contractClass(name: string, setting: Setting): new () => Contract {
  class NamedContract extends Contract {
    constructor() {
      super(name);
    }

    override unknownTransaction({ stub }: Context): Promise<void> {
      const { fcn } = stub.getFunctionAndParameters();
      return observed(setting.observer, fcn, () =>
        Promise.reject(new Refusal('UNKNOWN_TRANSACTION', { transaction: fcn })),
      );
    }
  }
  for (const { name: transaction } of allDescriptors.filter(
    (descriptor) => contractOf(descriptor.name) === name,
  )) {
    // A rest parameter leaves the count of arguments to us: the contract API's own refusal is prose, not a code.
    Object.defineProperty(NamedContract.prototype, verbOf(transaction), {
      value: methodOf(transaction, setting),
    });
  }
  return NamedContract;
}

function methodOf(transaction: string, setting: Setting): Method {
  const run = runOf(transaction, setting);
  return (context, ...parameters) =>
    observed(setting.observer, transaction, () => run(context.stub, parameters));
}

function runOf(
  transaction: string,
  { edition, pinned }: Setting,
): (stub: ChaincodeStub, parameters: readonly string[]) => Promise<string> {
  switch (transaction) {
    case 'records:Get':
      return readRecord;
    case 'records:Restore':
      return (stub, parameters) => restoreRecord(stub, parameters, pinned);
    default:
      return (stub, parameters) => transact(transaction, stub, parameters, edition);
  }
}
