import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { MemberError, newMember } from '../../src/features/checkpoints/members.js';
import { sampleBody } from '../http/fake-checkpoints.js';
import { problemIn, ServedApp } from '../http/served-app.js';

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof MemberError) return error.code;
      throw error;
    },
  );

describe('another member’s gateway', () => {
  let server: Server | undefined;
  const serve = async (listener: RequestListener): Promise<string> => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  });

  it('is asked as gateways serve', async () => {
    const app = await new ServedApp().start();
    app.checkpoints.kept.set(7, { body: sampleBody(7), witnesses: [] });
    const member = newMember(`${app.url}/`);
    for (const wanted of [undefined, 'KEPT', 'RENEWED'] as const)
      expect((await member.latest(wanted)).body).to.deep.equal(sampleBody(7));
    expect(app.checkpoints.wanted).to.deep.equal(['RENEWED', 'KEPT', 'RENEWED']);
    expect((await member.at(7)).body.height).to.equal(7);
    expect(await member.leaves(0, 10)).to.deep.equal([]);
    expect(await codeOf(member.at(6))).to.equal('NOT_KEPT');
    app.checkpoints.retracted.add(7);
    expect((await problemIn(await app.ask('/checkpoints/7'))).code).to.equal('CHECKPOINT_RETRACTED');
    expect(await codeOf(member.at(7))).to.equal('NOT_KEPT');
    await app.stop();
    expect(await codeOf(member.latest())).to.equal('UNREACHABLE');
  });

  it('is behind a path where its URL says so', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.end(JSON.stringify({ leaves: [] }));
    });
    await newMember(`${url}/steel/`).leaves(3, 5);
    expect(asked).to.deep.equal(['/steel/checkpoints/leaves?from=3&limit=5']);
  });

  const hostile: Readonly<Record<string, readonly [code: string, listener: RequestListener]>> = {
    'no JSON': ['MALFORMED', (_, response) => response.end('<html>')],
    'another form': ['MALFORMED', (_, response) => response.end('{"body":{}}')],
    'unknown members': [
      'MALFORMED',
      (_, response) => response.end(JSON.stringify({ body: sampleBody(1), witnesses: [], more: 1 })),
    ],
    'endless bytes': [
      'MALFORMED',
      (_, response) => {
        const more = (): void => {
          while (response.write('['.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
    ],
    'another place': [
      'UNREACHABLE',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    'an error': ['UNREACHABLE', (_, response) => response.writeHead(500).end()],
    silence: ['UNREACHABLE', () => undefined],
  };
  for (const [what, [code, listener]] of Object.entries(hostile))
    it(`sends ${what}`, async () => {
      expect(
        await codeOf(newMember(await serve(listener), what === 'silence' ? 300 : 5000).latest()),
      ).to.equal(code);
    });
});
