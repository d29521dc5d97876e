import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../scripts/pages/page.js';
import { formatTrust, readTrust } from '../../verifier/src/trust/file.js';

const digest = `sha256:${'0'.repeat(64)}`;

/** A trust file with all that it may leave out. */
const needed = {
  format: 1,
  genesis: digest,
  channel: 'space',
  chaincode: 'tallystick',
  constitution: '0'.repeat(64),
  rules: ['tallystick-rules/1'],
};

describe('the guide for courts', () => {
  it('names every member of a trust file', () => {
    const page = readFileSync(`${ROOT}verifier/GUIDE-FOR-COURTS.md`, 'utf8');
    const { witnesses, ...members } = JSON.parse(formatTrust(readTrust(JSON.stringify(needed)))) as Readonly<
      Record<string, object>
    >;
    const names = [
      ...Object.keys(members),
      ...Object.keys(witnesses ?? {}).map((name) => `witnesses.${name}`),
    ];
    expect(names.length).to.be.greaterThan(12);
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(
      names.filter((name) => !rows.some((row) => row.split(' | ')[0]?.includes(`\`${name}\``))),
    ).to.deep.equal([]);
  });
});
