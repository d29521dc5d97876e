import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { renderVerdict } from '../src/report/index.js';
import { readTrust } from '../src/trust/file.js';
import type { Verdict } from '../src/verdict.js';
import { verify } from '../src/verify.js';
import { chromiumOrSkip, Desk, judged, texts, type Opened } from './page-fixture.js';
import { some } from '../../test/sampling.js';

const VECTORS = fileURLToPath(new URL('../../test/vectors/evidence/', import.meta.url));

describe('the one-file page and the vectors', () => {
  let desk: Desk;
  let opened: Opened;
  before(async function () {
    const executable = chromiumOrSkip(this);
    if (vectors().length === 0) {
      console.log(`      (skipped: no vectors in ${VECTORS})`);
      this.skip();
    }
    desk = await Desk.with(executable);
    opened = await desk.open();
  });
  after(() => (desk as Desk | undefined)?.close());

  for (const vector of some(vectors(), 48)) {
    it(`shows what the verifier says in Node: ${vector.name}`, async () => {
      const { page, incidents } = opened;
      const shows = judged(page, vector.evidence, vector.trust, vector.payload);
      const [verdict] = await Promise.all([verdictOf(vector), shows]);
      expect(await page.locator('#verdict').getAttribute('data-outcome')).to.equal(verdict.outcome);
      const { shown, expected } = await texts(page, renderVerdict(verdict, 'en'));
      expect(shown).to.equal(expected);
      expect(incidents).to.deep.equal([]);
    });
  }
});

async function verdictOf({ evidence, trust, payload }: Vector): Promise<Verdict> {
  const bytes = await readFile(evidence);
  return verify(
    {
      evidence: new Uint8Array(evidence.endsWith('.gz') ? gunzipSync(bytes) : bytes),
      trust: readTrust(await readFile(trust)),
      ...(payload !== undefined && { payload: createReadStream(payload) }),
    },
    webcrypto.subtle,
  );
}

/** Everything that the verifier is given for a vector. */
interface Vector {
  readonly name: string;
  readonly evidence: string;
  readonly trust: string;
  readonly payload: string | undefined;
}

function vectors(): readonly Vector[] {
  return ['valid', 'invalid'].flatMap((folder) => {
    const names = existsSync(VECTORS + folder) ? readdirSync(VECTORS + folder) : [];
    return names
      .filter((name) => /^[^.]+\.json(\.gz)?$/.test(name))
      .map((name) => vectorOf(`${folder}/${name}`));
  });
}

function vectorOf(name: string): Vector {
  const stem = `${VECTORS}${name.replace(/\.json(\.gz)?$/, '')}`;
  const payload = `${stem}.payload`;
  return {
    name,
    evidence: VECTORS + name,
    trust: `${stem}.trust.json`,
    payload: existsSync(payload) ? payload : undefined,
  };
}
