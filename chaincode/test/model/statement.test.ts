import {
  formatStatement,
  parseStatement,
  STATEMENT_TITLE,
  statementText,
  StatementError,
  type SignedStatement,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';

const signed: SignedStatement = {
  statement: {
    organisation: 'SteelMSP',
    channel: 'space',
    chaincode: 'tallystick',
    genesis: `sha256:${'ab'.repeat(32)}`,
    constitution: 'cd'.repeat(32),
    rules: ['tallystick-rules/1'],
    packages: [],
    organisations: ['SteelMSP', 'ComponentMSP'],
    roots: [`sha256:${'10'.repeat(32)}`],
    witnesses: [`sha256:${'20'.repeat(32)}`],
    pages: [`sha256:${'30'.repeat(32)}`],
    issuedAt: '2026-11-24T18:00:00.000Z',
    signer: `sha256:${'01'.repeat(32)}`,
  },
  signature: Uint8Array.of(1, 2, 3, 250),
  certificate: Uint8Array.of(48, 130, 0),
};

const codeOf = (text: string): string | undefined => {
  try {
    parseStatement(text);
    return undefined;
  } catch (error) {
    return error instanceof StatementError ? error.code : String(error);
  }
};

describe('fingerprint statement', () => {
  const text = formatStatement(signed);

  it('is read back as it was written, with or without packages and witnesses', () => {
    expect(text.startsWith(`${STATEMENT_TITLE}\norganisation: SteelMSP\n`)).to.equal(true);
    expect(parseStatement(text)).to.deep.equal(signed);
    const packages = ['tallystick_1:ab', 'tallystick_2:cd'];
    const more = { ...signed, statement: { ...signed.statement, packages, witnesses: [] } };
    expect(parseStatement(formatStatement(more))).to.deep.equal(more);
    expect(formatStatement(signed).startsWith(statementText(signed.statement))).to.equal(true);
  });

  it('has no second spelling', () => {
    const lines = text.split('\n');
    const swapped = [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n');
    expect(codeOf(swapped)).to.equal('NOT_AS_PRINTED');
    expect(codeOf(text.replaceAll('\n', '\r\n'))).to.equal('NOT_A_STATEMENT');
    expect(codeOf(`${text}note: more\n`)).to.equal('NOT_AS_PRINTED');
    expect(codeOf(text.replace('channel: space', 'channel: space\nchannel: space'))).to.equal(
      'NOT_AS_PRINTED',
    );
    expect(codeOf(`${text}\n`)).to.equal('BAD_LINE');
    expect(codeOf(text.slice(0, -1))).to.equal('BAD_LINE');
    expect(codeOf(text.replace('AQID+g==', 'AQID+h=='))).to.equal('NOT_AS_PRINTED');
  });

  it('needs every line in its form', () => {
    expect(codeOf('')).to.equal('NOT_A_STATEMENT');
    expect(codeOf(`${STATEMENT_TITLE}\n`)).to.equal('BAD_LINE');
    expect(codeOf(text.replace('sha256:ab', 'sha256:AB'))).to.equal('BAD_LINE');
    expect(codeOf(text.replace('SteelMSP', 'Steel MSP'))).to.equal('BAD_LINE');
    expect(codeOf(text.replace(/certificate: .*/, 'certificate: ?'))).to.equal('BAD_LINE');
    expect(codeOf(text.replace(/^constitution.*\n/m, ''))).to.equal('BAD_LINE');
    expect(codeOf(text.replace(/^root: .*\n/m, ''))).to.equal('BAD_LINE');
    expect(codeOf(text.replace('witness: sha256:20', 'witness: 20'))).to.equal('BAD_LINE');
  });
});
