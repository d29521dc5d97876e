import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { kindsOfSuite, missingPrograms, spaceKinds, suiteVariables } from '../../scripts/space/options.js';
import { spaceRecord } from '../../scripts/space/record.js';

describe('the kinds of a space', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tallystick-kinds-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  for (const ledger of ['embedded', 'fabric-bft', 'fabric-raft'] as const) {
    it(`a new space is on ${ledger} when that was asked for, and stays there`, async () => {
      const made = await spaceRecord({ dataDir, bundle: 'chaincode.cjs', ledger });
      expect(made.topology.ledger.kind).to.equal(ledger);
      const again = await spaceRecord({ dataDir, bundle: 'chaincode.cjs' });
      expect(again.topology).to.deep.equal(made.topology);
    });
  }

  it('a new space has a Kubo for each organisation when that was asked for', async () => {
    const { kubo, gateways } = await spaceRecord({ dataDir, bundle: 'chaincode.cjs', store: 'kubo' });
    expect(Object.keys(kubo ?? {})).to.deep.equal(Object.keys(gateways));
  });

  it('the suite runs on what its variables say, embedded where they say nothing, and on nothing unknown', () => {
    const kinds = { ledger: 'fabric-raft', store: 'kubo' } as const;
    expect(kindsOfSuite(suiteVariables(kinds))).to.deep.equal(kinds);
    expect(kindsOfSuite({})).to.deep.equal({ ledger: 'embedded', store: 'embedded' });
    expect(() => kindsOfSuite({ TALLYSTICK_SUITE_LEDGER: 'fabric' })).to.throw(
      TypeError,
      '--ledger is one of embedded, fabric-bft, fabric-raft, not fabric',
    );
    expect(() => spaceKinds({ ledger: 'embedded', store: 'ipfs' })).to.throw(TypeError, '--store is one of');
  });

  it('names the programs that are missing and how to get them', async () => {
    const nowhere = { FABRIC_BIN: dataDir, TALLYSTICK_IPFS: join(dataDir, 'ipfs') };
    expect(await missingPrograms({ ledger: 'embedded', store: 'embedded' }, nowhere)).to.deep.equal([]);
    const [fabric, kubo, ...others] = await missingPrograms({ ledger: 'fabric-bft', store: 'kubo' }, nowhere);
    expect(fabric)
      .to.include(dataDir)
      .and.include('configtxgen, orderer, osnadmin, peer')
      .and.include('https://');
    expect(kubo).to.include('TALLYSTICK_IPFS');
    expect(others).to.deep.equal([]);
  });
});
