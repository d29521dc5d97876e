import { idsIn, withNames, type Explanation } from '@tallystick/chaincode/policy';
import type { Projection } from '../../projection/port.js';

/** What a record is called, by the member that says so; a dataset's title only where it is open. */
function nameIn(value: Readonly<Record<string, unknown>>): string | undefined {
  const { legalName, name, title } = value;
  const open = (title as { readonly open?: unknown } | undefined)?.open;
  return [legalName, name, open].find((each) => typeof each === 'string');
}

/** An explanation with legal names, titles that are open, and what components and events are called, beside their ids. */
export async function named(
  explanation: Explanation,
  projection: Pick<Projection, 'record'>,
): Promise<Explanation> {
  const names = new Map<string, string>();
  for (const id of idsIn(explanation)) {
    const kind = id.slice(0, id.lastIndexOf('-'));
    const record = await projection.record(`${kind}/${id}`);
    const name = record && nameIn(record.value);
    if (name !== undefined) names.set(id, name);
  }
  return withNames(explanation, (id) => names.get(id));
}
