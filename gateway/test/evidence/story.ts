import { keys, type Id, type IdKind } from '@tallystick/chaincode/model';
import type { ScriptedChain, Told } from './scripted.js';

const idOf = <K extends IdKind>(kind: K, letter: string): Id<K> => `${kind}-${letter.repeat(52)}`;

export const US = idOf('participant', 'u');
export const THEM = idOf('participant', 't');
export const STRANGER = idOf('participant', 's');
export const USAGE = idOf('usage', 'a');
export const GRANT = idOf('grant', 'a');
export const CLAIM = idOf('claim', 'a');
export const DATASET = idOf('dataset', 'a');
export const VERSION = idOf('version', 'a');

const key = {
  space: keys.space().text,
  us: keys.participant(US).text,
  them: keys.participant(THEM).text,
  usage: keys.usage(USAGE).text,
  grant: keys.grant(GRANT).text,
  claim: keys.claim(CLAIM).text,
  dataset: keys.dataset(DATASET).text,
  open: keys.openGrants(US).text,
  slot: keys.usageSlot(GRANT, 0).text,
};
export const KEYS = key;

export const usage = (state: string, more: object = {}): object => ({
  id: USAGE,
  state,
  grant: GRANT,
  version: VERSION,
  consumer: THEM,
  custodian: US,
  ...more,
});
const grant = (state: string): object => ({ id: GRANT, state, claim: CLAIM, provider: US });
export const ANSWERED_AT = '2026-11-24T08:00:00.000Z';

/** From the constitution to a use that is asked for. A stranger's grant stands between, and a stranger's use took a slot. */
export const BEFORE: readonly Told[] = [
  {
    name: 'space:Constitute',
    reads: [key.space],
    writes: { [key.space]: { rulebook: { matchWithin: 3600 } } },
  },
  { name: 'participants:Admit', reads: [key.space, key.us], writes: { [key.us]: { state: 'ADMITTED' } } },
  { name: 'participants:Activate', reads: [key.us], writes: { [key.us]: { state: 'ACTIVE' } } },
  { name: 'participants:Them', reads: [key.them], writes: { [key.them]: { state: 'ACTIVE' } } },
  {
    name: 'datasets:Register',
    reads: [key.us, key.dataset],
    writes: { [key.dataset]: { id: DATASET }, [key.claim]: { id: CLAIM, state: 'ASSERTED' } },
  },
  {
    name: 'claims:Register',
    reads: [key.claim],
    writes: { [key.claim]: { id: CLAIM, state: 'REGISTERED' } },
  },
  { name: 'grants:Stranger', reads: [key.open], writes: { [key.open]: { count: 1 } } },
  { name: 'grants:Offer', reads: [key.us, key.claim], writes: { [key.grant]: grant('OFFERED') } },
  {
    name: 'grants:Accept',
    reads: [key.grant, key.claim, key.open, key.them],
    writes: { [key.grant]: grant('ACTIVE'), [key.open]: { count: 2 } },
  },
  { name: 'usage:Stranger', reads: [key.grant], writes: { [key.slot]: { index: 0 } } },
  {
    name: 'usage:Request',
    reads: [key.grant, key.usage],
    writes: { [key.usage]: usage('REQUESTED') },
    result: { usageId: USAGE, state: 'REQUESTED' },
  },
];

export const ANSWER: Told = {
  name: 'usage:Answer',
  reads: [key.usage, key.grant, key.claim, key.dataset, key.us, key.them, key.slot],
  writes: { [key.usage]: usage('ALLOWED', { answer: { at: ANSWERED_AT } }) },
  result: { usageId: USAGE, state: 'ALLOWED' },
};
export const ACKNOWLEDGE: Told = {
  name: 'usage:Acknowledge',
  reads: [key.usage],
  writes: { [key.usage]: usage('ACKNOWLEDGED', { answer: { at: ANSWERED_AT } }) },
  result: [{ usageId: USAGE, state: 'ACKNOWLEDGED' }],
};

export const told = (chain: ScriptedChain): ScriptedChain => {
  chain.tell(...BEFORE, ANSWER, ACKNOWLEDGE);
  return chain;
};
