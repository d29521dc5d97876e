import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { bodyDigest, BytesReader } from '@tallystick/chaincode/model';
import { answer as answerUse, ask, granted } from '../../../chaincode/test/rights.js';
import { regulator } from '../../../chaincode/test/world.js';
import { settled } from '../../../test/evidence/space.js';
import { Stamping } from '../../src/features/evidence/stamping.js';
import { assertUsable, requestToken, TimestampError } from '../../src/features/evidence/timestamp.js';
import {
  basicConstraints,
  FOR_TIME,
  MESSAGE,
  newRoot,
  newSigner,
  tokenOf,
} from '../../../verifier/test/time/making.js';
import { fileOf, openOffice } from './making.js';

const run = promisify(execFile);

const CONFIG = `
oid_section = oids
[ oids ]
policy = 1.2.3.4.1
[ tsa ]
default_tsa = authority
[ authority ]
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = policy
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ extensions ]
extendedKeyUsage = critical,timeStamping
[ req ]
distinguished_name = name
[ name ]
`;

const hasOpenssl = (): boolean => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
};

/** An authority of OpenSSL's, and what else may answer under its address. */
describe('time stamps', function () {
  const closers: (() => unknown)[] = [];
  let directory: string;
  let server: Server;
  let url: string;
  let answer: (query: Buffer) => Promise<Buffer>;
  const hash = createHash('sha256').update('an envelope').digest();

  before(async function () {
    if (!hasOpenssl()) {
      process.stderr.write('    skipped: no openssl on this machine\n');
      this.skip();
    }
    directory = await mkdtemp(join(tmpdir(), 'tallystick-tsa-'));
    closers.push(() => rm(directory, { recursive: true, force: true }));
    await writeFile(join(directory, 'tsa.cnf'), CONFIG);
    await writeFile(join(directory, 'serial'), '01\n');
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'tsa.key'];
    const certificate = ['-x509', '-days', '2', '-subj', '/CN=authority', '-out', 'tsa.pem'];
    const extensions = ['-config', 'tsa.cnf', '-extensions', 'extensions'];
    await run('openssl', ['req', ...certificate, ...key, ...extensions], { cwd: directory });
    server = createServer((request, response) => {
      void (async () => {
        const pieces: Buffer[] = [];
        for await (const piece of request) pieces.push(piece as Buffer);
        const isQuery = request.headers['content-type'] === 'application/timestamp-query';
        response.statusCode = isQuery && request.method === 'POST' ? 200 : 400;
        response.end(await answer(Buffer.concat(pieces)));
      })();
    });
    closers.push(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(async () => {
    await Promise.all(closers.map((close) => close()));
  });
  beforeEach(() => {
    answer = stamped;
  });

  async function stamped(query: Buffer): Promise<Buffer> {
    await writeFile(join(directory, 'query'), query);
    const files = ['-queryfile', 'query', '-out', 'reply', '-config', 'tsa.cnf', '-section', 'authority'];
    await run('openssl', ['ts', '-reply', ...files], { cwd: directory });
    return readFile(join(directory, 'reply'));
  }

  const codeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => (error instanceof TimestampError ? error.code : error),
    );

  async function verify(token: Uint8Array, digest: string): Promise<void> {
    await writeFile(join(directory, 'token'), token);
    const files = ['-in', 'token', '-token_in', '-CAfile', 'tsa.pem'];
    const verified = await run('openssl', ['ts', '-verify', '-digest', digest, ...files], { cwd: directory });
    expect(verified.stdout + verified.stderr).to.contain('Verification: OK');
  }

  it('are tokens that OpenSSL verifies for this hash', async () => {
    await verify(await requestToken(url, hash), hash.toString('hex'));
  });

  it('are not taken for another hash, nor a second time', async () => {
    const other = createHash('sha256').update('another envelope').digest();
    let first: Buffer | undefined;
    answer = async (query) => (first ??= await stamped(query));
    await requestToken(url, hash);
    expect(await codeOf(requestToken(url, hash))).to.equal('OTHER_HASH');
    expect(await codeOf(requestToken(url, other))).to.equal('OTHER_HASH');
  });

  it('are over checkpoints: one for each authority, in the files that stand on them', async () => {
    const site = await settled();
    const at = await granted(site);
    const id = await ask(at);
    const { projection, checkpoints, state, ...office } = await openOffice(site.world, { patience: 50 });
    const warned: object[] = [];
    const stamping = new Stamping({
      authorities: [url, 'http://127.0.0.1:1/'],
      archive: state.evidence,
      checkpoints,
      projection,
      needed: 2,
      interval: 1000,
      log: { warn: (facts) => void warned.push(facts) },
    });
    const height = Number(await projection.height());
    expect(await stamping.look()).to.equal(height);
    expect(warned).to.have.length(1);
    const [token, ...others] = await state.evidence.tokens(height);
    expect([token!.authority, others]).to.deep.equal([url, []]);
    expect(checkpoints.kept).to.deep.equal(new Set([height]));
    await verify(token!.token, bodyDigest((await projection.body(height))!).slice('sha256:'.length));
    const subject = { kind: 'usage', id } as const;
    await site.world.run(regulator, 'space:Pause', { reason: 'a later block' });
    await office.caughtUp();
    const stamped = await fileOf(office, subject);
    expect(stamped.checkpoint!.body.height).to.equal(height);
    const [filed, ...more] = stamped.timestamps;
    expect(new BytesReader(stamped.shared).read(filed!.token)).to.deep.equal(token!.token);
    expect(more).to.deep.equal([]);
    await site.world.run(regulator, 'space:Resume', { reason: 'it was one' });
    await answerUse(at, id);
    await office.caughtUp();
    const later = await fileOf(office, subject);
    expect(later.timestamps).to.deep.equal([]);
    expect(later.checkpoint!.body.height).to.equal(height + 3);
    await office.close();
  });

  it('are kept where a reader who trusts the authority could rely on them, and nowhere else', async () => {
    const now = Date.parse('2026-11-24T08:00:00Z');
    const root = newRoot('Root of time');
    const good = newSigner(root);
    const authority = newSigner(root, { extensions: [...FOR_TIME, basicConstraints(true)] });
    const usable = (token: Uint8Array, at = now): Promise<unknown> =>
      codeOf(assertUsable(token, MESSAGE, at));
    const token = tokenOf(good, { message: MESSAGE });
    expect(await usable(token)).to.equal(undefined);
    expect(
      await usable(tokenOf(good, { message: MESSAGE, carried: [good.certificate, root.certificate] })),
    ).to.equal(undefined);
    const useless = {
      overOtherBytes: tokenOf(good, { message: MESSAGE.subarray(1) }),
      withSha1: tokenOf(good, { message: MESSAGE, imprint: 'sha1' }),
      withoutCertificates: tokenOf(good, { message: MESSAGE, carried: [] }),
      byAnAuthorityOfCertificates: tokenOf(authority, { message: MESSAGE }),
      unsigned: tokenOf(good, { message: MESSAGE, signature: new Uint8Array(70) }),
      cut: token.subarray(0, -1),
    };
    for (const [what, bytes] of Object.entries(useless))
      expect(await usable(bytes), what).to.equal('UNUSABLE');
    for (const off of [-1_000_000, 1_000_000]) expect(await usable(token, now + off)).to.equal('UNUSABLE');
  });

  it('are not made of anything else', async () => {
    answer = () => Promise.resolve(Buffer.from('30053003020102', 'hex'));
    expect(await codeOf(requestToken(url, hash))).to.equal('REJECTED');
    for (const bytes of ['', '30', '3000', '30840000000001', '3005300302010030', '3082ffff']) {
      answer = () => Promise.resolve(Buffer.from(bytes, 'hex'));
      expect(await codeOf(requestToken(url, hash)), bytes).to.equal('MALFORMED');
    }
    answer = () => Promise.resolve(Buffer.alloc(70_000));
    expect(await codeOf(requestToken(url, hash))).to.equal('MALFORMED');
    expect(await codeOf(requestToken('http://127.0.0.1:1/', hash))).to.equal('AUTHORITY_UNAVAILABLE');
  });
});
