import type { Stage } from './stage.js';
import { grant, termsOf, Trial } from './classes/trial.js';

export const USE = { permission: [{ action: ['use', 'distribute'] }] };

/** Seconds of a lease that no test waits for. */
const LEASE = 3600;

/** A grant whose uses are leased. */
export async function leased(stage: Stage, policy: unknown, changes: object = {}): Promise<Trial> {
  const terms = termsOf(policy, { lease: LEASE, ...changes });
  const [offered] = await grant(stage, [terms]);
  return new Trial(stage, terms, offered!);
}

export interface Lineage {
  readonly trial: Trial;
  readonly parent: string;
  /** A sub-grant to the regulator, on the terms of its parent. */
  readonly child: string;
}

export async function lineageOn(stage: Stage): Promise<Lineage> {
  const { supplier, regulator } = stage.cast;
  const trial = await leased(stage, USE, { sublicence: { maxDepth: 1 } });
  const { result } = await supplier.officer.submit('grants:Sublicense', {
    parentId: trial.grantId,
    consumer: regulator.participant,
    terms: { ...trial.terms, sublicence: undefined },
  });
  const { grantId: child = '', termsDigest } = result;
  await regulator.officer.submit('grants:Accept', { grantId: child, termsDigest });
  return { trial, parent: trial.grantId, child };
}
