import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { encryptKeystoreJsonSync, Wallet } from 'ethers';
import { keys, participantId, type Claim, type Id } from '@tallystick/chaincode/model';
import { ConfigError } from '../../src/config/error.js';
import { openOwnerKey } from '../../src/features/custody/owner-key.js';
import { rejection, streamOf } from '../payload/fixtures.js';
import { metadata, Space, STEEL } from './space.js';
import { FILE } from './story.js';

const PASSWORD = 'correct horse battery staple';

describe('the owner’s key', () => {
  const wallet = new Wallet(`0x${'11'.repeat(32)}`);
  const address = wallet.address.toLowerCase();
  let directory: string;
  let ownerKeystore: string;
  let ownerPasswordFile: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'owner-key-'));
    ownerKeystore = join(directory, 'keystore.json');
    ownerPasswordFile = join(directory, 'password');
    // As wallets write it, but for the work that guessing the password takes.
    await writeFile(ownerKeystore, encryptKeystoreJsonSync(wallet, PASSWORD, { scrypt: { N: 2 } }));
    await writeFile(ownerPasswordFile, `${PASSWORD}\n`);
  });
  after(() => rm(directory, { recursive: true }));

  it('signs the claim of a file that is registered, and the rules accept it', async () => {
    const key = await openOwnerKey({ ownerKeystore, ownerPasswordFile });
    expect(key).to.include({ address });
    const space = await Space.constituted();
    try {
      await space.run(STEEL, 'officer', 'participants:RotateKey', {
        participantId: participantId(STEEL),
        ownerKey: address,
      });
      const steel = await space.open(STEEL, { signClaim: key!.sign });
      const { result } = await steel.useCases.registerFile(
        { identity: 'officer' },
        metadata(),
        streamOf(FILE),
      );
      const text = space.chain.text(keys.claim(result.claimId as Id<'claim'>).text) ?? '';
      expect((JSON.parse(text) as Claim).ownerSignature).to.include({ address });
    } finally {
      await space.close();
    }
  });

  it('is none where none is configured', async () => {
    const none = { ownerKeystore: undefined, ownerPasswordFile: undefined };
    expect(await openOwnerKey(none)).to.equal(undefined);
  });

  const faults: Readonly<
    Record<string, () => Promise<readonly [string | undefined, string | undefined, string]>>
  > = {
    'a keystore without a password file': () =>
      Promise.resolve([ownerKeystore, undefined, 'both are needed']),
    'a password file without a keystore': () =>
      Promise.resolve([undefined, ownerPasswordFile, 'both are needed']),
    'a keystore that is not there': () =>
      Promise.resolve([
        join(directory, 'none'),
        ownerPasswordFile,
        'OWNER_KEYSTORE: the file cannot be read',
      ]),
    'a password file that is not there': () =>
      Promise.resolve([ownerKeystore, join(directory, 'none'), 'PASSWORD_FILE: the file cannot be read']),
    'another password': async () => {
      const other = join(directory, 'other');
      await writeFile(other, 'wrong');
      return [ownerKeystore, other, 'another password'];
    },
    'a keystore that is none': async () => {
      const other = join(directory, 'other.json');
      await writeFile(other, '{}');
      return [other, ownerPasswordFile, 'no keystore'];
    },
  };
  for (const [fault, given] of Object.entries(faults))
    it(`is refused for ${fault}, without a word of either file`, async () => {
      const [keystore, passwordFile, said] = await given();
      const error = await rejection(
        openOwnerKey({ ownerKeystore: keystore, ownerPasswordFile: passwordFile }),
      );
      expect(error).to.be.instanceOf(ConfigError);
      expect((error as Error).message)
        .to.include(said)
        .and.to.not.include(PASSWORD)
        .and.to.not.include(directory);
    });
});
