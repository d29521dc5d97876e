import { expect } from 'chai';
import { addressOf, connectClient, createSpace, startQuiet, type Client, type Space } from './space.js';
import type { EmbeddedNode } from '../../src/embedded/index.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('embedded node: fabric-gateway clients', () => {
  let space: Space;
  let node: EmbeddedNode;
  let client: Client;

  before(async () => {
    space = await createSpace();
    node = await startQuiet(space.config());
    client = await connectClient(space, addressOf(node, 'Org1MSP'), 'Org1MSP');
  });

  after(async () => {
    client.close();
    await node.stop();
    await space.remove();
  });

  it('puts, gets and deletes', async () => {
    expect(text(await client.tiny.submitTransaction('put', 'a', '1'))).equals('1');
    expect(text(await client.tiny.evaluateTransaction('get', 'a'))).equals('1');
    await client.tiny.submitTransaction('delete', 'a');
    expect(text(await client.tiny.evaluateTransaction('get', 'a'))).equals('');
  });
});
