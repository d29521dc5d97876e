import { keys, type Id } from '@tallystick/chaincode/model';
import { costValuation, digestOf } from '../../scripts/demo/requests.js';
import { USE } from '../policy/lineage.js';
import { grant, termsOf, Trial } from '../policy/classes/trial.js';
import type { Stage } from '../policy/stage.js';
import { text, type Forgery } from './plots.js';

/** A record that no decision waits for, and what a majority makes of it. */
interface Resting {
  readonly key: string;
  readonly before: string;
  readonly forgery: Forgery;
}

/** Records that say afterwards what happened. */
export interface Archive {
  /** A use that was contested, and found for the consumer. */
  readonly upheld: string;
  readonly resting: readonly Resting[];
}

const swapped = async (stage: Stage, key: string, from: RegExp, to: string): Promise<Resting> => {
  const before = await text(stage, key);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${key} has nothing like ${from.source}`);
  return { key, before, forgery: [key, after] };
};

/** A use that was allowed, contested and upheld. */
async function contested(stage: Stage): Promise<{ readonly grantId: string; readonly usageId: string }> {
  const { supplier, regulator } = stage.cast;
  const [offered] = await grant(stage, [termsOf(USE)]);
  const trial = new Trial(stage, {}, offered!);
  const usageId = await trial.ask();
  const outcome = await trial.answered(usageId);
  if (outcome !== 'ALLOWED') throw new Error(`the use: ${outcome}`);
  await supplier.officer.submit('usage:Contest', { usageId, reason: 'WRONG_CONTENT' });
  await regulator.officer.submit('usage:Adjudicate', {
    usageId,
    finding: 'UPHELD',
    reason: 'as it was said',
  });
  return { grantId: trial.grantId, usageId };
}

async function filed({ cast: { steel, supplier } }: Stage, subject: string): Promise<string> {
  const dispute = { subject, respondent: steel.participant, statement: digestOf('statement') };
  const { result } = await supplier.officer.submit<{ disputeId: string }>('disputes:File', dispute);
  return keys.dispute(result.disputeId as Id<'dispute'>).text;
}

async function declared({ cast: { supplier } }: Stage): Promise<string> {
  const { result } = await supplier.officer.submit<{ eventId: string }>('events:Declare', { name: 'Fair' });
  return keys.event(result.eventId as Id<'event'>).text;
}

async function valued({ cast: { steel } }: Stage, usage: string, grantId: string): Promise<string> {
  const { result } = await steel.operator.submit<{ valuationId: string }>(
    'valuations:Assess',
    costValuation(usage, grantId),
  );
  return keys.valuation(result.valuationId as Id<'valuation'>).text;
}

export async function archiveOn(stage: Stage): Promise<Archive> {
  const { grantId, usageId } = await contested(stage);
  const [dispute, event, valuation] = [
    await filed(stage, usageId),
    await declared(stage),
    await valued(stage, usageId, grantId),
  ];
  const swaps: readonly (readonly [key: string, from: RegExp, to: string])[] = [
    [keys.usage(usageId as Id<'usage'>).text, /"state":"UPHELD"/, '"state":"REJECTED"'],
    [dispute, /"state":"FILED"/, '"state":"WITHDRAWN"'],
    [event, /"state":"AHEAD"/, '"state":"OPEN"'],
    [valuation, /"result":"\d+"/, '"result":"1"'],
    [keys.version(stage.version as Id<'version'>).text, /sha256:[0-9a-f]{8}/, 'sha256:00000000'],
    [keys.space().text, /"needed":2/, '"needed":1'],
    [
      keys.participant(stage.cast.steel.participant as Id<'participant'>).text,
      /"trustLevel":2/,
      '"trustLevel":3',
    ],
    [keys.openGrants(stage.cast.steel.participant as Id<'participant'>).text, /"count":\d+/, '"count":0'],
  ];
  const resting: Resting[] = [];
  for (const [key, from, to] of swaps) resting.push(await swapped(stage, key, from, to));
  return { upheld: usageId, resting };
}
