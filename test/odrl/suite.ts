import { differences } from './comparison.js';
import { expectedOf } from './expected.js';
import { readSuite, type Entry, type TestCase } from './folder.js';
import { SuiteError } from './graph.js';
import { reportOn } from './report.js';
import { situationOf } from './situation.js';

/** What became of one case. */
export interface Outcome {
  readonly file: string;
  readonly title: string;
  readonly isIsomorphic: boolean;
  /** How the reports differ, or why the case could not be run. */
  readonly lines: readonly string[];
  /** What had to be assumed or put right. */
  readonly notes: readonly string[];
}

/** Judge a case and compare the report with the one it expects. */
export function outcomeOf(testCase: TestCase): Outcome {
  const situation = situationOf(testCase);
  const expected = expectedOf(testCase);
  const lines = differences(expected.graph, reportOn(testCase, situation));
  const { file, title } = testCase;
  return {
    file,
    title,
    isIsomorphic: lines.length === 0,
    lines,
    notes: [...situation.notes, ...expected.notes],
  };
}

const failed = (file: string, title: string, problem: string): Outcome => ({
  file,
  title,
  isIsomorphic: false,
  lines: [problem],
  notes: [],
});

function run(entry: Entry): Outcome {
  if ('problem' in entry) return failed(entry.file, '', entry.problem);
  try {
    return outcomeOf(entry.testCase);
  } catch (error) {
    if (!(error instanceof SuiteError)) throw error;
    return failed(entry.file, entry.testCase.title, error.message);
  }
}

/** Run every case of a folder laid out as SolidLab's ODRL test suite. */
export const runSuite = async (root: string): Promise<readonly Outcome[]> => (await readSuite(root)).map(run);
