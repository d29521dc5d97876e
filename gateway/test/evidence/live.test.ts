import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import {
  BytesReader,
  decode,
  digestOf,
  evidenceFile,
  parseStatement,
  usesFile,
  statementBytes,
  type EvidenceFile,
} from '@tallystick/chaincode/model';
import { createHash, verify, X509Certificate } from 'node:crypto';
import { tlsRootFile } from '@tallystick/network/identity';
import { organisationDirectory, peerAddresses } from '@tallystick/network/topology';
import { castOf } from '../../../scripts/demo/cast.js';
import { Narrator } from '../../../scripts/demo/report.js';
import { inDays } from '../../../scripts/demo/requests.js';
import { found, grant, register, use } from '../../../scripts/demo/story.js';
import { telemetry } from '../../../scripts/demo/telemetry.js';
import { startSpace, type Space } from '../../../scripts/space.js';
import { programArguments } from '../../../test/programs.js';
import { BUNDLE } from '../../../scripts/space/programs.js';

const CLI = programArguments('gateway/src/cli/main.ts');
/** What a use alone may take, gzipped (embedded ledger, one configuration). */
const MOST_BYTES = 22 * 1024;

const run = promisify(execFile);

const isPieces = (value: object): value is string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((piece) => typeof piece === 'string' && /^[=#']/.test(piece));

/** Every list of pieces in a file. */
function* pieceLists(value: unknown): Generator<string[]> {
  if (typeof value !== 'object' || value === null) return;
  if (isPieces(value)) yield value;
  else for (const member of Object.values(value)) yield* pieceLists(member);
}

describe('evidence of a space on the embedded ledger', function () {
  let dataDir: string;
  let space: Space;
  let ids: Readonly<Record<string, string>>;
  let stop: (() => Promise<void>) | undefined;

  before(async function () {
    if (!existsSync(BUNDLE)) {
      process.stderr.write('    skipped: the chaincode is not bundled ("npm run build")\n');
      this.skip();
    }
    dataDir = await mkdtemp(join(tmpdir(), 'tallystick-evidence-'));
    const programs = {
      node: programArguments('network/src/embedded/main.ts'),
      gateway: programArguments('gateway/src/main.ts'),
    };
    stop = () => rm(dataDir, { recursive: true, force: true });
    space = await startSpace({ dataDir, programs });
    stop = async () => {
      await space.stop();
      await rm(dataDir, { recursive: true, force: true });
    };
    const narrator = new Narrator(() => undefined);
    const cast = await castOf(space);
    const component = await found(cast, narrator);
    const scene = await register(cast, new Blob([...telemetry(200, 7)]), component, narrator);
    await use(scene, await grant(scene, 'grant', { uses: 2, until: inDays(90) }));
    ids = narrator.report.ids;
  });
  after(() => stop?.());

  async function ask(mspId: string, path: string): Promise<Response> {
    const gateway = space.gateways[mspId];
    return fetch(`${gateway?.url}${path}`, {
      headers: { authorization: `Bearer ${gateway?.keys['operator']}`, 'accept-encoding': 'br' },
    });
  }

  async function file(mspId: string, path: string): Promise<EvidenceFile> {
    const response = await ask(mspId, path);
    expect(response.status, path).to.equal(200);
    expect(response.headers.get('content-encoding')).to.equal('br');
    return evidenceFile.parse(decode(await response.text()));
  }
  const callsIn = ({ transactions, shared }: EvidenceFile): readonly string[] => {
    const reader = new BytesReader(shared);
    return transactions.map(({ envelope }) => {
      const text = Buffer.from(reader.read(envelope)).toString('latin1');
      return /(?:usage|grants|claims|datasets):[A-Z]\w+/.exec(text)?.[0] ?? '';
    });
  };

  it('both sides make it, and every byte comes back', async () => {
    for (const mspId of ['SteelMSP', 'ComponentMSP']) {
      const made = await file(mspId, `/usages/${ids['usage']}/evidence`);
      expect(gzipSync(JSON.stringify(made)).length).to.be.lessThan(MOST_BYTES);
      expect(callsIn(made)).to.deep.equal([
        ...['datasets:Register', 'claims:Register', 'grants:Offer', 'grants:Accept'],
        ...['usage:Request', 'usage:Answer', 'usage:Acknowledge'],
      ]);
      const { shared, ...rest } = made;
      const reader = new BytesReader(shared);
      for (const pieces of pieceLists(rest)) reader.read(pieces);
      reader.assertAllUsed();
      const genesis = made.config[0];
      const data = createHash('sha256');
      for (const pieces of genesis?.data ?? []) data.update(new BytesReader(shared).read(pieces));
      const dataHash = new BytesReader(shared).read(genesis?.dataHash ?? []);
      expect(data.digest('hex')).to.equal(Buffer.from(dataHash).toString('hex'));
    }
  });

  it('is signed by the witnesses of every member', async () => {
    const { checkpoint, shared } = await file('SteelMSP', `/usages/${ids['usage']}/evidence`);
    const reader = new BytesReader(shared);
    const signers = checkpoint?.witnesses.map(({ signer }) => Buffer.from(reader.read(signer)).toString());
    const names = ['SteelMSP', 'ComponentMSP', 'RegulatorMSP'];
    expect(names.filter((name) => signers?.some((signer) => signer.includes(name)))).to.deep.equal(names);
  });

  it('a full file has every block; a claim and a grant have evidence, too', async () => {
    const full = await file('SteelMSP', `/usages/${ids['usage']}/evidence?profile=full&openings=true`);
    const height = full.checkpoint?.body.height ?? 0;
    expect(full.blocks.map(({ number }) => Number(number))).to.deep.equal([...Array(height + 1).keys()]);
    expect(full.payloadSalt).to.match(/^[0-9a-f]{64}$/);
    const claim = await file('RegulatorMSP', `/claims/${ids['claim']}/evidence`);
    const agreed = await file('ComponentMSP', `/grants/${ids['grant']}/evidence`);
    expect(callsIn(claim)).to.deep.equal(['datasets:Register', 'claims:Register']);
    expect(callsIn(agreed)).to.deep.equal([...callsIn(claim), 'grants:Offer', 'grants:Accept']);
    expect(agreed).to.not.have.property('payloadSalt');
  });

  it('a list of uses is proven complete', async () => {
    const response = await ask('RegulatorMSP', `/reports/uses?grant=${ids['grant']}&prove=true`);
    expect(response.status).to.equal(200);
    const proven = usesFile.parse(decode(await response.text()));
    expect(proven.range.usages).to.deep.equal([ids['usage']]);
    const plain = await ask('RegulatorMSP', `/reports/uses?grant=${ids['grant']}`);
    expect(((await plain.json()) as { count: number }).count).to.equal(1);
  });

  it('is there after a crash, and says the same', async () => {
    const before = await file('SteelMSP', `/usages/${ids['usage']}/evidence`);
    await space.kill('SteelMSP');
    await space.restart('SteelMSP');
    const after = await file('SteelMSP', `/usages/${ids['usage']}/evidence`);
    expect(after.transactions.map(({ leaf }) => leaf)).to.deep.equal(
      before.transactions.map(({ leaf }) => leaf),
    );
    expect(after.records).to.deep.equal(before.records);
  });

  async function command(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const gateway = space.gateways['SteelMSP'];
    const env = {
      PATH: process.env['PATH'] ?? '',
      TALLYSTICK_DATA_DIR: dataDir,
      TALLYSTICK_MSP_ID: 'SteelMSP',
      TALLYSTICK_CHANNEL: 'space',
      TALLYSTICK_PEER: peerAddresses(space.topology, 'SteelMSP').join(','),
      TALLYSTICK_IDENTITIES: gateway?.identitiesDir ?? '',
      ...(space.topology.tls && {
        TALLYSTICK_PEER_TLS_CA: tlsRootFile(organisationDirectory(space.topology, 'SteelMSP')),
        TALLYSTICK_PEER_TLS_NAME: 'localhost',
      }),
    };
    return run(process.execPath, [...CLI, ...args], { env });
  }

  it('is judged by fingerprints that the command prints and the gateway serves alike', async () => {
    const [printed, served] = [
      (await command('statement')).stdout,
      await (await ask('SteelMSP', '/organisation/statement')).text(),
    ];
    const { statement, signature, certificate } = parseStatement(printed);
    const { publicKey } = new X509Certificate(certificate);
    expect(verify('sha256', statementBytes(statement), publicKey, signature)).to.equal(true);
    const other = parseStatement(served).statement;
    expect({ ...other, issuedAt: '' }).to.deep.equal({ ...statement, issuedAt: '' });
    expect(statement.organisations).to.have.members(['SteelMSP', 'ComponentMSP', 'RegulatorMSP']);
    expect([statement.roots.length, statement.witnesses.length]).to.deep.equal([1, 1]);
    const page = fileURLToPath(new URL('../../../verifier/dist/tallystick-verifier.html', import.meta.url));
    const built = existsSync(page) ? [digestOf(new Uint8Array(await readFile(page)))] : [];
    expect(statement.pages, 'the page of this installation').to.deep.equal(built);
  });

  it('the command copies every block', async () => {
    const out = join(dataDir, 'copied');
    const { stderr } = await command('blocks', '--out', out);
    const files = await readdir(out);
    expect(stderr).to.contain(`${files.length} blocks`);
    expect(files.length).to.be.greaterThan(10);
    expect((await command('blocks', '--out', out)).stderr).to.contain('0 blocks');
  });
});
