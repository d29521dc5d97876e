import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import {
  ChannelMember,
  FabricError,
  findBinaries,
  joinChannel,
  makeOffer,
  parseInvitation,
  parseOffer,
  type JoinedMember,
  type UpdateFile,
} from '@tallystick/network/fabric';
import { freePorts, startProcess, type RunningProcess } from '@tallystick/network/processes';
import { organisationDirectory, type TopologyOrganisation } from '@tallystick/network/topology';
import { castOf, keysIn, type Cast, type Member } from '../../scripts/demo/cast.js';
import { Client, Problem } from '../../scripts/demo/client.js';
import { Narrator } from '../../scripts/demo/report.js';
import * as requests from '../../scripts/demo/requests.js';
import { found, grant, register, use, type Scene } from '../../scripts/demo/story.js';
import { startSpace, type Space } from '../../scripts/space.js';
import { BUNDLE, COMPILED, gatewaySpec } from '../../scripts/space/programs.js';

const MSP_ID = 'MachineMSP';
const LEGAL_NAME = 'Suzhou Machine Tools Co.';
const USERS = ['officer', 'operator', 'connector'] as const;

const BEHIND_FOR = 10_000;

/** What one organisation has just written, the peer of another may see a moment later: until then it refuses. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + BEHIND_FOR;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Problem) || Date.now() > until) throw error;
    }
    await delay(100);
  }
}

class PatientClient extends Client {
  override post<T>(path: string, body: unknown): Promise<T> {
    return eventually(() => super.post<T>(path, body));
  }
}

async function newcomer(): Promise<TopologyOrganisation> {
  const [port = 0, chaincodePort = 0, operationsPort = 0] = await freePorts(3);
  const attributes = (role: string): Record<string, string> =>
    role === 'connector' ? {} : { 'tallystick.role': role };
  return {
    mspId: MSP_ID,
    name: 'Machine Tools',
    domain: 'machine.example',
    peers: [{ name: 'peer0', port, chaincodePort, operationsPort }],
    orderers: [],
    users: [
      { name: 'admin', ou: 'admin', attributes: {} },
      ...USERS.map((name) => ({ name, ou: 'client' as const, attributes: attributes(name) })),
    ],
  };
}

/** Starts the newcomer's own gateway on its own peer, and says who it is. */
async function startGateway(
  joined: JoinedMember,
  space: Space,
): Promise<{ process: RunningProcess; member: Member }> {
  const [port = 0] = await freePorts(1);
  const keys = Object.fromEntries(
    USERS.map((name) => [name, `tsk_${randomBytes(32).toString('base64url')}`]),
  );
  const others = Object.values(space.gateways).map(({ mspId, url }) => [
    mspId,
    { port: Number(new URL(url).port), keys: {} },
  ]);
  const record = {
    topology: joined.topology,
    gateways: { ...(Object.fromEntries(others) as object), [MSP_ID]: { port, keys } },
  };
  const process = await startProcess(await gatewaySpec(record, MSP_ID, COMPILED));
  const url = `http://127.0.0.1:${port}`;
  const client = (identity: string): Client => new PatientClient(url, keys[identity] ?? '');
  const { participantId: participant, recipient } = await client('officer').get<{
    participantId: string;
    recipient: string;
  }>('/organisation');
  const [officer, operator, connector] = [client('officer'), client('operator'), client('connector')];
  const users = join(organisationDirectory(joined.topology, MSP_ID), 'users');
  const member = {
    mspId: MSP_ID,
    legalName: LEGAL_NAME,
    participant,
    recipient,
    officer,
    operator,
    connector,
    client,
    ...keysIn(users),
  };
  return { process, member };
}

/** Admitted, activated and certified by the regulator, as everybody was; returns the id of its component. */
async function admit(member: Member, regulator: Member): Promise<string> {
  const profile = {
    ...requests.profile(member, ['PROVIDER', 'CONSUMER']),
    identifiers: { uscc: '91320594MA1MYUT1X8' },
  };
  await regulator.officer.submit('participants:Admit', profile);
  await member.officer.submit('participants:Activate', { participantId: member.participant, rulebook: 1 });
  await eventually(() => regulator.officer.submit('participants:Certify', requests.certificationOf(member)));
  const component = await requests.componentOf(member);
  const { result } = await regulator.officer.submit<{ componentId: string }>('components:Certify', component);
  return result.componentId;
}

/** One after the other, each with its own administrator's key. */
async function signedBy(members: readonly ChannelMember[], proposed: UpdateFile): Promise<UpdateFile> {
  let file = proposed;
  for (const member of members) file = await member.sign(file, (await member.review(file)).digest);
  return file;
}

describe('a fourth organisation joins a running space on real Fabric, uses data, and leaves', function () {
  let space: Space | undefined;
  let directory = '';
  let organisation: TopologyOrganisation;
  let joined: JoinedMember | undefined;
  let gateway: RunningProcess | undefined;
  let machine: Member;
  let cast: Cast;
  let scene: Scene;
  const narrator = new Narrator(() => undefined);
  const members: ChannelMember[] = [];

  before(async function () {
    const binaries = await findBinaries().catch((error: unknown) => {
      if (!(error instanceof FabricError)) throw error;
      process.stderr.write(`    NOT TESTED on real Fabric. ${error.message}\n`);
    });
    if (binaries === undefined) this.skip();
    directory = await mkdtemp(join(tmpdir(), 'tallystick-joining-'));
    space = await startSpace({ dataDir: join(directory, 'space'), ledger: 'fabric-bft' });
    cast = await castOf(space);
    const component = await found(cast, narrator);
    scene = await register(cast, new Blob(['spindle,temperature\n'.repeat(1000)]), component, narrator);
    organisation = await newcomer();
    for (const mspId of Object.keys(space.gateways))
      members.push(new ChannelMember(space.topology, mspId, binaries));
  });
  after(async () => {
    await gateway?.stop();
    await joined?.stop();
    await space?.stop();
    if (directory !== '') await rm(directory, { recursive: true, force: true });
  });

  it('is let in by a majority, joins with a peer of its own, and starts a gateway', async () => {
    const [steel, supplier] = members;
    const dataDir = join(directory, 'machine');
    const begun = performance.now();
    const offer = await parseOffer(JSON.parse(JSON.stringify(await makeOffer(organisation, dataDir))));
    const update = await signedBy([steel!, supplier!], await steel!.proposeJoining(offer));
    await supplier!.submit(update);
    const inForce = performance.now();
    const invitation = parseInvitation(JSON.parse(JSON.stringify(await steel!.invite(MSP_ID))));
    joined = await joinChannel(invitation, organisation, { dataDir, bundle: BUNDLE });
    const endorses = performance.now();
    ({ process: gateway, member: machine } = await startGateway(joined, space!));
    const parts = [inForce - begun, endorses - inForce, performance.now() - endorses].map(Math.round);
    console.log(`      let in ${parts[0]} ms, on the channel ${parts[1]} ms, gateway ${parts[2]} ms`);
  });

  it('is admitted as a participant and completes a use with an organisation of the first hour', async () => {
    const component = await admit(machine, cast.regulator);
    const theirs = { ...scene, component, cast: { ...cast, supplier: machine } };
    const grantId = await grant(theirs, 'grant of the newcomer', { uses: 1, until: requests.inDays(90) });
    await use(theirs, grantId);
    const { receipts, states, digests, isAsExpected } = narrator.report;
    expect([receipts, states['usage'], isAsExpected]).to.deep.equal([1, 'ACKNOWLEDGED', true]);
    expect(digests['opened']).to.equal(digests['plaintext']);
  });

  it('leaves: its participant exits first, then its organisation; what it did stays', async () => {
    const usage = narrator.report.ids['usage'] ?? '';
    const { result } = await machine.officer.submit<{ state: string }>('participants:Exit', {
      participantId: machine.participant,
      lapsed: [],
    });
    expect(result.state).to.equal('EXITED');
    const [steel] = members;
    const update = await signedBy(members, await steel!.proposeLeaving(MSP_ID));
    await steel!.submit(update);
    const refused = await machine.officer
      .submit('participants:Activate', { participantId: machine.participant, rulebook: 1 })
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(refused).to.be.instanceOf(Problem);
    // The others go on among themselves, and still see the receipt.
    const grantId = await grant(scene, 'grant after one has left', { uses: 1, until: requests.inDays(90) });
    await use(scene, grantId);
    expect(narrator.report.receipts).to.equal(2);
    const { state } = await cast.steel.officer.get<{ state: string }>(`/usages/${usage}`);
    expect(state).to.equal('ACKNOWLEDGED');
  });
});
