import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { ClassicLevel } from 'classic-level';
import { peer } from '@hyperledger/fabric-protos';
import { memberDirectory, readIdentity, revoke } from '../../src/identity/index.js';
import {
  EmbeddedNodeError,
  type EmbeddedNode,
  type EmbeddedNodeConfigInput,
} from '../../src/embedded/index.js';
import { decodeBlock, lastConfigIn } from '../../src/wire/index.js';
import { blocksOf, checkChain } from './chain-check.js';
import { detailsOf, failureOf } from './failures.js';
import { addressOf, connectClient, createSpace, startQuiet, TINY, type Client, type Space } from './space.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const CODE = peer.TxValidationCode;

/** Runs `use` with a node and a client, and stops both. */
async function withNode(
  space: Space,
  config: EmbeddedNodeConfigInput,
  use: (node: EmbeddedNode, client: Client) => Promise<void>,
): Promise<void> {
  const node = await startQuiet(config);
  const client = await connectClient(space, addressOf(node, 'Org1MSP'), 'Org1MSP');
  try {
    await use(node, client);
  } finally {
    client.close();
    await node.stop();
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then(
    () => new Error('expected a rejection'),
    (error: unknown) => error,
  );
  if (outcome instanceof EmbeddedNodeError) return outcome.code;
  throw outcome;
}

describe('embedded node: start, stop and what may change between', () => {
  let space: Space;

  beforeEach(async () => {
    space = await createSpace();
  });

  afterEach(() => space.remove());

  it('continues its ledger', async () => {
    let genesisHash = '';
    let height = 0;
    await withNode(space, space.config(), async (node, client) => {
      await client.tiny.submitTransaction('put', 'kept', '1');
      ({ genesisHash, height } = node);
    });
    await withNode(space, space.config(), async (node, client) => {
      expect([node.genesisHash, node.height]).deep.equals([genesisHash, height]);
      expect(text(await client.tiny.evaluateTransaction('get', 'kept'))).equals('1');
      await client.tiny.submitTransaction('put', 'kept', '2');
      await checkChain(await blocksOf(client, node.height), genesisHash);
    });
  });

  it('commits what was submitted before it stops', async () => {
    let ids: string[] = [];
    const config = space.config({ batch: { timeoutMs: 1000, maxMessages: 500 } });
    await withNode(space, config, async (_node, client) => {
      const transactions = await Promise.all(
        [...Array(20).keys()].map((i) =>
          client.tiny.newProposal('put', { arguments: [`s${i}`, 'v'] }).endorse(),
        ),
      );
      await Promise.all(transactions.map((transaction) => transaction.submit()));
      ids = transactions.map((transaction) => transaction.getTransactionId());
    });
    await withNode(space, config, async (_node, client) => {
      for (const id of ids) expect((await client.commitStatus(id)).getResult()).equals(CODE.VALID);
    });
  });

  it('serves over TLS, each organisation with its own certificate', async () => {
    const config = space.config({ tls: true });
    const node = await startQuiet(config);
    const { peerDir } = config.organisations[1]!;
    const client = await connectClient(space, addressOf(node, 'Org2MSP'), 'Org2MSP', {
      tlsRoot: join(peerDir, 'tls', 'ca.crt'),
    });
    try {
      await client.tiny.submitTransaction('put', 'tls', '1');
      expect(text(await client.tiny.evaluateTransaction('caller'))).equals('Org2MSP');
    } finally {
      client.close();
      await node.stop();
    }
  });

  it('takes over a revocation list in a configuration block, and refuses the revoked', async () => {
    await withNode(space, space.config(), async (_node, client) => {
      await client.tiny.submitTransaction('put', 'before', '1');
    });
    const organisation = space.organisation('Org1MSP');
    const user = await readIdentity(join(memberDirectory(organisation, 'client', 'user'), 'msp'), 'Org1MSP');
    await revoke(organisation, user.serialNumber);
    await withNode(space, space.config(), async (node, revoked) => {
      const error = await failureOf(revoked.tiny.submitTransaction('put', 'x', '1'));
      expect(detailsOf(error)).equals(
        'error validating proposal: access denied: channel [ledger] creator org [Org1MSP]',
      );
      const other = await connectClient(space, addressOf(node, 'Org1MSP'), 'Org1MSP', { user: 'other' });
      await other.tiny.submitTransaction('put', 'after', '1');
      const blocks = await blocksOf(other, node.height);
      other.close();
      await checkChain(blocks, node.genesisHash);
      expect(blocks.map((bytes) => lastConfigIn(decodeBlock(bytes).signatures))).deep.equals([0, 0, 0, 3, 3]);
    });
  });

  it('does not order what a certificate signed that has been revoked since', async () => {
    const organisation = space.organisation('Org1MSP');
    const user = await readIdentity(join(memberDirectory(organisation, 'client', 'user'), 'msp'), 'Org1MSP');
    let prepared: Uint8Array = new Uint8Array();
    await withNode(space, space.config(), async (_node, client) => {
      prepared = (await client.tiny.newProposal('put', { arguments: ['late', '1'] }).endorse()).getBytes();
    });
    await revoke(organisation, user.serialNumber);
    await withNode(space, space.config(), async (_node, client) => {
      const error = await failureOf(client.gateway.newTransaction(prepared).submit());
      expect(error.message).contains('status=FORBIDDEN');
    });
  });

  it('commits a new version of the chaincode as an upgrade', async () => {
    await withNode(space, space.config(), async (_node, client) => {
      await client.tiny.submitTransaction('put', 'v1', '1');
    });
    const upgraded = space.config({ chaincode: { name: 'tiny', version: '2.0', bundle: TINY } });
    await withNode(space, upgraded, async (node, client) => {
      expect(node.height).equals(4);
      await client.tiny.submitTransaction('put', 'v2', '1');
      const blocks = await blocksOf(client, node.height);
      const ledger = await checkChain(blocks, node.genesisHash);
      expect(ledger.get('_lifecycle', 'namespaces/fields/tiny/Sequence')!.version).deep.equals({
        block: 3,
        transaction: 0,
      });
      expect(ledger.get('_lifecycle', 'namespaces/fields/tiny/Collections')!.version.block).equals(1);
    });
    await withNode(space, upgraded, (node) => {
      expect(node.height).equals(5);
      return Promise.resolve();
    });
  });

  it('obeys an explicit endorsement policy', async () => {
    const signedBy = (mspId: string): { signedBy: { mspId: string; role: 'peer' } } => ({
      signedBy: { mspId, role: 'peer' },
    });
    const endorsement = {
      n: 2,
      of: [signedBy('Org3MSP'), { n: 1, of: [signedBy('Org1MSP'), signedBy('Org2MSP')] }],
    };
    await withNode(space, space.config({ endorsement }), async (_node, client) => {
      await client.tiny.submitTransaction('put', 'planned', '1');
      const codes: number[] = [];
      for (const endorsingOrganizations of [['Org1MSP', 'Org2MSP'], ['Org3MSP'], ['Org2MSP', 'Org3MSP']]) {
        const proposal = client.tiny.newProposal('put', { arguments: ['x', '1'], endorsingOrganizations });
        codes.push((await (await (await proposal.endorse()).submit()).getStatus()).code);
      }
      expect(codes).deep.equals([
        CODE.ENDORSEMENT_POLICY_FAILURE,
        CODE.ENDORSEMENT_POLICY_FAILURE,
        CODE.VALID,
      ]);
    });
  });

  it('refuses a ledger that was made for something else', async () => {
    await withNode(space, space.config(), () => Promise.resolve());
    const config = space.config();
    const others: EmbeddedNodeConfigInput[] = [
      { ...config, channel: 'other' },
      { ...config, organisations: config.organisations.slice(0, 2) },
      { ...config, chaincode: { name: 'other', version: '1.0', bundle: TINY } },
    ];
    for (const other of others) expect(await codeOf(startQuiet(other))).equals('STORE_MISMATCH');
    await withNode(space, { ...config, batch: { timeoutMs: 3, maxMessages: 7 } }, (node) => {
      expect(node.height).equals(3);
      return Promise.resolve();
    });
  });

  it('refuses a damaged ledger and one that another process has open', async () => {
    const config = space.config();
    await withNode(space, config, async (_node, client) => {
      await client.tiny.submitTransaction('put', 'a', '1');
      expect(await codeOf(startQuiet(config))).equals('STORE_DAMAGED');
    });
    const level = new ClassicLevel<string, Buffer>(join(config.dataDir, 'ledger'), {
      valueEncoding: 'buffer',
    });
    const key = 'b00000000000002';
    const block = Buffer.from((await level.get(key))!);
    block[200]! ^= 1;
    await level.put(key, block);
    await level.close();
    expect(await codeOf(startQuiet(config))).equals('STORE_DAMAGED');
  });

  it('refuses to start without its files, its address or its chaincode, and leaves nothing running', async () => {
    const config = space.config();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const [first, ...rest] = config.organisations;
    const failing: [EmbeddedNodeConfigInput, string][] = [
      [{ ...config, organisations: [{ ...first!, mspDir: '/nowhere' }, ...rest] }, 'MSP_INVALID'],
      [{ ...config, organisations: [{ ...first!, peerDir: '/nowhere' }, ...rest] }, 'IDENTITY_UNREADABLE'],
      [{ ...config, orderer: { ...config.orderer, ordererDir: first!.peerDir } }, 'IDENTITY_UNREADABLE'],
      [{ ...config, organisations: [{ ...first!, listen: `127.0.0.1:${port}` }, ...rest] }, 'LISTEN_FAILED'],
      [
        { ...config, chaincode: { name: 'tiny', version: '1.0', bundle: '/nowhere.cjs' } },
        'CHAINCODE_FAILED',
      ],
    ];
    for (const [each, code] of failing) expect(await codeOf(startQuiet(each))).equals(code);
    taken.close();
    await withNode(space, config, () => Promise.resolve());
  });
});

describe('embedded node: chaincode process', () => {
  let space: Space;

  before(async () => {
    space = await createSpace();
  });

  after(() => space.remove());

  it('starts it again when it dies: what was running fails, what comes later works', async () => {
    await withNode(space, space.config(), async (_node, client) => {
      const pid = Number(text(await client.tiny.evaluateTransaction('pid')));
      const running = failureOf(client.tiny.evaluateTransaction('sleep', '10000'));
      await delay(100);
      process.kill(pid, 'SIGKILL');
      expect(detailsOf(await running)).contains('error sending: chaincode stream terminated');
      await client.tiny.submitTransaction('put', 'after-crash', '1');
      expect(Number(text(await client.tiny.evaluateTransaction('pid')))).not.equals(pid);
      expect(detailsOf(await failureOf(client.tiny.submitTransaction('exit')))).contains('stream terminated');
      expect(text(await client.tiny.evaluateTransaction('get', 'after-crash'))).equals('1');
    });
  });

  it('runs many transactions side by side', async () => {
    await withNode(space, space.config(), async (_node, client) => {
      const startedAt = Date.now();
      await Promise.all([...Array(20).keys()].map(() => client.tiny.evaluateTransaction('sleep', '1000')));
      expect(Date.now() - startedAt).lessThan(10_000);
    });
  });

  it('ends with the node', async () => {
    let pid = 0;
    await withNode(space, space.config(), async (_node, client) => {
      pid = Number(text(await client.tiny.evaluateTransaction('pid')));
    });
    expect(() => process.kill(pid, 0)).throws('ESRCH');
  });

  /** A chaincode that somebody else has started, registered under an id. */
  async function elsewhere(id: string): Promise<{ address: string; child: ChildProcess }> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.close();
    const child = spawn(process.execPath, [TINY], {
      env: { PATH: process.env['PATH'], CORE_CHAINCODE_ID: id, CORE_CHAINCODE_ADDRESS: address },
      stdio: 'ignore',
    });
    return { address, child };
  }

  it('uses one that runs elsewhere', async () => {
    const { address, child } = await elsewhere('tiny_1.0:1');
    try {
      const config = space.config({ chaincode: { name: 'tiny', version: '1.0', address } });
      await withNode(space, config, async (_node, client) => {
        expect(text(await client.tiny.evaluateTransaction('pid'))).equals(String(child.pid));
      });
      expect(child.exitCode).equals(null);
    } finally {
      child.kill();
    }
  });

  it('refuses one that runs elsewhere for another version: it decides by other rules', async () => {
    const { address, child } = await elsewhere('tiny_2.0:1');
    try {
      const config = space.config({ chaincode: { name: 'tiny', version: '1.0', address } });
      expect(await codeOf(startQuiet(config))).equals('CHAINCODE_FAILED');
    } finally {
      child.kill();
    }
  });
});
