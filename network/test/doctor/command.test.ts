import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { expect } from 'chai';
import type { Finding } from '@tallystick/network/doctor';
import { programArguments } from '../../../test/programs.js';
import { FakeNetwork, type Copy } from './fake-network.js';

/** Runs `tallystick-network doctor` where Fabric's programs are those of a network. */
function doctor(
  { bin }: Copy,
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = [...programArguments('network/src/cli/main.ts'), 'doctor', ...args];
  return new Promise((resolve) => {
    const env = { ...process.env, FABRIC_BIN: bin };
    execFile(process.execPath, command, { env, timeout: 240_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('tallystick-network doctor', () => {
  let network: FakeNetwork;
  before(async () => {
    network = await FakeNetwork.start();
    await writeFile(join(network.topology.dataDir, 'topology.json'), JSON.stringify(network.topology));
  });
  after(() => network.stop());

  it('ends with 0 and says that nothing is found', async () => {
    const { dataDir } = network.topology;
    const { code, stdout, stderr } = await doctor(network.original, '--data', dataDir);
    expect([code, stdout, stderr]).to.deep.equal([0, 'Nothing found.\n', '']);
    const json = await doctor(network.original, '--topology', join(dataDir, 'topology.json'), '--json');
    expect([json.code, json.stdout]).to.deep.equal([0, '[]\n']);
  });

  it('ends with 1 and one line for each finding, the most important first', async () => {
    const { chaincodePort } = network.peer(0);
    await network.telling(network.peer(1), { ahead: 60_000 }, () =>
      network.without([chaincodePort], async () => {
        const { code, stdout } = await doctor(network.original, '--data', network.topology.dataDir);
        expect(code).to.equal(1);
        expect(stdout).to.match(
          /^error CHAINCODE_UNREACHABLE chaincode\.peer0\.SteelMSP: .* Remedy: .*\.\nwarning CLOCK_SKEW peer0\.ComponentMSP: .*\n$/,
        );
        const json = await doctor(network.original, '--data', network.topology.dataDir, '--json');
        expect(json.code).to.equal(1);
        const findings = JSON.parse(json.stdout) as Finding[];
        expect(findings.map((each) => each.code)).to.deep.equal(['CHAINCODE_UNREACHABLE', 'CLOCK_SKEW']);
        expect(Object.keys(findings[0] ?? {}).sort()).to.deep.equal([
          'code',
          'remedy',
          'severity',
          'subject',
          'text',
        ]);
      }),
    );
  });

  it('ends with 2 when there is no network to look at', async () => {
    const nowhere = join(network.topology.dataDir, 'nowhere');
    expect((await doctor(network.original, '--data', nowhere)).code).to.equal(2);
    expect((await doctor(network.original, '--topology', nowhere)).code).to.equal(2);
    const broken = join(network.topology.dataDir, 'broken.json');
    await writeFile(broken, '{"channel": "space"}');
    expect((await doctor(network.original, '--topology', broken)).code).to.equal(2);
    expect((await doctor(network.original, '--topology', broken, '--data', nowhere)).code).to.equal(2);
  });
});
