import { createHash } from 'node:crypto';
import type { ChaincodeStub } from 'fabric-shim';
import type { DeclaredFeature, Operation } from '../program.js';
import { readMany, writeMany } from './batches.js';

/** What a run answers before its status; bytes as latin-1 text. */
type Answers = string[];

type Handlers = {
  readonly [Name in Operation['op']]: (
    stub: ChaincodeStub,
    operation: Extract<Operation, { op: Name }>,
    answers: Answers,
  ) => Promise<void> | void;
};

const bytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');
const latin1 = (value: Uint8Array): string => Buffer.from(value).toString('latin1');

/** Ends a run early with an answer of the program's choice. */
export class Responded extends Error {
  readonly operation: Extract<Operation, { op: 'respond' }>;

  constructor(operation: Extract<Operation, { op: 'respond' }>) {
    super(operation.message);
    this.operation = operation;
  }
}

const declared: Readonly<Record<DeclaredFeature, (stub: ChaincodeStub, key: string) => Promise<unknown>>> = {
  range: async (stub, key) => (await stub.getStateByRange(key, `${key}~`)).close(),
  query: (stub) => stub.getQueryResult('{"selector":{}}'),
  history: async (stub, key) => (await stub.getHistoryForKey(key)).close(),
  private: (stub, key) => stub.putPrivateData('_implicit_org_Org1MSP', key, bytes('secret')),
  keyPolicy: (stub, key) => stub.setStateValidationParameter(key, bytes('policy')),
  call: (stub) => stub.invokeChaincode('another', ['run'], ''),
};

const handlers: Handlers = {
  put: (stub, { key, value }) => stub.putState(key, bytes(value)),
  delete: (stub, { key }) => stub.deleteState(key),
  async get(stub, { key }, answers) {
    answers.push(latin1(await stub.getState(key)));
  },
  putMany: (stub, { writes }) =>
    writeMany(
      stub,
      writes.map(([key, value]) => ({ key, value: value === null ? undefined : bytes(value) })),
    ),
  async getMany(stub, { keys }, answers) {
    answers.push(...(await readMany(stub, keys)).map(latin1));
  },
  event: (stub, { name, payload }) => stub.setEvent(name, bytes(payload)),
  transient(stub, { name }, answers) {
    const value = stub.getTransient().get(name);
    answers.push(value ? createHash('sha256').update(value).digest('hex') : 'absent');
  },
  respond(_stub, operation) {
    throw new Responded(operation);
  },
  async declared(stub, { feature, key }) {
    await declared[feature](stub, key);
  },
};

/**
 * Carries out the operations in order.
 * @returns the answers of the reads, in order
 * @throws Responded; whatever an operation that the ledger refuses rejects with
 */
export async function run(stub: ChaincodeStub, operations: readonly Operation[]): Promise<Answers> {
  const answers: Answers = [];
  for (const operation of operations) {
    const handle = handlers[operation.op] as (
      stub: ChaincodeStub,
      operation: Operation,
      answers: Answers,
    ) => Promise<void> | void;
    await handle(stub, operation, answers);
  }
  return answers;
}
