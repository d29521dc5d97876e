import { createHash, createPrivateKey, sign, webcrypto } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import {
  digestOf,
  instantOf,
  witnessedBytes,
  type CheckpointBody,
  type WitnessStatement,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { Checklist } from '../src/checklist.js';
import type { FiledWitness } from '../src/evidence/reading.js';
import { checkWitnesses, type Witnessing } from '../src/evidence/witnesses.js';
import type { ChannelConfig } from '../src/fabric/identity.js';
import { readMsp } from '../src/fabric/msp.js';
import { Rejection } from '../src/rejection.js';
import type { NamedWitness } from '../src/trust/trust.js';
import type { CountedWitness } from '../src/verdict.js';
import { X509Certificate } from './certificates-fixture.js';
import {
  Extension,
  issue,
  NOW,
  revocationList,
  utf8,
  type Holder,
  type Wanted,
} from './certificates-fixture.js';
import { mspConfig, serialized, signatures, type Organisation } from './organisation-fixture.js';

const HOUR = 3_600_000;
const body: CheckpointBody = {
  channel: 'space',
  genesis: digestOf('genesis'),
  height: 7,
  block: digestOf('block'),
  size: 9,
  log: digestOf('log'),
  map: digestOf('map'),
  editions: digestOf('editions'),
};

/** As Fabric CA writes attributes (fabric-ca lib/attrmgr). */
const attributes = (role: string): Extension =>
  new Extension('1.2.3.4.5.6.7.8.1', false, utf8(JSON.stringify({ attrs: { 'tallystick.role': role } })));

const sha = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function signed(
  mspId: string,
  { keys, pem }: Holder,
  changes: Partial<WitnessStatement> = {},
  of = body,
): Promise<FiledWitness> {
  const statement = { signedAt: instantOf(NOW), replayedFrom: 0, software: digestOf('software'), ...changes };
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const raw = p256.Signature.fromBytes(
    Uint8Array.from(sign('sha256', witnessedBytes(of, statement), key)),
    'der',
  );
  const low = raw.hasHighS() ? new p256.Signature(raw.r, p256.Point.Fn.ORDER - raw.s) : raw;
  return { statement, signer: serialized(mspId, pem), signature: low.toBytes('der') };
}

const configOf = (...organisations: readonly Organisation[]): ChannelConfig => {
  const msps = new Map(
    organisations.map((each) => [each.mspId, readMsp(mspConfig(each), signatures, '1.3')]),
  );
  return {
    organisations: [...msps.keys()],
    rootsOf: (mspId: string) => msps.get(mspId)?.roots(),
    identifyIn: (mspId: string, certificate: never) => {
      const msp = msps.get(mspId);
      if (!msp) throw new Rejection('UNKNOWN_ORGANISATION');
      return msp.identify(certificate);
    },
  } as unknown as ChannelConfig;
};

describe('witnesses of a checkpoint', () => {
  let steelRoot: Holder, forgeRoot: Holder, otherRoot: Holder;
  let steel: Holder, forge: Holder;
  let config: ChannelConfig;

  const member = (issuer: Holder, wanted: Partial<Wanted> = {}): Promise<Holder> =>
    issue({ name: 'witness', issuer, extensions: [attributes('witness')], ...wanted });

  before(async () => {
    const root = (name: string): Promise<Holder> => issue({ name, authority: true });
    [steelRoot, forgeRoot, otherRoot] = (await Promise.all(['steel', 'forge', 'other'].map(root))) as [
      Holder,
      Holder,
      Holder,
    ];
    [steel, forge] = await Promise.all([member(steelRoot), member(forgeRoot)]);
    config = configOf({ mspId: 'SteelMSP', roots: [steelRoot] }, { mspId: 'ForgeMSP', roots: [forgeRoot] });
  });

  const byRoot = (mspId: string, root: Holder): NamedWitness => ({ mspId, roots: [sha(root.der)] });
  const keyOf = ({ der }: Holder): string => sha(new Uint8Array(new X509Certificate(der).publicKey.rawData));

  interface Told {
    readonly counted: readonly CountedWitness[];
    /** Of each signature, then of all. */
    readonly steps: readonly string[];
    readonly results: readonly string[];
  }

  async function told(
    witnesses: readonly FiledWitness[],
    named: readonly NamedWitness[],
    changes: Partial<Witnessing> & { readonly needed?: number; readonly replayedFrom?: number } = {},
  ): Promise<Told> {
    const { needed = 1, replayedFrom = 0, ...more } = changes;
    const list = new Checklist();
    const counted = await checkWitnesses(
      {
        checkpoint: { body, witnesses },
        config,
        signatures,
        witnesses: { named, needed, replayedFrom },
        stamps: [],
        isNeeded: true,
        ...more,
      },
      list,
    );
    return {
      counted,
      steps: list.steps.map(({ result, reason }) => reason ?? result),
      results: list.steps.map(({ result }) => result),
    };
  }

  it('count by a root that is pinned, by a key, or by their name alone', async () => {
    const filed = [await signed('SteelMSP', steel)];
    for (const named of [
      byRoot('SteelMSP', steelRoot),
      { mspId: 'SteelMSP', keys: [keyOf(steel)] },
      { mspId: 'SteelMSP' },
    ]) {
      const { counted, steps } = await told(filed, [named]);
      expect(steps).to.deep.equal(['pass', 'pass']);
      expect(counted.map(({ mspId }) => mspId)).to.deep.equal(['SteelMSP']);
    }
  });

  it('do not count when nobody named them, or not by this key', async () => {
    const filed = [await signed('SteelMSP', steel)];
    const open = ['WITNESS_NOT_NAMED', 'TOO_FEW_WITNESSES'];
    expect((await told(filed, [])).steps).to.deep.equal(open);
    expect((await told(filed, [byRoot('ForgeMSP', forgeRoot)])).steps).to.deep.equal(open);
    const { counted, steps } = await told(filed, [{ mspId: 'SteelMSP', keys: [keyOf(forge)] }]);
    expect([counted, steps]).to.deep.equal([[], open]);
  });

  it('are as many as are needed, and an organisation counts once', async () => {
    const second = await member(steelRoot);
    const named = [byRoot('SteelMSP', steelRoot), byRoot('ForgeMSP', forgeRoot)];
    const twice = [await signed('SteelMSP', steel), await signed('SteelMSP', second)];
    const few = await told(twice, named, { needed: 2 });
    expect([few.counted, few.steps]).to.deep.equal([[], ['pass', 'pass', 'TOO_FEW_WITNESSES']]);
    const earlier = await signed('SteelMSP', second, { signedAt: instantOf(NOW - HOUR) });
    const both = [...twice, earlier, await signed('ForgeMSP', forge)];
    const { counted, steps } = await told(both, named, { needed: 2 });
    expect(steps).to.deep.equal(['pass', 'pass', 'pass', 'pass', 'pass']);
    expect(counted.map(({ mspId, signedAt }) => [mspId, signedAt])).to.deep.equal([
      ['ForgeMSP', instantOf(NOW)],
      ['SteelMSP', instantOf(NOW - HOUR)],
    ]);
  });

  it('another authority under a pinned name is told by itself, until the key vouches', async () => {
    const replaced = configOf({ mspId: 'SteelMSP', roots: [otherRoot] });
    const named = byRoot('SteelMSP', steelRoot);
    for (const holder of [steel, await member(otherRoot)]) {
      const filed = [await signed('SteelMSP', holder)];
      const { counted, steps } = await told(filed, [named], { config: replaced });
      expect([counted, steps]).to.deep.equal([[], ['ROOT_DIFFERS', 'ROOT_DIFFERS']]);
    }
    const filed = [await signed('SteelMSP', steel)];
    const vouched = await told(filed, [{ ...named, keys: [keyOf(steel)] }], { config: replaced });
    expect(vouched.steps).to.deep.equal(['pass', 'pass']);
    const beside = configOf({ mspId: 'SteelMSP', roots: [steelRoot, otherRoot] });
    const added = [await signed('SteelMSP', await member(otherRoot))];
    expect((await told(added, [named], { config: beside })).steps[0]).to.equal('ROOT_DIFFERS');
    expect((await told(filed, [named], { config: beside })).steps[0]).to.equal('pass');
  });

  it('have a member’s certificate with the role, unless their key is pinned', async () => {
    const named = [byRoot('SteelMSP', steelRoot)];
    const officer = await member(steelRoot, { extensions: [attributes('officer')] });
    expect((await told([await signed('SteelMSP', officer)], named)).steps[0]).to.equal('ROLE_MISSING');
    const gone = configOf({ mspId: 'ForgeMSP', roots: [forgeRoot] });
    const filed = [await signed('SteelMSP', steel)];
    expect((await told(filed, named, { config: gone })).steps[0]).to.equal('UNKNOWN_ORGANISATION');
    const stranger = await issue({ name: 'journalist' });
    const pinned = [{ mspId: 'PressMSP', keys: [keyOf(stranger)] }];
    expect((await told([await signed('PressMSP', stranger)], pinned)).steps[0]).to.equal('pass');
    const invented = await member(otherRoot);
    const list = await told([await signed('SteelMSP', invented)], named);
    expect(list.steps).to.deep.equal(['CHAIN_BROKEN', 'TOO_FEW_WITNESSES']);
  });

  it('do not count once they are revoked', async () => {
    const revoked = await member(steelRoot, { serial: '4001' });
    const list = await revocationList(steelRoot, ['4001']);
    const with_ = configOf({ mspId: 'SteelMSP', roots: [steelRoot], revocationLists: [list] });
    const filed = [await signed('SteelMSP', revoked)];
    for (const named of [byRoot('SteelMSP', steelRoot), { mspId: 'SteelMSP', keys: [keyOf(revoked)] }])
      expect((await told(filed, [named], { config: with_ })).steps[0]).to.equal('REVOKED');
  });

  it('by a pinned key have a certificate of the authority that is pinned beside it', async () => {
    const wrapped = await issue({ name: 'witness', keys: steel.keys });
    const filed = [await signed('SteelMSP', wrapped)];
    const keys = [keyOf(steel)];
    const both = { ...byRoot('SteelMSP', steelRoot), keys };
    expect((await told(filed, [both])).steps[0]).to.equal('CHAIN_BROKEN');
    const alone = await told(filed, [{ mspId: 'SteelMSP', keys }], { isNeeded: false });
    expect([alone.counted, alone.steps, alone.results]).to.deep.equal([
      [],
      ['CHAIN_BROKEN'],
      ['not-evaluated'],
    ]);
    const gone = configOf({ mspId: 'ForgeMSP', roots: [forgeRoot] });
    expect((await told(filed, [{ mspId: 'SteelMSP', keys }], { config: gone })).steps[0]).to.equal('pass');
    const replaced = configOf({ mspId: 'SteelMSP', roots: [otherRoot] });
    expect((await told(filed, [both], { config: replaced })).steps[0]).to.equal('pass');
    expect((await told([await signed('SteelMSP', steel)], [both])).steps[0]).to.equal('pass');
  });

  it('folded from where the trust file asks', async () => {
    const filed = [await signed('SteelMSP', steel, { replayedFrom: 3 })];
    const named = [byRoot('SteelMSP', steelRoot)];
    expect((await told(filed, named)).steps[0]).to.equal('REPLAYED_TOO_LATE');
    expect((await told(filed, named, { replayedFrom: 3 })).steps[0]).to.equal('pass');
  });

  it('have a certificate that was current when they signed, by a token or by other witnesses', async () => {
    const named = [byRoot('SteelMSP', steelRoot), byRoot('ForgeMSP', forgeRoot)];
    const short = await member(steelRoot, { notAfter: NOW + HOUR });
    const at = (signedAt: number): Promise<FiledWitness> =>
      signed('SteelMSP', short, { signedAt: instantOf(signedAt) });
    expect((await told([await at(NOW)], named)).steps[0]).to.equal('pass');
    expect((await told([await at(NOW + 2 * HOUR)], named)).steps[0]).to.equal('EXPIRED');
    expect((await told([await at(NOW - 48 * HOUR)], named)).steps[0]).to.equal('EXPIRED');
    const late = await signed('ForgeMSP', forge, { signedAt: instantOf(NOW + 2 * HOUR) });
    const two = { needed: 2 };
    expect((await told([await at(NOW), late], named, two)).steps).to.deep.equal([
      'EXPIRED',
      'pass',
      'TOO_FEW_WITNESSES',
    ]);
    const stamp = (time: number) => ({ at: time, accuracyMs: 0, authority: 'A' });
    const stamped = (...times: number[]) => ({ stamps: times.map(stamp) });
    expect((await told([await at(NOW), late], named, { ...two, ...stamped(NOW) })).steps[0]).to.equal('pass');
    expect((await told([await at(NOW)], named, stamped(NOW + 2 * HOUR))).steps[0]).to.equal('EXPIRED');
    expect((await told([await at(NOW)], named, stamped(NOW + 2 * HOUR, NOW))).steps[0]).to.equal('pass');
  });

  it('have a certificate that no clock ends of somebody who is not named, or is one too many', async () => {
    const short = { notAfter: NOW + HOUR };
    const named = [byRoot('SteelMSP', steelRoot), byRoot('ForgeMSP', forgeRoot)];
    const honest = [
      await signed('SteelMSP', await member(steelRoot, short)),
      await signed('ForgeMSP', await member(forgeRoot, short)),
    ];
    const far = { signedAt: instantOf(NOW + 12 * HOUR) };
    const other = await member(otherRoot, { notAfter: NOW + 24 * HOUR });
    const liar = await signed('OtherMSP', other, far);
    const needed = { needed: 2 };
    const stranger = await told([...honest, liar], named, needed);
    expect(stranger.steps).to.deep.equal(['pass', 'pass', 'WITNESS_NOT_NAMED', 'pass']);
    const wide = configOf(
      { mspId: 'SteelMSP', roots: [steelRoot] },
      { mspId: 'ForgeMSP', roots: [forgeRoot] },
      { mspId: 'OtherMSP', roots: [otherRoot] },
    );
    const all = [...named, byRoot('OtherMSP', otherRoot)];
    const third = await told([...honest, liar], all, { ...needed, config: wide });
    expect(third.steps).to.deep.equal(['pass', 'pass', 'pass', 'pass']);
    const one = await told([honest[0] as FiledWitness, liar], all, { ...needed, config: wide });
    expect(one.steps).to.deep.equal(['EXPIRED', 'pass', 'TOO_FEW_WITNESSES']);
  });

  it('fail with a signature over something else, whoever they are', async () => {
    const named = [byRoot('SteelMSP', steelRoot)];
    const filed = await signed('SteelMSP', steel);
    const wrong: readonly FiledWitness[] = [
      await signed('SteelMSP', steel, {}, { ...body, height: 8 }),
      { ...filed, statement: { ...filed.statement, replayedFrom: 1 } },
      { ...filed, signature: (await signed('SteelMSP', forge)).signature },
    ];
    for (const each of wrong) {
      expect((await told([each], named)).steps[0]).to.equal('SIGNATURE_INVALID');
      expect((await told([each], [])).steps[0]).to.equal('SIGNATURE_INVALID');
    }
    const cut = { ...filed, signer: filed.signer.subarray(0, 40) };
    expect((await told([cut], named)).steps[0]).to.equal('MALFORMED');
  });

  it('are not asked for where the reader folded the ledger', async () => {
    expect((await told([], [], { isNeeded: false })).steps).to.deep.equal([]);
    const { counted, steps } = await told([await signed('SteelMSP', steel)], [], { isNeeded: false });
    expect([counted, steps]).to.deep.equal([[], ['WITNESS_NOT_NAMED']]);
  });
});
