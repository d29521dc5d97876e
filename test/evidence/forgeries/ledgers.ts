import { concat, message } from '../../../verifier/test/fabric-parties.js';
import { Message } from '../../../verifier/src/bytes/protobuf.js';
import { register } from '../../../chaincode/test/rights.js';
import { regulator } from '../../../chaincode/test/world.js';
import { caseOf, claim, reconfigured, revoke, shared, usage, type Case } from '../acts.js';
import { collect } from '../collecting.js';
import type { Draft, DraftFlaggedBlock } from '../draft.js';
import { contested } from '../histories.js';
import { claimed, type Site } from '../space.js';
import { changed, failing, highS, lacking, oddly, registeredOddly, type Forgery } from './forgery.js';

/** A claim that was registered after two changes of the configuration. */
async function afterChanges(change: (draft: Draft, site: Site) => void): Promise<Case> {
  const site = await claimed();
  await reconfigured(site);
  const { claimId } = await register(site.world);
  await site.world.run(regulator, 'claims:Register', { claimId });
  const draft = await collect(site.world, claim(claimId));
  change(draft, site);
  return caseOf(site.world, draft);
}

/** Whole blocks; two registrations stand in one of them. */
async function whole(change: (draft: Draft) => void, keepsCheckpoint = true): Promise<Case> {
  const [{ world }, subject] = await shared();
  const draft = await collect(world, subject, { profile: 'full' });
  if (!keepsCheckpoint) delete draft.checkpoint;
  change(draft);
  return caseOf(world, draft);
}

const sharedBlock = ({ blocks }: Draft): DraftFlaggedBlock => blocks.find(({ data }) => data.length > 1)!;

/** Whole blocks of a use that a ruling went against; flags of the ruling's block are other ones. */
async function rulingFlagged(flags: (given: Uint8Array) => Uint8Array): Promise<Case> {
  const [{ world }, id] = await contested();
  const { checkpoint: _checkpoint, ...draft } = await collect(world, usage(id), { profile: 'full' });
  const last = draft.blocks.at(-1)!;
  last.flags = flags(last.flags);
  return caseOf(world, draft);
}

/** The endorsers are too few for the policy; the peers' flags say that it is valid. */
async function flaggedValid(): Promise<Case> {
  const [world, draft] = await registeredOddly({
    forging: (at) => ({ endorsers: [at.people.get('SteelMSP')!.people.peer] }),
    wanted: { profile: 'full' },
  });
  delete draft.checkpoint;
  return caseOf(world, draft);
}

/** Metadata with orderers' signatures, changed. */
function orderersIn(metadata: Uint8Array, change: (signatures: Uint8Array[]) => Uint8Array[]): Uint8Array {
  const read = Message.read(metadata, { fields: [1], repeated: [2] });
  return message([1, read.bytes(1)], ...change(read.repeated(2)).map((each) => [2, each] as const));
}

/** common.MetadataSignature with its signature in the upper half. */
function raised(signature: Uint8Array): Uint8Array {
  const read = Message.read(signature, { fields: [2, 3] });
  return message([2, highS(read.bytes(2))], [3, read.bytes(3)]);
}

/** The officer's certificate is revoked before they register. */
const revokeOfficer = ({ world }: Site): Promise<void> =>
  revoke(world, 'SteelMSP', world.people.get('SteelMSP')!.people.officer.serial);

/** The file shows no trace of the revocation but the head. */
async function revocationHidden(): Promise<Case> {
  const [world, draft] = await registeredOddly({ before: revokeOfficer });
  draft.config.pop();
  return caseOf(world, draft);
}

function shift({ data }: DraftFlaggedBlock): void {
  const [first, second] = data as [Uint8Array, Uint8Array];
  const cut = first.length - 20;
  data.splice(0, 2, first.subarray(0, cut), concat(first.subarray(cut), second));
}

const heading =
  (change: (metadata: Uint8Array) => Uint8Array): (() => Promise<Case>) =>
  () =>
    changed(({ head }) => void (head!.signatures = change(head!.signatures)));

const headed =
  (height: number): (() => Promise<Case>) =>
  () =>
    afterChanges((draft, { world }) => {
      const { data: _, ...head } = world.ledger.blocks.all.at(height)!;
      draft.head = head;
    });

const ONE = 1;

/** Ledgers that are not the ledger: configurations, headers, blocks. */
export const LEDGERS: Readonly<Record<string, Forgery>> = {
  'genesis-with-other-data': failing('ledger.genesis', 'DATA_HASH_DIFFERS', () =>
    changed(
      ({ config: [genesis] }) => void (genesis!.data[0] = concat(genesis!.data[0]!, message([3, 'x']))),
    ),
  ),
  'config-left-out': failing('file.form', 'NOT_WELL_FORMED', () =>
    changed((draft) => void (draft.config = [])),
  ),
  // Nothing shows then that no configuration, with a revocation in it, was left out.
  'head-left-out': lacking('checkpoint.body', 'NOT_GIVEN', () =>
    changed((draft) => {
      delete draft.head;
    }),
  ),
  'head-signed-by-nobody': failing(
    'ledger.head',
    'QUORUM_MISSING',
    heading((metadata) => orderersIn(metadata, () => [])),
  ),
  'head-without-metadata': failing(
    'ledger.head',
    'QUORUM_MISSING',
    heading(() => new Uint8Array()),
  ),
  'head-signed-by-one-orderer-three-times': failing(
    'ledger.head',
    'QUORUM_MISSING',
    heading((metadata) => orderersIn(metadata, ([first]) => [first!, first!, first!])),
  ),
  'head-signed-by-too-few': failing(
    'ledger.head',
    'QUORUM_MISSING',
    heading((metadata) => orderersIn(metadata, (all) => all.slice(ONE))),
  ),
  'head-with-an-idle-signature': failing(
    'ledger.head',
    'UNUSED_MATERIAL',
    heading((metadata) => orderersIn(metadata, ([first, ...rest]) => [first!, first!, ...rest])),
  ),
  'head-with-a-high-s-signature': failing(
    'ledger.head',
    'QUORUM_MISSING',
    heading((metadata) => orderersIn(metadata, ([first, ...rest]) => [raised(first!), ...rest])),
  ),
  'head-of-a-lower-height': failing('checkpoint.body', 'CHECKPOINT_DIFFERS', headed(-2)),
  'head-before-the-newest-configuration': failing('ledger.head', 'CONFIG_NOT_IN_FORCE', headed(3)),
  'config-block-dropped': failing('ledger.head', 'CONFIG_NOT_IN_FORCE', () =>
    afterChanges(({ config }) => void config.pop()),
  ),
  'config-block-dropped-between': failing('ledger.config', 'SEQUENCE_BROKEN', () =>
    afterChanges(({ config }) => void config.splice(ONE, ONE)),
  ),
  'config-block-signed-by-too-few': failing('ledger.config', 'QUORUM_MISSING', () =>
    afterChanges(({ config: [, block] }) => {
      block!.signatures = orderersIn(block!.signatures, (all) => all.slice(ONE));
    }),
  ),
  'config-block-with-signatures-of-another': failing('ledger.config', 'QUORUM_MISSING', () =>
    afterChanges(({ config: [, first, second] }) => void (second!.signatures = first!.signatures)),
  ),
  'config-blocks-swapped': failing('ledger.config', 'SEQUENCE_BROKEN', () =>
    afterChanges(({ config }) => void config.splice(1, 2, config[2]!, config[1]!)),
  ),
  'creator-revoked': failing('transaction.creator', 'REVOKED', () => oddly({ before: revokeOfficer })),
  'creator-revoked-and-revocation-hidden': failing('ledger.head', 'CONFIG_NOT_IN_FORCE', revocationHidden),
  'full-without-its-last-block': failing('checkpoint.body', 'CHECKPOINT_DIFFERS', () =>
    whole(({ blocks }) => void blocks.pop()),
  ),
  'full-without-a-block-between': failing('block.integrity', 'SEQUENCE_BROKEN', () =>
    whole(({ blocks }) => void blocks.splice(4, ONE), false),
  ),
  'full-without-its-first-block': failing('ledger.genesis', 'UNUSED_MATERIAL', () =>
    whole(({ blocks }) => void blocks.shift(), false),
  ),
  'full-with-a-block-twice': failing('block.integrity', 'SEQUENCE_BROKEN', () =>
    whole(({ blocks }) => void blocks.splice(4, 0, blocks[4]!), false),
  ),
  'full-with-blocks-swapped': failing('block.integrity', 'SEQUENCE_BROKEN', () =>
    whole(({ blocks }) => void blocks.splice(4, 2, blocks[5]!, blocks[4]!), false),
  ),
  'block-cut-at-another-place': failing('block.integrity', 'MALFORMED', () =>
    whole((draft) => shift(sharedBlock(draft)), false),
  ),
  'block-transactions-swapped': failing('block.integrity', 'DATA_HASH_DIFFERS', () =>
    whole((draft) => void sharedBlock(draft).data.reverse(), false),
  ),
  'block-transaction-missing': failing('block.integrity', 'DATA_HASH_DIFFERS', () =>
    whole((draft) => {
      const block = sharedBlock(draft);
      block.data.pop();
      block.flags = block.flags.subarray(ONE);
    }, false),
  ),
  'block-signed-by-too-few': failing('block.integrity', 'QUORUM_MISSING', () =>
    whole((draft) => {
      const block = sharedBlock(draft);
      block.signatures = orderersIn(block.signatures, (all) => all.slice(ONE));
    }, false),
  ),
  'block-after-another': failing('block.integrity', 'PREVIOUS_HASH_DIFFERS', () =>
    whole((draft) => void (sharedBlock(draft).previousHash = draft.blocks[0]!.previousHash), false),
  ),
  'ruling-flagged-as-invalid': failing('transaction.validity', 'FLAGS_DIFFER', () =>
    rulingFlagged(() => Uint8Array.of(11)),
  ),
  'block-without-flags': failing('block.integrity', 'FLAGS_DIFFER', () =>
    rulingFlagged(() => new Uint8Array()),
  ),
  'block-with-a-flag-too-many': failing('block.integrity', 'FLAGS_DIFFER', () =>
    rulingFlagged((flags) => concat(flags, Uint8Array.of(0))),
  ),
  'too-few-endorsers-flagged-as-valid': failing('transaction.validity', 'FLAGS_DIFFER', flaggedValid),
};
