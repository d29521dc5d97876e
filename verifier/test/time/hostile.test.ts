import { expect } from 'chai';
import type { Subtle } from '../../src/crypto/subtle.js';
import { NotEvaluated, Rejection } from '../../src/rejection.js';
import { verifyToken } from '../../src/time/index.js';
import { element } from '../../src/time/der-writing.js';
import { ascii, bits, integer, nameOf, octets, oid, sequence, set, tagged } from './der.js';
import {
  attribute,
  certificate,
  extension,
  FOR_ISSUING,
  FOR_TIME,
  MESSAGE,
  nameIn,
  newKey,
  newRoot,
  newSigner,
  tokenOf,
  type Signer,
} from './making.js';

const subtle = globalThis.crypto.subtle as unknown as Subtle;
const MANY = 1 << 17;

/** What comes of a token, and how many signatures were checked for it. */
async function judged(
  token: Uint8Array,
  trusted: readonly Uint8Array[],
): Promise<{ result: string; checks: number }> {
  let checks = 0;
  const counting: Subtle = {
    importKey: (...given) => subtle.importKey(...given),
    verify: (...given) => ((checks += 1), subtle.verify(...given)),
  };
  const authorities = trusted.map((der, index) => ({ name: `Root ${index}`, certificate: der }));
  try {
    await verifyToken(token, MESSAGE, authorities, counting);
    return { result: 'accepted', checks };
  } catch (error) {
    if (error instanceof Rejection || error instanceof NotEvaluated) return { result: error.code, checks };
    throw error;
  }
}

const times = (count: number, make: (index: number) => Uint8Array): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => make(index));
const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

describe('hostile tokens', () => {
  const root = newRoot('Root of time');
  const signer = newSigner(root);
  const shaped = (shape: Partial<Parameters<typeof tokenOf>[1]> = {}, by: Signer = signer): Uint8Array =>
    tokenOf(by, { message: MESSAGE, ...shape });

  /** Fills up to the longest token that is read, with as many as there is room for. */
  const filling = (each: Uint8Array, room = 120_000): Uint8Array[] =>
    times(Math.floor(room / each.length), () => each);

  /** Certificates that all issue each other: as many chains as orders of them. */
  function everyoneIssuesEveryone(count: number): Uint8Array[] {
    const key = newKey();
    const by = { name: 'One of many', key };
    return times(count, () => certificate({ subject: by.name, by, key, extensions: FOR_ISSUING }));
  }

  // Some 93 kB of certificates of one name and one key, as many ways upwards as orders of them.
  it('full of certificates of one name and key cost a bounded number of signatures', async () => {
    const key = newKey();
    const by = { name: 'One of many', key };
    const crowd = times(240, () => certificate({ subject: by.name, by, key, extensions: FOR_ISSUING }));
    const lost = newSigner(by);
    const token = shaped({ carried: [lost.certificate, ...crowd] }, lost);
    expect(token.length).to.be.within(80_000, 131_072);
    const { result, checks } = await judged(token, [root.certificate]);
    expect(result).to.equal('TOKEN_NOT_SUPPORTED');
    expect(checks).to.be.at.most(65);
  });

  it('with a crowd of authorities and a sound chain are accepted where the chain is found in time', async () => {
    const { certificate: own } = signer;
    const token = shaped({ carried: [...everyoneIssuesEveryone(30), own] });
    expect(await judged(token, [root.certificate])).to.deep.equal({ result: 'accepted', checks: 2 });
  });

  it('cost little where a trust file names many roots of one name', async () => {
    const roots = times(50, () => newRoot('Root of time').certificate);
    const { result, checks } = await judged(shaped(), [...roots, root.certificate]);
    expect([result, checks]).to.deep.equal(['accepted', 2]);
  });

  const counts: Readonly<Record<string, () => Uint8Array>> = {
    certificates: () => shaped({ carried: filling(signer.certificate) }),
    'certificates of nothing': () => shaped({ carried: filling(sequence()) }),
    signers: () => shaped({ otherSigners: filling(sequence(integer(1))) }),
    'signed attributes': () =>
      shaped({ attributes: () => times(8000, (index) => attribute(`1.2.3.${index}`, octets())) }),
    'values of an attribute': () =>
      shaped({ attributes: () => [sequence(oid('1.2.3'), set(...filling(octets())))] }),
    'unsigned attributes': () => shaped({ unsigned: filling(attribute('1.2.3', octets())) }),
    'named certificates': () => {
      const named = sequence(octets(new Uint8Array(32)));
      return shaped({ essMore: filling(named) });
    },
    'digest algorithms': () => replacing(shaped(), 'digests'),
    'extensions of a certificate': () => {
      const extensions = times(4000, (index) => extension(`1.2.3.${index}`, Uint8Array.of()));
      return shaped({}, newSigner(root, { extensions: [...FOR_TIME, ...extensions] }));
    },
    'extensions of the info': () =>
      shaped({ more: [tagged(1, ...times(4000, (index) => extension(`1.2.3.${index}`, Uint8Array.of())))] }),
    'names of a subject': () => {
      const name = sequence(
        ...times(3000, (index) => set(sequence(oid('2.5.4.10'), element(0x0c, ascii(`${index}`))))),
      );
      return shaped({}, newSigner({ name: nameIn(name), key: root.key }));
    },
    'purposes of a key': () => {
      const purposes = times(4000, (index) => oid(`1.3.6.1.5.5.7.3.${index}`));
      return shaped(
        {},
        newSigner(root, { extensions: [extension('2.5.29.37', sequence(...purposes), true)] }),
      );
    },
    'other names of a signer': () => {
      const names = times(3000, (index) => tagged(4, nameOf(`${index}`)));
      const extensions = [...FOR_TIME, extension('2.5.29.17', sequence(...names))];
      return shaped({ more: [tagged(0, tagged(4, nameOf('nobody')))] }, newSigner(root, { extensions }));
    },
    'octets of a serial number': () =>
      shaped({ signerId: sequence(nameOf('x'), element(2, new Uint8Array(100_000).fill(0x7f))) }),
    'octets of a serial number of a named certificate': () => {
      const named = sequence(
        sequence(tagged(4, nameOf('x'))),
        element(2, new Uint8Array(100_000).fill(0x7f)),
      );
      return shaped({ essMore: [sequence(octets(new Uint8Array(32)), named)] });
    },
    'octets of a serial number of an authority': () => {
      const named = sequence(element(0x82, new Uint8Array(50_000).fill(0x7f)));
      return shaped({}, newSigner(root, { extensions: [...FOR_TIME, extension('2.5.29.35', named)] }));
    },
    'octets of a version': () => element(0x30, element(2, new Uint8Array(MANY - 100).fill(0x7f))),
    'octets of an object identifier': () => element(0x30, element(6, new Uint8Array(MANY - 100).fill(0xff))),
    'octets of a name': () => shaped({ signerId: sequence(nameOf('x'.repeat(100_000)), integer(1)) }),
    'octets of an accuracy': () => shaped({ accuracy: sequence(element(2, new Uint8Array(60_000).fill(1))) }),
    'octets of a genTime': () => shaped({ genTime: element(0x18, new Uint8Array(60_000).fill(0x30)) }),
    'octets of a signature': () => shaped({ signature: new Uint8Array(100_000) }),
    octets: () => new Uint8Array(MANY + 1).fill(0x30),
    'levels of DER': () => nested((inner) => element(0x30, inner), 5000),
    'levels of BER': () => concat([...times(60_000, () => Uint8Array.of(0x30, 0x80)), new Uint8Array(100)]),
    'levels of octet strings in pieces': () => concat(times(60_000, () => Uint8Array.of(0x24, 0x80))),
    'pieces of an octet string': () =>
      concat([
        Uint8Array.of(0x24, 0x80),
        ...times(30_000, () => octets(Uint8Array.of(1))),
        Uint8Array.of(0, 0),
      ]),
    'empty elements': () => sequence(...times(60_000, () => octets())),
    'octets of a tag': () => concat([new Uint8Array(MANY - 1).fill(0xff)]),
    'octets of a length': () => Uint8Array.of(0x30, 0xfe, ...new Uint8Array(126).fill(0xff)),
  };
  for (const [what, make] of Object.entries(counts))
    it(`with as many ${what} as fit are answered in little time`, async () => {
      const token = make();
      const before = process.cpuUsage();
      const { result } = await judged(token, [root.certificate]);
      const { user, system } = process.cpuUsage(before);
      expect(user + system, 'microseconds').to.be.below(1_000_000);
      const isTold = ['TOKEN_INVALID', 'TOKEN_NOT_SUPPORTED', 'AUTHORITY_NOT_TRUSTED', 'accepted'].includes(
        result,
      );
      expect(isTold, result).to.equal(true);
    });

  /** RSA with a number of as many octets as modulus, and another as exponent: nobody has to have made the key. */
  function rsaSigner(modulus: number, exponent: number): Uint8Array {
    const number = (size: number): Uint8Array => integer(`7f${'ff'.repeat(size - 1)}`);
    const key = sequence(number(modulus), number(exponent));
    const spki = sequence(sequence(oid('1.2.840.113549.1.1.1'), element(0x05)), bits(key));
    const made = { ...newKey(), spki };
    const by = newSigner(root, { key: made });
    const algorithm = sequence(oid('1.2.840.113549.1.1.11'), element(0x05));
    return shaped({ algorithm, signature: new Uint8Array(modulus) }, by);
  }
  for (const [modulus, exponent] of [
    [64, 3],
    [128, 3],
    [256, 256],
    [384, 384],
    [1025, 3],
    [2048, 2048],
    [8000, 3],
    [20_000, 20_000],
  ] as const)
    it(`by RSA with ${modulus} octets and an exponent of ${exponent} are not worked on`, async () => {
      const { result, checks } = await judged(rsaSigner(modulus, exponent), [root.certificate]);
      expect([result, checks]).to.deep.equal(['TOKEN_NOT_SUPPORTED', 1]);
    });
});

/** A set of digest algorithms as long as there is room for. */
function replacing(token: Uint8Array, _what: 'digests'): Uint8Array {
  const one = sequence(oid('2.16.840.1.101.3.4.2.1'), element(0x05));
  const at = Buffer.from(token).indexOf(set(one));
  const rest = token.subarray(at + set(one).length);
  const data = sequence(integer(3), set(...times(7000, () => one)), rest);
  return sequence(oid('1.2.840.113549.1.7.2'), tagged(0, data));
}

function nested(around: (inner: Uint8Array) => Uint8Array, levels: number): Uint8Array {
  const heads: Uint8Array[] = [];
  let size = 0;
  for (let level = 0; level < levels; level++) {
    const head = around(new Uint8Array(0)).subarray(0, 1);
    const length =
      size < 0x80
        ? [size]
        : size < 0x10000
          ? [0x82, size >> 8, size & 0xff]
          : [0x83, size >> 16, (size >> 8) & 0xff, size & 0xff];
    heads.unshift(Uint8Array.of(head[0] ?? 0, ...length));
    size += 1 + length.length;
  }
  return concat(heads);
}
