import { caseOf, claim, claimRegistered, type Case } from '../stories.js';
import { collect, trustIn } from '../collecting.js';
import { spell } from '../draft.js';
import { claimed } from '../space.js';
import { encode, type EvidenceFile } from '@tallystick/chaincode/model';
import { changed, failing, type Forgery } from './forgery.js';

/** A good claim, and the text of its file changed. */
async function rewritten(change: (text: string) => string): Promise<Case> {
  const { world, claimId } = await claimed();
  return { text: change(spell(collect(world, claim(claimId)))), trust: trustIn(world) };
}

/** The same, member by member. */
const filed = (change: (file: EvidenceFile) => object): Promise<Case> =>
  rewritten((text) => encode(change(JSON.parse(text) as EvidenceFile)));

const malformed = (make: () => Promise<Case>): Forgery => failing('file.form', 'MALFORMED', make);

const NESTED = 20_000;

async function otherLedger(): Promise<Case> {
  const [[{ world }], [, draft]] = [await claimRegistered(), await claimRegistered()];
  return caseOf(world, draft);
}

async function otherChannel(): Promise<Case> {
  const [{ world }, draft] = await claimRegistered({ channel: 'other' });
  return caseOf(world, draft, { channel: 'space' });
}

/** Files that have not the one form that they may have, and such that are about another ledger. */
export const FILES: Readonly<Record<string, Forgery>> = {
  'json-member-twice': malformed(() =>
    rewritten((text) => text.replace('"blocks":[]', '"blocks":[],"blocks":[]')),
  ),
  'json-with-a-line-end': malformed(() => rewritten((text) => `${text}\n`)),
  'json-with-a-space': malformed(() => rewritten((text) => text.replace('"blocks":', '"blocks": '))),
  'json-members-out-of-order': malformed(() =>
    rewritten((text) => `{"channel":"space",${text.slice(1).replace('"channel":"space",', '')}`),
  ),
  'json-escaped-letter': malformed(() => rewritten((text) => text.replace('"space"', '"\\u0073pace"'))),
  'json-with-a-byte-order-mark': malformed(() => rewritten((text) => `\ufeff${text}`)),
  'json-nested-deeply': malformed(() =>
    rewritten((text) => text.replace('"blocks":[]', `"blocks":${'['.repeat(NESTED)}${']'.repeat(NESTED)}`)),
  ),
  'json-unknown-member': malformed(() => filed((file) => ({ ...file, note: 'this is good evidence' }))),
  'form-of-another-version': malformed(() => filed((file) => ({ ...file, format: 2 }))),
  'shared-entry-unused': malformed(() => filed((file) => ({ ...file, shared: [...file.shared, "'unused"] }))),
  'shared-entry-names-another': malformed(() =>
    filed((file) => ({ ...file, shared: ['#1', ...file.shared] })),
  ),
  'shared-entry-missing': malformed(() => filed((file) => ({ ...file, shared: file.shared.slice(0, -1) }))),
  'base64-second-spelling': malformed(() => rewritten((text) => text.replace(/A==(?=")/, 'B=='))),
  'of-another-ledger': failing('ledger.genesis', 'GENESIS_DIFFERS', otherLedger),
  'of-another-channel': failing('trust.applies', 'WRONG_CHANNEL', otherChannel),
  'of-another-chaincode': failing('trust.applies', 'WRONG_CHAINCODE', () =>
    changed((draft) => void (draft.chaincode = 'other')),
  ),
};
