import { keys } from '@tallystick/chaincode/model';
import { steel } from '../../../chaincode/test/world.js';
import { caseOf, type Case } from '../acts.js';
import { declared, declaring, witnessesFrom, type Declared, type Declaring } from '../compromising.js';
import { failing, lacking, type Forgery } from './forgery.js';

const KEY = keys.compromises('ComponentMSP').text;

/** A file of a use whose signer's key was declared, and changed. */
async function changed(given: Declaring, change: (told: Declared) => unknown): Promise<Case> {
  const told = await declared(given);
  await change(told);
  return caseOf(told.at.world, told.draft);
}

/** The key was declared from before it signed: whoever would have the file hold leaves that out. */
const BEFORE: Declaring = { from: -1 };

/** The map of the height before the declaration shows that nothing was declared. */
async function withOlderMap({ at, draft }: Declared): Promise<void> {
  const fold = await at.world.ledger.folded();
  const key = `usage/${draft.subject.id}`;
  const shown = ['ComponentMSP', 'RegulatorMSP', 'SteelMSP'].map((mspId) => keys.compromises(mspId).text);
  const proof = fold.mapProof(fold.height - 1, [
    { space: 'record', key },
    { space: 'note', key },
    ...shown.map((each) => ({ space: 'record' as const, key: each })),
  ]);
  draft.states = { proof, texts: [] };
}

/** An earlier checkpoint, one of whose parts is not what it says. */
const earlier = (change: (told: Declared) => unknown): Promise<Case> => changed({ seen: 3 }, change);

export const COMPROMISES: Readonly<Record<string, Forgery>> = {
  'declaration-taken-out': lacking('signers.keys', 'PART_MISSING', () =>
    changed(BEFORE, ({ draft }) => {
      draft.states!.texts = draft.states!.texts.filter(({ key }) => key !== KEY);
    }),
  ),
  'declaration-emptied': failing('subject.newest', 'PROOF_INVALID', () =>
    changed(BEFORE, ({ draft }) => {
      for (const each of draft.states!.texts)
        if (each.key === KEY) each.text = each.text.replace(/"keys":\[.*\]/, '"keys":[]');
    }),
  ),
  'declaration-denied-by-an-older-map': failing('subject.newest', 'PROOF_INVALID', () =>
    changed(BEFORE, withOlderMap),
  ),
  'earlier-checkpoint-has-another-leaf': failing('checkpoint.earlier', 'PROOF_INVALID', () =>
    earlier(({ draft }) => {
      const [first, second] = draft.earlier![0]!.paths;
      [first!.path, second!.path] = [second!.path, first!.path];
    }),
  ),
  'earlier-checkpoint-of-a-place-that-is-not-shown': failing('checkpoint.earlier', 'UNUSED_MATERIAL', () =>
    earlier(({ draft }) => {
      draft.earlier![0]!.paths[0]!.position = 0;
    }),
  ),
  'earlier-checkpoint-is-later': failing('checkpoint.earlier', 'CHECKPOINT_DIFFERS', () =>
    earlier(({ draft }) => {
      const { checkpoint } = draft.earlier![0]!;
      checkpoint.body = { ...checkpoint.body, height: 1000 };
    }),
  ),
  'earlier-checkpoint-dated-back': failing('checkpoint.witness', 'SIGNATURE_INVALID', () =>
    changed({ seen: 8 }, ({ draft }) => {
      const [witness] = draft.earlier![0]!.checkpoint.witnesses;
      witness!.statement = { ...witness!.statement, signedAt: '2026-11-25T08:00:00.000Z' };
    }),
  ),
  'earlier-checkpoint-seen-before-the-request': failing('time.bounds', 'INTERVAL_EMPTY', () =>
    declaring({ seen: -300 }),
  ),
  'earlier-checkpoint-signed-by-the-own-side': lacking('signers.keys', 'COMPROMISE_UNDECIDED', () =>
    declaring({ seen: 3, witnesses: witnessesFrom('RegulatorMSP', 'ComponentMSP') }),
  ),
  'witness-key-compromised': lacking('checkpoint.witnesses', 'TOO_FEW_WITNESSES', () =>
    declaring({
      by: steel,
      of: steel,
      key: (world) => witnessesFrom('SteelMSP')(world)[0]!,
      witnesses: witnessesFrom('RegulatorMSP', 'SteelMSP'),
    }),
  ),
};
