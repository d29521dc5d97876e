import { digestOf, type Digest, type Fact } from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import { rejectUnless } from '../rejection.js';
import type { CurrentState } from './newest.js';
import type { Evidence } from './reading.js';
import { assertRecord } from './record-kinds.js';
import type { EvidencedTransaction, NewestRecord, World } from './transactions.js';

const name = (key: string, digest: string): string => `${key} ${digest}`;

/** What a compact file shows of the ledger. */
export function compactWorld(
  height: number,
  { newest, others }: CurrentState,
  transactions: readonly EvidencedTransaction[],
  records: ReadonlyMap<string, string>,
): World {
  const texts = new Map<string, string>();
  for (const { writes } of transactions)
    for (const [key, text] of writes) texts.set(name(key, digestOf(text)), text);
  for (const [key, text] of records) texts.set(name(key, digestOf(text)), text);
  return {
    height,
    transactions,
    newest,
    textOf: (key, digest) => texts.get(name(key, digest)),
    current: (key) => (key === newest.key ? newest.text : others.get(key)),
  };
}

/** Facts of the decision that a usage tells of. */
const factsOf = ({ record }: NewestRecord): readonly Fact[] =>
  record.kind === 'usage' ? (record.answer?.facts ?? []) : [];

/**
 * Records that the decision looked at: each must be what one of its facts says, for nothing else binds it.
 * `undefined` when one is not.
 */
export function checkRecords(
  { records }: Pick<Evidence, 'records'>,
  state: CurrentState,
  list: Checklist,
): Promise<ReadonlyMap<string, string> | undefined> {
  return list.run('decision.facts', '', () => {
    const facts = new Map<string, Digest | null>(factsOf(state.newest).map(({ key, value }) => [key, value]));
    const found = new Map<string, string>();
    for (const { key, text } of records) {
      rejectUnless(facts.has(key), 'UNUSED_MATERIAL', { key });
      const [recorded, digest] = [facts.get(key), digestOf(text)];
      rejectUnless(recorded === digest, 'FACT_DIFFERS', { key, recorded: `${recorded}`, found: digest });
      rejectUnless(!found.has(key), 'NOT_WELL_FORMED', { key, what: 'a record twice' });
      assertRecord(key, text);
      found.set(key, text);
    }
    return { value: found, facts: { records: `${found.size}`, facts: `${facts.size}` } };
  });
}
