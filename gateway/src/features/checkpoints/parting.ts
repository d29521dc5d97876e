import { encode, type CheckpointBody, type Leaf } from '@tallystick/chaincode/model';
import type { FirstDifference } from './stores/port.js';

/** One of two histories: its bodies and its leaves, as far as they can be had. */
export interface History {
  /** `undefined` where it is not kept. */
  body(height: number): Promise<CheckpointBody | undefined>;
  /** Leaves from a position on, at most `limit`; fewer at the end. */
  leaves(from: number, limit: number): Promise<readonly Leaf[]>;
}

const MEMBERS = ['channel', 'genesis', 'height', 'block', 'size', 'log', 'map', 'editions'] as const;

/** Leaves of one question, and leaves looked at before the search is given up. */
const PAGE = 1000;
const MOST_LEAVES = 50_000;

/** What differs between two bodies. */
const differingMembers = (a: CheckpointBody, b: CheckpointBody): readonly (keyof CheckpointBody)[] =>
  MEMBERS.filter((name) => a[name] !== b[name]);

interface Bounds {
  /** The highest height at which both are known to be equal, with the body there. */
  readonly equal: CheckpointBody | undefined;
  /** The lowest height at which both are known to differ. */
  readonly differing: readonly [ours: CheckpointBody, theirs: CheckpointBody];
}

/** Halves what lies between. A log never becomes equal again, so what differs once differs from there on. */
async function narrow(
  ours: History,
  theirs: History,
  start: Bounds['differing'],
  agreed: number,
): Promise<Bounds> {
  let differing = start;
  let equal: CheckpointBody | undefined;
  let low = agreed;
  while (differing[0].height - low > 1) {
    const height = low + Math.floor((differing[0].height - low) / 2);
    const [own, other] = [await ours.body(height), await theirs.body(height)];
    if (own !== undefined && other !== undefined && encode(own) !== encode(other)) {
      differing = [own, other];
      continue;
    }
    if (own !== undefined && other !== undefined) equal = own;
    // What one of them does not keep any more can only be passed over.
    low = height;
  }
  return { equal, differing };
}

/** The first leaf from a position on that is not the same, or not there, in one of them. */
async function firstLeaf(
  ours: History,
  theirs: History,
  from: number,
): Promise<Pick<FirstDifference, 'position' | 'ours' | 'theirs'> | undefined> {
  for (let at = from; at < from + MOST_LEAVES; at += PAGE) {
    const [own, other] = await Promise.all([ours.leaves(at, PAGE), theirs.leaves(at, PAGE)]);
    const most = Math.max(own.length, other.length);
    for (let index = 0; index < most; index += 1) {
      const [mine, foreign] = [own[index], other[index]];
      if (mine !== undefined && foreign !== undefined && encode(mine) === encode(foreign)) continue;
      return {
        position: at + index,
        ...(mine !== undefined && { ours: mine }),
        ...(foreign !== undefined && { theirs: foreign }),
      };
    }
    if (most < PAGE) return undefined;
  }
  return undefined;
}

/**
 * Where two histories part that differ at a height: the first height and, where the logs differ, the first leaf. Bounded: some twenty
 * heights and 50,000 leaves are asked for. `agreed`: a height at which they were equal; -1 for none.
 */
export async function whereTheyPart(
  ours: History,
  theirs: History,
  bodies: readonly [CheckpointBody, CheckpointBody],
  agreed = -1,
): Promise<FirstDifference> {
  const { equal, differing } = await narrow(ours, theirs, bodies, agreed);
  const [own, other] = differing;
  const members = differingMembers(own, other);
  const isInLog = own.log !== other.log || own.size !== other.size;
  const leaf = isInLog ? await firstLeaf(ours, theirs, equal?.size ?? 0) : undefined;
  return { height: own.height, members, ...leaf };
}
