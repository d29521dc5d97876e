import { concat, message } from '../../../verifier/test/fabric-parties.js';
import { Message } from '../../../verifier/src/bytes/protobuf.js';
import { revocationList } from '../../../verifier/test/certificates-fixture.js';
import { register } from '../../../chaincode/test/rights.js';
import { regulator } from '../../../chaincode/test/world.js';
import { collect } from '../collecting.js';
import type { Draft } from '../draft.js';
import { claimed, type Site } from '../space.js';
import { caseOf, claim, pemOf, reconfigured, shared, type Case } from '../stories.js';
import { changed, entryOf, failing, highS, oddly, registeredOddly, type Forgery } from './forgery.js';

/** A claim that was registered after two changes of the configuration. */
async function afterChanges(change: (draft: Draft, site: Site) => void): Promise<Case> {
  const site = await claimed();
  await reconfigured(site);
  const { claimId } = await register(site.world);
  await site.world.run(regulator, 'claims:Register', { claimId });
  const draft = collect(site.world, claim(claimId));
  change(draft, site);
  return caseOf(site.world, draft);
}

async function whole(change: (draft: Draft) => void): Promise<Case> {
  const [{ world }, draft] = await shared();
  change(draft);
  return caseOf(world, draft);
}

const sharedBlock = ({ blocks }: Draft): Draft['blocks'][number] =>
  blocks.find(({ data }) => data.length > 1)!;

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
async function revoke({ world }: Site): Promise<void> {
  const { root, people } = world.people.get('SteelMSP')!;
  const list = pemOf(await revocationList(root, [people.officer.serial]));
  world.ledger.blocks.reconfigure({ ...world.ledger.blocks.members, revoked: { SteelMSP: list } });
}

/** The file shows no trace of the revocation but the head. */
async function revocationHidden(): Promise<Case> {
  const [world, draft] = await registeredOddly({ before: revoke });
  draft.config.pop();
  return caseOf(world, draft);
}

/** Stated to stand before the revocation, and so judged under the configuration before. */
async function movedBeforeRevocation(): Promise<Case> {
  const [world, draft] = await registeredOddly({ before: revoke });
  const { number } = world.ledger.blocks.configs.at(-1)!;
  entryOf(world, draft, 'datasets:Register').position = { block: number, index: 0 };
  return caseOf(world, draft);
}

function shift({ data }: Draft['blocks'][number]): void {
  const [first, second] = data as [Uint8Array, Uint8Array];
  const cut = first.length - 20;
  data.splice(0, 2, first.subarray(0, cut), concat(first.subarray(cut), second));
}

const heading =
  (change: (metadata: Uint8Array) => Uint8Array): (() => Promise<Case>) =>
  () =>
    changed(({ head }) => void (head!.signatures = change(head!.signatures)));

const ONE = 1;

/** Ledgers that are not the ledger: configurations, headers, blocks. */
export const LEDGERS: Readonly<Record<string, Forgery>> = {
  'genesis-with-other-data': failing('ledger.genesis', 'DATA_HASH_DIFFERS', () =>
    changed(
      ({ config: [genesis] }) => void (genesis!.data[0] = concat(genesis!.data[0]!, message([3, 'x']))),
    ),
  ),
  // Nothing shows then that no configuration, with a revocation in it, was left out.
  'head-left-out': {
    ...failing('ledger.head', 'NOT_GIVEN', () =>
      changed((draft) => {
        delete draft.head;
      }),
    ),
    outcome: 'INCOMPLETE',
  },
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
  'head-before-the-newest-configuration': failing('ledger.head', 'CONFIG_NOT_IN_FORCE', () =>
    afterChanges((draft, { world }) => {
      const { data: _, ...head } = world.ledger.blocks.all[3]!;
      draft.head = head;
    }),
  ),
  'creator-revoked': failing('transaction.creator', 'REVOKED', () => oddly({ before: revoke })),
  'creator-revoked-and-revocation-hidden': failing('ledger.head', 'CONFIG_NOT_IN_FORCE', revocationHidden),
  'creator-revoked-and-place-moved': failing(
    'transaction.position',
    'POSITION_DIFFERS',
    movedBeforeRevocation,
  ),
  'full-without-a-block': failing('file.form', 'NOT_WELL_FORMED', () =>
    whole(({ blocks }) => void blocks.pop()),
  ),
  'block-cut-at-another-place': failing('block.integrity', 'MALFORMED', () =>
    whole((draft) => shift(sharedBlock(draft))),
  ),
  'block-transactions-swapped': failing('block.integrity', 'DATA_HASH_DIFFERS', () =>
    whole((draft) => void sharedBlock(draft).data.reverse()),
  ),
  'block-transaction-missing': failing('block.integrity', 'DATA_HASH_DIFFERS', () =>
    whole((draft) => void sharedBlock(draft).data.pop()),
  ),
  'block-signed-by-too-few': failing('block.integrity', 'QUORUM_MISSING', () =>
    whole((draft) => {
      const block = sharedBlock(draft);
      block.signatures = orderersIn(block.signatures, (all) => all.slice(ONE));
    }),
  ),
  'block-after-another': failing('block.integrity', 'QUORUM_MISSING', () =>
    whole((draft) => void (sharedBlock(draft).previousHash = draft.blocks[0]!.previousHash)),
  ),
};
