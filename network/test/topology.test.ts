import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { checkConfig } from '../src/embedded/config.js';
import { isPortFree } from '@tallystick/network/processes';
import {
  createIdentities,
  defaultTopology,
  embeddedNodeConfig,
  organisationDirectory,
  parseTopology,
  peerAddresses,
  TopologyError,
  type Topology,
} from '@tallystick/network/topology';
import { filesBelow, inDirectory } from './identity-fixture.js';

interface Invalid {
  name: string;
  /** Path into the valid topology and the value put there; `null` as value removes the member. */
  change: Record<string, unknown>;
  problems: string[];
}

const path = new URL('./vectors/topology-invalid.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as { invalid: Invalid[] };

const valid = (): Promise<Topology> =>
  defaultTopology({ dataDir: '/data', bundle: '/cc.cjs', basePort: 7051 });

/** A copy of the topology with some members replaced or removed. */
function changed(topology: Topology, change: Record<string, unknown>): unknown {
  const copy = structuredClone(topology) as unknown;
  for (const [at, value] of Object.entries(change)) {
    const keys = at.split('.');
    const last = keys.pop()!;
    const parent = keys.reduce<Record<string, unknown>>(
      (o, key) => o[key] as Record<string, unknown>,
      copy as never,
    );
    if (value === null) Reflect.deleteProperty(parent, last);
    else parent[last] = value;
  }
  return copy;
}

function problemsOf(value: unknown): TopologyError {
  try {
    parseTopology(value);
  } catch (error) {
    if (error instanceof TopologyError) return error;
    throw error;
  }
  throw new Error('expected a TopologyError');
}

describe('topology', () => {
  it('is its own fixed point: what was judged once is accepted unchanged', async () => {
    const topology = await valid();
    expect(parseTopology(JSON.parse(JSON.stringify(topology)))).to.deep.equal(topology);
  });

  it('fills in what a user without attributes leaves out', async () => {
    const users = [{ name: 'guest', ou: 'client' }];
    const topology = parseTopology(changed(await valid(), { 'organisations.0.users': users }));
    expect(topology.organisations[0]!.users).to.deep.equal([{ name: 'guest', ou: 'client', attributes: {} }]);
  });

  it('accepts an explicit endorsement policy', async () => {
    const peer = (mspId: string): unknown => ({ signedBy: { mspId, role: 'peer' } });
    const endorsement = {
      n: 2,
      of: [peer('SteelMSP'), { n: 1, of: [peer('ComponentMSP'), peer('RegulatorMSP')] }],
    };
    const topology = parseTopology(changed(await valid(), { endorsement }));
    expect(topology.endorsement).to.deep.equal(endorsement);
    expect(checkConfig(embeddedNodeConfig(topology)).endorsement).to.deep.equal(endorsement);
  });

  for (const { name, change, problems } of vectors.invalid) {
    it(`refuses ${name}`, async () => {
      const error = problemsOf(changed(await valid(), change));
      expect(error.code).to.equal('TOPOLOGY_INVALID');
      expect(error.problems.map((each) => each.path)).to.deep.equal(problems);
      for (const each of error.problems) expect(error.message).to.include(`${each.path}: ${each.message}`);
    });
  }

  it('refuses what is no object at all', () => {
    for (const value of [undefined, null, 7, 'MAJORITY', []])
      expect(problemsOf(value).problems).to.have.length(1);
  });
});

describe('topology: the default space', () => {
  it('has three organisations with a peer each and an orderer of its own', async () => {
    const { organisations, ledger, singleOperator } = await valid();
    expect(organisations.map(({ mspId }) => mspId)).to.deep.equal([
      'SteelMSP',
      'ComponentMSP',
      'RegulatorMSP',
      'OrdererMSP',
    ]);
    expect(organisations.map(({ peers }) => peers.map(({ port }) => port))).to.deep.equal([
      [7051],
      [7052],
      [7053],
      [],
    ]);
    expect(organisations.map(({ orderers }) => orderers.length)).to.deep.equal([0, 0, 0, 1]);
    expect([ledger.kind, singleOperator]).to.deep.equal(['embedded', true]);
  });

  it('enrols persons with their role, and components with a key only', async () => {
    const { organisations } = await valid();
    const names = organisations.map(({ users }) => users.map(({ name }) => name));
    const usual = ['officer', 'operator', 'auditor', 'witness', 'connector'];
    expect(names).to.deep.equal([usual, [...usual, 'connector-b', 'connector-c'], usual, []]);
    for (const { name, attributes, ou } of organisations.flatMap(({ users }) => users)) {
      expect(ou).to.equal('client');
      expect(attributes).to.deep.equal(name.startsWith('connector') ? {} : { 'tallystick.role': name });
    }
  });

  it('takes free ports when none are given', async () => {
    const topology = await defaultTopology({ dataDir: '/data', bundle: '/cc.cjs' });
    const ports = topology.organisations.flatMap(({ peers }) => peers.map(({ port }) => port));
    expect(new Set(ports).size).to.equal(3);
    for (const port of ports) expect(await isPortFree(port)).to.equal(true);
  });

  it('becomes keys on disk and a configuration that the embedded node accepts', () =>
    inDirectory(async (dataDir) => {
      const topology = await defaultTopology({ dataDir, bundle: '/cc.cjs' });
      await createIdentities(topology);
      const config = checkConfig(embeddedNodeConfig(topology));
      expect(config.organisations.map(({ mspId }) => mspId)).to.deep.equal([
        'SteelMSP',
        'ComponentMSP',
        'RegulatorMSP',
      ]);
      for (const each of config.organisations) {
        expect(each.listen).to.equal(peerAddresses(topology, each.mspId)[0]);
        expect((await filesBelow(each.mspDir)).has('cacerts/ca.pem')).to.equal(true);
        expect((await filesBelow(each.peerDir)).has('msp/keystore/key.pem')).to.equal(true);
      }
      expect((await filesBelow(config.orderer.ordererDir)).has('msp/keystore/key.pem')).to.equal(true);
      const component = organisationDirectory(topology, 'ComponentMSP');
      expect((await filesBelow(component)).has('users/connector-c/msp/signcerts/cert.pem')).to.equal(true);
    }));

  it('has no peer for an organisation without one', async () => {
    const topology = await valid();
    expect(() => peerAddresses(topology, 'OrdererMSP')).to.throw(TopologyError, 'OrdererMSP has no peer');
  });
});
