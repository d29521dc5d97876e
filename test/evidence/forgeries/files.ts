import { encode, type EvidenceFile } from '@tallystick/chaincode/model';
import { caseOf, claim, usage, type Case } from '../acts.js';
import { collect, trustIn } from '../collecting.js';
import { spell, type Draft } from '../draft.js';
import { claimed } from '../space.js';
import { changed, failing, isSilentOn, lacking, usedAnd, type Forgery } from './forgery.js';

/** A good claim, and the text of its file changed. */
async function rewritten(change: (text: string) => string): Promise<Case> {
  const { world, claimId } = await claimed();
  return { text: change(spell(await collect(world, claim(claimId)))), trust: trustIn(world) };
}

/** The same, member by member. */
const filed = (change: (file: EvidenceFile) => object): Promise<Case> =>
  rewritten((text) => encode(change(JSON.parse(text) as EvidenceFile)));

const malformed = (make: () => Promise<Case>): Forgery => failing('file.form', 'MALFORMED', make);
const reSaved = (make: () => Promise<Case>): Forgery => failing('file.form', 'NOT_CANONICAL', make);
const illFormed = (make: () => Promise<Case>): Forgery => failing('file.form', 'NOT_WELL_FORMED', make);

const NESTED = 20_000;

async function otherLedger(): Promise<Case> {
  const [one, other] = [await claimed(), await claimed()];
  return caseOf(one.world, await collect(other.world, claim(other.claimId)));
}

async function otherChannel(): Promise<Case> {
  const { world, claimId } = await claimed({ channel: 'other' });
  return caseOf(world, await collect(world, claim(claimId)), { channel: 'space' });
}

/** The id of a use that the proof in a file says nothing of. */
function unknownTo({ states }: Draft): string {
  const ids = Array.from('abcdefgh').map((letter) => `usage-${letter.repeat(52)}`);
  const id = ids.find((each) => isSilentOn(states!.proof, 'record', `usage/${each}`));
  if (id === undefined) throw new Error('the proof shows the whole map');
  return id;
}

/** Files that have not the one form that they may have, and such that are about another ledger. */
export const FILES: Readonly<Record<string, Forgery>> = {
  'json-member-twice': malformed(() =>
    rewritten((text) => text.replace('"blocks":[]', '"blocks":[],"blocks":[]')),
  ),
  'json-with-a-line-end': reSaved(() => rewritten((text) => `${text}\n`)),
  'json-with-a-space': reSaved(() => rewritten((text) => text.replace('"blocks":', '"blocks": '))),
  'json-members-out-of-order': reSaved(() =>
    rewritten((text) => `{"channel":"space",${text.slice(1).replace('"channel":"space",', '')}`),
  ),
  'json-escaped-letter': reSaved(() => rewritten((text) => text.replace('"space"', '"\\u0073pace"'))),
  'json-with-a-byte-order-mark': reSaved(() => rewritten((text) => `\ufeff${text}`)),
  'json-nested-deeply': malformed(() =>
    rewritten((text) => text.replace('"blocks":[]', `"blocks":${'['.repeat(NESTED)}${']'.repeat(NESTED)}`)),
  ),
  'json-unknown-member': malformed(() => filed((file) => ({ ...file, note: 'this is good evidence' }))),
  'form-of-another-version': malformed(() => filed((file) => ({ ...file, format: 1 }))),
  'shared-entry-unused': malformed(() => filed((file) => ({ ...file, shared: [...file.shared, "'unused"] }))),
  'shared-entry-names-another': malformed(() =>
    filed((file) => ({ ...file, shared: ['#1', ...file.shared] })),
  ),
  'shared-entry-missing': malformed(() => filed((file) => ({ ...file, shared: file.shared.slice(0, -1) }))),
  'base64-second-spelling': malformed(() => rewritten((text) => text.replace(/A==(?=")/, 'B=='))),
  'compact-with-a-block': illFormed(() =>
    changed((draft) => {
      const [genesis] = draft.config;
      draft.blocks = [{ ...genesis!, flags: Uint8Array.of(0) }];
    }),
  ),
  'full-with-a-transaction': illFormed(() =>
    usedAnd(
      async (draft, { world }, subject) => {
        draft.transactions = (await collect(world, subject)).transactions;
      },
      { profile: 'full' },
    ),
  ),
  'full-with-a-head': illFormed(() =>
    usedAnd(
      async (draft, { world }, subject) => {
        draft.head = (await collect(world, subject)).head!;
      },
      { profile: 'full' },
    ),
  ),
  'full-with-the-newest-state': illFormed(() =>
    usedAnd(
      async (draft, { world }, subject) => {
        draft.states = (await collect(world, subject)).states!;
      },
      { profile: 'full' },
    ),
  ),
  'of-another-ledger': failing('ledger.genesis', 'GENESIS_DIFFERS', otherLedger),
  'of-another-channel': failing('trust.applies', 'WRONG_CHANNEL', otherChannel),
  'of-another-chaincode': failing('trust.applies', 'WRONG_CHAINCODE', () =>
    changed((draft) => void (draft.chaincode = 'other')),
  ),
  'subject-of-nothing': lacking('subject.newest', 'PART_MISSING', () =>
    usedAnd((draft) => void (draft.subject = usage(unknownTo(draft)))),
  ),
};
