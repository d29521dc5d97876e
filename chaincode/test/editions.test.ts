import {
  allDescriptors,
  componentType,
  decodeRecord,
  digestOf,
  encode,
  keys,
  UnknownRecordError,
  type Id,
} from '@tallystick/chaincode/model';
import {
  EDITION_TABLE,
  editionFor,
  editionNamed,
  editionsDigest,
  editionsDigests,
  EDITIONS,
  isEarlier,
  KNOWN_RULES,
  NEWEST,
  RULES_VERSION,
  type Edition,
} from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import fc from 'fast-check';
import { Overlay } from '../src/rules/ledger.js';
import { arbitraryRecords } from './model/arbitraries.js';
import { governed, operator } from './governed.js';
import { recordStory } from './recording.js';
import { steel, type World } from './world.js';

const [FIRST, SECOND] = EDITIONS as readonly [Edition, Edition];

describe('the table of editions', () => {
  it('names an edition by the first number of a definition version', () => {
    const versions = ['0.1', '0.1.0', '1.0', '1.0.0', '1.12.3', '2.0', '2.0.0', '2.99.1'];
    for (const version of versions)
      expect(editionFor(version), version).to.equal(version.startsWith('2') ? SECOND.name : FIRST.name);
  });

  it('names none by anything else, which is never guessed', () => {
    const odd = [
      '',
      '1',
      '2',
      '3.0',
      '02.0',
      '2.00',
      '2.0.0.0',
      'v2.0',
      '2.0-rc',
      ' 2.0',
      '2.0 ',
      '2.x',
      '-1.0',
    ];
    for (const version of odd) expect(editionFor(version), version).to.equal(undefined);
    fc.assert(fc.property(fc.string(), (text) => /^[012]\./.test(text) || editionFor(text) === undefined));
  });

  it('has every edition that this code knows, in their order', () => {
    expect(EDITION_TABLE.map(({ rules }) => rules)).to.deep.equal(EDITIONS.map(({ name }) => name));
    expect([...KNOWN_RULES]).to.deep.equal(EDITIONS.map(({ name }) => name));
    expect(editionNamed(RULES_VERSION)).to.equal(NEWEST);
    expect(editionNamed('tallystick-rules/0')).to.equal(undefined);
    expect(isEarlier(FIRST.name, SECOND.name)).to.equal(true);
    expect(isEarlier(SECOND.name, FIRST.name)).to.equal(false);
    expect(isEarlier(SECOND.name, SECOND.name)).to.equal(false);
  });

  it('is named in checkpoints up to what has decided, whoever knows of more', () => {
    const more = [...EDITION_TABLE, { rules: 'tallystick-rules/9', versions: ['9'] }];
    for (const rules of [undefined, FIRST.name, SECOND.name])
      expect(editionsDigest(rules, more)).to.equal(editionsDigest(rules));
    const first = { rules: 'tallystick-rules/1', versions: ['0', '1'] };
    expect(editionsDigest(FIRST.name)).to.equal(digestOf(encode([first])));
    expect(editionsDigest(undefined)).to.equal(digestOf('[]'));
    expect([...editionsDigests(more)]).to.include.members([...editionsDigests(EDITION_TABLE)]);
    expect(editionsDigests(EDITION_TABLE).has(editionsDigest('tallystick-rules/9', more))).to.equal(false);
  });
});

describe('an edition', () => {
  it('shares every rule that is not another', () => {
    const changed = [...SECOND.rules].filter(([name, rule]) => FIRST.rules.get(name) !== rule);
    expect(changed.map(([name]) => name)).to.have.members(['components:Certify', 'components:Renew']);
    const decided = allDescriptors.map(({ name }) => name).filter((name) => !name.startsWith('records:'));
    for (const { rules } of EDITIONS) expect([...rules.keys()]).to.have.members(decided);
  });

  for (const edition of EDITIONS)
    it(`writes its own name and forms into every record: ${edition.name}`, async () => {
      const recorded = await recordStory(edition);
      const texts = recorded.flatMap(({ done }) => [...(done?.writes.values() ?? [])]);
      const stamps = texts.map((text) => JSON.parse(text) as { kind: string; schema: number; rules: string });
      expect(stamps).to.not.have.length(0);
      for (const { kind, schema, rules } of stamps) {
        expect(rules).to.equal(edition.name);
        expect(schema, kind).to.equal(edition.forms[kind] ?? 1);
      }
    });
});

describe('the second edition', () => {
  const certificate = (world: World): object => ({
    nonce: world.nonce(),
    owner: steel.participant,
    name: 'Connector',
    manifest: digestOf('manifest'),
    keys: [digestOf('stolen')],
    profile: 'TRUST',
    assurance: 2,
    validUntil: '2027-11-01T00:00:00.000Z',
  });

  async function withStolenKey(edition: Edition): Promise<World> {
    const world = await governed(steel);
    world.edition = edition;
    const { participant } = steel;
    const stolen = { participant, key: digestOf('stolen'), from: world.now, reason: 'stolen' };
    await world.run(steel, 'compromises:Declare', stolen);
    return world;
  }

  it('certifies no key that is declared compromised; the first one goes on doing so', async () => {
    for (const [edition, expected] of [
      [FIRST, undefined],
      [SECOND, 'KEY_COMPROMISED'],
    ] as const) {
      const world = await withStolenKey(edition);
      expect(await world.refusal(operator, 'components:Certify', certificate(world))).to.equal(expected);
    }
  });

  it('rewrites an old record in the new form, and keeps what it said', async () => {
    const world = await governed(steel);
    world.edition = FIRST;
    const { componentId } = await world.run<{ componentId: Id<'component'> }>(
      operator,
      'components:Certify',
      certificate(world),
    );
    const key = keys.component(componentId);
    const before = world.record(key.text) as Record<string, unknown>;
    expect(before).to.include({ schema: 1, rules: FIRST.name });
    world.edition = SECOND;
    world.later(1);
    const validUntil = '2028-01-01T00:00:00.000Z';
    const rekeyed = { componentId, validUntil, keys: [digestOf('sound')] };
    await world.run(operator, 'components:Renew', rekeyed);
    expect(world.record(key.text)).to.deep.equal({
      ...before,
      ...{ schema: 2, rules: SECOND.name, updatedAt: world.now },
      ...{ validUntil, keys: [digestOf('sound')], rekeyedAt: world.now },
    });
  });

  it('leaves records that the first one never reads: a ledger does not go back', async () => {
    const world = await governed(steel);
    const sound = { ...certificate(world), keys: [digestOf('sound')] };
    const { componentId } = await world.run<{ componentId: Id<'component'> }>(
      operator,
      'components:Certify',
      sound,
    );
    const read = (key: string): Promise<string | undefined> => Promise.resolve(world.state.get(key));
    const { text, type } = keys.component(componentId);
    const look = (edition: Edition): Promise<unknown> =>
      new Overlay(read, { openings: new Map() }, edition).get({ text, type });
    expect(await look(SECOND)).to.include({ id: componentId });
    expect(await look(FIRST).catch((error: unknown) => error)).to.be.instanceOf(UnknownRecordError);
  });

  it('reads every component of the first form as one of the second', () => {
    fc.assert(
      fc.property(arbitraryRecords.get('component')!, (value) => {
        const { rekeyedAt: _never, ...members } = value;
        const first = { ...members, schema: 1 };
        expect(decodeRecord(componentType, encode(first))).to.deep.equal({ ...members, schema: 2 });
        expect(decodeRecord(componentType, encode(first), 1)).to.deep.equal(first);
        expect(() => decodeRecord(componentType, encode(value), 1)).to.throw(UnknownRecordError);
      }),
      { numRuns: 50 },
    );
  });
});
