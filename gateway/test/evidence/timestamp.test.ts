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
import { BytesReader, decode, evidenceFile } from '@tallystick/chaincode/model';
import { Collection } from '../../src/evidence/collection.js';
import { newEvidence, Stamping } from '../../src/evidence/index.js';
import { newStateStore } from '../../src/state/store.js';
import { newTestIdentity } from '../identities/certificates.js';
import { CHAINCODE, ScriptedChain, txIdOf } from './scripted.js';
import { told, USAGE } from './story.js';
import { requestToken, TimestampError } from '../../src/evidence/timestamp.js';

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
  this.timeout(30_000);
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

  it('are tokens that OpenSSL verifies for this hash', async () => {
    await writeFile(join(directory, 'token'), await requestToken(url, hash));
    const verified = await run(
      'openssl',
      ['ts', '-verify', '-in', 'token', '-token_in', '-digest', hash.toString('hex'), '-CAfile', 'tsa.pem'],
      { cwd: directory },
    );
    expect(verified.stdout + verified.stderr).to.contain('Verification: OK');
  });

  it('are not taken for another hash, nor a second time', async () => {
    const other = createHash('sha256').update('another envelope').digest();
    let first: Buffer | undefined;
    answer = async (query) => (first ??= await stamped(query));
    await requestToken(url, hash);
    expect(await codeOf(requestToken(url, hash))).to.equal('OTHER_HASH');
    expect(await codeOf(requestToken(url, other))).to.equal('OTHER_HASH');
  });

  it('are kept once for each authority and transaction, and go into the file', async () => {
    const state = await newStateStore(':memory:');
    const chain = told(new ScriptedChain());
    const parts = { source: chain, projection: chain.projection, chaincode: CHAINCODE };
    const collection = new Collection({ ...parts, archive: state.evidence });
    const subject = { kind: 'usage', id: USAGE } as const;
    const gathered = await collection.gather(subject);
    const stamping = new Stamping([url, 'http://127.0.0.1:1/'], state.evidence);
    expect(await codeOf(stamping.stamp(gathered))).to.equal('AUTHORITY_UNAVAILABLE');
    const [token, ...others] = await state.evidence.tokens([txIdOf('usage:Answer')]);
    expect(token?.authority).to.equal(url);
    expect(others).to.deep.equal([]);
    answer = () => Promise.reject(new Error('it is not asked a second time'));
    await new Stamping([url], state.evidence).stamp(gathered);
    const evidence = newEvidence({
      ...parts,
      state,
      channel: 'space',
      operator: await newTestIdentity('operator'),
      rules: [],
      saltOf: () => Promise.resolve(undefined),
      now: () => '2026-11-24T09:00:00.000Z',
    });
    const text = await evidence.file(subject, { isFull: false, isOpened: false });
    const { timestamps, shared } = evidenceFile.parse(decode(text));
    expect(timestamps.map(({ txId }) => txId)).to.deep.equal([txIdOf('usage:Answer')]);
    expect(new BytesReader(shared).read(timestamps[0]?.token ?? [])).to.deep.equal(token?.token);
    await state.close();
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
