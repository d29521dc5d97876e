import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkConfig, EmbeddedNodeError, readConfig } from '../../src/embedded/index.js';

const organisation = (mspId: string): Record<string, unknown> => ({
  mspId,
  mspDir: 'msp',
  peerDir: 'peer',
  listen: '127.0.0.1:0',
});

const valid = {
  dataDir: 'data',
  channel: 'ledger',
  chaincode: { name: 'tiny', version: '1.0', bundle: 'tiny.cjs' },
  organisations: [organisation('Org1MSP'), organisation('Org2MSP')],
  orderer: { mspId: 'OrdererMSP', mspDir: 'msp', ordererDir: 'orderer' },
  tls: true,
};

function problemsOf(value: unknown): string {
  try {
    checkConfig(value);
  } catch (error) {
    if (error instanceof EmbeddedNodeError && error.code === 'CONFIG_INVALID') return error.message;
    throw error;
  }
  return '';
}

describe('embedded node: configuration', () => {
  it('fills in what is left out', () => {
    expect(checkConfig(valid)).deep.include({
      endorsement: 'MAJORITY',
      batch: { timeoutMs: 10, maxMessages: 500 },
      logLevel: 'info',
    });
  });

  const signedBy = { signedBy: { mspId: 'Org1MSP', role: 'peer' } };
  const faults: readonly [string, unknown, string][] = [
    ['nothing', undefined, 'configuration'],
    ['an unknown field', { ...valid, colour: 'blue' }, 'colour'],
    ['a channel name with capitals', { ...valid, channel: 'Ledger' }, 'channel'],
    [
      'a chaincode name that is a path',
      { ...valid, chaincode: { ...valid.chaincode, name: '../x' } },
      'chaincode.name',
    ],
    ['no chaincode at all', { ...valid, chaincode: { name: 'tiny', version: '1' } }, 'needs a bundle'],
    ['no organisation', { ...valid, organisations: [] }, 'organisations'],
    [
      'an organisation twice',
      { ...valid, organisations: [organisation('A'), organisation('A')] },
      'appears twice',
    ],
    [
      "the orderer's MSP among the peers'",
      { ...valid, organisations: [organisation('OrdererMSP')] },
      'orderer',
    ],
    [
      'an address without a port',
      { ...valid, organisations: [{ ...organisation('A'), listen: 'localhost' }] },
      'organisations.0.listen',
    ],
    [
      'a policy that needs more than it has',
      { ...valid, endorsement: { n: 2, of: [signedBy] } },
      'endorsement',
    ],
    ['an unknown role', { ...valid, endorsement: { signedBy: { mspId: 'A', role: 'king' } } }, 'endorsement'],
    ['an unknown policy word', { ...valid, endorsement: 'ANYBODY' }, 'endorsement'],
    ['a negative timeout', { ...valid, batch: { timeoutMs: -1 } }, 'batch.timeoutMs'],
    ['tls as a string', { ...valid, tls: 'true' }, 'tls'],
  ];
  for (const [what, value, named] of faults)
    it(`refuses ${what}`, () => {
      expect(problemsOf(value)).contains(named);
    });

  it('names every problem at once', () => {
    const message = problemsOf({ ...valid, channel: 'X', tls: 1, dataDir: '' });
    for (const part of ['channel', 'tls', 'dataDir']) expect(message).contains(part);
  });

  describe('in a file', () => {
    let directory: string;

    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'config-'));
    });

    after(() => rmSync(directory, { recursive: true }));

    it('has paths relative to the file', async () => {
      const file = join(directory, 'node.json');
      writeFileSync(file, JSON.stringify(valid));
      const config = await readConfig(file);
      expect(config.dataDir).equals(join(directory, 'data'));
      expect(config.chaincode.bundle).equals(join(directory, 'tiny.cjs'));
      expect(config.organisations[1]!.peerDir).equals(join(directory, 'peer'));
      expect(config.orderer.ordererDir).equals(join(directory, 'orderer'));
    });

    it('is refused when missing or no JSON', async () => {
      const file = join(directory, 'broken.json');
      writeFileSync(file, '{');
      for (const path of [file, join(directory, 'missing.json')]) {
        const error = await readConfig(path).catch((cause: unknown) => cause);
        expect(error).instanceOf(EmbeddedNodeError).and.property('code').equals('CONFIG_INVALID');
      }
    });
  });
});
