import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { run } from '../cli/run.js';
import { readTrust } from '../src/trust/file.js';
import { newStatementSigner, statementBy } from './statements.js';
import { hasOpenssl, TimeAuthority } from './time-authority.js';

describe('tallystick-verify trust', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tallystick-trust-'));
  let steel: string, forge: string;
  const file = (name: string, content: string): string => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };

  before(function () {
    if (!hasOpenssl()) this.skip();
    steel = file('steel.txt', statementBy('SteelMSP', newStatementSigner()));
    forge = file('forge.txt', statementBy('ForgeMSP', newStatementSigner()));
  });
  after(() => rmSync(dir, { recursive: true }));

  async function told(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await run(['trust', ...args], {
      verify: () => Promise.reject(new Error('nothing is verified here')),
      subtle: globalThis.crypto.subtle,
      print: (text) => void out.push(text),
      warn: (text) => void err.push(text),
      isWatched: false,
      now: () => '',
    });
    return { code, out: out.join(''), err: err.join('') };
  }

  it('prints a trust file, and who has to confirm what', async () => {
    const { code, out, err } = await told([steel, forge]);
    expect(code).to.equal(0);
    const { channel, witnesses } = readTrust(out);
    expect([channel, witnesses.named.map(({ mspId }) => mspId), witnesses.needed]).to.deep.equal([
      'space',
      ['SteelMSP', 'ForgeMSP'],
      2,
    ]);
    expect(err).to.match(
      /each organisation has to confirm:\n {2}SteelMSP {2}sha256:[0-9a-f]{64}\n {2}ForgeMSP/,
    );
  });

  it('takes what the reader decides', async () => {
    const authority = new TimeAuthority();
    const root = file('root.pem', authority.rootPem);
    authority.stop();
    const options = ['--witnesses', '1', '--single-operator', '--authority', `National time=${root}`];
    const trust = readTrust((await told([steel, forge, ...options])).out);
    expect([trust.witnesses.needed, trust.singleOperator]).to.deep.equal([1, true]);
    expect(trust.timestampAuthorities.map(({ name }) => name)).to.deep.equal(['National time']);
  });

  it('takes statements whose line ends a mail program changed', async () => {
    const mailed = file(
      'mailed.txt',
      statementBy('ForgeMSP', newStatementSigner()).replaceAll('\n', '\r\n') + '\r\n',
    );
    expect((await told([steel, mailed])).code).to.equal(0);
  });

  it('takes statements that an editor saved with a byte-order mark, or in UTF-16', async () => {
    const text = `\ufeff${statementBy('ForgeMSP', newStatementSigner()).replaceAll('\n', '\r\n')}`;
    for (const encoding of ['utf8', 'utf16le'] as const) {
      writeFileSync(join(dir, 'saved.txt'), Buffer.from(text, encoding));
      expect((await told([steel, join(dir, 'saved.txt')])).code, encoding).to.equal(0);
    }
  });

  it('prints nothing when statements differ or there is one', async () => {
    const other = file('other.txt', statementBy('ForgeMSP', newStatementSigner(), { channel: 'other' }));
    const differing = await told([steel, other]);
    expect([differing.code, differing.out]).to.deep.equal([4, '']);
    expect(differing.err).to.match(/STATEMENT_DIFFERS member=channel SteelMSP=space ForgeMSP=other/);
    expect(await told([steel])).to.include({ code: 4, out: '' });
    expect(await told([steel, join(dir, 'none.txt')])).to.include({ code: 4, out: '' });
    expect(await told([steel, forge, '--authority', 'x'])).to.include({ code: 4, out: '' });
    expect(await told([steel, forge, '--authority', `x=${steel}`])).to.include({ code: 4, out: '' });
  });
});
