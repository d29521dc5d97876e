import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import {
  findBinaries,
  startFabricNetwork,
  type Binaries,
  type FabricNetwork,
} from '@tallystick/network/fabric';
import { freePorts } from '@tallystick/network/processes';
import {
  organisationDirectory,
  type Topology,
  type TopologyOrganisation,
} from '@tallystick/network/topology';
import { configChanges } from '../../src/fabric/config-diff.js';
import { copyOf } from '../../src/fabric/config-elements.js';
import { computeUpdate } from '../../src/fabric/config-update.js';
import { decodeUpdateFile, digestOf, encodeUpdateFile } from '../../src/fabric/config-envelope.js';
import { parseInvitation, type OpenedInvitation } from '../../src/fabric/invitation.js';
import { joinChannel, makeOffer, type JoinedMember } from '../../src/fabric/joined-member.js';
import { applicationOf } from '../../src/fabric/joining.js';
import { administratorMsp, publicMsp } from '../../src/fabric/layout.js';
import { ChannelMember } from '../../src/fabric/member.js';
import { offerOf, organisationGroup, parseOffer } from '../../src/fabric/organisation-offer.js';
import { COUNTER, get, put, requireFabric, topologyOf } from './fixture.js';
import { refused } from './joining-fixture.js';

const NEWCOMER = 'MachineMSP';

async function newcomer(): Promise<TopologyOrganisation> {
  const [port = 0, chaincodePort = 0, operationsPort = 0] = await freePorts(3);
  return {
    mspId: NEWCOMER,
    name: 'Machine Tools',
    domain: 'machine.example',
    peers: [{ name: 'peer0', port, chaincodePort, operationsPort }],
    orderers: [],
    users: [
      { name: 'admin', ou: 'admin', attributes: {} },
      { name: 'officer', ou: 'client', attributes: {} },
    ],
  };
}

/** How many blocks a peer has, by its own metrics. */
async function heightOf({ peers: [peer] }: TopologyOrganisation): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${peer?.operationsPort}/metrics`)).text();
  return Number(/^ledger_blockchain_height\{channel="space"\} (\d+)/m.exec(text)?.[1]);
}

const outcomeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'done',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 30_000; !(await isSo());) {
    if (Date.now() > end) throw new Error(`${what} did not happen in time`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a fourth organisation on real Fabric', function () {
  let directory = '';
  let binaries: Binaries;
  let topology: Topology;
  let network: FabricNetwork | undefined;
  let organisation: TopologyOrganisation;
  let invitation: OpenedInvitation;
  let joined: JoinedMember | undefined;

  before(async function () {
    await requireFabric(this);
    binaries = await findBinaries();
    directory = await mkdtemp(join(tmpdir(), 'tallystick-join-'));
    topology = await topologyOf('fabric-raft', join(directory, 'members'));
    network = await startFabricNetwork(topology);
    organisation = await newcomer();
  });
  after(async () => {
    await joined?.stop();
    await network?.stop();
    if (directory !== '') await rm(directory, { recursive: true, force: true });
  });

  const member = (mspId: string): ChannelMember => new ChannelMember(topology, mspId, binaries);
  const start = (): Promise<JoinedMember> =>
    joinChannel(invitation, organisation, { dataDir: join(directory, 'own'), bundle: COUNTER, binaries });

  it('is described as configtxgen describes those of the first hour', async () => {
    const { config } = await member('SteelMSP').currentConfig();
    const [steel] = topology.organisations;
    const offer = await offerOf(publicMsp(organisationDirectory(topology, 'SteelMSP')), 'SteelMSP', [
      `127.0.0.1:${steel!.peers[0]!.port}`,
    ]);
    const remade = copyOf(config);
    applicationOf(remade).getGroupsMap().set('SteelMSP', organisationGroup(offer));
    expect(configChanges(config, remade)).to.deep.equal([]);
    expect(computeUpdate(topology.channel, config, remade)).to.equal(undefined);
  });

  it('is let in by a majority, one of whom signs with Fabric’s own tool', async () => {
    const offer = await parseOffer(
      JSON.parse(JSON.stringify(await makeOffer(organisation, join(directory, 'own')))),
    );
    const proposed = await member('SteelMSP').proposeJoining(offer);
    const { digest } = await member('SteelMSP').review(proposed);
    const first = await member('SteelMSP').sign(proposed, digest);
    const lacking = await refused('SIGNATURES_MISSING', () => member('SteelMSP').submit(first));
    expect(lacking.facts['signed']).to.deep.equal(['SteelMSP']);
    const path = join(directory, 'update.pb');
    await writeFile(path, encodeUpdateFile(first));
    await promisify(execFile)(binaries.peer, ['channel', 'signconfigtx', '-f', path], {
      env: {
        FABRIC_CFG_PATH: join(topology.dataDir, 'fabric/ComponentMSP/peer0'),
        CORE_PEER_MSPCONFIGPATH: administratorMsp(topology, 'ComponentMSP'),
      },
    });
    const second = decodeUpdateFile(await readFile(path));
    const { signatures } = await member('RegulatorMSP').review(second);
    expect(signatures.signed.map(({ mspId }) => mspId)).to.deep.equal(['SteelMSP', 'ComponentMSP']);
    const block = await member('ComponentMSP').submit(second);
    expect(block.config.getSequence()).to.equal(1);
    expect(digestOf({ bytes: block.lastUpdate })).to.equal(digest);
    await refused('BASE_OUTDATED', () => member('SteelMSP').sign(proposed, digest));
    await refused('ALREADY_MEMBER', () => member('SteelMSP').proposeJoining(offer));
  });

  it('is invited only when it is on the channel, and to the chaincode that the others run', async () => {
    const steel = member('SteelMSP');
    await refused('NOT_A_MEMBER', () => steel.invite('OtherMSP'));
    const made = await steel.invite(NEWCOMER);
    expect(JSON.stringify(made)).to.not.include(directory);
    invitation = parseInvitation(JSON.parse(JSON.stringify(made)));
    await refused('INVITATION_INVALID', () => parseInvitation({ ...made, genesis: made.config }));
    await refused('INVITATION_INVALID', () => parseInvitation({ ...made, config: made.genesis }));
    const bundle = join(directory, 'other.cjs');
    await writeFile(bundle, '// another chaincode\n');
    await refused('CHAINCODE_DIFFERS', () =>
      joinChannel(invitation, organisation, { dataDir: join(directory, 'none'), bundle, binaries }),
    );
    await refused('INVITATION_INVALID', () =>
      joinChannel(
        invitation,
        { ...organisation, mspId: 'OtherMSP' },
        { dataDir: join(directory, 'none'), bundle: COUNTER, binaries },
      ),
    );
  });

  it('joins with its own peer, reads what was written before it came, and writes', async () => {
    await put(topology, 'SteelMSP', 'before', '1');
    const begun = performance.now();
    joined = await start();
    const [peer] = Object.values(joined.nodes);
    expect(Object.keys(joined.nodes)).to.have.members(['peer0.MachineMSP', 'chaincode.peer0.MachineMSP']);
    expect(peer?.isRunning).to.equal(true);
    console.log(`      joined in ${Math.round(performance.now() - begun)} ms`);
    expect(await get(joined.topology, NEWCOMER, 'before')).to.equal('1');
    await put(joined.topology, NEWCOMER, 'own', '2');
    expect(await get(topology, 'SteelMSP', 'own')).to.equal('2');
  });

  it('comes up again as it was', async () => {
    await joined!.stop();
    joined = await start();
    const again = (): Promise<string> => outcomeOf(put(joined!.topology, NEWCOMER, 'again', '4'));
    await until(async () => (await again()) === 'done', 'an endorsement');
    expect(await get(joined.topology, NEWCOMER, 'own')).to.equal('2');
  });

  it('endorses: with it, three of four are enough when a peer of the first hour is down', async () => {
    await network!.nodes['peer0.RegulatorMSP']!.stop();
    // The Gateway may ask the peer that has gone until it has noticed.
    await until(
      async () => (await outcomeOf(put(topology, 'SteelMSP', 'three', '3'))) === 'done',
      'an endorsement',
    );
    expect(await get(joined!.topology, NEWCOMER, 'three')).to.equal('3');
  });

  it('leaves: its peer gets no further, nobody takes its transactions, and what it wrote stays', async () => {
    const steel = member('SteelMSP');
    const proposed = await steel.proposeLeaving(NEWCOMER);
    const { digest } = await steel.review(proposed);
    let signed = proposed;
    // Three of four, as it was itself the fourth; the regulator's peer is down, its administrator is not.
    for (const mspId of ['SteelMSP', 'ComponentMSP']) signed = await member(mspId).sign(signed, digest);
    await refused('SIGNATURES_MISSING', () => steel.submit(signed));
    const own = new ChannelMember(joined!.topology, NEWCOMER, binaries);
    signed = await own.sign(signed, digest);
    const { number } = await steel.submit(signed);
    await put(topology, 'SteelMSP', 'after', '5');
    await put(topology, 'ComponentMSP', 'after', '6');
    const [first] = topology.organisations;
    await until(async () => (await heightOf(first!)) >= number + 3, 'three blocks');
    expect(await heightOf(organisation)).to.be.at.most(number + 1);
    const late = await outcomeOf(put(joined!.topology, NEWCOMER, 'late', '7'));
    expect(late).to.not.equal('done');
    expect(await get(topology, 'SteelMSP', 'own')).to.equal('2');
    expect(await outcomeOf(get(topology, 'SteelMSP', 'late'))).to.not.equal('7');
    await refused('NOT_A_MEMBER', () => steel.proposeLeaving(NEWCOMER));
  });
});
