import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { cidOf, MAX_BLOCK_BYTES } from '../../src/payload/cid.js';
import { newRemoteBlocks } from '../../src/payload/index.js';
import { expectCode, rejection, someBytes } from './fixtures.js';

const block = someBytes(1024 * 1024);
const cid = cidOf(0x55, block).toString();

async function withMember<T>(answer: RequestListener, work: (url: string) => Promise<T>): Promise<T> {
  const server: Server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const honest: RequestListener = (_, response) => response.end(block);

describe('payload: raw-block endpoints of other members', () => {
  it('are asked as the trustless gateway specification says', async () => {
    const requests: IncomingMessage[] = [];
    const member: RequestListener = (request, response) => {
      requests.push(request);
      response.end(block);
    };
    await withMember(member, async (url) => {
      const plain = await newRemoteBlocks([url]).block(cid);
      const behindPath = [{ url: `${url}/gateway/`, authorization: 'Bearer of-this-member' }];
      await newRemoteBlocks(behindPath).block(cid);
      expect(Buffer.from(plain).equals(block)).to.equal(true);
    });
    expect(requests.map(({ method, url }) => [method, url])).to.deep.equal([
      ['GET', `/ipfs/${cid}?format=raw`],
      ['GET', `/gateway/ipfs/${cid}?format=raw`],
    ]);
    expect(requests.map(({ headers }) => headers.accept)).to.deep.equal(
      Array(2).fill('application/vnd.ipld.raw'),
    );
    expect(requests.map(({ headers }) => headers.authorization)).to.deep.equal([
      undefined,
      'Bearer of-this-member',
    ]);
  });

  const useless: Readonly<Record<string, RequestListener>> = {
    'has none': (_, response) => response.writeHead(404).end('no such block'),
    fails: (_, response) => response.writeHead(500).end(),
    'sends other bytes': (_, response) => response.end(Buffer.from(block).fill(0, 7, 9)),
    'sends a part': (_, response) => response.end(block.subarray(1)),
    'sends without end': (_, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(65536)));
        response.once('drain', more);
      };
      more();
    },
    'sends more than a block': (_, response) => response.end(Buffer.alloc(MAX_BLOCK_BYTES + 1)),
    redirects: (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    'breaks off': (_, response) => {
      response.writeHead(200, { 'content-length': block.length });
      response.write(block.subarray(0, 1000), () => response.destroy());
    },
    'never answers': () => undefined,
    'starts and stalls': (_, response) => {
      response.write(block.subarray(0, 1000));
    },
  };

  for (const [what, answer] of Object.entries(useless)) {
    it(`a member that ${what} is passed over`, async () => {
      await withMember(answer, (bad) =>
        withMember(honest, async (good) => {
          const found = await newRemoteBlocks([bad, good], 500).block(cid);
          expect(Buffer.from(found).equals(block)).to.equal(true);
          const error = await rejection(newRemoteBlocks([bad], 500).block(cid));
          expectCode(error, 'BLOCK_MISSING');
          expect(error).to.have.property('cause').that.has.length(1);
        }),
      );
    });
  }

  it('does not follow a redirect even to the right bytes', async () => {
    await withMember(honest, (good) =>
      withMember(
        (_, response) => response.writeHead(302, { location: `${good}/ipfs/${cid}` }).end(),
        async (url) => expectCode(await rejection(newRemoteBlocks([url]).block(cid)), 'BLOCK_MISSING'),
      ),
    );
  });

  it('a member that is down is passed over; a CID that is none is not asked for', async () => {
    await withMember(honest, async (good) => {
      const found = await newRemoteBlocks(['http://127.0.0.1:1', good]).block(cid);
      expect(Buffer.from(found).equals(block)).to.equal(true);
      expectCode(await rejection(newRemoteBlocks([good]).block('../secret')), 'CID_INVALID');
    });
  });

  it('keeps its deadline when the caller brings a signal of its own', async () => {
    await withMember(
      () => undefined,
      async (url) => {
        const never = new AbortController().signal;
        expectCode(await rejection(newRemoteBlocks([url], 100).block(cid, never)), 'BLOCK_MISSING');
      },
    );
  });

  it('stops when aborted, with the reason of the signal', async () => {
    await withMember(
      () => undefined,
      async (url) => {
        const abort = new AbortController();
        const asking = rejection(newRemoteBlocks([url]).block(cid, abort.signal));
        setTimeout(() => abort.abort(new Error('enough')), 20);
        expect(await asking).to.have.property('message', 'enough');
      },
    );
  });
});
