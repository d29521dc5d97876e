import type { Swept } from '../../payload/port.js';
import type { FollowedProjection, Projection } from '../../projection/port.js';
import { recordsIn } from './projected.js';

type Sweep = (isNeeded: (cid: string) => Promise<boolean>, before: number) => Promise<Swept>;

/** Every CID that a record of the ledger names: payloads of versions, headers that were released or published, and keys handed over. */
async function namedCids(projection: Pick<Projection, 'list'>): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for await (const { delivery } of recordsIn(projection, { kind: 'version' })) {
    if (delivery.mode === 'SEALED') named.add(delivery.cid);
  }
  for await (const { answer } of recordsIn(projection, { kind: 'usage' })) {
    if (answer?.header !== undefined) named.add(answer.header);
  }
  for await (const { transfer } of recordsIn(projection, { kind: 'claim' })) {
    if (transfer?.handover !== undefined) named.add(transfer.handover.cid);
  }
  return named;
}

/**
 * Lets go of what was imported before a time and is named by no record: what a crash between import and registration left, or a
 * registration that the ledger refused. Does nothing while the projection does not show the whole ledger.
 */
export async function sweepOrphans(
  sweep: Sweep,
  projection: Pick<FollowedProjection, 'list' | 'status'>,
  before: number,
): Promise<readonly string[]> {
  if (projection.status().state !== 'FOLLOWING') return [];
  let named: Promise<ReadonlySet<string>> | undefined;
  const { released } = await sweep(async (cid) => (await (named ??= namedCids(projection))).has(cid), before);
  return released;
}
