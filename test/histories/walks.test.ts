import { times } from '../sampling.js';
import { onStage } from '../policy/stage.js';
import { House } from './house.js';
import { Court, EVERYBODY } from './proving.js';
import { Walk } from './walk.js';

/** `npm run histories -- --walks N --seed S` tries more. */
const walks = Number(process.env['TALLYSTICK_HISTORY_WALKS'] ?? times(1, 20));
const seed = process.env['TALLYSTICK_HISTORY_SEED'] ?? '1';
const STEPS = times(8, 16);

describe(`random legal histories (seed ${seed})`, () => {
  const on = onStage();
  let house: House;

  before(async () => {
    house = new House(on.stage);
    await house.prepare();
  });

  for (let number = 1; number <= walks; number += 1)
    it(`leave nothing that does not verify, ${number}`, async () => {
      const court = new Court(on.stage);
      const walk = new Walk(house, `${seed}/${number}`);
      await walk.go(STEPS);
      if (process.env['TALLYSTICK_HISTORY_TELL'] !== undefined)
        process.stdout.write(`${walk.story.join('; ')}\n`);
      const left = walk.proven();
      for (const each of left) await court.expectProven(each);
      // The whole ledger is the same for every subject: one of each kind, from one member after the other.
      const ofEachKind = new Map(left.map((each) => [each.subject.kind, each]));
      for (const [index, each] of [...ofEachKind.values()].entries()) {
        const maker = EVERYBODY[(index + number) % EVERYBODY.length]!;
        await court.expectProven(each, [maker], 'full');
      }
    });
});
