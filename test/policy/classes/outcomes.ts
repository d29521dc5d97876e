import { writeFile } from 'node:fs/promises';
import type { ClassOutcome } from '../../../scripts/policy-classes/tables.js';
import type { Case, ClassCases } from './trial.js';

/** What has ended as it must, by class. What has not is not in here, so a table of it lacks it. */
export class Outcomes {
  readonly #ended = new Set<Case>();
  readonly #refused = new Map<ClassCases, number>();

  ended(each: Case): void {
    this.#ended.add(each);
  }

  refused(of: ClassCases): void {
    this.#refused.set(of, (this.#refused.get(of) ?? 0) + 1);
  }

  of(classes: readonly ClassCases[]): readonly ClassOutcome[] {
    return classes.map((each) => ({
      number: each.template.number,
      allowed: this.#codes(each.allow).length,
      denied: this.#codes(each.deny),
      stopped: this.#codes(each.fault),
      refused: this.#refused.get(each) ?? 0,
    }));
  }

  /** Tells `npm run policy:classes`, which writes the table; false when it does not ask. */
  async tell(classes: readonly ClassCases[]): Promise<boolean> {
    const file = process.env['TALLYSTICK_CLASS_OUTCOMES'];
    if (file === undefined) return false;
    await writeFile(file, JSON.stringify(this.of(classes)));
    return true;
  }

  #codes(cases: readonly Case[]): readonly string[] {
    return cases.filter((each) => this.#ended.has(each)).map(({ expected }) => expected);
  }
}
