import { descriptors, keys, refuseUnless } from '../../model/index.js';
import { isRegulator, needOversight } from '../governance.js';
import { write } from '../ledger.js';
import { accept, rule } from '../rule.js';

const SPACE = { space: 'space' } as const;

export const pause = rule(descriptors.space.Pause, async ({ reason }, ledger, { participant, ...caller }) => {
  const space = await needOversight(ledger, { participant, ...caller });
  refuseUnless(space.paused === undefined, 'ILLEGAL_STATE', { ...SPACE, from: 'PAUSED', to: 'PAUSED' });
  const paused = { by: participant, at: caller.time, reason };
  return accept(
    [write(keys.space(), { ...space, paused })],
    { name: 'space.paused', by: participant },
    SPACE,
  );
});

/** Ends a pause. An operator cannot lift the pause of a regulator. */
export const resume = rule(descriptors.space.Resume, async (_request, ledger, { participant }) => {
  const { paused, ...running } = await ledger.need(keys.space());
  refuseUnless(paused !== undefined, 'ILLEGAL_STATE', { ...SPACE, from: 'RUNNING', to: 'RUNNING' });
  const mayResume = paused.by === participant || isRegulator(running, participant);
  refuseUnless(mayResume, 'NOT_REGULATOR', { pausedBy: paused.by });
  return accept([write(keys.space(), running)], { name: 'space.resumed', by: participant }, SPACE);
});
