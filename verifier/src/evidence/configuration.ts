import type { Checklist } from '../checklist.js';
import type { Signatures } from '../crypto/signature.js';
import type { Block } from '../fabric/block.js';
import { ConfigChain } from '../fabric/config-chain.js';
import { factsOf, operatorsIn } from '../fabric/operators.js';
import { Rejection, rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import type { BlockParts, Evidence } from './reading.js';

export const asBlock = ({ signatures, ...block }: BlockParts): Block => ({
  ...block,
  metadata: [signatures],
});

/**
 * What all else rests on: block 0 is the trusted one, who runs the ledger is acceptable, every configuration follows from the
 * one before, and a later header shows that none is missing. `undefined` when nothing can stand on it.
 */
export async function checkConfiguration(
  evidence: Pick<Evidence, 'config' | 'head'>,
  trust: Trust,
  signatures: Signatures,
  list: Checklist,
): Promise<ConfigChain | undefined> {
  const [genesis, ...updates] = evidence.config;
  const chain = await beginChain(genesis, trust, signatures, list);
  if (chain === undefined) return undefined;
  if (!(await areLinked(chain, updates, list))) return undefined;
  checkOperators(chain, trust, list);
  await checkHead(chain, evidence, list);
  return chain;
}

/** The chain from block 0, if that is the trusted one. */
export function beginChain(
  genesis: BlockParts | undefined,
  trust: Trust,
  signatures: Signatures,
  list: Checklist,
): Promise<ConfigChain | undefined> {
  return list.run('ledger.genesis', 'block 0', async () => {
    rejectUnless(genesis !== undefined, 'GENESIS_DIFFERS');
    // Nobody signs block 0, so nothing there could be checked.
    rejectUnless(genesis.signatures.length === 0, 'UNUSED_MATERIAL', { what: 'signatures of block 0' });
    const value = await ConfigChain.begin(asBlock(genesis), trust, signatures, { refusesIdle: true });
    return { value, facts: { hash: trust.genesis } };
  });
}

/** Of every configuration: what one operator wrote stays one operator's, whoever joined later. */
export function checkOperators(chain: ConfigChain, { singleOperator }: Trust, list: Checklist): void {
  const all = chain.numbers.map((number) => operatorsIn(chain.inForceAt(number + 1n)));
  // What is shown is the newest, or the one that is refused.
  const shown = all.find(({ isSingle }) => isSingle && !singleOperator) ?? all.at(-1);
  if (shown === undefined) throw new Error('a chain has a configuration');
  const facts = factsOf(shown);
  if (shown.isSingle && !singleOperator)
    list.fail('ledger.operators', '', new Rejection('SINGLE_OPERATOR', facts));
  else list.pass('ledger.operators', '', facts);
}

async function areLinked(
  chain: ConfigChain,
  updates: readonly BlockParts[],
  list: Checklist,
): Promise<boolean> {
  for (const block of updates) {
    const config = await list.run('ledger.config', `block ${block.number.toString()}`, async () => {
      const value = await chain.append(asBlock(block));
      return { value, facts: { sequence: value.sequence.toString() } };
    });
    if (config === undefined) return false;
  }
  if (updates.length === 0)
    list.pass('ledger.config', 'block 0', { sequence: chain.newest.sequence.toString() });
  return true;
}

async function checkHead(
  chain: ConfigChain,
  { head }: Pick<Evidence, 'head'>,
  list: Checklist,
): Promise<void> {
  if (head === undefined) {
    list.notEvaluated('ledger.head', '', 'NOT_GIVEN');
    return;
  }
  await list.run('ledger.head', `block ${head.number.toString()}`, async () => {
    const { signers } = await chain.checkHead(head, head.signatures);
    return { value: true, facts: { signers: signers.join(' ') } };
  });
}
