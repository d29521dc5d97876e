import { Contract, type Context } from 'fabric-contract-api';
import { allDescriptors, Refusal } from '../model/index.js';
import { observed, SILENT, type Observer } from './observer.js';
import { readRecord, transact } from './transaction.js';

type Method = (context: Context, ...parameters: string[]) => Promise<string>;

/** Contract classes for fabric-contract-api, one per contract name, one method per descriptor. No decorators. */
export function contracts(observer: Observer = SILENT): (new () => Contract)[] {
  const names = new Set(allDescriptors.map(({ name }) => contractOf(name)));
  return [...names].map((name) => contractClass(name, observer));
}

const contractOf = (transaction: string): string => transaction.slice(0, transaction.indexOf(':'));
const verbOf = (transaction: string): string => transaction.slice(transaction.indexOf(':') + 1);

function contractClass(name: string, observer: Observer): new () => Contract {
  class NamedContract extends Contract {
    constructor() {
      super(name);
    }

    override unknownTransaction({ stub }: Context): Promise<void> {
      const { fcn } = stub.getFunctionAndParameters();
      return observed(observer, fcn, () =>
        Promise.reject(new Refusal('UNKNOWN_TRANSACTION', { transaction: fcn })),
      );
    }
  }
  for (const { name: transaction } of allDescriptors.filter(
    (descriptor) => contractOf(descriptor.name) === name,
  )) {
    // A rest parameter leaves the count of arguments to us: the contract API's own refusal is prose, not a code.
    Object.defineProperty(NamedContract.prototype, verbOf(transaction), {
      value: methodOf(transaction, observer),
    });
  }
  return NamedContract;
}

function methodOf(transaction: string, observer: Observer): Method {
  const run: Method =
    transaction === 'records:Get'
      ? (context, ...parameters) => readRecord(context.stub, parameters)
      : (context, ...parameters) => transact(transaction, context.stub, parameters);
  return (context, ...parameters) => observed(observer, transaction, () => run(context, ...parameters));
}
