import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { common } from '@hyperledger/fabric-protos';
import { applyUpdate } from '../../src/fabric/config-apply.js';
import { changeLines, configChanges } from '../../src/fabric/config-diff.js';
import { copyOf, rootOf } from '../../src/fabric/config-elements.js';
import { computeUpdate } from '../../src/fabric/config-update.js';
import {
  CHANNEL,
  createFixture,
  edited,
  edits,
  hasRecordings,
  recordedConfig,
  refused,
  snapshot,
  type Fixture,
} from './joining-fixture.js';
import { times } from '../../../test/sampling.js';

const RUNS = times(10, 300);

/** Elements that are new, gone, or of other content. */
function differing(before: common.Config, after: common.Config): string[] {
  const [old, wanted] = [snapshot(before), snapshot(after)];
  return [...new Set([...old.keys(), ...wanted.keys()])].filter(
    (key) => old.get(key)?.content !== wanted.get(key)?.content,
  );
}

function configtxlator(): string | undefined {
  const { FABRIC_BIN, PATH = '' } = process.env;
  const directories = FABRIC_BIN === undefined ? PATH.split(delimiter) : [FABRIC_BIN];
  return directories.map((each) => join(each, 'configtxlator')).find((path) => existsSync(path));
}

/** Fabric's own answer; nothing when it says that there is no difference. */
function byFabric(
  program: string,
  current: common.Config,
  wanted: common.Config,
): common.ConfigUpdate | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'tallystick-update-'));
  const file = (name: string): string => join(directory, name);
  try {
    writeFileSync(file('old'), current.serializeBinary());
    writeFileSync(file('new'), wanted.serializeBinary());
    const args = [
      'compute_update',
      '--channel_id',
      CHANNEL,
      '--original',
      file('old'),
      '--updated',
      file('new'),
    ];
    execFileSync(program, [...args, '--output', file('update')], { stdio: 'pipe' });
    return common.ConfigUpdate.deserializeBinary(readFileSync(file('update')));
  } catch (error) {
    if (String(error).includes('no differences detected')) return undefined;
    throw error;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const sources = ['a channel of this product', 'recorded BFT channel', 'recorded Raft channel'] as const;

for (const source of sources) {
  describe(`config updates on ${source}`, function () {
    let fixture: Fixture | undefined;
    let base: common.Config;

    before(async function () {
      if (source === 'a channel of this product') {
        fixture = await createFixture();
        base = fixture.config;
        return;
      }
      if (!hasRecordings()) {
        console.log('      skipped: there are no recorded channels in ../shared/data/fabric-blocks');
        this.skip();
      }
      base = recordedConfig(source === 'recorded BFT channel' ? 'bft' : 'raft');
    });
    after(() => fixture?.remove());

    it('are none between equal configurations, whatever the versions are', () => {
      expect(computeUpdate(CHANNEL, base, base)).to.equal(undefined);
      const other = copyOf(base);
      rootOf(other).getGroupsMap().get('Application')?.setVersion(7);
      expect(computeUpdate(CHANNEL, base, other)).to.equal(undefined);
    });

    it('turn the one configuration into the other, and raise versions exactly where something changes', () => {
      fc.assert(
        fc.property(edits, edits, (first, second) => {
          // The second update starts from versions that are no longer all zero.
          let current = base;
          for (const list of [first, second]) {
            const wanted = edited(current, list);
            const update = computeUpdate(CHANNEL, current, wanted);
            const changed = differing(current, wanted);
            if (update === undefined) {
              expect(changed).to.deep.equal([]);
              continue;
            }
            const { config } = applyUpdate(current, update);
            const [old, result, asked] = [snapshot(current), snapshot(config), snapshot(wanted)];
            expect([...result.keys()].sort()).to.deep.equal([...asked.keys()].sort());
            const isAsAsked = ([key, { content, version }]: [
              string,
              { content: string; version: number },
            ]): boolean => {
              const before = old.get(key);
              const expected =
                before === undefined ? 0 : before.version + (before.content === content ? 0 : 1);
              return content === asked.get(key)?.content && version === expected;
            };
            expect([...result].filter((each) => !isAsAsked(each))).to.deep.equal([]);
            expect(config.getSequence()).to.equal(current.getSequence() + 1);
            current = config;
          }
        }),
        { numRuns: RUNS },
      );
    });

    it('are the same as configtxlator computes', function () {
      const program = configtxlator();
      if (program === undefined) {
        console.log('      skipped: configtxlator is neither in FABRIC_BIN nor on PATH');
        this.skip();
      }
      const bytes = (update: common.ConfigUpdate | undefined): string =>
        Buffer.from(update?.serializeBinary() ?? []).toString('hex');
      fc.assert(
        fc.property(edits, edits, (first, second) => {
          const current = edited(base, first);
          const wanted = edited(current, second);
          expect(bytes(computeUpdate(CHANNEL, current, wanted))).to.equal(
            bytes(byFabric(program, current, wanted)),
          );
        }),
        { numRuns: times(10) },
      );
    });

    it('show every change in the diff, and nothing else', () => {
      fc.assert(
        fc.property(edits, (list) => {
          const wanted = edited(base, list);
          const changes = configChanges(base, wanted);
          const shown = changes.map(({ path }) => path);
          const changed = differing(base, wanted);
          // A group that comes or goes is one change, in which its parts are lines; a member's coming or going is its own change.
          const isCovered = (path: string): boolean =>
            shown.some((each) => path === each || path.startsWith(`${each}/`));
          const isContainer = (key: string): boolean =>
            key.startsWith('group ') &&
            shown.some((each) => each.startsWith(`${key.slice('group '.length)}/`));
          for (const key of changed) {
            const path = key.slice(key.indexOf(' ') + 1);
            expect(isCovered(path) || isContainer(key), key).to.equal(true);
          }
          for (const path of shown) {
            expect(
              changed.some((key) => key.endsWith(` ${path}`)),
              path,
            ).to.equal(true);
          }
          for (const change of changes) expect(changeLines(change).length).to.be.greaterThan(1);
        }),
        { numRuns: RUNS },
      );
    });

    it('are refused once the channel has changed where they touch it', async () => {
      const wanted = edited(base, [{ operation: 'set value', at: 0, name: 'New', bytes: Uint8Array.of(1) }]);
      const update = computeUpdate(CHANNEL, base, wanted)!;
      const { config } = applyUpdate(base, update);
      const { facts } = await refused('BASE_OUTDATED', () => applyUpdate(config, update));
      expect(facts['elements']).to.deep.equal(['group /Channel']);
    });
  });
}

describe('config updates that Fabric refuses', () => {
  let fixture: Fixture;
  let update: common.ConfigUpdate;
  before(async () => {
    fixture = await createFixture();
  });
  after(() => fixture.remove());

  beforeEach(() => {
    const wanted = edited(fixture.config, [
      { operation: 'set value', at: 0, name: 'New', bytes: Uint8Array.of(1) },
    ]);
    update = computeUpdate(CHANNEL, fixture.config, wanted)!;
  });

  const writtenValue = (): common.ConfigValue => update.getWriteSet()!.getValuesMap().get('New')!;

  it('write nothing', () =>
    refused('UPDATE_INVALID', () => {
      update.setWriteSet(update.getReadSet());
      return applyUpdate(fixture.config, update);
    }));

  it('skip a version', () =>
    refused('BASE_OUTDATED', () => {
      update.getWriteSet()!.setVersion(2);
      return applyUpdate(fixture.config, update);
    }));

  it('add an element at another version than 0', () =>
    refused('BASE_OUTDATED', () => {
      writtenValue().setVersion(1);
      return applyUpdate(fixture.config, update);
    }));

  it('write into a group that does not list it', () =>
    refused('UPDATE_INVALID', () => {
      // The group keeps its version, so what it holds is as before.
      update.getWriteSet()!.setVersion(0);
      return applyUpdate(fixture.config, update);
    }));

  it('leave an element without a modification policy', () =>
    refused('UPDATE_INVALID', () => {
      writtenValue().setModPolicy('');
      return applyUpdate(fixture.config, update);
    }));

  for (const name of ['', '.', '..', 'a/b', 'a b', '\u001b[2J', 'x'.repeat(250)]) {
    it(`name an element ${JSON.stringify(name.slice(0, 10))}`, () =>
      refused('UPDATE_INVALID', () => {
        update.getWriteSet()!.getValuesMap().set(name, writtenValue());
        return applyUpdate(fixture.config, update);
      }));
  }

  it('read what is not there', () =>
    refused('BASE_OUTDATED', () => {
      const stub = new common.ConfigGroup();
      update.getReadSet()!.getGroupsMap().set('Nothing', stub);
      update.getWriteSet()!.getGroupsMap().set('Nothing', stub);
      return applyUpdate(fixture.config, update);
    }));

  it('cannot smuggle content into what they only keep', () => {
    const kept = update.getWriteSet()!.getValuesMap().get('Capabilities')!;
    kept.setValue(Uint8Array.of(1, 2, 3));
    kept.setModPolicy('Readers');
    const { config } = applyUpdate(fixture.config, update);
    const changes = configChanges(fixture.config, config);
    expect(changes.map(({ path }) => path)).to.deep.equal(['/Channel/New']);
  });
});
