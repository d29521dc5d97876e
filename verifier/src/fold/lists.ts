import type { Usage } from '@tallystick/chaincode/model';
import { listsOf } from '@tallystick/chaincode/rules';
import type { Listed } from './folded.js';
import type { EffectiveState } from './state.js';

const USAGE = 'usage/';

/** Usages that are new, in the lists they fall into. @param before the transaction @param writes effective ones */
export async function listedBy(
  before: EffectiveState,
  writes: ReadonlyMap<string, string>,
): Promise<readonly Listed[]> {
  const usages: Usage[] = [];
  for (const [key, text] of writes)
    if (key.startsWith(USAGE) && (await before.text(key)) === undefined)
      usages.push(JSON.parse(text) as Usage);
  if (usages.length === 0) return [];
  const after = async (key: string): Promise<string | undefined> => writes.get(key) ?? before.text(key);
  const made = await listsOf(usages, after);
  return made.flatMap(({ usage, lists }) => lists.map((list) => ({ list, usage })));
}
