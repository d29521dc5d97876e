import { decode, deriveId, encode, Refusal, type Json } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import {
  LedgerConflict,
  LedgerInvalid,
  LedgerOverloaded,
  LedgerRefusal,
  LedgerUnavailable,
  OutcomeUnknown,
  UnknownIdentity,
} from '../../src/ledger/port-errors.js';
import { hasNonce } from '../../src/routes/transaction-body.js';
import { transactionPath } from '../../src/routes/transaction.js';
import { nonce, sampleId, sampleOf, served, sha, terms } from '../http/samples.js';
import { MSP_ID, problemIn, ServedApp } from '../http/served-app.js';

const ENVELOPE = { headers: { 'content-type': 'application/vnd.tallystick.transaction+json' } };
const TX_1 = '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b';

describe('transaction routes', () => {
  let app: ServedApp;
  beforeEach(async () => {
    app = await new ServedApp().start();
  });
  afterEach(() => app.stop());

  for (const descriptor of served) {
    it(`${descriptor.name}: sends the canonical request, single and list`, async () => {
      const path = transactionPath(descriptor);
      const sample = sampleOf(descriptor.name);
      const response = await app.post(path, sample);
      expect(response.status, await response.clone().text()).to.equal(201);
      expect((await app.post(path, [sample, sample])).status).to.equal(201);
      expect(app.ledger.seen.map(({ transaction }) => transaction)).to.deep.equal([
        descriptor.name,
        descriptor.name,
      ]);
      expect(app.ledger.seen[0]).to.deep.equal({
        identity: 'officer',
        transaction: descriptor.name,
        argument: encode(sample),
      });
      expect(app.ledger.seen[1]?.argument).to.equal(encode([sample, sample]));
      expect(decode(app.ledger.seen[1]?.argument ?? '')).to.deep.equal([sample, sample]);
    });
  }

  it('derives paths from names', () => {
    const paths = served.map(transactionPath);
    expect(paths).to.include.members([
      '/claims/accept-transfer',
      '/space/propose-amendment',
      '/participants/rotate-key',
      '/usages/acknowledge',
    ]);
    expect(new Set(paths).size).to.equal(served.length);
    expect(served.length).to.be.greaterThan(50);
  });

  it('answers with what the contract returned, byte for byte, and where it is', async () => {
    app.ledger.outcomeOf = () => Promise.resolve('{"grantId":"grant-x","state":"ACTIVE"}');
    const response = await app.post('/grants/accept', sampleOf('grants:Accept'));
    expect(await response.text()).to.equal(
      `{"txId":"${TX_1}","blockNumber":1,"result":{"grantId":"grant-x","state":"ACTIVE"}}`,
    );
    expect(response.headers.get('location')).to.equal(`/transactions/${TX_1}`);
    expect(response.headers.get('content-type')).to.equal('application/json');
    expect(response.headers.get('cache-control')).to.equal('no-store');
  });

  it('fills in a nonce that is left out, a fresh one each time', async () => {
    for (const descriptor of served.filter(hasNonce)) {
      const { nonce: _nonce, ...open } = sampleOf(descriptor.name);
      expect((await app.post(transactionPath(descriptor), [open, open])).status, descriptor.name).to.equal(
        201,
      );
      const sent = JSON.parse(app.ledger.seen.at(-1)?.argument ?? '') as { nonce: string }[];
      expect(sent[0]?.nonce).to.match(/^[0-9a-f]{32}$/);
      expect(sent[0]?.nonce).to.not.equal(sent[1]?.nonce);
      expect({ ...sent[0], nonce }).to.deep.equal(sampleOf(descriptor.name));
    }
  });

  it('acts as the identity of the API key', async () => {
    const key = app.apiKeys.issueNow('connector', ['usage:write'], 'connector');
    await app.post('/usages/lapse', sampleOf('usage:Lapse'), { key });
    expect(app.ledger.seen[0]?.identity).to.equal('connector');
  });

  describe('with openings of sealed fields', () => {
    const opening = { salt: nonce, value: { hours: 3 } };

    it('keeps them here, sends them as transient data to the endorsers named, and records nothing of them', async () => {
      let kept = 0;
      app.ledger.outcomeOf = () => Promise.resolve(String((kept = app.openings.length)));
      const request = {
        ...sampleOf('valuations:Assess'),
        inputs: { sealed: { digest: sha('s'), cid: `bafkrei${'a'.repeat(52)}` } },
      };
      const body = { request, openings: [opening], endorsers: ['SteelMSP', 'RegulatorMSP'] };
      expect((await app.post('/valuations/assess', body, ENVELOPE)).status).to.equal(201);
      expect(kept, 'kept before it was sent').to.equal(1);
      const [seen] = app.ledger.seen;
      expect(seen?.argument).to.equal(encode(request));
      expect(seen?.endorsers).to.deep.equal(['SteelMSP', 'RegulatorMSP']);
      expect(Buffer.from(seen?.transient?.['openings'] ?? []).toString()).to.equal(encode([opening]));
    });

    it('checks the envelope like everything else', async () => {
      const request = sampleOf('grants:Accept');
      const bad: [unknown, string, string][] = [
        [{ request, surplus: 1 }, 'MALFORMED', '/surplus'],
        [{ request: { ...request, surplus: 1 } }, 'MALFORMED', '/request/surplus'],
        [{ request: [request, {}] }, 'MALFORMED', '/request/1/grantId'],
        [{ request, openings: [{ ...opening, salt: 'xy' }] }, 'MALFORMED', '/openings/0/salt'],
        [
          { request, openings: [{ ...opening, value: { a: 0.5 } }] },
          'NOT_REPRESENTABLE',
          '/openings/0/value/a',
        ],
        [{ request, endorsers: ['A', 'A'] }, 'MALFORMED', '/endorsers'],
        [{ openings: [opening] }, 'MALFORMED', '/request'],
        [request, 'MALFORMED', '/grantId'],
      ];
      for (const [body, code, pointer] of bad) {
        const problem = await problemIn(await app.post('/grants/accept', body, ENVELOPE));
        expect(problem.code, pointer).to.equal(code);
        expect(problem.errors.map((fault) => fault.pointer)).to.include(pointer);
      }
      expect(app.ledger.seen).to.deep.equal([]);
      expect(app.openings).to.deep.equal([]);
    });
  });

  describe('the organisation’s word', () => {
    it('is written down before an offer is sent, under the id that the ledger will give it', async () => {
      let saidWhenSent = 0;
      app.ledger.outcomeOf = () => Promise.resolve(String((saidWhenSent = app.offers.said.length)));
      const offer = sampleOf('grants:Offer');
      await app.post('/grants/offer', [offer, { ...offer, nonce: 'ff'.repeat(16) }]);
      expect(saidWhenSent).to.equal(2);
      expect(app.offers.said[0]).to.deep.equal({
        grantId: deriveId('grant', { mspId: MSP_ID }, offer),
        termsDigest: await app.policies.termsDigest(terms),
        side: 'OFFERED',
        txId: TX_1,
      });
    });

    it('is written down for what names a grant, and for nothing else', async () => {
      const grantId = sampleId('grant');
      await app.post('/grants/accept', sampleOf('grants:Accept'));
      await app.post('/grants/counter', sampleOf('grants:Counter'));
      await app.post('/grants/consent', sampleOf('grants:Consent'));
      await app.post('/grants/revoke', sampleOf('grants:Revoke'));
      expect(app.offers.said.map(({ txId: _txId, ...said }) => said)).to.deep.equal([
        { grantId, termsDigest: sha('terms'), side: 'ACCEPTED' },
        { grantId, termsDigest: await app.policies.termsDigest(terms), side: 'OFFERED' },
        { grantId, termsDigest: sha('terms'), side: 'ACCEPTED' },
      ]);
    });
  });

  describe('the organisation’s word that came to nothing', () => {
    const about = { txId: TX_1 };
    const accept = async (...outcomes: readonly (Error | undefined)[]): Promise<string[]> => {
      const left = [...outcomes];
      app.ledger.outcomeOf = () => {
        const error = left.shift();
        return error === undefined ? Promise.resolve('{"done":true}') : Promise.reject(error);
      };
      await app.post('/grants/accept', sampleOf('grants:Accept'));
      return app.offers.said.map(({ txId }) => txId);
    };

    it('is taken back when it is refused, or committed as invalid', async () => {
      const refused = new LedgerRefusal(new Refusal('TERMS_CHANGED', {}).message, about);
      expect(await accept(refused)).to.deep.equal([]);
      expect(await accept(new LedgerInvalid('ENDORSEMENT_POLICY_FAILURE', about))).to.deep.equal([]);
    });

    it('is taken back for the transaction that lost, and stands for the one that won', async () => {
      const said = await accept(new LedgerConflict('MVCC_READ_CONFLICT', 'again', about), undefined);
      expect(said).to.have.length(1);
      expect(said).to.not.include(TX_1);
    });

    it('stands while the transaction may still take effect', async () => {
      expect(await accept(new OutcomeUnknown(TX_1, 'COMMIT'))).to.deep.equal([TX_1]);
    });

    it('is not that of an earlier transaction under the same terms', async () => {
      await accept(undefined);
      const refused = new LedgerRefusal(new Refusal('ILLEGAL_STATE', {}).message, about);
      expect(await accept(refused)).to.deep.equal([TX_1]);
    });
  });

  describe('when the ledger says no', () => {
    const failing = async (error: Error): Promise<Response> => {
      app.ledger.outcomeOf = () => Promise.reject(error);
      return app.post('/grants/accept', sampleOf('grants:Accept'));
    };
    const refusal = (code: ConstructorParameters<typeof Refusal>[0], details: Json): LedgerRefusal =>
      new LedgerRefusal(new Refusal(code, details).message, { txId: TX_1 });

    it('passes on a refusal with its code, status, advice and facts', async () => {
      const response = await failing(refusal('TERMS_CHANGED', { grantId: 'grant-x' }));
      expect(response.status).to.equal(409);
      const problem = await problemIn(response);
      expect(problem).to.deep.include({
        type: 'urn:tallystick:problem:terms-changed',
        code: 'TERMS_CHANGED',
        status: 409,
        advice: 'change the request',
        retryable: false,
        txId: TX_1,
        facts: { grantId: 'grant-x' },
      });
    });

    it('passes on pointers of a malformed request that only the contract could see', async () => {
      const errors = [{ pointer: '/terms', reason: 'no' }];
      const problem = await problemIn(await failing(refusal('MALFORMED', { errors })));
      expect(problem).to.deep.include({ code: 'MALFORMED', status: 400, errors });
      expect(problem).to.not.have.property('facts');
    });

    it('tells what can be tried again from what cannot', async () => {
      const about = { txId: TX_1 };
      const cases: [Error, number, string, boolean][] = [
        [refusal('SPACE_PAUSED', {}), 409, 'SPACE_PAUSED', true],
        [new LedgerConflict('MVCC_READ_CONFLICT', 'again', about), 409, 'LEDGER_CONFLICT', true],
        [new LedgerInvalid('ENDORSEMENT_POLICY_FAILURE', about), 502, 'LEDGER_INVALID', false],
        [new UnknownIdentity('nobody'), 500, 'IDENTITY_UNKNOWN', false],
      ];
      for (const [error, status, code, retryable] of cases) {
        const response = await failing(error);
        expect(response.status, code).to.equal(status);
        expect(await problemIn(response)).to.deep.include({ status, code, retryable });
      }
    });

    it('pushes back with 503 and Retry-After', async () => {
      const overloaded = await failing(new LedgerOverloaded('full', 2.4));
      expect(overloaded.status).to.equal(503);
      expect(overloaded.headers.get('retry-after')).to.equal('3');
      expect(await problemIn(overloaded)).to.deep.include({ code: 'LEDGER_OVERLOADED', retryable: true });
    });

    it('says that the ledger is out of reach after trying', async () => {
      const unavailable = await failing(new LedgerUnavailable('gone', {}));
      expect(unavailable.status).to.equal(503);
      expect(unavailable.headers.get('retry-after')).to.equal('1');
      expect((await problemIn(unavailable)).code).to.equal('LEDGER_UNAVAILABLE');
    });

    it('never calls an unknown outcome a failure: 202 and an operation', async () => {
      const response = await failing(new OutcomeUnknown(TX_1, 'COMMIT'));
      expect(response.status).to.equal(202);
      expect(response.headers.get('retry-after')).to.equal('1');
      const at = response.headers.get('location') ?? '';
      expect(at).to.equal('/operations/operation-1');
      expect(await response.json()).to.deep.include({
        state: 'PENDING',
        txId: TX_1,
        transaction: 'grants:Accept',
      });

      expect(await (await app.ask(at)).json()).to.deep.include({ state: 'PENDING' });
      await app.operations.commit('operation-1', { blockNumber: 12n, result: '{"state":"ACTIVE"}' });
      expect(await (await app.ask(at)).json()).to.deep.include({
        state: 'COMMITTED',
        blockNumber: 12,
        result: { state: 'ACTIVE' },
      });

      const other = app.apiKeys.issueNow('other', ['*']);
      expect((await app.ask(at, { key: other })).status, 'existence is not told').to.equal(404);
    });

    it('tells nothing of a failure of its own', async () => {
      const response = await failing(new Error('password=hunter2 at /srv/secret'));
      expect(response.status).to.equal(500);
      const problem = await problemIn(response);
      expect(Object.keys(problem).sort()).to.deep.equal(['requestId', 'status', 'title', 'traceId', 'type']);
      const logged = app.log.find((line) => line.includes('hunter2'));
      expect(JSON.parse(logged ?? '{}')).to.deep.include({ requestId: problem.requestId, level: 'error' });
    });

    it('explains nothing of a failure behind it', async () => {
      const response = await failing(
        new LedgerInvalid('BAD_PAYLOAD', { txId: TX_1, cause: new Error('inner words') }),
      );
      const problem = await problemIn(response);
      expect(problem).to.not.have.any.keys('detail', 'facts', 'errors');
      expect(JSON.stringify(problem)).to.not.contain('inner words');
    });
  });
});
