import { expect } from 'chai';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { ConnectionProfileError, peersInProfile } from '../../src/ledger/connection-profile.js';
import { newPemPair } from '../identities/certificates.js';
import { times } from '../../../test/sampling.js';

const question = { file: '/etc/profile.yaml', mspId: 'Org1MSP', channel: 'mychannel' };

const problemsOf = (source: string, file = question.file): readonly string[] => {
  try {
    peersInProfile(source, { ...question, file });
    return [];
  } catch (error) {
    if (error instanceof ConnectionProfileError) return error.problems;
    throw error;
  }
};

/** As fabric-samples' test-network writes it, with what is of no interest here. */
const profileOf = (pem: string): object => ({
  name: 'test-network-org1',
  version: '1.0.0',
  client: { organization: 'Org1', connection: { timeout: { peer: { endorser: '300' } } } },
  organizations: {
    Org1: {
      mspid: 'Org1MSP',
      peers: ['peer1.org1.example.com', 'peer0.org1.example.com'],
      certificateAuthorities: ['ca.org1.example.com'],
    },
    Org2: { mspid: 'Org2MSP', peers: ['peer0.org2.example.com'] },
  },
  peers: {
    'peer0.org1.example.com': {
      url: 'grpcs://localhost:7051',
      tlsCACerts: { pem },
      grpcOptions: { 'ssl-target-name-override': 'peer0.org1.example.com', hostnameOverride: 'other' },
    },
    'peer1.org1.example.com': { url: 'grpcs://[::1]:8051', tlsCACerts: { path: '../tls/ca.crt' } },
    'peer0.org2.example.com': { url: 'not looked at' },
  },
  certificateAuthorities: { 'ca.org1.example.com': { url: 'https://localhost:7054', caName: 'ca-org1' } },
});

describe('a connection profile', () => {
  let pem = '';
  before(async () => {
    pem = (await newPemPair('tlsca')).certificate;
  });

  it('gives the own organisation’s peers in its order, from YAML and from JSON', () => {
    const yaml = peersInProfile(dump(profileOf(pem)), question);
    expect(yaml).to.deep.equal([
      {
        name: 'peer1.org1.example.com',
        address: '[::1]:8051',
        tlsRoots: { path: '../tls/ca.crt' },
        serverName: undefined,
      },
      {
        name: 'peer0.org1.example.com',
        address: 'localhost:7051',
        tlsRoots: { pem },
        serverName: 'peer0.org1.example.com',
      },
    ]);
    const json = { ...question, file: '/etc/profile.json' };
    expect(peersInProfile(JSON.stringify(profileOf(pem), null, '\t'), json)).to.deep.equal(yaml);
  });

  it('leaves out peers that have not joined the channel, where it says so', () => {
    const channels = { mychannel: { peers: { 'peer0.org1.example.com': { eventSource: true } } } };
    const found = peersInProfile(dump({ ...profileOf(pem), channels }), question);
    expect(found.map(({ name }) => name)).to.deep.equal(['peer0.org1.example.com']);
    const other = peersInProfile(dump({ ...profileOf(pem), channels: { other: { peers: {} } } }), question);
    expect(other).to.have.length(2);
  });

  it('takes several roots, hostnameOverride, and a connection in clear', () => {
    const peers = {
      'peer0.org1.example.com': {
        url: 'grpcs://localhost:7051',
        tlsCACerts: { pem: [pem, pem] },
        grpcOptions: { hostnameOverride: 'peer0' },
      },
      'peer1.org1.example.com': { url: 'grpc://localhost:8051' },
    };
    const [clear, sealed] = peersInProfile(dump({ ...profileOf(pem), peers }), question);
    expect(clear).to.deep.include({ tlsRoots: undefined, serverName: undefined });
    expect(sealed).to.deep.include({ tlsRoots: { pem: `${pem}\n${pem}` }, serverName: 'peer0' });
  });

  const peer = (entry: object): object => ({
    organizations: { Org1: { mspid: 'Org1MSP', peers: ['p'] } },
    peers: { p: entry },
  });
  const SECRET = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwhunter2\n-----END PRIVATE KEY-----\n';
  const wrong: readonly [string, object | string, string][] = [
    ['no YAML', 'a: [', ': is no YAML'],
    ['a tag that makes things', 'a: !!js/function "x"', ': is no YAML'],
    ['nothing', '', ': is no YAML'],
    ['null', 'null', ': is missing, or of the wrong type'],
    ['a list', '- a', ': is missing, or of the wrong type'],
    ['no organisations', { peers: {} }, '/organizations: is missing, or of the wrong type'],
    ['no peers', { organizations: {} }, '/peers: is missing, or of the wrong type'],
    [
      'another organisation',
      { organizations: { Org2: { mspid: 'Org2MSP' } }, peers: {} },
      '/organizations: none has the mspid Org1MSP',
    ],
    [
      'an organisation without peers',
      { organizations: { Org1: { mspid: 'Org1MSP' } }, peers: {} },
      ': Org1MSP has no peer on mychannel',
    ],
    [
      'a peer that is not described',
      { organizations: { Org1: { mspid: 'Org1MSP', peers: ['constructor'] } }, peers: {} },
      '/peers/constructor: is missing',
    ],
    ['a peer without url', peer({}), '/peers/p/url: is missing, or of the wrong type'],
    ['a url without port', peer({ url: 'grpcs://localhost' }), '/peers/p/url: must be grpcs://host:port'],
    ['a url of the web', peer({ url: 'https://localhost:1' }), '/peers/p/url: must be grpcs://host:port'],
    ['a url with a user', peer({ url: 'grpcs://u:p@a:1' }), '/peers/p/url: must be grpcs://host:port'],
    ['a url with a path', peer({ url: 'grpcs://a:1/b' }), '/peers/p/url: must be grpcs://host:port'],
    ['TLS without roots', peer({ url: 'grpcs://a:1' }), '/peers/p/tlsCACerts: has neither pem nor path'],
    [
      'roots that are a private key',
      peer({ url: 'grpcs://a:1', tlsCACerts: { pem: SECRET } }),
      '/peers/p/tlsCACerts/pem: is no certificate in PEM form',
    ],
    [
      'roots that are no certificate inside',
      peer({
        url: 'grpcs://a:1',
        tlsCACerts: { pem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
      }),
      '/peers/p/tlsCACerts/pem: is no certificate in PEM form',
    ],
    ['an address that is a number', peer({ url: 7051 }), '/peers/p/url: is missing, or of the wrong type'],
  ];
  for (const [name, source, problem] of wrong) {
    it(`is refused: ${name}`, () => {
      const problems = problemsOf(typeof source === 'string' ? source : dump(source));
      expect(problems).to.deep.equal([`/etc/profile.yaml${problem}`]);
      expect(problems.join()).not.to.contain('hunter2');
    });
  }

  it('is refused: JSON that is YAML', () => {
    expect(problemsOf('a: 1', '/etc/profile.json')).to.deep.equal(['/etc/profile.json: is no JSON']);
  });

  it('whatever stands in it: peers or a refusal that names the file, never another error', () => {
    const json = fc.json().map((text) => ({ text, file: 'p.json' }));
    const anything = fc.string({ unit: 'binary' }).map((text) => ({ text, file: 'p.yaml' }));
    const shaped = fc
      .record({
        organizations: fc.dictionary(
          fc.string(),
          fc.record({ mspid: fc.constantFrom('Org1MSP', 'x'), peers: fc.array(fc.constantFrom('p', '')) }),
        ),
        peers: fc.dictionary(
          fc.constantFrom('p', 'q', '__proto__'),
          fc.record({ url: fc.oneof(fc.webUrl(), fc.constantFrom('grpc://a:1', 'grpcs://a:1', 'grpc://')) }),
        ),
      })
      .map((value) => ({ text: JSON.stringify(value), file: 'p.json' }));
    fc.assert(
      fc.property(fc.oneof(json, anything, shaped), ({ text, file }) => {
        const problems = problemsOf(text, file);
        expect(problems.every((problem) => problem.startsWith(file))).to.equal(true);
      }),
      { numRuns: times(400) },
    );
  });

  it('whatever address is written into it comes out as written', () => {
    const host = fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('[::1]', '[fe80::1:2]', 'PEER0'));
    fc.assert(
      fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
        const [found] = peersInProfile(dump(peer({ url: `grpc://${name}:${port}` })), question);
        expect(found?.address).to.equal(`${name}:${port}`);
      }),
    );
  });
});
