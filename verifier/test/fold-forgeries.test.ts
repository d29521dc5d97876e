import { encode, keys, type Id, type Usage } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import {
  answering,
  ask,
  asking,
  buyerKey,
  offer,
  place,
  steelKey,
  terms,
} from '../../chaincode/test/rights.js';
import { component as buyer, regulator } from '../../chaincode/test/world.js';
import { busyLedger, type Setting } from './audit-stage.js';
import { Branch, forging, utf8, type Forgery } from './fold-branch.js';
import { Folding } from './folding.js';
import { some } from '../../test/sampling.js';

const kindOf = (key: string): string => key.split('/')[0] ?? '';

type Fields = Readonly<Record<string, unknown>>;

/** Other values of a member: the same kind of value, where there is another. */
function others(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return [`${value}x`, ''];
  if (typeof value === 'number') return [value + 1];
  if (typeof value === 'boolean') return [!value];
  if (Array.isArray(value)) return [[], [...(value as unknown[]), ...(value as unknown[])]];
  return [{}, null];
}

/** Every member of a record in turn: another value, or none; under the stamp of today, of yesterday and of nobody. */
function* forgeriesOf(key: string, text: string): Generator<Forgery> {
  const record = JSON.parse(text) as Fields;
  const stamps = ['tallystick-rules/1', 'tallystick-rules/0', 'of nobody'];
  for (const [member, value] of Object.entries(record)) {
    const { [member]: _gone, ...without } = record;
    const changed = [...others(value).map((other) => ({ ...record, [member]: other })), without];
    for (const [index, forged] of changed.entries()) {
      const stamped = { ...forged, ...(member !== 'rules' && { rules: stamps[index] }) };
      const forgedText = JSON.stringify(stamped);
      if (forgedText === text) continue;
      const bytes = utf8.encode(forgedText);
      yield { name: `${kindOf(key)}.${member} (${index})`, key, value: bytes };
    }
  }
  yield { name: `${kindOf(key)}, no JSON`, key, value: utf8.encode('no JSON') };
  yield { name: `${kindOf(key)}, no UTF-8`, key, value: Uint8Array.of(0xff, 0xfe) };
  yield { name: `${kindOf(key)}, deleted`, key, value: null };
}

describe('Fold: forgeries', () => {
  let at: Setting;
  let base: Folding;
  let records: readonly (readonly [key: string, text: string])[];
  /** A use that was asked for and not answered. */
  let open: Id<'usage'>;
  before(async () => {
    const busy = await busyLedger();
    // Under a grant that counts nothing.
    const { grantId, termsDigest } = await offer(busy, { terms: terms() });
    await busy.world.run(buyer, 'grants:Accept', { grantId, termsDigest });
    at = { ...busy, grantId };
    await place(at.world, at.claimId, 'NO_NEW_GRANT');
    open = await ask(at);
    base = await new Folding().take(at.world.blocks());
    const kinds = new Map([...base.state.texts()].map(([key, text]) => [kindOf(key), [key, text] as const]));
    const chosen = [
      keys.grant(grantId),
      keys.claim(at.claimId),
      keys.dataset(at.datasetId),
      keys.usage(open),
    ];
    for (const { text: key } of chosen) kinds.set(kindOf(key), [key, base.state.text(key) as string]);
    records = [...kinds.values()];
  });
  after(() => at.world.end());

  const branch = (): Branch => new Branch(at, base);
  const every = (): readonly Forgery[] =>
    some(
      records.flatMap(([key, text]) => [...forgeriesOf(key, text)]),
      4,
    );

  it('has every kind of record to forge', () => {
    const kinds = records.map(([key]) => kindOf(key));
    const wanted = ['space', 'participant', 'component', 'dataset', 'version', 'claim', 'grant', 'usage'];
    expect(kinds).includes.members([...wanted, 'holds', 'valuation', 'usage-slot', 'open-grants']);
  });

  it('before a request: the forgery is named, nothing else changes, and after a restoration all goes on', async () => {
    let count = 0;
    for (const forgery of every()) {
      const one = branch();
      const effective = base.state.text(forgery.key);
      await one.forge(forgery, await one.unrelated(forgery));
      await one.goOn(buyerKey, 'usage:Request', asking(at), forgery.name);
      await one.goOn(steelKey, 'usage:Answer', answering(at, open), forgery.name);
      if (!one.state.texts().has(forgery.key)) expect(one.state.text(forgery.key)).equals(effective);
      if (count % 5 === 0) await one.restore(forgery.name);
      count += 1;
    }
    expect(count).greaterThan(100);
  });

  it('between request and answer, in one block with the request, and within each of both', async () => {
    for (const forgery of every()) {
      const [between, same, within] = [branch(), branch(), branch()];
      const request = asking(at);
      const asked = (await between.honestly(buyerKey, 'usage:Request', request))!;
      const { usageId } = JSON.parse(asked.result) as { usageId: Id<'usage'> };
      await between.block(asked);
      await between.forge(forgery, await between.unrelated(forgery));
      await between.goOn(steelKey, 'usage:Answer', answering(at, usageId), forgery.name);

      const [requested] = await same.forge(forgery, await same.unrelated(forgery), asked);
      expect(requested?.leaf.verdict, forgery.name).equals('REPLAYED');

      await within.forge(
        forgery,
        (await within.honestly(buyerKey, 'usage:Request', request, forging(forgery)))!,
      );
      const { text: key } = keys.usage(usageId);
      expect(within.state.text(key), forgery.name).equals(same.state.text(key));

      if (forgery.key === keys.usage(open).text) continue;
      const ideal = await within.ideal(steelKey, 'usage:Answer', answering(at, open));
      const corrupt = await branch().honestly(
        steelKey,
        'usage:Answer',
        answering(at, open),
        forging(forgery),
      );
      const [answered] = await within.block(corrupt!);
      expect(answered?.writes, forgery.name).deep.equals(ideal);
    }
  });

  it('a usage that nobody asked for, and a record under a key that no rule knows, are nothing', async () => {
    const one = branch();
    const usage = JSON.parse(base.state.text(keys.usage(open).text) as string) as Usage;
    const id = `usage-${'a'.repeat(52)}`;
    const forgeries: Forgery[] = [
      { name: 'usage', key: `usage/${id}`, value: utf8.encode(encode({ ...usage, id })) },
      { name: 'nonsense', key: 'nonsense', value: Uint8Array.of(1) },
      { name: 'long', key: 'k'.repeat(400), value: Uint8Array.of(1) },
    ];
    for (const forgery of forgeries) {
      await one.forge(forgery, await one.unrelated(forgery));
      expect(one.state.text(forgery.key)).equals(undefined);
    }
    await one.restore('of what was not there');
  });

  it('by a call that nobody can read is named and brought back all the same', async () => {
    const key = keys.grant(at.grantId).text;
    const forgery = { name: 'grant', key, value: utf8.encode('{}') };
    const unreadable: readonly ((payload: Uint8Array) => Uint8Array)[] = [
      () => Uint8Array.of(0xff, 0xff),
      () => new Uint8Array(),
    ];
    for (const payload of unreadable) {
      const one = branch();
      const request = { nonce: at.world.nonce(), name: 'Fair' };
      const collusion = { ...forging(forgery), proposal: { payload } };
      const prepared = await at.world.prepare(regulator, 'events:Declare', request, [], collusion);
      const [folded] = await one.block(prepared);
      expect(folded?.leaf.verdict).equals('VOID');
      expect(folded?.difference?.facts).property('key');
      expect(folded?.noted).includes(key);
      expect(one.standing()).includes(key);
      one.fabric.set(key, forgery.value);
      for (const each of one.standing().filter((other) => other !== key))
        one.fabric.set(each, Uint8Array.of(1));
      await one.restore('of what an unreadable call wrote');
    }
  });

  it('keys that no map can hold are passed over, and named', async () => {
    for (const key of ['\u0000', '', 'k'.repeat(401), '\u0000\u{10ffff}initialized']) {
      const one = branch();
      const [folded] = await one.block(await one.unrelated({ name: key, key, value: Uint8Array.of(1) }));
      expect(folded?.leaf.verdict).equals(key.endsWith('initialized') ? 'VOID' : 'CORRECTED');
      expect(folded?.noted).not.includes(key);
      expect(one.standing().includes(key)).equals(false);
    }
  });
});
