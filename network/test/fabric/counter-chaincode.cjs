// A chaincode server for tests, as an operator would run one: mutual TLS, and a line when it listens.
const { readFileSync } = require('node:fs');
const { Shim } = require('fabric-shim');

const functions = {
  async put(stub, [key, value]) {
    await stub.putState(key, Buffer.from(value));
    return value;
  },
  async get(stub, [key]) {
    return Buffer.from(await stub.getState(key)).toString();
  },
};

const chaincode = {
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

const file = (name) => readFileSync(process.env[`CORE_CHAINCODE_TLS_${name}_FILE`]);

Shim.server(chaincode, {
  ccid: process.env.CORE_CHAINCODE_ID,
  address: process.env.CORE_CHAINCODE_ADDRESS,
  tlsProps: { key: file('KEY'), cert: file('CERT'), clientCACerts: file('CLIENT_CACERT') },
})
  .start()
  .then(() => console.log(JSON.stringify({ ready: true })));
