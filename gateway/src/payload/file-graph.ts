import * as dagPb from '@ipld/dag-pb';
import { UnixFS } from 'ipfs-unixfs';
import type { CID } from 'multiformats/cid';
import { isProfileCid, isRaw } from './cid.js';
import { PayloadError } from './port.js';

/**
 * The blocks of a file in profile unixfs-v1-2025: raw leaves under balanced dag-pb nodes that hold no data of their own.
 * ipfs-unixfs-exporter is not used for reading: it fetches all blocks of a file whatever the reader's pace, and a missing
 * block below the second level becomes an unhandled rejection, which ends the process (tried with 16.2.2).
 */
export interface Leaf {
  readonly cid: CID;
  /** Length by its parent's account; `undefined` when the file is this one block. */
  readonly bytes: bigint | undefined;
}

export type ReadBlock = (cid: CID) => Promise<Uint8Array>;

// 1024 links a node and 1 MiB a leaf: four levels of nodes hold an exbibyte. A deeper graph was made to exhaust a reader.
const MAX_LEVELS = 4;

/**
 * Leaves of a file in order. Nodes are read as they are reached, through `read`, which verifies them.
 * `isWanted` cuts off subtrees: blocks may be linked any number of times, so five of them can unfold to more leaves than
 * there is time for. A reader of content is bounded by what it asks for; whoever wants all blocks must not walk one twice.
 * @throws PayloadError NOT_A_FILE for any other graph
 */
export async function* leavesOf(
  root: CID,
  read: ReadBlock,
  isWanted: (cid: CID) => boolean = () => true,
): AsyncGenerator<Leaf> {
  yield* walk({ cid: root, bytes: undefined }, { read, isWanted }, 0);
}

interface Walk {
  readonly read: ReadBlock;
  readonly isWanted: (cid: CID) => boolean;
}

async function* walk(at: Leaf, how: Walk, level: number): AsyncGenerator<Leaf> {
  if (!how.isWanted(at.cid)) return;
  if (isRaw(at.cid)) {
    yield at;
    return;
  }
  if (level === MAX_LEVELS) throw notAFile('too many levels');
  for (const child of childrenOf(await how.read(at.cid), at.bytes)) yield* walk(child, how, level + 1);
}

function childrenOf(block: Uint8Array, bytes: bigint | undefined): Leaf[] {
  const { links, file } = decodeNode(block);
  if (file.type !== 'file' || (file.data?.length ?? 0) > 0) throw notAFile('a node that is no inner node');
  if (links.length === 0 || links.length !== file.blockSizes.length) throw notAFile('sizes do not fit links');
  // Every level repeats the sum of the one below, so the root's size bounds what a reader can be made to fetch.
  if (bytes !== undefined && file.fileSize() !== bytes) throw notAFile('a size that does not add up');
  return links.map(({ Hash: cid }, index) => {
    if (!isProfileCid(cid)) throw notAFile('a link outside the profile');
    return { cid, bytes: file.blockSizes[index] };
  });
}

function decodeNode(block: Uint8Array): { links: dagPb.PBLink[]; file: UnixFS } {
  try {
    const { Data: data, Links: links } = dagPb.decode(block);
    if (data !== undefined) return { links, file: UnixFS.unmarshal(data) };
  } catch (cause) {
    throw notAFile('a node that cannot be decoded', { cause });
  }
  throw notAFile('a node without UnixFS data');
}

const notAFile = (why: string, options?: ErrorOptions): PayloadError =>
  new PayloadError('NOT_A_FILE', `the CID names no file of profile unixfs-v1-2025: ${why}`, options);
