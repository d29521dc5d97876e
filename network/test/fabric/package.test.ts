import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { extract, type Header } from 'tar-stream';
import { findBinaries } from '@tallystick/network/fabric';
import { run } from '../../src/fabric/command.js';
import { bundleDigest, chaincodePackage, connectionFile } from '../../src/fabric/package.js';
import { inDirectory } from '../identity-fixture.js';
import { requireFabric } from './fixture.js';
import { times } from '../../../test/sampling.js';

const DIGEST = 'ab'.repeat(32);
const digests = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));

interface Entry {
  readonly header: Header;
  readonly content: Buffer;
}

async function entries(tarGz: Uint8Array): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const entry of Readable.from([gunzipSync(tarGz)]).pipe(extract())) {
    found.push({ header: entry.header, content: await buffer(entry) });
  }
  return found;
}

describe('fabric: chaincode package', () => {
  it('is the same bytes for the same label and digest', async () => {
    const [one, other] = await Promise.all([
      chaincodePackage('cc_1', DIGEST),
      chaincodePackage('cc_1', DIGEST),
    ]);
    expect(Buffer.from(one.bytes).equals(other.bytes)).to.equal(true);
    expect(one.id).to.equal(`cc_1:${createHash('sha256').update(one.bytes).digest('hex')}`);
  });

  it('has another id for every other bundle and every other label', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(digests, { minLength: 2, maxLength: 2 }),
        async ([one = '', other = '']) => {
          const ids = await Promise.all([
            chaincodePackage('cc_1', one),
            chaincodePackage('cc_1', other),
            chaincodePackage('cc_2', one),
          ]);
          expect(new Set(ids.map(({ id }) => id)).size).to.equal(3);
        },
      ),
      { numRuns: times(30) },
    ));

  it('holds the digest of the bundle, and neither a moment, an owner nor an address', async () => {
    const [metadata, code] = await entries((await chaincodePackage('cc_1', DIGEST)).bytes);
    expect(JSON.parse(metadata!.content.toString())).to.deep.equal({ type: 'ccaas', label: 'cc_1' });
    expect(code!.header.name).to.equal('code.tar.gz');
    const inner = await entries(code!.content);
    expect(inner.map(({ header }) => header.name)).to.deep.equal(['bundle.sha256', 'connection.json']);
    expect(inner[0]!.content.toString()).to.equal(`${DIGEST}  cc_1\n`);
    expect(inner[1]!.content.toString()).not.to.match(/PRIVATE|127\.0\.0\.1/);
    for (const { header } of [metadata!, code!, ...inner]) {
      expect([header.mtime.getTime(), header.uid, header.gid, header.uname, header.gname]).to.deep.equal([
        0,
        0,
        0,
        '',
        '',
      ]);
    }
  });

  it('changes with one byte of the bundle', () =>
    inDirectory(async (directory) => {
      const bundle = join(directory, 'bundle.cjs');
      const bytes = randomBytes(100);
      await writeFile(bundle, bytes);
      const before = await bundleDigest(bundle);
      bytes[50]! ^= 1;
      await writeFile(bundle, bytes);
      expect(await bundleDigest(bundle)).not.to.equal(before);
    }));

  it('finds the service of a package by its label and digest', () => {
    const { name, content } = connectionFile('cc_1', DIGEST, {
      address: '127.0.0.1:9999',
      rootCertificate: 'ROOT',
      clientCertificate: 'CERTIFICATE',
      clientKey: 'KEY',
    });
    expect(name).to.equal(`cc_1.${DIGEST}.json`);
    expect(JSON.parse(content)).to.deep.equal({
      address: '127.0.0.1:9999',
      dial_timeout: '10s',
      tls_required: true,
      client_auth_required: true,
      root_cert: 'ROOT',
      client_cert: 'CERTIFICATE',
      client_key: 'KEY',
    });
  });

  it('has the id that Fabric computes', async function () {
    await requireFabric(this);
    await inDirectory(async (directory) => {
      const made = await chaincodePackage('cc_1', DIGEST);
      const file = join(directory, 'package.tar.gz');
      await writeFile(file, made.bytes);
      const { peer: program } = await findBinaries();
      await writeFile(join(directory, 'core.yaml'), 'peer: {}\n');
      const args = ['lifecycle', 'chaincode', 'calculatepackageid', file];
      expect((await run({ program, args, env: { FABRIC_CFG_PATH: directory } })).trim()).to.equal(made.id);
    });
  });
});
