import type { Usage, Version } from '@tallystick/chaincode/model';
import type { Swept } from '../payload/port.js';
import type { FollowedProjection, Projection } from '../projection/port.js';

type Sweep = (isNeeded: (cid: string) => Promise<boolean>, before: number) => Promise<Swept>;

const PAGE = 1000;

/** Every CID that a record of the ledger names: payloads of versions, and headers that were released or published. */
export async function namedCids(projection: Pick<Projection, 'list'>): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for await (const { delivery } of all<Version>(projection, 'version')) {
    if (delivery.mode === 'SEALED') named.add(delivery.cid);
  }
  for await (const { answer } of all<Usage>(projection, 'usage')) {
    if (answer?.header !== undefined) named.add(answer.header);
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

async function* all<T>(projection: Pick<Projection, 'list'>, kind: string): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const page = await projection.list({ kind, limit: PAGE, ...(after !== undefined && { after }) });
    for (const { value } of page.items) yield value as T;
    after = page.next;
  } while (after !== undefined);
}
