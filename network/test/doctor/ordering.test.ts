import { expect } from 'chai';
import { clocks } from '../../src/doctor/checks/clocks.js';
import { heights } from '../../src/doctor/checks/heights.js';
import { ordererLeader, quorum } from '../../src/doctor/checks/orderer-leader.js';
import { ordererParticipation } from '../../src/doctor/checks/orderer-participation.js';
import { expectExactly } from './expectations.js';
import { FakeNetwork, found } from './fake-network.js';

const MINUTE = 60_000;

describe('doctor: orderers', () => {
  let network: FakeNetwork;
  before(async () => {
    network = await FakeNetwork.start();
  });
  after(() => network.stop());

  const portsOf = (index: number): number[] => {
    const { port, adminPort, operationsPort } = network.orderer(index);
    return [port, adminPort, operationsPort];
  };

  it('find no leader when it has gone', async () => {
    const findings = await network.without(portsOf(0), () => found(network.original, ordererLeader));
    expectExactly(findings, ['ORDERER_LEADER_UNKNOWN', 'space', /no orderer that runs leads/]);
  });

  it('say who leads, and should not all say it', async () => {
    const findings = await network.telling(network.orderer(3), { isLeader: true }, () =>
      found(network.original, ordererLeader),
    );
    expectExactly(findings, [
      'ORDERER_LEADER_UNKNOWN',
      'space',
      /lead: orderer0.Orderer1MSP, orderer0.Orderer4MSP$/,
    ]);
  });

  it('are not enough with two of four', async () => {
    const ports = [...portsOf(1), ...portsOf(2)];
    const findings = await network.without(ports, () => found(network.original, ordererLeader));
    expectExactly(findings, ['ORDERERS_TOO_FEW', 'space', /2 of 4 orderers run and 3 are needed/]);
  });

  it('need as many as faults allow', () => {
    const of = (kind: 'fabric-bft' | 'fabric-raft') => [1, 3, 4, 5, 7, 10].map((n) => quorum(kind, n));
    expect(of('fabric-bft')).to.deep.equal([1, 2, 3, 4, 5, 7]);
    expect(of('fabric-raft')).to.deep.equal([1, 2, 3, 3, 4, 6]);
  });

  it('that do not count cannot say who leads', async () => {
    const silent = { isMetered: false };
    const findings = await network.telling(network.orderer(0), silent, () =>
      found(network.original, ordererLeader),
    );
    expectExactly(findings, ['CHECK_NOT_MADE', 'orderer0.Orderer1MSP', /consensus_BFT_is_leader/]);
  });

  it('may not have joined', async () => {
    const participation = { status: 404, body: { error: 'channel does not exist' } };
    const findings = await network.telling(network.orderer(1), { participation }, () =>
      found(network.original, ordererParticipation),
    );
    expectExactly(findings, ['ORDERER_NOT_JOINED', 'orderer0.Orderer2MSP', /not on channel space/]);
  });

  for (const [relation, state] of [
    ['consenter', 'onboarding'],
    ['consenter', 'failed'],
    ['follower', 'active'],
  ] as const) {
    it(`may be ${relation}, ${state}`, async () => {
      const participation = { status: 200, body: { consensusRelation: relation, status: state } };
      const findings = await network.telling(network.orderer(1), { participation }, () =>
        found(network.original, ordererParticipation),
      );
      expectExactly(findings, [
        'ORDERER_NOT_ACTIVE',
        'orderer0.Orderer2MSP',
        new RegExp(`as ${relation}, ${state}`),
      ]);
    });
  }

  it('may answer what nobody understands', async () => {
    const participation = { status: 200, body: { systemChannel: null } };
    const findings = await network.telling(network.orderer(1), { participation }, () =>
      found(network.original, ordererParticipation),
    );
    expectExactly(findings, ['CHECK_NOT_MADE', 'participation of orderer0.Orderer2MSP']);
  });
});

describe('doctor: heights and clocks', () => {
  let network: FakeNetwork;
  before(async () => {
    network = await FakeNetwork.start();
  });
  after(() => network.stop());

  it('tells who is behind', async () => {
    const findings = await network.telling(network.peer(1), { height: 3 }, () =>
      network.telling(network.orderer(2), { height: 2 }, () => found(network.original, heights)),
    );
    expectExactly(
      findings,
      ['ORDERER_BEHIND', 'orderer0.Orderer3MSP', /has 2 blocks where others have 5/],
      ['PEER_BEHIND', 'peer0.ComponentMSP', /has 3 blocks where others have 5/],
    );
  });

  it('tells who does not have the channel, and who does not count', async () => {
    const findings = await network.telling(network.peer(1), { height: undefined }, () =>
      network.telling(network.peer(2), { isMetered: false }, () => found(network.original, heights)),
    );
    expectExactly(
      findings,
      ['PEER_NOT_JOINED', 'peer0.ComponentMSP'],
      ['CHECK_NOT_MADE', 'height of peer0.RegulatorMSP', /metrics/],
    );
  });

  it('waits for those that catch up', async () => {
    const findings = await network.telling(network.peer(1), { height: 3, growth: 2 }, () =>
      found(network.original, heights),
    );
    expectExactly(findings);
  });

  it('warns of a clock that is off', async () => {
    const findings = await network.telling(network.peer(0), { ahead: -2 * MINUTE }, () =>
      found(network.original, clocks),
    );
    expectExactly(findings, ['CLOCK_SKEW', 'peer0.SteelMSP', /12[01] s behind: beyond 15 minutes/]);
    expect(findings[0]?.severity).to.equal('warning');
  });

  it('tells a clock that is out of the window', async () => {
    const findings = await network.telling(network.orderer(0), { ahead: 16 * MINUTE }, () =>
      found(network.original, clocks),
    );
    expectExactly(findings, [
      'CLOCK_SKEW',
      'orderer0.Orderer1MSP',
      /9\d\d s ahead: more than the 15 minutes/,
    ]);
    expect(findings[0]?.severity).to.equal('error');
  });

  it('reads the Date header where nothing better is told', async () => {
    const health = { status: 200, body: JSON.stringify({ status: 'OK' }) };
    const findings = await network.telling(network.peer(0), { ahead: MINUTE, health }, () =>
      found(network.original, clocks),
    );
    expectExactly(findings, ['CLOCK_SKEW', 'peer0.SteelMSP', /(59|60|61) s ahead/]);
  });

  it('knows when it is this machine that is off', async () => {
    const nodes = [...[0, 1, 2].map((i) => network.peer(i)), ...[0, 1, 2, 3].map((i) => network.orderer(i))];
    for (const node of nodes) network.tell(node).ahead = MINUTE;
    try {
      expectExactly(await found(network.original, clocks), ['CLOCK_SKEW', 'this machine', /6[01] s behind/]);
    } finally {
      for (const node of nodes) network.tell(node).ahead = 0;
    }
  });
});
