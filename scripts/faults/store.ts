import { headerCid } from '../../gateway/src/payload/cid.js';
import type { Blocks } from './blocks.js';
import type { Witness } from './witness.js';

const MAGIC = Buffer.from('age-encryption.org/v1\n');
const HEADER_BYTES = 168;
/** A raw block's CID, base32. */
const RAW = 'bafkrei';

/** The provider's content store as a thief of the disk would find it. */
export class Store {
  readonly #blocks: Blocks;
  readonly #witness: Witness;
  readonly #headers = new Set<string>();
  readonly #others = new Set<string>();

  constructor(blocks: Blocks, witness: Witness) {
    this.#blocks = blocks;
    this.#witness = witness;
  }

  get headers(): number {
    return this.#headers.size;
  }

  /** CIDs of the headers that are there now. Reads only blocks it has not seen before. */
  async look(): Promise<ReadonlySet<string>> {
    for (const block of await this.#blocks.list()) {
      const { cid } = block;
      if (!this.#headers.has(cid) && !this.#others.has(cid)) this.#note(cid, await block.bytes());
    }
    return this.#headers;
  }

  /** What is no header must be a registered payload, or what a registration that died left. */
  checkPayloads(registered: ReadonlySet<string>): void {
    const orphans = [...this.#others].filter((cid) => !registered.has(cid));
    const missing = [...registered].filter((cid) => !this.#others.has(cid));
    for (const cid of missing) this.#witness.violation(`the registered payload ${cid} is not in the store`);
    const unregistered = this.#witness.registrations + 1 - registered.size;
    if (orphans.length > unregistered) {
      this.#witness.violation(`${orphans.length} unknown blocks for ${unregistered} lost registrations`);
    }
  }

  #note(name: string, bytes: Buffer): void {
    if (name.startsWith(RAW) && headerCid(bytes) !== name)
      this.#witness.violation(`the block ${name} is torn`);
    const isHeader = bytes.length === HEADER_BYTES || bytes.subarray(0, MAGIC.length).equals(MAGIC);
    (isHeader ? this.#headers : this.#others).add(name);
  }
}
