import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { ConfigError, readConfig, redacted, strangersIn, variables } from '../../src/config.js';

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

  it('is documented, variable by variable', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const documented = [...readme.matchAll(/^\| `(TALLYSTICK_\w+)`/gm)].map(([, name]) => name);
    expect(documented).to.deep.equal(Object.keys(variables.shape));
  });
});
