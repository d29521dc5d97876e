import { expect } from 'chai';
import { ConfigError, readConfig, redacted, strangersIn } from '../../src/config.js';

const needed = {
  TALLYSTICK_DATA_DIR: '/var/lib/tallystick',
  TALLYSTICK_MSP_ID: 'SteelMSP',
  TALLYSTICK_PEER: 'localhost:7051',
  TALLYSTICK_IDENTITIES: '/etc/tallystick/users',
};

const problemsOf = (environment: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('configuration', () => {
  it('needs few words', () => {
    const config = readConfig(needed);
    expect(config).to.deep.include({
      listen: { host: '127.0.0.1', port: 8080 },
      componentIdentity: 'connector',
      blocks: 'public',
      members: {},
      apiKeys: undefined,
    });
    expect(readConfig({ ...needed, TALLYSTICK_LISTEN: '[::1]:0' }).listen).to.deep.equal({
      host: '::1',
      port: 0,
    });
  });

  it('names every problem at once, and quotes no value', () => {
    const problems = problemsOf({
      TALLYSTICK_LISTEN: 'hunter2',
      TALLYSTICK_PEER: 'peer:99999',
      TALLYSTICK_BODY_LIMIT: '1.5',
      TALLYSTICK_COMMIT_TIMEOUT_MS: '1',
      TALLYSTICK_BLOCKS: 'hunter2',
      TALLYSTICK_MEMBERS: '{"A":"ftp://x"}',
      TALLYSTICK_MSP_ID: '',
    });
    expect(problems.map((problem) => problem.split(/[:/]/)[0])).to.have.members([
      'TALLYSTICK_DATA_DIR',
      'TALLYSTICK_IDENTITIES',
      'TALLYSTICK_LISTEN',
      'TALLYSTICK_PEER',
      'TALLYSTICK_BODY_LIMIT',
      'TALLYSTICK_COMMIT_TIMEOUT_MS',
      'TALLYSTICK_BLOCKS',
      'TALLYSTICK_MEMBERS',
      'TALLYSTICK_MSP_ID',
    ]);
    expect(problems.join()).to.not.contain('hunter2');
    expect(problems).to.include('TALLYSTICK_DATA_DIR: is not set');
    expect(problemsOf({ ...needed, TALLYSTICK_MEMBERS: '{' })).to.deep.equal([
      'TALLYSTICK_MEMBERS: must be JSON',
    ]);
  });

  it('shows itself without credentials', () => {
    const members = JSON.stringify({ B: 'https://user:hunter2@b.example/base' });
    const shown = JSON.stringify(redacted(readConfig({ ...needed, TALLYSTICK_MEMBERS: members })));
    expect(shown).to.contain('https://b.example/base').and.not.contain('hunter2');
  });

  it('knows misspelt variables', () => {
    expect(strangersIn({ ...needed, TALLYSTICK_PEERS: 'x', PATH: 'y' })).to.deep.equal(['TALLYSTICK_PEERS']);
  });

  it('takes one peer or several, with one name for all or one for each', () => {
    const peers = { ...needed, TALLYSTICK_PEER: 'a:7051, b:7051' };
    expect(readConfig(peers).peers.addresses).to.deep.equal(['a:7051', 'b:7051']);
    for (const names of ['a.example', 'a.example,b.example']) {
      const { serverNames } = readConfig({ ...peers, TALLYSTICK_PEER_TLS_NAME: names }).peers;
      expect(serverNames).to.deep.equal(names.split(','));
    }
  });

  const { TALLYSTICK_PEER, ...peerless } = needed;
  const profile = { ...peerless, TALLYSTICK_CONNECTION_PROFILE: '/etc/profile.yaml' };
  const certificate = { TALLYSTICK_PEER_TLS_CLIENT_CERT: '/c' };
  const key = { TALLYSTICK_PEER_TLS_CLIENT_KEY: '/k' };
  const conflicts: readonly [string, NodeJS.ProcessEnv, readonly string[]][] = [
    ['neither peers nor a profile', peerless, ['TALLYSTICK_PEER: is not set, nor is a connection profile']],
    ['a profile alone', profile, []],
    ['a profile with a client certificate', { ...profile, ...certificate, ...key }, []],
    [
      'both',
      { ...profile, TALLYSTICK_PEER, TALLYSTICK_PEER_TLS_CA: '/ca' },
      [
        'TALLYSTICK_PEER: is what the connection profile says',
        'TALLYSTICK_PEER_TLS_CA: is what the connection profile says',
      ],
    ],
    ['an empty place', { ...needed, TALLYSTICK_PEER: 'a:1,' }, ['TALLYSTICK_PEER/1: must be host:port']],
    ['a peer twice', { ...needed, TALLYSTICK_PEER: 'a:1,a:1' }, ['TALLYSTICK_PEER: names one peer twice']],
    [
      'two names for three peers',
      { ...needed, TALLYSTICK_PEER: 'a:1,b:1,c:1', TALLYSTICK_PEER_TLS_NAME: 'a,b' },
      ['TALLYSTICK_PEER_TLS_NAME: must be one name, or one for each peer'],
    ],
    [
      'a client certificate without its key, and in clear',
      { ...needed, ...certificate },
      [
        'TALLYSTICK_PEER_TLS_CLIENT_KEY: is not set, but TALLYSTICK_PEER_TLS_CLIENT_CERT is',
        'TALLYSTICK_PEER_TLS_CA: is not set, but TALLYSTICK_PEER_TLS_CLIENT_CERT is',
      ],
    ],
    [
      'a client key without its certificate',
      { ...profile, ...key },
      ['TALLYSTICK_PEER_TLS_CLIENT_CERT: is not set, but TALLYSTICK_PEER_TLS_CLIENT_KEY is'],
    ],
    [
      'names that are no JSON object',
      { ...needed, TALLYSTICK_IDENTITY_NAMES: '{"a":1}' },
      ['TALLYSTICK_IDENTITY_NAMES/a: Invalid input: expected string, received number'],
    ],
  ];
  const api = { TALLYSTICK_KUBO_API: 'http://gateway:hunter2@127.0.0.1:5001' };

  it('takes Kubo for payloads, and shows no password of its API', () => {
    expect(readConfig(needed).content).to.deep.equal({ kind: 'embedded' });
    const config = readConfig({ ...needed, ...api, TALLYSTICK_STORE: 'kubo' });
    expect(config.content).to.deep.equal({
      kind: 'kubo',
      api: api.TALLYSTICK_KUBO_API,
      timeoutMs: 30_000,
      fetchTimeoutMs: 10_000,
    });
    expect(JSON.stringify(redacted(config)))
      .to.contain('127.0.0.1:5001')
      .and.not.contain('hunter2');
    expect(problemsOf({ ...needed, TALLYSTICK_STORE: 'kubo' })).to.deep.equal([
      'TALLYSTICK_KUBO_API: is not set, but the store is Kubo',
    ]);
    expect(problemsOf({ ...needed, ...api })).to.deep.equal([
      'TALLYSTICK_KUBO_API: is set, but TALLYSTICK_STORE is not kubo',
    ]);
  });

  for (const [name, environment, problems] of conflicts) {
    it(`judges together: ${name}`, () => expect(problemsOf(environment)).to.deep.equal(problems));
  }
});
