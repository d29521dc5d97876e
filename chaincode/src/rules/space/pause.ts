import { descriptors, keys, refuseUnless } from '../../model/index.js';
import { write } from '../ledger.js';
import { capacitiesIn, enders, imposers, needCapacity, replaces } from '../powers/index.js';
import { accept, rule } from '../rule.js';

const SPACE = { space: 'space' } as const;

/** A pause is nobody's own matter: it stops all alike. A regulator may pause over the operator's pause. */
export const pause = rule(descriptors.space.Pause, async ({ reason }, ledger, caller) => {
  const { participant: by, time: at } = caller;
  const capacities = await capacitiesIn(ledger, caller, { parties: [] });
  const as = needCapacity(capacities, imposers('spacePaused'), 'NOT_REGULATOR');
  const space = await ledger.need(keys.space());
  const isOver = space.paused === undefined || replaces('spacePaused', space.paused.as, as);
  refuseUnless(isOver, 'ILLEGAL_STATE', { ...SPACE, from: 'PAUSED', to: 'PAUSED' });
  const paused = { by, as, at, reason };
  return accept([write(keys.space(), { ...space, paused })], { name: 'space.paused', by }, SPACE);
});

/** Ends a pause. An operator cannot lift the pause of a regulator, nor anybody one that it made in an office it has left. */
export const resume = rule(descriptors.space.Resume, async (_request, ledger, caller) => {
  const { paused, ...running } = await ledger.need(keys.space());
  refuseUnless(paused !== undefined, 'ILLEGAL_STATE', { ...SPACE, from: 'RUNNING', to: 'RUNNING' });
  const capacities = await capacitiesIn(ledger, caller, { parties: [] });
  needCapacity(capacities, enders('spacePaused', paused.as), 'NOT_REGULATOR', { pausedBy: paused.by });
  const by = caller.participant;
  return accept([write(keys.space(), running)], { name: 'space.resumed', by }, SPACE);
});
