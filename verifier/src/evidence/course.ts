import { decodeRecord, usageType, type Usage } from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import { checkClaim, claimUnder } from './claim.js';
import { checkRequiredCall, type RequiredCall } from './required-call.js';
import { isSame } from './subject.js';
import { checkTerms, lastShown, lineageOf, seenBy } from './terms.js';
import type { World } from './transactions.js';

/**
 * The envelopes by which people made the subject what it is, each signed by the right party. What they led to is the fold's to say.
 * @returns keys that transactions of the file may be about
 */
export async function checkCourse(world: World, list: Checklist): Promise<ReadonlySet<string>> {
  const { key, record } = world.newest;
  switch (record.kind) {
    case 'usage':
      return new Set([key, ...(await checkUsage(record, key, world, list))]);
    case 'grant': {
      await checkTerms({ key, grant: record }, world, list);
      const asserted = record.onAssertedClaim ? 'ASSERTED' : 'REGISTERED';
      await checkClaim({ id: record.claim, state: asserted }, world, list);
      return new Set([key, `claim/${record.claim}`]);
    }
    case 'claim':
      await checkClaim({ id: record.id, state: record.state, record }, world, list);
      return new Set([key]);
    case 'valuation':
      await checkRequiredCall(
        { code: 'subject.request', names: ['valuations:Assess'], key, signer: record.assessor },
        world,
        list,
      );
      return new Set([key]);
  }
}

async function checkUsage(
  usage: Usage,
  key: string,
  world: World,
  list: Checklist,
): Promise<readonly string[]> {
  for (const part of partsOf(usage, key)) await checkRequiredCall(part, world, list);
  // What nobody decided rests on nothing yet: what the file has of the grant is shown, and not asked for.
  const seen = usage.answer ? seenBy(usage.answer.facts, world) : lastShown(world);
  const isShown = (each: string): boolean => usage.answer !== undefined || seen(each) !== undefined;
  const lineage = lineageOf(usage.grant, seen).filter((each) => isShown(each.key));
  for (const each of lineage) await checkTerms(each, world, list);
  const [first] = lineage;
  if (first?.grant === undefined) return lineage.map((each) => each.key);
  const claims = claimUnder(first.grant.claim, seen);
  if (isShown(`claim/${claims.current.id}`)) await checkClaim(claims.current, world, list);
  return [...lineage.map((each) => each.key), ...claims.keys];
}

/** The calls that a usage tells of. */
function partsOf(usage: Usage, key: string): readonly RequiredCall[] {
  const { state, consumer, signedBy, answer, acknowledgement, contest } = usage;
  const isOf = (member: (of: Usage) => unknown) => (text: string) =>
    isSame(member(decodeRecord(usageType, text)), member(usage));
  const course = (name: string, signer?: string, by?: string): RequiredCall => ({
    code: 'subject.course',
    names: [name],
    key,
    signer,
    signedBy: by,
  });
  const parts: (RequiredCall | false | undefined)[] = [
    {
      code: 'subject.request',
      names: ['usage:Request'],
      key,
      signer: consumer,
      signedBy,
      isMeant: isOf(askedIn),
    },
    answer && {
      code: 'subject.answer',
      names: ['usage:Answer'],
      key,
      signer: answer.provider,
      signedBy: answer.signedBy,
      isMeant: isOf((of) => of.answer ?? null),
    },
    state === 'LAPSED' && course('usage:Lapse'),
    acknowledgement && course('usage:Acknowledge', consumer, acknowledgement.signedBy),
    contest && course('usage:Contest', consumer),
    contest?.header !== undefined && course('usage:Deliver', answer?.provider),
    contest?.finding && course('usage:Adjudicate', contest.finding.by),
  ];
  return parts.filter((part) => typeof part === 'object');
}

/** Members that change, or come to be, after the request. */
const LATER: readonly string[] = ['state', 'updatedAt', 'rules', 'answer', 'acknowledgement', 'contest'];

/** What was asked, the same from the request on. */
const askedIn = (usage: Usage): unknown =>
  Object.fromEntries(Object.entries(usage).filter(([name]) => !LATER.includes(name)));
