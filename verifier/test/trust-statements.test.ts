import type { Statement } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import type { Subtle } from '../src/crypto/subtle.js';
import { Rejection } from '../src/rejection.js';
import { formatTrust, readTrust } from '../src/trust/file.js';
import { trustFromStatements } from '../src/trust/statements.js';
import { newStatementSigner, ORGANISATIONS, statementBy, type StatementSigner } from './statements.js';
import { hasOpenssl } from './time-authority.js';

const subtle = globalThis.crypto.subtle as unknown as Subtle;
async function refusalOf(texts: readonly string[]): Promise<[string, string | undefined]> {
  try {
    await trustFromStatements(texts, subtle);
    return ['accepted', undefined];
  } catch (error) {
    if (error instanceof Rejection) return [error.code, error.facts['member'] ?? error.facts['what']];
    throw error;
  }
}

describe('trust from statements', () => {
  let steel: StatementSigner, forge: StatementSigner;
  before(function () {
    if (!hasOpenssl()) this.skip();
    [steel, forge] = [newStatementSigner(), newStatementSigner()];
  });

  it('makes a trust file of two organisations’ statements that agree', async () => {
    const reversed = { organisations: [...ORGANISATIONS].reverse() };
    const texts = [statementBy('SteelMSP', steel), statementBy('ForgeMSP', forge, reversed)];
    const trust = await trustFromStatements(texts, subtle);
    expect(trust).to.include({ channel: 'space', singleOperator: false });
    const pinned = { roots: [`sha256:${'10'.repeat(32)}`], keys: [`sha256:${'20'.repeat(32)}`] };
    expect(trust.witnesses).to.deep.equal({
      named: [
        { mspId: 'SteelMSP', ...pinned },
        { mspId: 'ForgeMSP', ...pinned },
      ],
      needed: 2,
      replayedFrom: 0,
    });
    expect(readTrust(formatTrust(trust))).to.deep.equal(trust);
    const chosen = await trustFromStatements(texts, subtle, { needed: 1 });
    expect(chosen.witnesses.needed).to.equal(1);
    const unwitnessed = statementBy('ForgeMSP', forge, { witnesses: [] });
    const [, other] = (await trustFromStatements([texts[0]!, unwitnessed], subtle)).witnesses.named;
    expect(other).to.deep.equal({ mspId: 'ForgeMSP', roots: pinned.roots });
  });

  it('needs two organisations, and both of the ledger', async () => {
    const one = statementBy('SteelMSP', steel);
    expect(await refusalOf([])).to.have.members([
      'STATEMENT_DIFFERS',
      'statements of 0 organisations, 2 are needed',
    ]);
    expect((await refusalOf([one, one]))[1]).to.equal('statements of 1 organisations, 2 are needed');
    const forgeOnce = statementBy('ForgeMSP', forge);
    expect((await refusalOf([one, forgeOnce, one]))[1]).to.equal('two of one organisation');
    const stranger = statementBy('StrangerMSP', forge);
    expect((await refusalOf([one, stranger]))[1]).to.equal('is no organisation of the ledger');
  });

  const changes: Partial<Statement>[] = [
    { channel: 'other' },
    { chaincode: 'other' },
    { genesis: `sha256:${'ba'.repeat(32)}` },
    { constitution: 'dc'.repeat(32) },
    { rules: ['tallystick-rules/1', 'tallystick-rules/2'] },
    { packages: ['tallystick:1'] },
    { organisations: ['SteelMSP', 'ForgeMSP'] },
  ];
  for (const change of changes) {
    const [member] = Object.keys(change);
    it(`refuses two that differ in ${member}`, async () => {
      const texts = [statementBy('SteelMSP', steel), statementBy('ForgeMSP', forge, change)];
      expect(await refusalOf(texts)).to.deep.equal(['STATEMENT_DIFFERS', member]);
    });
  }

  it('refuses a statement that somebody changed, or signed with another key', async () => {
    const one = statementBy('SteelMSP', steel);
    const changed = statementBy('ForgeMSP', forge).replace('channel: space', 'channel: spaces');
    expect((await refusalOf([one, changed]))[0]).to.equal('SIGNATURE_INVALID');
    const borrowed = statementBy('ForgeMSP', { key: steel.key, der: forge.der });
    expect((await refusalOf([one, borrowed]))[0]).to.equal('SIGNATURE_INVALID');
    const misnamed = statementBy('ForgeMSP', forge, { signer: `sha256:${'00'.repeat(32)}` });
    expect(await refusalOf([one, misnamed])).to.deep.equal(['STATEMENT_DIFFERS', 'signer']);
    const late = statementBy('ForgeMSP', forge, { issuedAt: '2099-01-01T00:00:00.000Z' });
    expect((await refusalOf([one, late]))[0]).to.equal('EXPIRED');
    expect((await refusalOf([one, 'something else\n']))[0]).to.equal('MALFORMED');
  });
});
