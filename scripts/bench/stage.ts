import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { castOf } from '../demo/cast.js';
import { Narrator } from '../demo/report.js';
import { found, register, type Scene } from '../demo/story.js';
import { telemetry } from '../demo/telemetry.js';
import { startSpace, type Space, type SpaceOptions } from '../space.js';

/** A founded space with one registered file of a few KiB. */
export interface Stage {
  readonly space: Space;
  readonly scene: Scene;
}

const ROWS = 100;

/** Runs work in a directory of its own and removes it afterwards. */
export async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-bench-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Starts a space, tells the beginning of the demo's story silently, runs work on it and stops it. */
export function onStage<T>(work: (stage: Stage) => Promise<T>, options: SpaceOptions = {}): Promise<T> {
  return inDirectory(async (dataDir) => {
    const space = await startSpace({ ...options, dataDir });
    try {
      const narrator = new Narrator(() => undefined);
      const cast = await castOf(space);
      const component = await found(cast, narrator);
      const scene = await register(cast, new Blob([...telemetry(ROWS, 7)]), component, narrator);
      return await work({ space, scene });
    } finally {
      await space.stop();
    }
  });
}
