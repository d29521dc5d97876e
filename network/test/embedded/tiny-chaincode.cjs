// A chaincode server for tests, as an operator would run one: it reads its id and address from the environment.
// Functions are named by what they make the ledger do; arguments are strings.
const { Shim } = require('fabric-shim');
const { peer } = require('@hyperledger/fabric-protos');

const text = (bytes) => Buffer.from(bytes).toString();

// The batch messages of Fabric 3.1, which the released shim does not send and whose copy of the protobufs does not name.
const WRITE_BATCH_STATE = 24;
const GET_STATE_MULTIPLE = 25;

function ask(stub, type, payload, method) {
  const message = new peer.ChaincodeMessage();
  message.setType(type);
  message.setPayload(payload);
  message.setTxid(stub.getTxID());
  message.setChannelId(stub.getChannelID());
  return stub.handler._askPeerAndListen(message, method);
}

function record(type, key, value) {
  const one = new peer.WriteRecord();
  one.setType(type);
  one.setKey(key);
  one.setValue(Buffer.from(value));
  return one;
}

const functions = {
  async putBatch(stub, pairs) {
    const batch = new peer.WriteBatchState();
    batch.setRecList(pairs.map((pair) => record(peer.WriteRecord.Type.PUT_STATE, ...pair.split('='))));
    await ask(stub, WRITE_BATCH_STATE, batch.serializeBinary(), 'PutState');
    return String(pairs.length);
  },
  async deleteBatch(stub, keys) {
    const batch = new peer.WriteBatchState();
    batch.setRecList(keys.map((key) => record(peer.WriteRecord.Type.DEL_STATE, key, '')));
    await ask(stub, WRITE_BATCH_STATE, batch.serializeBinary(), 'PutState');
    return '';
  },
  async getMany(stub, keys) {
    const request = new peer.GetStateMultiple();
    request.setKeysList(keys);
    const bytes = await ask(stub, GET_STATE_MULTIPLE, request.serializeBinary(), 'GetState');
    return JSON.stringify(
      peer.GetStateMultipleResult.deserializeBinary(bytes).getValuesList_asU8().map(text),
    );
  },
  async put(stub, [key, value]) {
    await stub.putState(key, Buffer.from(value));
    return value;
  },
  async get(stub, [key]) {
    return text(await stub.getState(key));
  },
  async delete(stub, [key]) {
    await stub.deleteState(key);
    return '';
  },
  async putEmpty(stub, [key]) {
    await stub.putState(key, Buffer.alloc(0));
    return '';
  },
  // Reads its own write before the commit, and writes one key twice.
  async readOwnWrite(stub, [key, first, last]) {
    await stub.putState(key, Buffer.from(first));
    const seen = text(await stub.getState(key));
    await stub.putState(key, Buffer.from(last));
    return seen;
  },
  async increment(stub, [key]) {
    const next = Number(text(await stub.getState(key)) || '0') + 1;
    await stub.putState(key, Buffer.from(String(next)));
    return String(next);
  },
  // For measurements: the given number of reads and writes on distinct keys.
  async work(stub, [prefix, reads, writes]) {
    for (let i = 0; i < Number(reads); i += 1) await stub.getState(`${prefix}/${i}`);
    for (let i = 0; i < Number(writes); i += 1) await stub.putState(`${prefix}/${i}`, Buffer.alloc(200, 120));
    return '';
  },
  async transientLength(stub, [key]) {
    const secret = stub.getTransient().get('secret');
    await stub.putState(key, Buffer.from(String(secret.length)));
    return text(secret);
  },
  async event(stub, [key]) {
    await stub.putState(key, Buffer.from('with event'));
    stub.setEvent('tiny', Buffer.from('payload'));
    return '';
  },
  async caller(stub) {
    return stub.getCreator().mspid;
  },
  async refuse(_stub, [reason]) {
    throw new Error(reason);
  },
  async range(stub) {
    const iterator = await stub.getStateByRange('a', 'z');
    await iterator.close();
    return '';
  },
  async query(stub) {
    await stub.getQueryResult('{"selector":{}}');
    return '';
  },
  async history(stub) {
    await stub.getHistoryForKey('a');
    return '';
  },
  async privatePut(stub) {
    await stub.putPrivateData('collection', 'a', Buffer.from('b'));
    return '';
  },
  async keyPolicy(stub) {
    await stub.setStateValidationParameter('a', Buffer.from('b'));
    return '';
  },
  async callOther(stub) {
    return text((await stub.invokeChaincode('other', [Buffer.from('get')], '')).payload);
  },
  // Reads two keys with a pause between.
  async pair(stub, [first, second, ms]) {
    const one = text(await stub.getState(first));
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    return `${one} ${text(await stub.getState(second))}`;
  },
  async sleep(_stub, [ms]) {
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    return '';
  },
  async exit() {
    process.exit(7);
  },
  async pid() {
    return String(process.pid);
  },
};

const tiny = {
  async Init() {
    return Shim.success();
  },
  async Invoke(stub) {
    const { fcn, params } = stub.getFunctionAndParameters();
    try {
      return Shim.success(Buffer.from(await functions[fcn](stub, params)));
    } catch (error) {
      return Shim.error(error.message);
    }
  },
};

void Shim.server(tiny, {
  ccid: process.env.CORE_CHAINCODE_ID,
  address: process.env.CORE_CHAINCODE_ADDRESS,
}).start();
