import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { msp, peer as protos } from '@hyperledger/fabric-protos';
import { findBinaries, startFabricNetwork, type FabricNetwork } from '@tallystick/network/fabric';
import type { Topology } from '@tallystick/network/topology';
import { Administrator } from '../../src/fabric/administrator.js';
import { peerNodes } from '../../src/fabric/layout.js';
import { Lifecycle, policyText } from '../../src/fabric/lifecycle.js';
import { get, put, requireFabric, topologyOf, withContract } from './fixture.js';

const MEMBERS = ['SteelMSP', 'ComponentMSP', 'RegulatorMSP'];
const TWO_OF_THREE = {
  n: 2,
  of: MEMBERS.map((mspId) => ({ signedBy: { mspId, role: 'peer' as const } })),
};

describe('fabric: endorsement policies', () => {
  it('are said in the language of Fabric’s commands', () => {
    expect(policyText(TWO_OF_THREE)).to.equal(
      "OutOf(2, 'SteelMSP.peer', 'ComponentMSP.peer', 'RegulatorMSP.peer')",
    );
    expect(policyText({ n: 1, of: [TWO_OF_THREE, TWO_OF_THREE.of[0]!] })).to.equal(
      `OutOf(1, ${policyText(TWO_OF_THREE)}, 'SteelMSP.peer')`,
    );
  });
});

describe('fabric: a policy of two of three organisations', function () {
  let dataDir = 'nothing';
  let topology: Topology;
  let network: FabricNetwork | undefined;
  let lifecycle: Lifecycle;

  before(async function () {
    await requireFabric(this);
    dataDir = await mkdtemp(join(tmpdir(), 'tallystick-policy-'));
    topology = await topologyOf('fabric-raft', dataDir, (from) => ({ ...from, endorsement: TWO_OF_THREE }));
    network = await startFabricNetwork(topology);
    lifecycle = new Lifecycle(topology, new Administrator(topology, await findBinaries()));
  });
  after(async () => {
    await network?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is what every organisation has approved and the channel has committed', async () => {
    const { name } = topology.chaincode;
    const query = new protos.lifecycle.QueryChaincodeDefinitionArgs();
    query.setName(name);
    const answer = await withContract(
      topology,
      'SteelMSP',
      (contract) => contract.evaluate('QueryChaincodeDefinition', { arguments: [query.serializeBinary()] }),
      '_lifecycle',
    );
    const definition = protos.lifecycle.QueryChaincodeDefinitionResult.deserializeBinary(answer);
    const policy = protos.ApplicationPolicy.deserializeBinary(definition.getValidationParameter_asU8());
    const signatures = policy.getSignaturePolicy();
    expect(signatures?.getRule()?.getNOutOf()?.getN()).to.equal(2);
    expect(signatures?.getIdentitiesList()).to.have.length(3);
    const names = (signatures?.getIdentitiesList() ?? []).map((principal) =>
      msp.MSPRole.deserializeBinary(principal.getPrincipal_asU8()).getMspIdentifier(),
    );
    expect(names).to.deep.equal(MEMBERS);
    expect(definition.getApprovalsMap().getLength()).to.equal(3);
  });

  it('lets any two endorse, and one alone in vain', async () => {
    await put(topology, 'RegulatorMSP', 'by the plan', 'value');
    const endorsedBy = (endorsingOrganizations: string[]): Promise<unknown> =>
      withContract(topology, 'SteelMSP', (contract) =>
        contract.submit('put', { arguments: ['by', endorsingOrganizations.join()], endorsingOrganizations }),
      );
    await endorsedBy(['ComponentMSP', 'RegulatorMSP']);
    expect(await get(topology, 'SteelMSP', 'by')).to.equal('ComponentMSP,RegulatorMSP');
    const alone = await endorsedBy(['RegulatorMSP']).catch((error: unknown) => String(error));
    expect(alone).to.match(/ENDORSEMENT_POLICY_FAILURE|code 10/);
    expect(await get(topology, 'SteelMSP', 'by')).to.equal('ComponentMSP,RegulatorMSP');
  });

  it('can be approved twice', async () => {
    const [peer] = peerNodes(topology);
    const { version, sequence, packageId } = network!.chaincode;
    await lifecycle.approve(peer!, { version, sequence }, packageId);
    const next = { version, sequence: sequence + 1 };
    await lifecycle.approve(peer!, next, packageId);
    await lifecycle.approve(peer!, next, packageId);
    expect(await lifecycle.approvedPackage(peer!, next)).to.equal(packageId);
  });

  it('is approved only with a package for its own version', async () => {
    const [peer] = peerNodes(topology);
    const { sequence, packageId } = network!.chaincode;
    const refused = await lifecycle
      .approve(peer!, { version: '2.9.0', sequence }, packageId)
      .catch((error: unknown) => String(error));
    expect(refused).to.include('is not for version 2.9.0');
  });
});
