import {
  digestOf,
  writesRoot,
  type FoldVerdict,
  type Leaf,
  type Usage,
  type WriteDigest,
} from '@tallystick/chaincode/model';
import { editionsDigest, RULES_VERSION } from '@tallystick/chaincode/rules';
import { functionOf } from '../../verifier/src/fabric/proposal.js';
import { readTransaction } from '../../verifier/src/fabric/transaction.js';
import {
  NOTHING_IN_FORCE,
  type FoldedBlock,
  type FoldedTransaction,
  type FoldSettings,
  type LedgerEnvelopes,
  type StateOverlay,
} from '../../verifier/src/fold/index.js';

/** What witnesses who lie sign for: that every write of endorsers is one of the rules. */
export function believeEndorsers(
  block: LedgerEnvelopes,
  state: StateOverlay,
  { chaincode }: FoldSettings,
): Promise<FoldedBlock> {
  const transactions = block.envelopes.map((envelope, index) => {
    const folded = believed(envelope, { block: block.number, index, code: block.codes[index]! }, chaincode);
    state.apply(folded);
    return folded;
  });
  return Promise.resolve({
    number: block.number,
    hash: block.hash,
    transactions,
    editions: editionsDigest(RULES_VERSION),
  });
}

type Place = Pick<Leaf, 'block' | 'index' | 'code'>;

const NOTHING = {
  writes: new Map(),
  standing: new Map(),
  noted: [],
  listed: [],
  lint: [],
  inForce: NOTHING_IN_FORCE,
};

function believed(envelope: Uint8Array, place: Place, chaincode: string): FoldedTransaction {
  const leafOf = (verdict: FoldVerdict, txId: string, writes: readonly WriteDigest[] = []): Leaf => ({
    ...place,
    txId,
    envelope: digestOf(envelope),
    verdict,
    flags: [],
    writes: writesRoot(writes),
  });
  const tx = read(envelope);
  if (tx === undefined) return { ...NOTHING, leaf: leafOf('CONFIG', '') };
  if (tx.chaincode !== chaincode) return { ...NOTHING, leaf: leafOf('FOREIGN', tx.txId) };
  if (place.code !== 0) return { ...NOTHING, leaf: leafOf('INVALID', tx.txId) };
  const { writes = [] } = tx.namespaces.find(({ namespace }) => namespace === chaincode) ?? {};
  const texts = new Map(writes.map(({ key, value }) => [key, new TextDecoder().decode(value ?? undefined)]));
  const digests = [...texts].map(([key, text]): WriteDigest => [key, digestOf(text)]);
  const { creator, time } = tx;
  const call = {
    transaction: functionOf(tx),
    argument: '',
    response: '',
    time,
    chaincode,
    ...named(creator),
  };
  return {
    ...NOTHING,
    leaf: leafOf('REPLAYED', tx.txId, digests),
    call,
    writes: texts,
    listed: requested(texts),
  };
}

const named = (_creator: Uint8Array): { mspId: string; certificate: string } => ({
  mspId: '',
  certificate: '',
});

function read(envelope: Uint8Array): ReturnType<typeof readTransaction> | undefined {
  try {
    return readTransaction(envelope);
  } catch {
    return undefined;
  }
}

/** Usages that are new, in one list: which ones is of no importance here. */
const requested = (texts: ReadonlyMap<string, string>): FoldedTransaction['listed'] =>
  [...texts]
    .filter(([key]) => key.startsWith('usage/'))
    .map(([, text]) => JSON.parse(text) as Usage)
    .filter(({ state }) => state === 'REQUESTED')
    .map(({ dataset, id }) => ({ list: `dataset/${dataset}`, usage: id }));
