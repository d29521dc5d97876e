import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { copyBlocks, directorySink, streamSink } from '../../src/cli/blocks.js';
import { ChainBroken } from '../../src/ledger/port-errors.js';
import { rawChain } from './raw-chain.js';

describe('copying blocks', () => {
  const blocks = rawChain(23);
  let directory: string;
  let asked: bigint[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-blocks-'));
    asked = [];
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const sourceOf = (bytes: readonly Uint8Array[]): Parameters<typeof copyBlocks>[0] => ({
    height: () => Promise.resolve(BigInt(bytes.length - 1)),
    blockBytes: (number) => {
      asked.push(number);
      return Promise.resolve(bytes[Number(number)] ?? new Uint8Array());
    },
  });
  const copy = async (bytes: readonly Uint8Array[], from = 0n): Promise<bigint> =>
    copyBlocks(sourceOf(bytes), await directorySink(directory, from), () => undefined);

  it('makes a file of each, and asks for none twice', async () => {
    expect(await copy(blocks)).to.equal(23n);
    expect(await readdir(directory)).to.have.members(blocks.map((_, index) => `${index}.block`));
    expect(new Uint8Array(await readFile(join(directory, '22.block')))).to.deep.equal(blocks[22]);
    expect(asked).to.have.length(23);
  });

  it('goes on where an earlier copy ended, whatever it left half-done', async () => {
    await copy(blocks.slice(0, 9));
    await writeFile(join(directory, '9.block.part'), 'half');
    asked = [];
    expect(await copy(blocks)).to.equal(14n);
    expect(asked[0]).to.equal(9n);
    expect(await copy(blocks)).to.equal(0n);
  });

  it('stops at a block that does not follow, also where an earlier copy ended', async () => {
    const swapped = blocks.with(7, rawChain(8, 'other')[7] ?? new Uint8Array());
    const broken = await copy(swapped).catch((error: unknown) => error);
    expect(broken).to.be.instanceOf(ChainBroken).and.include({ blockNumber: 7n });
    expect(await readdir(directory)).to.have.length(7);
    const other = await copy(rawChain(9, 'other')).catch((error: unknown) => error);
    expect(other).to.be.instanceOf(ChainBroken).and.include({ blockNumber: 7n });
  });

  it('streams them, each after its length', async () => {
    const stream = new PassThrough();
    const whole = buffer(stream);
    expect(await copyBlocks(sourceOf(blocks), streamSink(stream, 20n), () => undefined)).to.equal(3n);
    stream.end();
    let rest = await whole;
    for (const block of blocks.slice(20)) {
      const [low = 0, high = 0] = rest;
      const [length, size] = low < 128 ? [low, 1] : [low - 128 + high * 128, 2];
      expect(new Uint8Array(rest.subarray(size, size + length))).to.deep.equal(block);
      rest = rest.subarray(size + length);
    }
    expect(rest).to.have.length(0);
  });
});
