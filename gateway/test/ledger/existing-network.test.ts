import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerCredentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import { readConfig } from '../../src/config.js';
import { readIdentities } from '../../src/identities/index.js';
import { ConnectionProfileError } from '../../src/ledger/connection-profile.js';
import { newFabricLedger } from '../../src/ledger/fabric-ledger.js';
import { readPeerAddresses } from '../../src/ledger/peer-addresses.js';
import { LedgerUnavailable } from '../../src/ledger/port-errors.js';
import type { Ledger } from '../../src/ledger/port.js';
import { DOMAIN, makeCryptogenLayout, type CryptogenLayout } from './cryptogen-layout.js';
import { newFakeChain } from './fake-chain.js';
import { startFakePeer, type FakePeer } from './fake-peer.js';
import { failure, submission } from './opened-ledger.js';

const names = { officer: `Admin@${DOMAIN}`, reader: `User1@${DOMAIN}` };

describe('a network that is there already, as cryptogen lays it out', () => {
  const chain = newFakeChain();
  let root = '';
  let layout: CryptogenLayout;
  let peers: FakePeer[] = [];
  let ledgers: Ledger[] = [];

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'tallystick-existing-'));
    layout = await makeCryptogenLayout(root);
  });
  after(() => rm(root, { recursive: true, force: true }));
  afterEach(() => {
    for (const each of [...ledgers, ...peers]) each.close();
    [ledgers, peers] = [[], []];
  });

  async function startTlsPeer(name: string, isClientAsked = false): Promise<FakePeer> {
    const tls = layout.tlsOf(name);
    const [ca, cert_chain, private_key] = await Promise.all(
      ['ca.crt', 'server.crt', 'server.key'].map((file) => readFile(join(tls, file))),
    );
    const pair = { cert_chain: cert_chain!, private_key: private_key! };
    const credentials = ServerCredentials.createSsl(ca!, [pair], isClientAsked);
    const peer = await startFakePeer({ chain, credentials });
    peers.push(peer);
    return peer;
  }

  const portOf = ({ address }: FakePeer): number => Number(address.split(':')[1]);

  /** A ledger as the gateway makes one from its environment. */
  async function ledgerFrom(environment: NodeJS.ProcessEnv): Promise<Ledger> {
    const config = readConfig({
      TALLYSTICK_DATA_DIR: root,
      TALLYSTICK_MSP_ID: 'Org1MSP',
      TALLYSTICK_CHANNEL: 'ledger',
      TALLYSTICK_IDENTITIES: layout.users,
      TALLYSTICK_IDENTITY_NAMES: JSON.stringify(names),
      ...environment,
    });
    const ledger = newFabricLedger({
      peers: await readPeerAddresses(config.peers, config.mspId, config.channel),
      channel: config.channel,
      chaincode: config.chaincode,
      identities: await readIdentities(config.identities, config.mspId, config.identityNames),
      reader: 'reader',
    });
    ledgers.push(ledger);
    return ledger;
  }

  it('from its connection profile: TLS, two peers, and the second when the first dies', async () => {
    const [peer0, peer1] = [await startTlsPeer('peer0'), await startTlsPeer('peer1')];
    const profile = await layout.writeProfile({ peer0: portOf(peer0), peer1: portOf(peer1) });
    const ledger = await ledgerFrom({ TALLYSTICK_CONNECTION_PROFILE: profile });
    const first = await ledger.prepare(submission).submit();
    peer0.close();
    const second = await ledger.prepare(submission).submit();
    expect(second.blockNumber).to.equal(first.blockNumber + 1n);
    expect(peer1.asked.map(({ mspId }) => mspId)).to.deep.equal(['Org1MSP']);
  });

  it('from addresses, roots and names', async () => {
    const [peer0, peer1] = [await startTlsPeer('peer0'), await startTlsPeer('peer1')];
    const environment = {
      TALLYSTICK_PEER: `${peer0.address},${peer1.address}`,
      TALLYSTICK_PEER_TLS_CA: join(layout.tlsOf('peer0'), 'ca.crt'),
      TALLYSTICK_PEER_TLS_NAME: `peer0.${DOMAIN},peer1.${DOMAIN}`,
    };
    const ledger = await ledgerFrom(environment);
    await ledger.prepare(submission).submit();
    peer0.close();
    await ledger.prepare(submission).submit();
    const misnamed = { ...environment, TALLYSTICK_PEER_TLS_NAME: `peer0.other.example` };
    const other = await ledgerFrom(misnamed);
    expect(await failure(other.prepare(submission).submit())).to.be.instanceOf(LedgerUnavailable);
  });

  it('that demands client certificates: they are shown, and named when blocks are asked for', async () => {
    const peer = await startTlsPeer('peer0', true);
    const profile = await layout.writeProfile({ peer0: portOf(peer) });
    const without = await ledgerFrom({ TALLYSTICK_CONNECTION_PROFILE: profile });
    expect(await failure(without.prepare(submission).submit())).to.be.instanceOf(LedgerUnavailable);
    const certificate = join(layout.tlsOf('peer1'), 'server.crt');
    const ledger = await ledgerFrom({
      TALLYSTICK_CONNECTION_PROFILE: profile,
      TALLYSTICK_PEER_TLS_CLIENT_CERT: certificate,
      TALLYSTICK_PEER_TLS_CLIENT_KEY: join(layout.tlsOf('peer1'), 'server.key'),
    });
    const { blockNumber } = await ledger.prepare(submission).submit();
    for await (const { number } of ledger.blocks(blockNumber, new AbortController().signal)) {
      expect(number).to.equal(blockNumber);
      break;
    }
    const { raw } = new X509Certificate(await readFile(certificate));
    expect(peer.bindings).to.deep.equal([createHash('sha256').update(raw).digest('hex')]);
  });

  it('the names of files, and no more, are told when something is wrong with them', async () => {
    const tls = layout.tlsOf('peer0');
    const key = join(tls, 'server.key');
    const secret = (await readFile(key, 'utf8')).split('\n')[1]!;
    const bad = join(root, 'bad.yaml');
    await writeFile(bad, `peers: [${secret}\n`);
    const wrong: readonly [NodeJS.ProcessEnv, string][] = [
      [
        { TALLYSTICK_CONNECTION_PROFILE: join(root, 'none.yaml') },
        `${join(root, 'none.yaml')}: is not there`,
      ],
      [{ TALLYSTICK_CONNECTION_PROFILE: root }, `${root}: cannot be read`],
      [{ TALLYSTICK_CONNECTION_PROFILE: bad }, `${bad}: is no YAML`],
      [{ TALLYSTICK_PEER: 'a:1', TALLYSTICK_PEER_TLS_CA: key }, `${key}: holds no certificate in PEM form`],
      [
        {
          TALLYSTICK_PEER: 'a:1',
          TALLYSTICK_PEER_TLS_CA: join(tls, 'ca.crt'),
          TALLYSTICK_PEER_TLS_CLIENT_CERT: join(layout.tlsOf('peer1'), 'server.crt'),
          TALLYSTICK_PEER_TLS_CLIENT_KEY: key,
        },
        `${key}: holds no key in PEM form that belongs to ${join(layout.tlsOf('peer1'), 'server.crt')}`,
      ],
    ];
    for (const [environment, problem] of wrong) {
      const error = await failure(ledgerFrom(environment));
      expect(error).to.be.instanceOf(ConnectionProfileError).with.deep.property('problems', [problem]);
      expect(String(error)).not.to.contain(secret);
    }
  });
});
