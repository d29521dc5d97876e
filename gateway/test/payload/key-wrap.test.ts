import { inspect } from 'node:util';
import * as age from 'age-encryption';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  headerCid,
  keyCommitment,
  newFileKey,
  newRecipient,
  recipientOf,
  rewrap,
  unwrapFileKey,
  wrapFileKey,
} from '../../src/payload/index.js';
import { encodeAuthenticated, encodeHeader, readHeader } from '../../src/payload/header.js';
import { publicBytes, parseRecipient } from '../../src/payload/recipient.js';
import { bech32 } from '@scure/base';
import { expectCode, thrown } from './fixtures.js';
import { times } from '../../../test/sampling.js';

describe('payload: file keys and headers', () => {
  it('wraps into 168 bytes and unwraps the same key', () => {
    const { identity, recipient } = newRecipient();
    const fileKey = newFileKey();
    const header = wrapFileKey(fileKey, recipient);
    expect(header).to.have.length(168);
    expect(Buffer.from(unwrapFileKey(header, identity)).equals(fileKey)).to.equal(true);
  });

  it('agrees with age-encryption on identities, recipients and headers', async () => {
    const { identity, recipient } = newRecipient();
    expect(await age.identityToRecipient(identity)).to.equal(recipient);
    const theirs = await age.generateX25519Identity();
    expect(recipientOf(theirs)).to.equal(await age.identityToRecipient(theirs));
    const fileKey = newFileKey();
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(theirs);
    const unwrapped = await decrypter.decryptHeader(wrapFileKey(fileKey, recipientOf(theirs)));
    expect(Buffer.from(unwrapped).equals(fileKey)).to.equal(true);
  });

  it('re-wraps for another recipient only: the old identity does not open the new header', () => {
    const [owner, consumer] = [newRecipient(), newRecipient()];
    const fileKey = newFileKey();
    const ownersHeader = wrapFileKey(fileKey, owner.recipient);
    const header = rewrap(ownersHeader, owner.identity, consumer.recipient);
    expect(Buffer.from(unwrapFileKey(header, consumer.identity)).equals(fileKey)).to.equal(true);
    expectCode(
      thrown(() => unwrapFileKey(header, owner.identity)),
      'NOT_A_RECIPIENT',
    );
    expectCode(
      thrown(() => unwrapFileKey(ownersHeader, consumer.identity)),
      'NOT_A_RECIPIENT',
    );
    expectCode(
      thrown(() => rewrap(ownersHeader, consumer.identity, consumer.recipient)),
      'NOT_A_RECIPIENT',
    );
  });

  it('makes a header that differs each time, with a CID of its own', () => {
    const { recipient } = newRecipient();
    const fileKey = newFileKey();
    const [first, second] = [wrapFileKey(fileKey, recipient), wrapFileKey(fileKey, recipient)];
    expect(headerCid(first)).to.not.equal(headerCid(second));
    expect(headerCid(Buffer.from('hello world'))).to.equal(
      'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
    );
  });

  it('refuses every header with one bit flipped, one byte missing, or one byte more', () => {
    const { identity, recipient } = newRecipient();
    const header = wrapFileKey(newFileKey(), recipient);
    const codes = ['HEADER_INVALID', 'HEADER_TAMPERED', 'NOT_A_RECIPIENT'];
    const refused = (bytes: Uint8Array): void => {
      expect(thrown(() => unwrapFileKey(bytes, identity)))
        .to.have.property('code')
        .that.is.oneOf(codes);
    };
    fc.assert(
      fc.property(fc.nat(header.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Uint8Array.from(header);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        refused(flipped);
      }),
      { numRuns: times(500) },
    );
    for (let at = 0; at < header.length; at += 1) {
      refused(Buffer.concat([header.subarray(0, at), header.subarray(at + 1)]));
    }
    expectCode(
      thrown(() => unwrapFileKey(Buffer.concat([header, Buffer.from('x')]), identity)),
      'HEADER_INVALID',
    );
  });

  it('encodes every header it can read back to the same bytes', () => {
    const argument = fc.stringMatching(/^[!-~]{1,12}$/);
    const stanza = fc.record({
      type: argument,
      args: fc.array(argument, { maxLength: 3 }),
      body: fc.uint8Array({ maxLength: 200 }),
    });
    const mac = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(fc.array(stanza, { minLength: 1, maxLength: 4 }), mac, (stanzas, tag) => {
        const header = encodeHeader(encodeAuthenticated(stanzas), tag);
        const read = readHeader(Buffer.concat([header, Buffer.from('payload\n')]));
        expect(read.bytes).to.equal(header.length);
        expect(
          Buffer.from(encodeHeader(encodeAuthenticated(read.stanzas), read.mac)).equals(header),
        ).to.equal(true);
        expect(Buffer.from(read.authenticated).equals(encodeAuthenticated(stanzas))).to.equal(true);
      }),
    );
  });

  it('refuses what is no X25519 recipient, and low-order points', () => {
    const { recipient } = newRecipient();
    const raw = publicBytes(parseRecipient(recipient));
    const bad = {
      empty: '',
      'upper case': recipient.toUpperCase(),
      'wrong checksum': recipient.slice(0, -1) + (recipient.endsWith('q') ? 'p' : 'q'),
      'other prefix': bech32.encodeFromBytes('age1pq', raw),
      '31 bytes': bech32.encodeFromBytes('age', raw.subarray(1)),
      'ssh key': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN',
      'point zero': bech32.encodeFromBytes('age', new Uint8Array(32)),
      'point one': bech32.encodeFromBytes('age', Uint8Array.of(1, ...new Uint8Array(31))),
    };
    for (const [name, text] of Object.entries(bad)) {
      const error = thrown(() => wrapFileKey(newFileKey(), text));
      expect(error, name).to.have.property('code', 'RECIPIENT_INVALID');
    }
  });

  it('never repeats a mistyped identity in an error', () => {
    const { identity, recipient } = newRecipient();
    const header = wrapFileKey(newFileKey(), recipient);
    const mistyped = identity.slice(0, -1) + (identity.endsWith('Q') ? 'P' : 'Q');
    for (const text of [mistyped, identity.toLowerCase(), identity.slice(0, -2), `${identity} `, '']) {
      const error = thrown(() => unwrapFileKey(header, text));
      expectCode(error, 'IDENTITY_INVALID');
      expect(inspect(error, { depth: 9, showHidden: true }).toUpperCase()).to.not.include(
        identity.slice(20, 50),
      );
    }
  });

  it('binds a key commitment to the file key', () => {
    const zero = new Uint8Array(16);
    // printf 'tallystick/key-commitment/v1' | cat - <(head -c16 /dev/zero) | sha256sum
    expect(keyCommitment(zero)).to.equal(
      'sha256:c46516d041feec312bc45653ae327ad36b06b89a92bc73f65f9f978549b98f1e',
    );
    expect(keyCommitment(newFileKey())).to.not.equal(keyCommitment(newFileKey()));
  });
});
