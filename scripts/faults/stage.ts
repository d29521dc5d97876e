import { createHash } from 'node:crypto';
import { castOf } from '../demo/cast.js';
import { Narrator } from '../demo/report.js';
import { inDays } from '../demo/requests.js';
import { found, grant, register, type Scene } from '../demo/story.js';
import { telemetry } from '../demo/telemetry.js';
import type { Space } from '../space.js';

/** A founded space with a dataset and grants that do not run out. */
export interface Stage {
  readonly space: Space;
  readonly scene: Scene;
  readonly grants: readonly string[];
  /** SHA-256 of the plaintext, in hex. */
  readonly plainDigest: string;
}

const USES = 100_000;
const GRANTS = 2;

/** A small file, another one for another seed. */
export const fileOf = (seed: number): Blob => new Blob([...telemetry(40, seed)]);

export async function setStage(space: Space): Promise<Stage> {
  const narrator = new Narrator(() => undefined);
  const cast = await castOf(space);
  const component = await found(cast, narrator);
  const file = fileOf(1);
  const scene = await register(cast, file, component, narrator);
  const grants: string[] = [];
  for (let number = 1; number <= GRANTS; number += 1) {
    grants.push(await grant(scene, `grant ${number}`, { uses: USES, until: inDays(90) }));
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { space, scene, grants, plainDigest: createHash('sha256').update(bytes).digest('hex') };
}
