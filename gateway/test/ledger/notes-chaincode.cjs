// A chaincode server with one JSON argument per transaction, for the ledger adapter's tests.
const { Shim } = require('fabric-shim');

const text = (bytes) => Buffer.from(bytes).toString();

const transactions = {
  async 'notes:Put'(stub, { key, value }) {
    await stub.putState(key, Buffer.from(JSON.stringify(value)));
    return { put: key };
  },
  async 'notes:Delete'(stub, { key }) {
    await stub.deleteState(key);
    return {};
  },
  // Reads and writes one key: of two at once, one conflicts.
  async 'notes:Count'(stub, { key }) {
    const count = JSON.parse(text(await stub.getState(key)) || '{"count":0}').count + 1;
    await stub.putState(key, Buffer.from(JSON.stringify({ count })));
    return { count };
  },
  async 'notes:Weigh'(stub, { key }) {
    const secret = stub.getTransient().get('opening');
    await stub.putState(key, Buffer.from(JSON.stringify({ bytes: secret.length })));
    return {};
  },
  async 'notes:Refuse'() {
    throw new Error('{"details":{"grant":"g"},"refusal":"NOT_CONSUMER"}');
  },
  async 'records:Get'(stub, { key }) {
    return { record: JSON.parse(text(await stub.getState(key)) || 'null') };
  },
};

const notes = {
  async Init() {
    return Shim.success();
  },
  async Invoke(stub) {
    const { fcn, params } = stub.getFunctionAndParameters();
    try {
      const result = await transactions[fcn](stub, JSON.parse(params[0]));
      return Shim.success(Buffer.from(JSON.stringify(result)));
    } catch (error) {
      return Shim.error(error.message);
    }
  },
};

void Shim.server(notes, {
  ccid: process.env.CORE_CHAINCODE_ID,
  address: process.env.CORE_CHAINCODE_ADDRESS,
}).start();
