import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readTrust } from '../../verifier/src/trust/file.js';
import { FORGERIES } from './forgeries/index.js';
import { expectedOf, judge, type Expected } from './judging.js';
import { OUTCOMES, STORIES, type Case } from './stories.js';

const VECTORS = fileURLToPath(new URL('../vectors/evidence/', import.meta.url));

interface InvalidExpected extends Expected {
  readonly code: string;
  readonly reason: string;
}

const namesIn = (folder: string): string[] =>
  readdirSync(`${VECTORS}${folder}`)
    .filter((file) => file.endsWith('.expected.json'))
    .map((file) => file.slice(0, -'.expected.json'.length));

function vector(folder: string, name: string): Case {
  const path = `${VECTORS}${folder}/${name}`;
  const isPacked = existsSync(`${path}.json.gz`);
  const bytes = isPacked ? gunzipSync(readFileSync(`${path}.json.gz`)) : readFileSync(`${path}.json`);
  const payload = existsSync(`${path}.payload`) ? readFileSync(`${path}.payload`) : undefined;
  return {
    text: bytes.toString('utf8'),
    trust: readTrust(readFileSync(`${path}.trust.json`)),
    ...(payload && { payload }),
  };
}

const expectedIn = (folder: string, name: string): InvalidExpected =>
  JSON.parse(readFileSync(`${VECTORS}${folder}/${name}.expected.json`, 'utf8')) as InvalidExpected;

describe('evidence vectors', () => {
  describe('valid', () => {
    for (const name of namesIn('valid'))
      it(name, async () => {
        const verdict = await judge(vector('valid', name));
        expect(expectedOf(verdict)).to.deep.equal(expectedIn('valid', name));
        expect(verdict.outcome).to.equal(OUTCOMES[name] ?? 'VERIFIED');
      });
  });

  describe('invalid', () => {
    for (const name of namesIn('invalid'))
      it(name, async () => {
        const verdict = await judge(vector('invalid', name));
        const { code, reason, ...expected } = expectedIn('invalid', name);
        expect(expectedOf(verdict)).to.deep.equal(expected);
        expect(verdict.outcome).not.to.equal('VERIFIED');
        expect(verdict.steps.some((step) => step.code === code && step.reason === reason)).to.equal(true);
      });
  });

  it('are those that the stories and forgeries make', () => {
    expect(namesIn('valid')).to.have.members(Object.keys(STORIES));
    expect(namesIn('invalid')).to.have.members(Object.keys(FORGERIES));
  });
});

describe('forged evidence, made anew', function () {
  this.timeout(120_000);

  for (const [name, { make, code, reason, outcome }] of Object.entries(FORGERIES))
    it(`is found out: ${name}`, async () => {
      const verdict = await judge(await make());
      const found = verdict.steps.filter((step) => step.code === code).map((step) => step.reason);
      expect(found).to.include(reason);
      expect(verdict.outcome).to.equal(outcome);
    });
});
