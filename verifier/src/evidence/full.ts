import { equalBytes } from '@noble/curves/utils.js';
import { encode } from '@tallystick/chaincode/model';
import { checkBlockData, headerHash, isConfigBlock } from '../fabric/block.js';
import type { ConfigChain } from '../fabric/config-chain.js';
import { rejectUnless } from '../rejection.js';
import type { Stamp } from '../time/index.js';
import type { CountedWitness } from '../verdict.js';
import { assertLedger } from './checkpoint.js';
import { asOfIn } from './compact.js';
import { declaredAt, type Declared } from './compromises.js';
import { checkFlags } from './flags.js';
import { foldAll, type OwnFold } from './folding.js';
import { asBlock, beginChain, checkOperators } from './configuration.js';
import type { ShownLedger, VerificationInput } from './ledger.js';
import type { FlaggedBlock } from './reading.js';
import { keyOf } from './subject.js';
import { checkTokens } from './time.js';
import type { World } from './transactions.js';
import { checkWitnesses } from './witnesses.js';

/** What a full file shows: every block, folded here; no witness is needed. `undefined` when there is no ground to stand on. */
export async function fullLedger(work: VerificationInput): Promise<ShownLedger | undefined> {
  const { evidence, trust, signatures, list } = work;
  const chain = await beginChain(evidence.blocks[0], trust, signatures, list);
  if (!chain || !(await areOrdered(evidence.blocks, chain, work))) return undefined;
  checkOperators(chain, trust, list);
  if (!(await checkFlags(work))) return undefined;
  const fold = await list.run('ledger.fold', `blocks 0 to ${evidence.blocks.length - 1}`, async () => {
    const value = await foldAll(evidence.blocks, trust);
    const { log, map } = value.body;
    return { value, facts: { ...value.verdicts, log, map } };
  });
  if (!fold) return undefined;
  const isOurs = await checkOwnBody(fold, work);
  const stamps = await checkTokens(evidence.timestamps, fold.body, work, list);
  const declared = declaredAt((key) => fold.current(key));
  const counted = isOurs ? await witnessesOf(chain, stamps, declared, work) : [];
  const world = await worldOf(fold, work);
  return {
    chain,
    asOf: asOfIn(fold.body, counted, trust.witnesses),
    clocks: { stamps, counted, needed: trust.witnesses.needed, clockSkew: trust.clockSkew },
    declared,
    transactions: fold.transactions,
    world,
    texts: world ? textsIn(world) : [],
    isChosen: false,
  };
}

/** Every block after the one before: hash chain, data, orderers, and each configuration under the one before it. */
async function areOrdered(
  blocks: readonly FlaggedBlock[],
  chain: ConfigChain,
  { list }: VerificationInput,
): Promise<boolean> {
  const isSound = await list.run('block.integrity', `blocks 0 to ${blocks.length - 1}`, async () => {
    for (const [index, block] of blocks.entries()) await checkBlock(block, blocks[index - 1], chain, list);
    return { value: true, facts: { blocks: `${blocks.length}` } };
  });
  if (chain.numbers.length === 1)
    list.pass('ledger.config', 'block 0', { sequence: chain.newest.sequence.toString() });
  return isSound === true;
}

async function checkBlock(
  block: FlaggedBlock,
  before: FlaggedBlock | undefined,
  chain: ConfigChain,
  list: VerificationInput['list'],
): Promise<void> {
  const facts = { block: `${block.number}` };
  checkBlockData(block);
  rejectUnless(block.flags.length === block.data.length, 'FLAGS_DIFFER', facts);
  if (before === undefined) return;
  rejectUnless(block.number === before.number + 1n, 'SEQUENCE_BROKEN', facts);
  rejectUnless(equalBytes(block.previousHash, headerHash(before)), 'PREVIOUS_HASH_DIFFERS', facts);
  if (isConfigBlock(block)) {
    const { sequence } = await chain.append(asBlock(block));
    list.pass('ledger.config', `block ${block.number}`, { sequence: sequence.toString() });
  } else await chain.checkHeader(block, block.signatures);
}

/** A checkpoint in a full file is what was folded here, or the file contradicts itself. */
async function checkOwnBody(
  { body }: OwnFold,
  { evidence, trust, list }: VerificationInput,
): Promise<boolean> {
  const { checkpoint } = evidence;
  if (checkpoint === undefined) return false;
  const isOurs = await list.run('checkpoint.body', `height ${checkpoint.body.height}`, () => {
    assertLedger(checkpoint.body, trust);
    const facts = { height: `${body.height}`, log: body.log, map: body.map };
    rejectUnless(encode(checkpoint.body) === encode(body), 'CHECKPOINT_DIFFERS', facts);
    return { value: true, facts };
  });
  return isOurs === true;
}

async function witnessesOf(
  { newest: config }: ConfigChain,
  stamps: readonly Stamp[],
  declared: Declared,
  { evidence: { checkpoint }, trust: { witnesses }, signatures, list }: VerificationInput,
): Promise<readonly CountedWitness[]> {
  if (checkpoint === undefined) return [];
  return checkWitnesses(
    { checkpoint, config, signatures, witnesses, stamps, declared, isNeeded: false },
    list,
  );
}

function worldOf(
  fold: OwnFold,
  { evidence: { subject }, list }: VerificationInput,
): Promise<World | undefined> {
  return list.run('subject.newest', keyOf(subject), () => {
    const value = fold.world(subject);
    const { leaf, standing, note } = value.newest;
    const facts = {
      height: `${value.height}`,
      position: `${leaf}`,
      ...(standing !== undefined && { standing: standing ?? 'none' }),
      ...(note !== undefined && { note: `${note}` }),
    };
    return { value, facts };
  });
}

/** What the reader is shown: what the decision looked at, and the subject. */
function textsIn(world: World): ShownLedger['texts'] {
  const { newest } = world;
  const facts = newest.record.kind === 'usage' ? (newest.record.answer?.facts ?? []) : [];
  const seen = facts.flatMap(({ key, value }) => {
    const text = value === null ? undefined : world.textOf(key, value);
    return text === undefined ? [] : [[key, text] as const];
  });
  return [...seen, [newest.key, newest.text]];
}
