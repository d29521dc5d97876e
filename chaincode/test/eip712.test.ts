import {
  claimTypedData,
  digestOf,
  type ClaimBody,
  type ClaimTypedData,
  type Digest,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { TypedDataEncoder, verifyTypedData, Wallet, type TypedDataField } from 'ethers';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { recoverAddress, typedDataHash } from '../src/rules/claims/owner-signature.js';
import { buyer, claimBody, COMMITMENT, patch, registration, shared, staged, type Stage } from './rights.js';
import { keys, steel } from './world.js';
import { times } from '../../test/sampling.js';

const owner = new Wallet(`0x${'11'.repeat(32)}`);
const other = new Wallet(`0x${'22'.repeat(32)}`);
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
const addressOf = (wallet: Wallet): string => wallet.address.toLowerCase();

/** ethers adds the type of the domain by itself. */
function forEthers({
  EIP712Domain: _EIP712Domain,
  ...types
}: ClaimTypedData['types']): Record<string, TypedDataField[]> {
  return types;
}

async function signed(wallet: Wallet, nonce: string, content: Digest, body: ClaimBody): Promise<string> {
  const { domain, types, message } = claimTypedData(nonce, content, body);
  return wallet.signTypedData(domain, forEthers(types), message);
}

/** The same signature with s mirrored, which recovers to the same key under the other parity. */
function mirrored(signature: string): string {
  const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith('1b') ? '1c' : '1b';
  return signature.slice(0, 66) + s.toString(16).padStart(64, '0') + v;
}

const words = fc.string({ unit: 'binary', maxLength: 40 });
const digests = words.map((text) => digestOf(text));
const bodies = fc.record({
  rights: fc.subarray(['HOLD', 'USE', 'OPERATE'] as const, { minLength: 1 }),
  shareRule: fc.constantFrom('JOINT', 'MAJORITY', 'SEVERAL'),
  origin: fc.constantFrom('OWN_ACTIVITY', 'DERIVED'),
  evidence: fc.array(digests, { maxLength: 3 }),
});

describe('EIP-712 typed data of a claim', () => {
  it('hashes as ethers does', () => {
    fc.assert(
      fc.property(words, digests, bodies, (nonce, content, changes) => {
        const data = claimTypedData(nonce.toWellFormed(), content, claimBody(changes) as ClaimBody);
        const expected = TypedDataEncoder.hash(data.domain, forEthers(data.types), data.message);
        expect(hex(typedDataHash(data))).to.equal(expected);
      }),
    );
  });

  it('is the very payload that ethers would send to a wallet, with the type of the domain', () => {
    fc.assert(
      fc.property(words, digests, bodies, (nonce, content, changes) => {
        const data = claimTypedData(nonce.toWellFormed(), content, claimBody(changes) as ClaimBody);
        const { domain, types, message } = data;
        expect(data).to.deep.equal(TypedDataEncoder.getPayload(domain, forEthers(types), message));
      }),
      { numRuns: times(25) },
    );
  });

  it('recovers the address that ethers recovers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), bodies, async (seed, changes) => {
        fc.pre(seed.some((byte) => byte !== 0) && seed.some((byte) => byte !== 255));
        const wallet = new Wallet(hex(seed));
        const body = claimBody(changes) as ClaimBody;
        const data = claimTypedData('00', COMMITMENT.digest, body);
        const signature = await signed(wallet, '00', COMMITMENT.digest, body);
        expect(recoverAddress(typedDataHash(data), signature)).to.equal(addressOf(wallet));
        expect(verifyTypedData(data.domain, forEthers(data.types), data.message, signature)).to.equal(
          wallet.address,
        );
      }),
      { numRuns: times(25) },
    );
  });

  it('binds every member of the claim, and leaves the signature itself out', () => {
    const body = claimBody() as ClaimBody;
    const hashOf = (changes: object, nonce = '00', content = COMMITMENT.digest) =>
      hex(typedDataHash(claimTypedData(nonce, content, { ...body, ...changes })));
    const changed = [
      hashOf(shared([steel, 999_999], [buyer, 1])),
      hashOf({ shareRule: 'SEVERAL' }),
      hashOf({ rights: ['USE'] }),
      hashOf({ origin: 'PROMPTED' }),
      hashOf({ territory: ['DE'] }),
      hashOf({ term: { ...body.term, until: '2027-11-01T00:00:00.001Z' } }),
      hashOf({ evidence: [digestOf('x')] }),
      hashOf({}, '01'),
      hashOf({}, '00', digestOf('other content')),
    ];
    expect(new Set([hashOf({}), ...changed]).size).to.equal(changed.length + 1);
    const ownerSignature = { address: addressOf(owner), signature: `0x${'00'.repeat(65)}` };
    expect(hashOf({ ownerSignature })).to.equal(hashOf({}));
  });
});

describe('EIP-712 signature of an owner, on the ledger', () => {
  let stage: Stage;
  const nonce = 'ab'.repeat(16);
  before(async () => {
    stage = await staged();
    patch(stage.world, keys.participant(steel.participant), { ownerKey: addressOf(owner) });
  });

  const body = claimBody() as ClaimBody;
  const refusal = (ownerSignature: unknown, changes: Record<string, unknown> = {}) =>
    stage.world.refusal(
      steel,
      'datasets:Register',
      registration(stage.world, { nonce, claim: claimBody({ ownerSignature }), ...changes }),
    );
  const sign = (wallet = owner, over = body, content = COMMITMENT.digest) =>
    signed(wallet, nonce, content, over);

  it('accompanies a claim', async () => {
    const ownerSignature = { address: addressOf(owner), signature: await sign() };
    expect(await refusal(ownerSignature)).to.equal(undefined);
    const request = registration(stage.world, { nonce, claim: claimBody({ ownerSignature }) });
    const { claimId } = await stage.world.fork().run(steel, 'datasets:Register', request);
    expect(claimId).to.match(/^claim-/);
  });

  it('is that of a registered owner key of a holder', async () => {
    const foreign = { address: addressOf(other), signature: await sign(other) };
    expect(await refusal(foreign)).to.equal('OWNER_SIGNATURE_INVALID');
    const pretended = { address: addressOf(owner), signature: await sign(other) };
    expect(await refusal(pretended)).to.equal('OWNER_SIGNATURE_INVALID');
    const at = stage.world.fork();
    patch(at, keys.participant(buyer.participant), { ownerKey: addressOf(other) });
    const request = registration(at, { nonce, claim: claimBody({ ownerSignature: foreign }) });
    expect(await at.refusal(steel, 'datasets:Register', request)).to.equal('OWNER_SIGNATURE_INVALID');
  });

  it('may be that of a co-holder', async () => {
    const at = stage.world.fork();
    patch(at, keys.participant(buyer.participant), { ownerKey: addressOf(other) });
    const both = claimBody(shared([steel, 500_000], [buyer, 500_000])) as ClaimBody;
    const ownerSignature = { address: addressOf(other), signature: await sign(other, both) };
    const request = registration(at, { nonce, claim: { ...both, ownerSignature } });
    expect(await at.refusal(steel, 'datasets:Register', request)).to.equal(undefined);
  });

  it('stands for this claim, content and request only', async () => {
    const address = addressOf(owner);
    const elsewhere = await sign(owner, claimBody({ rights: ['USE'] }) as ClaimBody);
    expect(await refusal({ address, signature: elsewhere })).to.equal('OWNER_SIGNATURE_INVALID');
    const content = await sign(owner, body, digestOf('other content'));
    expect(await refusal({ address, signature: content })).to.equal('OWNER_SIGNATURE_INVALID');
    const signature = await sign();
    expect(await refusal({ address, signature }, { nonce: 'cd'.repeat(16) })).to.equal(
      'OWNER_SIGNATURE_INVALID',
    );
  });

  it('is bound to the first version when a further claim is asserted', async () => {
    const world = stage.world.fork();
    const { datasetId } = await world.run(steel, 'datasets:Register', registration(world));
    for (const [content, expected] of [
      [COMMITMENT.digest, undefined],
      [digestOf('other content'), 'OWNER_SIGNATURE_INVALID'],
    ] as const) {
      const ownerSignature = { address: addressOf(owner), signature: await sign(owner, body, content) };
      const request = { nonce, datasetId, claim: { ...body, ownerSignature } };
      expect(await world.refusal(steel, 'claims:Assert', request)).to.equal(expected);
    }
  });

  it('may say v as 0 or 1, as some hardware wallets do', async () => {
    const address = addressOf(owner);
    const signature = await sign();
    const zeroBased = signature.slice(0, -2) + (signature.endsWith('1b') ? '00' : '01');
    expect(await refusal({ address, signature: zeroBased })).to.equal(undefined);
    const other = signature.slice(0, -2) + (signature.endsWith('1b') ? '01' : '00');
    for (const v of [other, ...['02', '1a', '1d', '25', 'ff'].map((byte) => signature.slice(0, -2) + byte)])
      expect(await refusal({ address, signature: v }), v.slice(-2)).to.equal('OWNER_SIGNATURE_INVALID');
  });

  it('that does not hold is refused with what was found', async () => {
    const claim = { ...body, ownerSignature: { address: addressOf(owner), signature: await sign(other) } };
    const request = registration(stage.world, { nonce, claim });
    const error: unknown = await stage.world
      .run(steel, 'datasets:Register', request)
      .catch((thrown: unknown) => thrown);
    expect(error)
      .to.have.property('details')
      .that.deep.equals({
        address: addressOf(owner),
        registered: true,
        signedBy: addressOf(other),
      });
  });

  it('has low s, and 65 bytes in lower case', async () => {
    const address = addressOf(owner);
    const signature = await sign();
    const hash = typedDataHash(claimTypedData(nonce, COMMITMENT.digest, body));
    const high = mirrored(signature);
    expect(await refusal({ address, signature: high })).to.equal('OWNER_SIGNATURE_INVALID');
    expect(recoverAddress(hash, high)).to.equal(undefined);
    for (const malformed of [`0x${'00'.repeat(64)}1b`, `0x${'ff'.repeat(64)}1b`]) {
      expect(await refusal({ address, signature: malformed })).to.equal('OWNER_SIGNATURE_INVALID');
    }
    expect(await refusal({ address, signature: signature.slice(0, -2) })).to.equal('MALFORMED');
    expect(await refusal({ address, signature: signature.toUpperCase().replace('0X', '0x') })).to.equal(
      'MALFORMED',
    );
    expect(await refusal({ address: owner.address, signature })).to.equal('MALFORMED');
  });
});

interface Vector {
  readonly name: string;
  readonly nonce: string;
  readonly contentDigest: Digest;
  readonly claim: ClaimBody;
  readonly hash: string;
  readonly signature: string;
  readonly address: string;
}

describe('EIP-712 vectors', () => {
  const file = new URL('../../test/vectors/rules/owner-signature.json', import.meta.url);
  const { valid, invalid } = JSON.parse(readFileSync(file, 'utf8')) as {
    valid: readonly Vector[];
    invalid: readonly Vector[];
  };
  const hashOf = ({ nonce, contentDigest, claim }: Vector) =>
    typedDataHash(claimTypedData(nonce, contentDigest, claim));

  for (const vector of valid) {
    it(`accepts ${vector.name}`, () => {
      expect(hex(hashOf(vector))).to.equal(vector.hash);
      expect(recoverAddress(hashOf(vector), vector.signature)).to.equal(vector.address);
    });
  }
  for (const vector of invalid) {
    it(`refuses ${vector.name}`, () => {
      expect(recoverAddress(hashOf(vector), vector.signature)).not.to.equal(vector.address);
    });
  }
});
