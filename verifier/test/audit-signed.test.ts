import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addSeconds,
  checkpoint as checkpointSchema,
  digestOf,
  witnessedBytes,
  type Checkpoint,
  type CheckpointBody,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { SecondBody, SignedCheckpoints, type NamedWitness } from '../cli/audit-signed.js';
import { Unusable } from '../cli/usage.js';

const START = '2026-11-24T08:00:00.000Z';
const digest = (text: string): CheckpointBody['map'] => digestOf(text);

const body = (height: number, changes: Partial<CheckpointBody> = {}): CheckpointBody => ({
  channel: 'ledger',
  genesis: digest('genesis'),
  height,
  block: digest(`block ${height}`),
  size: height + 1,
  log: digest(`log ${height}`),
  map: digest(`map ${height}`),
  editions: digest('editions'),
  ...changes,
});

describe('tallystick-audit: signed checkpoints', () => {
  let directory = '';
  let witness: NamedWitness;
  let now = START;
  let signatures = 0;
  before(() => {
    witness = {
      mspId: 'RegulatorMSP',
      certificate: 'a certificate',
      sign: (message) => {
        signatures += 1;
        return createHash('sha256').update(message).digest();
      },
    };
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'audit-signed-'));
    now = START;
    signatures = 0;
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const opened = (): Promise<SignedCheckpoints> => SignedCheckpoints.open(directory, witness, () => now);
  const read = async (height: number): Promise<Checkpoint> =>
    checkpointSchema.parse(JSON.parse(await readFile(join(directory, `${height}.json`), 'utf8')));

  it('writes one file for each height, whole, with what the witness signs', async () => {
    const signed = await opened();
    for (const height of [0, 1, 2]) await signed.sign(body(height));
    expect((await readdir(directory)).sort()).deep.equals(['0.json', '1.json', '2.json']);
    const { body: found, witnesses } = await read(1);
    expect(found).deep.equals(body(1));
    expect(witnesses).length(1);
    expect(witnesses[0]).deep.include({ mspId: 'RegulatorMSP', certificate: 'a certificate' });
    expect(witnesses[0]?.statement).deep.include({ signedAt: START, replayedFrom: 0 });
    const message = witnessedBytes(found, witnesses[0]!.statement);
    expect(witnesses[0]?.signature).equals(createHash('sha256').update(message).digest('base64'));
  });

  it('signs a height once, also after a start anew', async () => {
    await (await opened()).sign(body(0));
    const before = await read(0);
    now = addSeconds(now, 60);
    const again = await opened();
    expect(again.height).equals(0);
    await again.sign(body(0));
    await again.sign(body(1));
    expect(await read(0)).deep.equals(before);
    expect(signatures).equals(2);
  });

  it('refuses a second body for a height, whoever signed the first', async () => {
    const [one, two] = [await opened(), await opened()];
    await one.sign(body(0));
    for (const second of [one, two, await opened()]) {
      const error = await second.sign(body(0, { map: digest('another') })).catch((cause: unknown) => cause);
      expect(error).instanceOf(SecondBody);
    }
    await two.sign(body(0));
    expect(await read(0)).deep.include({ body: body(0) });
    expect((await readdir(directory)).sort()).deep.equals(['0.json']);
  });

  it('never signs below what it has signed, even where that was let go of', async () => {
    await (await opened()).sign(body(7));
    await (await opened()).sign(body(3, { map: digest('another') }));
    expect(await readdir(directory)).deep.equals(['7.json']);
    expect(signatures).equals(1);
  });

  it('refuses a directory whose files are none of its own', async () => {
    await writeFile(join(directory, '4.json'), '{}');
    const signed = await opened();
    const error = await signed.sign(body(4)).catch((cause: unknown) => cause);
    expect(error).instanceOf(Unusable);
  });

  it('keeps the newest, and of older ones one an hour', async () => {
    const text = (height: number, signedAt: string): string =>
      JSON.stringify({
        body: body(height),
        witnesses: [
          {
            statement: { signedAt, replayedFrom: 0, software: digest('') },
            mspId: 'M',
            certificate: 'c',
            signature: 'AAAA',
          },
        ],
      });
    const COUNT = 10_000;
    for (let height = 0; height < COUNT; height += 1)
      await writeFile(join(directory, `${height}.json`), text(height, addSeconds(START, 600 * height)));
    const signed = await opened();
    for (let height = COUNT; height < COUNT + 13; height += 1) await signed.sign(body(height));
    const left = (await readdir(directory)).map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b);
    // Of thirteen that fell out of the newest, one of each hour: there are six in one.
    expect(left.slice(0, 4)).deep.equals([0, 6, 12, 13]);
    expect(left).length(COUNT + 3);
    const again = await opened();
    for (let height = COUNT + 13; height < COUNT + 18; height += 1) await again.sign(body(height));
    expect((await readdir(directory)).includes('13.json')).equals(false);
  });
});
