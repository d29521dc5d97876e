import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkpoint as checkpointSchema,
  digestOf,
  encode,
  witnessedBytes,
  type Checkpoint,
  type CheckpointBody,
  type Digest,
} from '@tallystick/chaincode/model';
import { RULES_VERSION } from '@tallystick/chaincode/rules';
import type { WitnessIdentity } from './audit-identity.js';
import { Unusable } from './usage.js';

/** Heights that are all kept; of older ones, one an hour. */
const NEWEST = 10_000;
const NAME = /^(0|[1-9]\d{0,14})\.json$/;

export type NamedWitness = WitnessIdentity & { readonly mspId: string };

/** A body that is not the one which was signed for its height: this ledger is not the one that was witnessed. */
export class SecondBody extends Error {
  override readonly name = 'SecondBody';
  readonly code = 'SECOND_BODY';

  constructor(height: number, path: string) {
    super(`another body was signed for height ${height}, see ${path}; nothing more is signed`);
  }
}

/** What folds, in every statement of it. */
export const SOFTWARE: Digest = digestOf(encode({ program: 'tallystick-audit', rules: RULES_VERSION }));

/**
 * Signed checkpoints, a file for each height. A signature is nowhere before its file is on the disk; a height is signed once, by whoever
 * runs on this directory, and what was signed and let go of again is never signed anew.
 */
export class SignedCheckpoints {
  readonly #directory: string;
  readonly #witness: NamedWitness;
  readonly #now: () => string;
  /** Of the newest, ascending. */
  readonly #heights: number[];
  /** Hour of the newest of the older ones. */
  #hour: string | undefined;

  private constructor(directory: string, heights: number[], witness: NamedWitness, now: () => string) {
    this.#directory = directory;
    this.#heights = heights;
    this.#witness = witness;
    this.#now = now;
  }

  /** @throws Unusable */
  static async open(directory: string, witness: NamedWitness, now: () => string): Promise<SignedCheckpoints> {
    await mkdir(directory, { recursive: true });
    const names = await readdir(directory);
    const found = names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
    const heights = found.sort((a, b) => a - b);
    const older = heights.splice(0, Math.max(0, heights.length - NEWEST));
    const signed = new SignedCheckpoints(directory, heights, witness, now);
    const last = older.at(-1);
    if (last !== undefined) signed.#hour = hourOf(await signed.#read(last));
    return signed;
  }

  /** Highest height that was signed; -1 before the first. */
  get height(): number {
    return this.#heights.at(-1) ?? -1;
  }

  /** Signs, unless the height was signed before. @throws SecondBody, Unusable */
  async sign(body: CheckpointBody): Promise<void> {
    const { height } = body;
    if (height <= this.height) {
      if (this.#heights.includes(height)) await this.#compare(body);
      return;
    }
    const statement = { signedAt: this.#now(), replayedFrom: 0, software: SOFTWARE };
    const signature = Buffer.from(this.#witness.sign(witnessedBytes(body, statement))).toString('base64');
    const { mspId, certificate } = this.#witness;
    await this.#write({ body, witnesses: [{ statement, mspId, certificate, signature }] });
    this.#heights.push(height);
    await this.#letGo();
  }

  #path(height: number): string {
    return join(this.#directory, `${height}.json`);
  }

  async #compare(body: CheckpointBody): Promise<void> {
    const before = await this.#read(body.height);
    if (encode(before.body) !== encode(body)) throw new SecondBody(body.height, this.#path(body.height));
  }

  async #read(height: number): Promise<Checkpoint> {
    const path = this.#path(height);
    const { data } = checkpointSchema.safeParse(parsed(await readFile(path, 'utf8')));
    if (data?.body.height !== height) throw new Unusable(`${path} is no checkpoint of height ${height}`);
    return data;
  }

  /** Whole or not at all, and never over another: two processes cannot sign one height twice. */
  async #write(checkpoint: Checkpoint): Promise<void> {
    const { height } = checkpoint.body;
    const making = join(this.#directory, `.${height}.${process.pid}.making`);
    try {
      await written(making, `${encode(checkpoint)}\n`);
      await link(making, this.#path(height));
    } catch (error) {
      if (!isThere(error)) throw error;
      await this.#compare(checkpoint.body);
    } finally {
      await rm(making, { force: true });
    }
    await synced(this.#directory);
  }

  async #letGo(): Promise<void> {
    while (this.#heights.length > NEWEST) {
      const height = this.#heights.shift() ?? 0;
      const hour = hourOf(await this.#read(height));
      if (hour === this.#hour) await rm(this.#path(height));
      this.#hour = hour;
    }
  }
}

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';

const hourOf = ({ witnesses: [own] }: Checkpoint): string | undefined => own?.statement.signedAt.slice(0, 13);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function written(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The name of a new file is on the disk only once its directory is. */
async function synced(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
