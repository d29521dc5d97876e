import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { CustodyError } from '../../src/features/custody/port.js';
import { OutcomeUnknown } from '../../src/ledger/port-errors.js';
import { registrationOf } from '../http/samples.js';
import { BODY_LIMIT, problemIn, ServedApp, UPLOAD_LIMIT } from '../http/served-app.js';

interface Part {
  readonly name: string;
  readonly type?: string;
  readonly body: string | Buffer;
}

const BOUNDARY = 'a-boundary';
const FORM = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
const dataset: Part = { name: 'dataset', type: 'application/json', body: JSON.stringify(registrationOf) };
const file: Part = { name: 'file', type: 'text/csv', body: 'a,b\n1,2\n' };

function form(parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): Buffer {
  const pieces = parts.flatMap(({ name, type, body }) => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="x"\r\n`,
    `${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
    body,
    '\r\n',
  ]);
  return Buffer.concat([...pieces, end].map((piece) => Buffer.from(piece)));
}

describe('uploads', () => {
  let app: ServedApp;
  beforeEach(async () => {
    app = await new ServedApp().start();
  });
  afterEach(() => app.stop());

  const upload = (body: Buffer, path = '/datasets/files'): Promise<Response> =>
    app.ask(path, { method: 'POST', headers: FORM, body });

  async function refused(body: Buffer, status: number, code: string): Promise<void> {
    const response = await upload(body);
    const problem = await problemIn(response);
    expect([response.status, problem.code], JSON.stringify(problem)).to.deep.equal([status, code]);
    expect(app.useCases.stored).to.deep.equal([]);
  }

  it('hands the document and the bytes of the file to custody', async () => {
    const bytes = Buffer.alloc(600_000, 'telemetry\r\n--a-bound');
    const response = await upload(form([dataset, { ...file, body: bytes }]));
    expect(response.status).to.equal(201);
    expect(response.headers.get('location')).to.equal('/datasets/dataset-made');
    expect(await response.json()).to.deep.equal({
      txId: 'e'.repeat(64),
      blockNumber: 9,
      result: { datasetId: 'dataset-made', versionId: 'version-made', claimId: 'claim-made' },
      cid: 'bafy',
      commitment: 'sha256:00',
      plainDigest: createHash('sha256').update(bytes).digest('hex'),
      bytes: '600000',
    });
    const [stored] = app.useCases.stored;
    expect(stored?.by).to.deep.equal({ identity: 'officer' });
    expect(stored?.metadata).to.deep.equal(registrationOf);
    expect(stored?.bytes.equals(bytes)).to.equal(true);
  });

  it('takes what fetch and FormData send, for a first and a later version, also an empty file', async () => {
    for (const path of ['/datasets/files', '/datasets/versions/files']) {
      const body = new FormData();
      body.append('dataset', new Blob(['{"a":1}'], { type: 'application/json' }));
      body.append('file', new Blob([]), 'payload');
      expect((await app.ask(path, { method: 'POST', body })).status).to.equal(201);
    }
    expect(app.useCases.stored.map(({ bytes }) => bytes.length)).to.deep.equal([0, 0]);
  });

  it('registers nothing when the form is cut short, wherever', async () => {
    const whole = form([dataset, { ...file, body: 'x'.repeat(2000) }]);
    for (let length = 0; length < whole.length - 4; length += length < whole.length - 60 ? 17 : 1) {
      const response = await upload(whole.subarray(0, length));
      expect(response.status, `${length} bytes`).to.equal(400);
      expect((await problemIn(response)).code).to.be.oneOf(['UPLOAD_TRUNCATED', 'MALFORMED', 'INVALID_JSON']);
    }
    expect(app.useCases.stored).to.deep.equal([]);
  });

  /** A connection over which a form of a known length can be sent bit by bit. */
  function connected(length: number): Socket {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write(
      `POST /datasets/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret-of-everything\r\n` +
        `Content-Length: ${length}\r\nContent-Type: ${FORM['content-type']}\r\n\r\n`,
    );
    return socket;
  }

  it('registers nothing when the client goes away', async () => {
    const whole = form([dataset, { ...file, body: 'x'.repeat(50_000) }]);
    const socket = connected(whole.length);
    socket.write(whole.subarray(0, 20_000));
    await sleep(50);
    socket.destroy();
    while (!app.log.join('').includes('UPLOAD_TRUNCATED')) await sleep(10);
    expect(app.useCases.stored).to.deep.equal([]);
    expect((await app.ask('/livez')).status).to.equal(200);
  });

  it('does not take the end of the file for the end of the form', async () => {
    const whole = form([dataset, file]);
    const socket = connected(whole.length);
    // All but the two hyphens that say that this boundary was the last one.
    socket.write(whole.subarray(0, whole.length - 4));
    await sleep(100);
    expect(app.useCases.stored).to.deep.equal([]);
    socket.write(whole.subarray(whole.length - 4));
    for (let count = 0; app.useCases.stored.length === 0 && count < 6000; count += 1) await sleep(10);
    expect(app.useCases.stored).to.have.length(1);
    socket.destroy();
  });

  it('wants exactly two parts, in order', async () => {
    await refused(form([file, dataset]), 400, 'MALFORMED');
    await refused(form([dataset]), 400, 'MALFORMED');
    await refused(form([file]), 400, 'MALFORMED');
    await refused(form([dataset, dataset, file]), 400, 'MALFORMED');
    await refused(form([dataset, file, file]), 400, 'MALFORMED');
    await refused(
      form([dataset, { ...file, body: 'x'.repeat(300_000) }, { ...file, body: 'y'.repeat(300_000) }]),
      400,
      'MALFORMED',
    );
    await refused(form([]), 400, 'MALFORMED');
  });

  it('reads the document as strictly as any body', async () => {
    await refused(form([{ ...dataset, body: '{"a":1,"a":1}' }, file]), 400, 'DUPLICATE_KEY');
    await refused(form([{ ...dataset, body: '{' }, file]), 400, 'INVALID_JSON');
    await refused(form([{ ...dataset, type: 'text/plain' }, file]), 415, 'UNSUPPORTED_MEDIA_TYPE');
    await refused(form([{ ...dataset, body: `"${'x'.repeat(BODY_LIMIT)}"` }, file]), 413, 'BODY_TOO_LARGE');
  });

  it('has a limit for files, and goes on serving', async () => {
    await refused(form([dataset, { ...file, body: 'x'.repeat(UPLOAD_LIMIT + 1) }]), 413, 'BODY_TOO_LARGE');
    await refused(form([dataset, { ...file, body: 'x'.repeat(UPLOAD_LIMIT * 4) }]), 413, 'BODY_TOO_LARGE');
    expect((await upload(form([dataset, { ...file, body: 'x'.repeat(UPLOAD_LIMIT) }]))).status).to.equal(201);
  });

  it('passes on what custody finds wrong, without reading the file', async () => {
    const errors = [{ pointer: '/sector', reason: 'must be a term' }];
    app.useCases.registerFile = () =>
      Promise.reject(
        new CustodyError('MALFORMED', 'Does not fit datasets:Register', { details: { errors } }),
      );
    const response = await upload(form([dataset, { ...file, body: 'x'.repeat(UPLOAD_LIMIT) }]));
    expect(response.status).to.equal(400);
    expect(await problemIn(response)).to.deep.include({ code: 'MALFORMED', errors });
    expect((await app.ask('/livez')).status).to.equal(200);
  });

  it('answers 202 when the outcome of the registration is not known', async () => {
    app.useCases.registerFile = () => Promise.reject(new OutcomeUnknown('d'.repeat(64), 'COMMIT'));
    const response = await upload(form([dataset, file]));
    expect(response.status).to.equal(202);
    expect(await response.json()).to.deep.include({ transaction: 'datasets:Register', txId: 'd'.repeat(64) });
  });

  it('takes forms only, and no Idempotency-Key', async () => {
    expect((await app.post('/datasets/files', registrationOf)).status).to.equal(415);
    const bare = await app.ask('/datasets/files', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data' },
      body: form([dataset, file]),
    });
    expect(bare.status, 'no boundary').to.equal(400);
    const keyed = await app.ask('/datasets/files', {
      method: 'POST',
      headers: { ...FORM, 'idempotency-key': 'one' },
      body: form([dataset, file]),
    });
    expect(keyed.status).to.equal(400);
    expect(app.useCases.stored).to.deep.equal([]);
  });
});
