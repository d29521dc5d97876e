import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import { startGateway, type Gateway } from '../../src/application.js';
import { readConfig } from '../../src/config.js';
import { newKuboStore } from '../../src/payload/index.js';
import { newPemPair } from '../identities/certificates.js';
import { startFakeKubo, type FakeKubo } from './fake-kubo.js';
import { inDirectory, someBytes, streamOf } from './fixtures.js';

const UNKNOWN = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';

async function identitiesIn(directory: string): Promise<string> {
  for (const name of ['connector', 'operator']) {
    const { certificate, privateKey } = await newPemPair(name);
    for (const [part, pem] of Object.entries({ signcerts: certificate, keystore: privateKey })) {
      await mkdir(join(directory, name, 'msp', part), { recursive: true });
      await writeFile(join(directory, name, 'msp', part, 'one.pem'), pem);
    }
  }
  return directory;
}

/** A whole gateway whose payloads are in (a fake) Kubo; its ledger is out of reach. */
async function withGateway(work: (gateway: Gateway, fake: FakeKubo) => Promise<void>): Promise<void> {
  const fake = await startFakeKubo();
  await inDirectory(async (directory) => {
    const config = readConfig({
      TALLYSTICK_DATA_DIR: join(directory, 'data'),
      TALLYSTICK_LISTEN: '127.0.0.1:0',
      TALLYSTICK_MSP_ID: 'Org1MSP',
      TALLYSTICK_PEER: '127.0.0.1:1',
      TALLYSTICK_IDENTITIES: await identitiesIn(join(directory, 'users')),
      TALLYSTICK_STORE: 'kubo',
      TALLYSTICK_KUBO_API: fake.api,
      TALLYSTICK_KUBO_TIMEOUT_MS: '500',
    });
    const gateway = await startGateway(config, pino({ level: 'silent' }));
    try {
      await work(gateway, fake);
    } finally {
      await gateway.stop();
      await fake.close();
    }
  });
}

describe('payload: a gateway on Kubo', () => {
  it('says at /readyz when Kubo cannot be reached', () =>
    withGateway(async ({ url }, fake) => {
      const verdict = async (): Promise<unknown> => (await fetch(`${url}/readyz`)).json();
      expect(await verdict()).to.have.nested.property('checks.store', 'ok');
      await fake.close();
      expect(await verdict()).to.have.nested.property('checks.store', 'Kubo cannot be reached');
    }));

  it('serves members the blocks that are in Kubo, and makes Kubo fetch none for them', () =>
    withGateway(async ({ url }, fake) => {
      const file = someBytes(1000);
      await inDirectory(async (directory) => {
        const store = await newKuboStore({ api: fake.api, directory, timeoutMs: 500, fetchTimeoutMs: 500 });
        const { cid } = await store.put(streamOf(file));
        fake.calls.length = 0;
        const found = await fetch(`${url}/ipfs/${cid}?format=raw`);
        expect(Buffer.from(await found.arrayBuffer()).equals(file)).to.equal(true);
        expect((await fetch(`${url}/ipfs/${UNKNOWN}?format=raw`)).status).to.equal(404);
        expect(fake.calls.map(({ query }) => query.get('offline'))).to.deep.equal(['true', 'true']);
      });
    }));

  it('answers 503, not 404, while Kubo does not: the block may well be there', () =>
    withGateway(async ({ url }, fake) => {
      fake.answer = () => true;
      const answer = await fetch(`${url}/ipfs/${UNKNOWN}?format=raw`);
      expect(answer.status).to.equal(503);
      expect(await answer.json()).to.include({ code: 'STORE_UNAVAILABLE', retryable: true });
    }));
});
