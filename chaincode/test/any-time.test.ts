import { allDescriptors, addSeconds, Refusal } from '@tallystick/chaincode/model';
import { execute, NEWEST, type Execution } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { recordStory, type Recorded } from './recording.js';

/** What somebody else's time must not be able to void. */
const EXEMPT = [
  ...['holds:Place', 'holds:Release', 'participants:Suspend', 'participants:Reinstate'],
  ...['components:Suspend', 'components:Reinstate', 'components:Revoke'],
  ...[
    'grants:Suspend',
    'grants:Resume',
    'grants:Revoke',
    'grants:Terminate',
    'grants:Withdraw',
    'grants:Decline',
  ],
  ...['claims:Cancel', 'claims:Reject', 'space:Pause', 'space:Resume'],
  ...['space:ProposeAmendment', 'space:ApproveAmendment'],
  ...['participants:Certify', 'participants:Exit', 'components:Renew', 'datasets:Classify'],
  ...['consents:Withdraw', 'attestations:Withdraw', 'obligations:Escalate', 'obligations:Impose'],
  ...['usage:Contest', 'usage:Deliver', 'usage:Adjudicate', 'usage:Lapse'],
  'compromises:Declare',
  ...['disputes:File', 'disputes:Answer', 'disputes:Resolve', 'disputes:Withdraw', 'disputes:Escalate'],
];

const FUTURE = '2031-01-01T00:00:00.000Z';
type Outcome = Execution | string;

const futureDated = (text: string): string => text.replace(/"updatedAt":"[^"]*"/, `"updatedAt":"${FUTURE}"`);

/** What a call comes to where somebody has dated all that stands years ahead. */
async function overFutureDated({ call, state }: Recorded, time = call.caller.time): Promise<Outcome> {
  // An amendment is bound to the very text of the space, which therefore stays as it is.
  const kept = call.transaction.endsWith('Amendment') ? ['space'] : [];
  const dated = new Map(
    [...state].map(([key, text]) => [key, kept.includes(key) ? text : futureDated(text)]),
  );
  const timed = { ...call, caller: { ...call.caller, time } };
  try {
    return await execute(NEWEST, timed, (key) => Promise.resolve(dated.get(key)));
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

describe('the time of a transaction before that of what stands', () => {
  let recorded: readonly Recorded[];
  before(async () => (recorded = (await recordStory()).filter(({ isRefused }) => !isRefused)));

  it('is no matter for oversight, endings, contests and rulings, and for nothing else', () => {
    const exempt = allDescriptors.filter(({ anyTime }) => anyTime).map(({ name }) => name);
    expect(exempt).to.have.members(EXEMPT);
  });

  it('cannot void what is exempt: its writes bear its own time, and heal the record', async () => {
    const tried = new Set<string>();
    for (const each of recorded.filter(({ call }) => EXEMPT.includes(call.transaction))) {
      const outcome = await overFutureDated(each);
      expect(outcome, each.call.transaction).to.be.an('object');
      const { writes, result } = outcome as Execution;
      expect(writes).to.deep.equal(each.done!.writes);
      expect(result).to.equal(each.done!.result);
      for (const text of writes.values())
        expect(JSON.parse(text)).to.have.property('updatedAt', each.call.caller.time);
      tried.add(each.call.transaction);
    }
    expect([...tried]).to.have.members(EXEMPT);
  });

  it('is refused for everything else that writes over what stands', async () => {
    for (const each of recorded.filter(({ call }) => !EXEMPT.includes(call.transaction))) {
      const isOver = [...each.done!.writes.keys()].some((key) => each.state.has(key));
      if (!isOver) continue;
      expect(await overFutureDated(each), each.call.transaction).to.equal('TIME_REGRESSION');
    }
  });

  it('opens no window again: a contest is judged by the time of the answer', async () => {
    const contest = recorded.find(({ call }) => call.transaction === 'usage:Contest')!;
    const late = addSeconds(contest.call.caller.time, 259_201);
    expect(await overFutureDated(contest, late)).to.equal('WINDOW_CLOSED');
    const lapse = recorded.find(({ call }) => call.transaction === 'usage:Lapse')!;
    expect(await overFutureDated(lapse, addSeconds(lapse.call.caller.time, -3600))).to.equal(
      'NOT_YET_LAPSED',
    );
  });
});
