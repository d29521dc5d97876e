import { Contract, type Context } from 'fabric-contract-api';
import { allDescriptors, Refusal } from '../model/index.js';
import { readRecord, transact } from './transaction.js';

type Method = (context: Context, ...parameters: string[]) => Promise<string>;

/** Contract classes for fabric-contract-api, one per contract name, one method per descriptor. No decorators. */
export function contracts(): (new () => Contract)[] {
  const names = new Set(allDescriptors.map(({ name }) => contractOf(name)));
  return [...names].map((name) => contractClass(name));
}

const contractOf = (transaction: string): string => transaction.slice(0, transaction.indexOf(':'));
const verbOf = (transaction: string): string => transaction.slice(transaction.indexOf(':') + 1);

function contractClass(name: string): new () => Contract {
  class NamedContract extends Contract {
    constructor() {
      super(name);
    }

    override unknownTransaction({ stub }: Context): Promise<void> {
      const { fcn } = stub.getFunctionAndParameters();
      return Promise.reject(new Refusal('UNKNOWN_TRANSACTION', { transaction: fcn }));
    }
  }
  for (const { name: transaction } of allDescriptors.filter(
    (descriptor) => contractOf(descriptor.name) === name,
  )) {
    // A rest parameter leaves the count of arguments to us: the contract API's own refusal is prose, not a code.
    Object.defineProperty(NamedContract.prototype, verbOf(transaction), { value: methodOf(transaction) });
  }
  return NamedContract;
}

function methodOf(transaction: string): Method {
  if (transaction === 'records:Get') return (context, ...parameters) => readRecord(context.stub, parameters);
  return (context, ...parameters) => transact(transaction, context.stub, parameters);
}
