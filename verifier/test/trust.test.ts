import { EDITION_TABLE } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { formatTrust, readTrust, TrustError } from '../src/trust/file.js';

const least = {
  format: 1,
  genesis: `sha256:${'ab'.repeat(32)}`,
  channel: 'space',
  chaincode: 'tallystick',
  constitution: 'cd'.repeat(32),
  rules: ['tallystick-rules/1'],
};
const PEM = `-----BEGIN CERTIFICATE-----
MIIBlzCCAT2gAwIBAgIUeqe2IgPnpswF9Poq8rV7VsFZsRswCgYIKoZIzj0EAwIw
IDEeMBwGA1UEAwwVTmF0aW9uYWwgdGltZSBzZXJ2aWNlMCAXDTI2MTEyNDE4MzIw
N1oYDzIxMjYxMDMxMTgzMjA3WjAgMR4wHAYDVQQDDBVOYXRpb25hbCB0aW1lIHNl
cnZpY2UwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQdKi4oXmnDYxLcwsuE+3rS
QcRHLvw2K3JvCIEPWnjPFVcRN14rZ6UZCYYYLYBlWVU9dNaNLn3Ok1SD4lBfRCyO
o1MwUTAdBgNVHQ4EFgQUCEdqmoVOUDE+Sr2bow8DWjWehQUwHwYDVR0jBBgwFoAU
CEdqmoVOUDE+Sr2bow8DWjWehQUwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQD
AgNIADBFAiEAkHUwjba2ZTplK5KtrWsXn3rg5JRiMxctOvkepHZkvZwCIBIfs9U2
/HCk86dYymhVTuO9X6E+VxqqP18u+16ipgqj
-----END CERTIFICATE-----
`;

function problemsOf(text: string): [string, string][] {
  try {
    readTrust(text);
  } catch (error) {
    if (error instanceof TrustError) return error.problems.map((each) => [each.pointer, each.problem]);
    throw error;
  }
  return [];
}
const pointersOf = (value: unknown): string[] => problemsOf(JSON.stringify(value)).map(([at]) => at);

describe('trust file', () => {
  it('takes the stricter belief for what is left out', () => {
    const { format: _, ...given } = least;
    expect(readTrust(JSON.stringify(least, null, 4))).to.deep.equal({
      ...given,
      editions: EDITION_TABLE,
      packages: [],
      witnesses: { named: [], needed: 1, replayedFrom: 0 },
      minOrdererSignatures: 1,
      algorithms: ['ecdsa-p256-sha256', 'ecdsa-p384-sha256', 'ecdsa-p521-sha256', 'ed25519'],
      singleOperator: false,
      timestampAuthorities: [],
      clockSkew: 900,
    });
  });

  it('reads bytes and gives back what it wrote', () => {
    const timestampAuthorities = [{ name: 'National time service', certificate: PEM }];
    const trust = readTrust(new TextEncoder().encode(JSON.stringify({ ...least, timestampAuthorities })));
    expect(trust.timestampAuthorities[0]?.certificate[0]).to.equal(0x30);
    expect(readTrust(formatTrust(trust))).to.deep.equal(trust);
  });

  it('pins which definitions name which rules', () => {
    const first = { rules: 'tallystick-rules/1', versions: ['0', '1'] };
    expect(readTrust(JSON.stringify({ ...least, editions: [first] })).editions).to.deep.equal([first]);
    const twice = (changes: object): string[] =>
      pointersOf({
        ...least,
        editions: [first, { rules: 'tallystick-rules/2', versions: ['2'], ...changes }],
      });
    expect(twice({})).to.deep.equal([]);
    expect(twice({ versions: ['1'] })).to.deep.equal(['/editions']);
    expect(twice({ rules: first.rules })).to.deep.equal(['/editions']);
    expect(twice({ versions: ['2.0'] })).to.deep.equal(['/editions/1/versions/0']);
    expect(pointersOf({ ...least, editions: [] })).to.deep.equal(['/editions']);
  });

  it('names everything that is wrong, with where it is', () => {
    const wrong = {
      ...least,
      format: 2,
      genesis: 'ab',
      rules: [],
      witnesses: { named: [{ mspId: 'SteelMSP', roots: [] }], needed: 0 },
      algorithms: ['md5'],
      timestampAuthorities: [{ name: 'A', certificate: 'none', url: '' }],
      'a/b': 1,
    };
    expect(pointersOf(wrong)).to.have.members([
      '/format',
      '/genesis',
      '/rules',
      '/witnesses/named/0/roots',
      '/witnesses/needed',
      '/algorithms/0',
      '/timestampAuthorities/0/certificate',
      '/timestampAuthorities/0/url',
      '/a~1b',
    ]);
  });

  it('names witnesses by what was learnt of them elsewhere', () => {
    const [root, key] = [`sha256:${'01'.repeat(32)}`, `sha256:${'02'.repeat(32)}`];
    const named = [{ mspId: 'SteelMSP', roots: [root], keys: [key] }, { mspId: 'ForgeMSP' }];
    const trust = readTrust(JSON.stringify({ ...least, witnesses: { named, needed: 2, replayedFrom: 7 } }));
    expect(trust.witnesses).to.deep.equal({ named, needed: 2, replayedFrom: 7 });
    const whoever = readTrust(JSON.stringify({ ...least, witnesses: { named } }));
    expect(whoever.witnesses.needed, 'all that are named').to.equal(named.length);
    expect(readTrust(formatTrust(trust))).to.deep.equal(trust);
    const [steel] = named;
    const wrong: readonly [object, string][] = [
      [{ named: [steel, steel] }, '/witnesses/named'],
      [{ named: [steel], needed: 2 }, '/witnesses/needed'],
      [{ named: [{ mspId: 'SteelMSP', keys: [key, key] }] }, '/witnesses/named/0/keys'],
      [{ named: [{ mspId: 'SteelMSP', roots: ['01'] }] }, '/witnesses/named/0/roots/0'],
      [{ named: [{ roots: [root] }] }, '/witnesses/named/0/mspId'],
      [{ replayedFrom: -1 }, '/witnesses/replayedFrom'],
    ];
    for (const [witnesses, at] of wrong) expect(pointersOf({ ...least, witnesses })).to.deep.equal([at]);
  });

  it('refuses a member that stands twice, also one that is equal', () => {
    const text = JSON.stringify(least).replace('"channel"', '"channel":"space","channel"');
    expect(problemsOf(text)).to.deep.equal([['/channel', 'stands there twice']]);
    const authority = `{"name":"A","name":"B","certificate":${JSON.stringify(PEM)}}`;
    const inner = JSON.stringify({ ...least, timestampAuthorities: [0] }).replace('[0]', `[${authority}]`);
    expect(problemsOf(inner)).to.deep.equal([['/timestampAuthorities/0/name', 'stands there twice']]);
  });

  it('refuses what is no JSON, no UTF-8, no object', () => {
    expect(problemsOf('{"format":1,}')[0]?.[1]).to.match(/^is not JSON/);
    expect(problemsOf('// comment\n{}')[0]?.[1]).to.match(/^is not JSON/);
    expect(problemsOf('[]').map(([at]) => at)).to.deep.equal(['']);
    expect(problemsOf('['.repeat(100_000) + ']'.repeat(100_000))[0]?.[1]).to.equal('is nested too deeply');
    expect(() => readTrust(Uint8Array.of(0xff))).to.throw(TrustError, 'is not UTF-8');
    expect(() => readTrust(new Uint8Array(1024 * 1024 + 1))).to.throw(TrustError, 'larger');
  });

  for (const [what, certificate] of [
    ['two certificates', PEM + PEM],
    ['text before', `name\n${PEM}`],
    ['other bytes', PEM.replace('\nMII', '\nMIA')],
    ['a key', PEM.replaceAll('CERTIFICATE', 'PRIVATE KEY')],
    ['no base64', PEM.replace('\nMII', '\nMI=')],
  ] as const) {
    it(`refuses an authority with ${what}`, () => {
      const timestampAuthorities = [{ name: 'A', certificate }];
      expect(pointersOf({ ...least, timestampAuthorities })).to.deep.equal([
        '/timestampAuthorities/0/certificate',
      ]);
    });
  }

  it('refuses two authorities with one name', () => {
    const authority = { name: 'A', certificate: PEM };
    expect(pointersOf({ ...least, timestampAuthorities: [authority, authority] })).to.deep.equal([
      '/timestampAuthorities',
    ]);
  });
});
