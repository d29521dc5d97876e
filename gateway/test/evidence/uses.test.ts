import { webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  decode,
  digestOf,
  digestOfHash,
  encode,
  headsOfRange,
  listKey,
  ProvenMap,
  usesFile,
  type ListHead,
  type RecordEntry,
  type Usage,
  type UsesEnd,
  type UsesFile,
  type UsesList,
} from '@tallystick/chaincode/model';
import { answer, ask, granted, type Granted } from '../../../chaincode/test/rights.js';
import { regulator, steel } from '../../../chaincode/test/world.js';
import { trustIn } from '../../../test/evidence/collecting.js';
import { settled, type Site } from '../../../test/evidence/space.js';
import type { Environment } from '../../../verifier/cli/environment.js';
import { run } from '../../../verifier/cli/run.js';
import { formatTrust } from '../../../verifier/src/trust/file.js';
import { verifyUses } from '../../../verifier/src/uses/index.js';
import { newRoot, newSigner, tokenOf } from '../../../verifier/test/time/making.js';
import type { UsesQuestion } from '../../src/features/evidence/port.js';
import { openOffice, type Office } from './making.js';

type Using = Granted & Site;

/** Ids of the uses in a file, after every proof in it has been checked. */
function provenIn(file: UsesFile, list: UsesList): readonly string[] {
  const key = listKey(list.kind, list.id);
  const headAt = (end: UsesEnd | null): ListHead | undefined => {
    if (end === null) return undefined;
    const map = ProvenMap.read(end.list);
    expect(digestOfHash(map.root)).to.equal(end.checkpoint.body.map);
    return map.get('list', key) as ListHead | undefined;
  };
  expect(headsOfRange(file.range)).to.deep.equal({ first: headAt(file.from), last: headAt(file.to) });
  const members = ProvenMap.read(file.members.proof);
  expect(digestOfHash(members.root)).to.equal(file.to.checkpoint.body.map);
  expect(file.members.texts).to.have.length(file.range.usages.length);
  for (const [index, usage] of file.range.usages.entries()) {
    const entry = members.get('record', `usage/${usage}`) as RecordEntry;
    expect(entry.text).to.equal(digestOf(file.members.texts[index]!));
  }
  return file.range.usages;
}

/** A file with a part changed, as somebody who leaves something out would spell it again. */
const changed = (file: UsesFile, change: (draft: UsesFile) => void): UsesFile => {
  const draft = structuredClone(file);
  change(draft);
  return draft;
};

describe('completeness files', () => {
  let at: Using;
  let office: Office;
  let ids: string[];
  /** When each use was asked for. */
  let times: string[];
  const uses = (more: object = {}): UsesQuestion => ({ list: { kind: 'grant', id: at.grantId }, ...more });
  const file = async (question: UsesQuestion): Promise<UsesFile> => {
    const text = await office.evidence.provenUses(question);
    const parsed = usesFile.parse(decode(text));
    expect(encode(parsed)).to.equal(text);
    return parsed;
  };

  before(async () => {
    const site = await settled();
    at = { ...(await granted(site)), world: site.world };
    ids = [];
    times = [];
    for (let count = 0; count < 5; count += 1) {
      at.world.later(3600);
      ids.push(await ask(at));
      times.push(at.world.now);
      if (count !== 3) await answer(at, ids.at(-1) as never);
    }
    office = await openOffice(at.world);
  });
  after(() => office.close());

  it('hold every use of a dataset, a grant and a party, those without an answer included', async () => {
    for (const list of [
      { kind: 'grant', id: at.grantId },
      { kind: 'dataset', id: at.datasetId },
      { kind: 'participant', id: steel.participant },
    ] as const) {
      const whole = await file({ list });
      expect(whole.from).to.equal(null);
      expect(provenIn(whole, list)).to.deep.equal(ids);
      const states = whole.members.texts.map((text) => (JSON.parse(text) as Usage).state);
      expect(states).to.deep.equal(['ALLOWED', 'ALLOWED', 'ALLOWED', 'REQUESTED', 'ALLOWED']);
      expect(whole.to.checkpoint.witnesses).to.have.length(2);
      expect(Number(whole.to.head.number)).to.equal(whole.to.checkpoint.body.height);
    }
  });

  it('are over heights that times select, as the uses stood at the later one', async () => {
    const some = await file(uses({ from: times[1], to: times[3] }));
    expect(provenIn(some, uses().list)).to.deep.equal(ids.slice(1, 3));
    expect(some.from!.checkpoint.body.height).to.be.lessThan(some.to.checkpoint.body.height);
    const early = await file(uses({ to: times[0] }));
    expect([early.from, provenIn(early, uses().list)]).to.deep.equal([null, []]);
    const late = await file(uses({ from: '2027-11-01T00:00:00.000Z' }));
    expect(provenIn(late, uses().list)).to.deep.equal([]);
    expect(late.from!.checkpoint.body).to.deep.equal(late.to.checkpoint.body);
  });

  const verdictOn = (of: UsesFile, changes: object = {}): ReturnType<typeof verifyUses> =>
    verifyUses(new TextEncoder().encode(encode(of)), trustIn(at.world, changes), webcrypto.subtle);

  it('are verified by whoever believes the witnesses', async () => {
    const some = await file(uses({ from: times[1], to: times[3] }));
    const { outcome, uses: found, from, to, witnesses, steps } = await verdictOn(some);
    expect(steps.filter(({ result }) => result === 'fail')).to.deep.equal([]);
    expect([outcome, found.map(({ id }) => id)]).to.deep.equal(['VERIFIED', ids.slice(1, 3)]);
    expect([from?.height, to?.height]).to.deep.equal([
      some.from!.checkpoint.body.height,
      some.to.checkpoint.body.height,
    ]);
    expect(witnesses).to.have.length(2);
    const whole = await verdictOn(await file(uses()));
    expect([whole.outcome, whole.from, whole.uses.length]).to.deep.equal(['VERIFIED', undefined, 5]);
    const alone = { witnesses: { named: [], needed: 1, replayedFrom: 0 } };
    expect((await verdictOn(some, alone)).outcome).to.equal('INCOMPLETE');
  });

  it('fail when a use is left out, doubled, swapped, added or told differently, at whichever end', async () => {
    const some = await file(uses({ from: times[1] }));
    const whole = await file(uses());
    const other = await file(uses({ from: times[2] }));
    const without = (index: number) => (draft: UsesFile) => {
      draft.range.usages.splice(index, 1);
      draft.members.texts.splice(index, 1);
    };
    const lies: Readonly<Record<string, UsesFile>> = {
      'the first left out': changed(some, without(0)),
      'one in the middle left out': changed(some, without(1)),
      'the last left out': changed(some, without(3)),
      'one doubled': changed(some, ({ range, members }) => {
        range.usages.push(range.usages[0]!);
        members.texts.push(members.texts[0]!);
      }),
      'two swapped': changed(some, ({ range, members }) => {
        range.usages.reverse();
        members.texts.reverse();
      }),
      'a text of its own': changed(some, ({ members }) => {
        members.texts[0] = members.texts[0]!.replace('ALLOWED', 'DENIED');
      }),
      'the text of another': changed(some, ({ members }) => {
        members.texts[0] = members.texts[1]!;
      }),
      'a later beginning': { ...some, from: other.from },
      'the beginning of the ledger': { ...some, from: null },
      'more hidden before it': { ...some, range: other.range, members: other.members },
      'another list': { ...whole, list: { kind: 'participant', id: regulator.participant } },
      'a proof of another height': { ...some, from: { ...some.from!, list: some.to.list } },
      'an end that is not signed': changed(some, ({ to }) => {
        to.checkpoint.body.size += 1;
      }),
      'the ends changed': { ...some, from: some.to, to: some.from! },
    };
    for (const [name, lie] of Object.entries(lies)) {
      const { outcome, uses: told } = await verdictOn(lie);
      expect([outcome, told.length], name).to.deep.equal(['FAILED', 0]);
    }
    const unsigned = changed(some, ({ from }) => {
      from!.checkpoint.witnesses = [];
    });
    expect((await verdictOn(unsigned)).outcome).to.equal('INCOMPLETE');
  });

  it('are refused where a proof has far more hashes than its keys can need', async () => {
    const some = await file(uses({ from: times[1] }));
    const hashes = Array.from({ length: 2000 }, () => '5a'.repeat(32));
    const hostile = [
      changed(some, ({ from }) => void (from!.list.hashes = hashes)),
      changed(some, ({ to }) => void (to.list.hashes = hashes)),
      changed(some, ({ members }) => void (members.proof.hashes = hashes)),
    ];
    for (const each of hostile) {
      const { steps } = await verdictOn(each);
      expect(steps.map(({ code, reason }) => [code, reason])).to.deep.equal([['file.form', 'TOO_LARGE']]);
    }
  });

  it('fail when an authority saw the checkpoint long before the uses that it holds', async () => {
    const [good, root] = [await file(uses()), newRoot('Root of time')];
    const message = new TextEncoder().encode(encode(good.to.checkpoint.body));
    const judged = (at: string) => {
      const token = tokenOf(newSigner(root), { message, at });
      const pieces = [`=${Buffer.from(token).toString('base64')}`];
      const timestampAuthorities = [{ name: 'Time', certificate: root.certificate }];
      return verdictOn({ ...good, timestamps: [{ token: pieces }] }, { timestampAuthorities });
    };
    const early = await judged('2026-01-02T00:00:00Z');
    const failed = early.steps.filter(({ result }) => result === 'fail');
    expect([early.outcome, failed.map(({ code, reason }) => `${code} ${reason ?? ''}`)]).to.deep.equal([
      'FAILED',
      ['time.bounds INTERVAL_EMPTY'],
    ]);
    expect((await judged('2026-11-25T00:00:00Z')).outcome).to.equal('VERIFIED');
  });

  it('are recognised on the command line', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tallystick-uses-'));
    const [path, trust] = [join(directory, 'uses.json'), join(directory, 'trust.json')];
    await writeFile(path, encode(await file(uses())));
    await writeFile(trust, formatTrust(trustIn(at.world)));
    const printed: string[] = [];
    const environment: Environment = {
      verify: () => Promise.reject(new Error('it is no evidence of one thing')),
      subtle: webcrypto.subtle,
      print: (text) => void printed.push(text),
      warn: (text) => void printed.push(text),
      isWatched: false,
      now: () => at.world.now,
    };
    expect(await run([path, '--trust', trust], environment), printed.join('')).to.equal(0);
    expect(printed.join(''))
      .to.match(/^VERIFIED/)
      .and.to.include(`${ids[3]} REQUESTED`);
    expect(await run([path, '--trust', trust, '--json'], environment)).to.equal(0);
    expect(await run([path, '--trust', trust, '--report', 'x.html'], environment)).to.equal(4);
    await rm(directory, { recursive: true });
  });

  it('are empty, and proven so, for whoever has no use', async () => {
    const list = { kind: 'participant', id: regulator.participant } as const;
    expect(provenIn(await file({ list }), list)).to.deep.equal([]);
  });

  it('say more than is asked where a height was let go of or nobody has signed it', async () => {
    const { height } = (await file(uses({ from: times[2] }))).from!.checkpoint.body;
    office.checkpoints.unsigned.add(height);
    const whole = await file(uses({ from: times[2] }));
    expect([whole.from, provenIn(whole, uses().list)]).to.deep.equal([null, ids]);
    office.checkpoints.unsigned.clear();
  });

  it('are as rows the same, page by page', async () => {
    const page = async (skip: number, limit: number): Promise<[unknown[], number, number | undefined]> => {
      const rows = await office.evidence.uses(uses({ from: times[1] }), { skip, limit });
      return [rows.items.map(({ id }) => id), rows.count, rows.next];
    };
    expect(await page(0, 3)).to.deep.equal([ids.slice(1, 4), 4, 3]);
    expect(await page(3, 3)).to.deep.equal([ids.slice(4), 4, undefined]);
    expect(await page(9, 3)).to.deep.equal([[], 4, undefined]);
  });
});

describe('completeness files over a ledger with a transaction dated years ahead', () => {
  let at: Using;
  let office: Office;
  const ids: string[] = [];
  const times: string[] = [];

  before(async () => {
    const site = await settled();
    at = { ...(await granted(site)), world: site.world };
    for (let count = 0; count < 4; count += 1) {
      at.world.later(3600);
      ids.push(await ask(at));
      times.push(at.world.now);
      if (count === 1) await ahead();
    }
    office = await openOffice(at.world);
  });
  after(() => office.close());

  /** Somebody's clock is wrong, and its transaction takes effect. */
  async function ahead(): Promise<void> {
    const { now } = at.world;
    at.world.now = '2030-01-01T00:00:00.000Z';
    await at.world.run(regulator, 'participants:Certify', {
      participantId: steel.participant,
      trustLevel: 2,
      assurance: 2,
      validUntil: '2031-01-01T00:00:00.000Z',
    });
    at.world.now = now;
  }

  const between = async (from?: string, to?: string): Promise<unknown[]> => {
    const list = { kind: 'grant', id: at.grantId } as const;
    const question = { list, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const rows = await office.evidence.uses(question, { skip: 0, limit: 10 });
    const proven = usesFile.parse(decode(await office.evidence.provenUses(question)));
    expect(provenIn(proven, list)).to.deep.equal(rows.items.map(({ id }) => id));
    return rows.items.map(({ id }) => id);
  };

  it('miss none of those that claim a time in the range', async () => {
    expect(await between(times[1], times[3])).to.deep.equal(ids.slice(1, 3));
    expect(await between(undefined, times[2])).to.deep.equal(ids.slice(0, 2));
    expect(await between(undefined, '2029-01-01T00:00:00.000Z')).to.deep.equal(ids);
  });

  it('may hold earlier ones, from the one that is dated ahead on', async () => {
    expect(await between(times[3])).to.deep.equal(ids.slice(2));
    expect(await between('2029-01-01T00:00:00.000Z')).to.deep.equal(ids.slice(2));
  });
});
