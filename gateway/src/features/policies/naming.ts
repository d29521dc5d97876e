import { readKey, type LedgerRecord } from '@tallystick/chaincode/model';
import { idsIn, withNames, type Explanation } from '@tallystick/chaincode/policy';
import type { Projection } from '../../projection/port.js';

/** What a record is called; a dataset by its title, and only where that is open. */
function nameIn(record: LedgerRecord): string | undefined {
  if (record.kind === 'participant') return record.legalName;
  if (record.kind === 'dataset') return 'open' in record.title ? record.title.open : undefined;
  return 'name' in record ? record.name : undefined;
}

/** An explanation with legal names, titles that are open, and what components and events are called, beside their ids. */
export async function named(
  explanation: Explanation,
  projection: Pick<Projection, 'record'>,
): Promise<Explanation> {
  const names = new Map<string, string>();
  for (const id of idsIn(explanation)) {
    const key = readKey(`${id.slice(0, id.lastIndexOf('-'))}/${id}`);
    const record = key && (await projection.record(key));
    const name = record && nameIn(record.value);
    if (name !== undefined) names.set(id, name);
  }
  return withNames(explanation, (id) => names.get(id));
}
