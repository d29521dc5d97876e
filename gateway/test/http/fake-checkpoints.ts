import { digestOf, type Checkpoint, type CheckpointBody } from '@tallystick/chaincode/model';
import {
  CheckpointError,
  type Checkpoints,
  type CheckpointStatus,
  type Divergences,
  type Lie,
  type Retraction,
  type ShownDivergence,
  type Wanted,
} from '../../src/features/checkpoints/port.js';

/** A body as of a height. */
export const sampleBody = (height: number): CheckpointBody => ({
  channel: 'tallystick',
  genesis: digestOf('genesis'),
  height,
  block: digestOf(`block ${height}`),
  size: height + 1,
  log: digestOf(`log ${height}`),
  map: digestOf(`map ${height}`),
  editions: digestOf('editions'),
});

/** Checkpoints that a test puts there. */
export class FakeCheckpoints implements Checkpoints {
  readonly kept = new Map<number, Checkpoint>();
  readonly retracted = new Set<number>();
  readonly told: Lie[] = [];
  readonly withdrawn: Retraction[] = [];
  said: CheckpointStatus = { identity: 'witness', signed: 7, members: [], lies: 0, retractions: 0 };

  readonly wanted: (Wanted | undefined)[] = [];

  latest(wanted?: Wanted): Promise<Checkpoint> {
    this.wanted.push(wanted);
    return this.at(Math.max(0, ...this.kept.keys()));
  }

  at(height: number): Promise<Checkpoint> {
    if (this.retracted.has(height)) return Promise.reject(new CheckpointError('RETRACTED', height));
    const kept = this.kept.get(height);
    return kept ? Promise.resolve(kept) : Promise.reject(new CheckpointError('NOT_KEPT', height));
  }

  witnessed(): ReturnType<Checkpoints['witnessed']> {
    return Promise.resolve([]);
  }

  commonHeight(): ReturnType<Checkpoints['commonHeight']> {
    return Promise.resolve(undefined);
  }

  renew(): Promise<void> {
    return Promise.resolve();
  }

  keep(): Promise<void> {
    return Promise.resolve();
  }

  status(): Promise<CheckpointStatus> {
    return Promise.resolve(this.said);
  }

  lies(): Promise<readonly Lie[]> {
    return Promise.resolve(this.told);
  }

  retractions(): Promise<readonly Retraction[]> {
    return Promise.resolve(this.withdrawn);
  }
}

/** Divergences that a test puts there. */
export class FakeDivergences implements Divergences {
  readonly all: ShownDivergence[] = [];

  list({ limit, after = '0' }: Parameters<Divergences['list']>[0]): ReturnType<Divergences['list']> {
    const end = Number(after) + limit;
    const items = this.all.slice(Number(after), end);
    return Promise.resolve({ items, ...(end < this.all.length && { next: String(end) }) });
  }

  counts(): ReturnType<Divergences['counts']> {
    const of = (verdict: string): number => this.all.filter((each) => each.verdict === verdict).length;
    const standing = new Set(this.all.flatMap((each) => each.standing)).size;
    return Promise.resolve({ corrected: of('CORRECTED'), void: of('VOID'), standing });
  }
}
