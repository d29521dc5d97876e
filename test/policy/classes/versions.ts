import { dutiesOf } from '../../../chaincode/src/policy/duties/index.js';
import { readPolicy } from '../../../chaincode/src/policy/reading/index.js';
import type { Client } from '../../../scripts/demo/client.js';
import { inDays } from '../../../scripts/demo/requests.js';
import type { Software, Stage } from '../stage.js';
import type { Trial } from './trial.js';

/** The number of the last version on each stage. Versions are numbered in order, so one is made after the other. */
const last = new WeakMap<Stage, Promise<number>>();

/** One more version of the dataset. */
export async function makeVersion(stage: Stage, plaintext: string): Promise<string> {
  const before = last.get(stage) ?? Promise.resolve(1);
  const made = before.then((number) => append(stage, number + 1, plaintext));
  // What could not be made has no number: the next one takes it.
  last.set(
    stage,
    Promise.all([before, made]).then(
      ([number]) => number + 1,
      () => before,
    ),
  );
  return made;
}

async function append({ cast, dataset }: Stage, number: number, plaintext: string): Promise<string> {
  const collection = {
    system: 'milling-line-7',
    period: { from: inDays(-30), until: inDays(-1) },
    method: 'opc-ua subscription',
    timeSource: 'ptp grandmaster',
  };
  const { result } = await cast.steel.officer.upload<{ result: { versionId: string } }>(
    '/datasets/versions/files',
    'dataset',
    { datasetId: dataset, number, version: { collection } },
    new Blob([plaintext]),
  );
  return result.versionId;
}

interface Statement {
  readonly version: string;
  readonly action: string;
  /** Those that the policy asks for, where nothing is said. */
  readonly parameters?: string;
  readonly component?: Software;
  readonly by?: Client;
}

/** SHA-256 of no refinements at all: what a duty asks for that only names its action. */
const parametersOf = ({ terms }: Trial): string | undefined => {
  const read = readPolicy((terms as { enforced: never }).enforced);
  return 'policy' in read
    ? dutiesOf(read.policy).find(({ kind }) => kind === 'TRANSFORMATION')?.parameters
    : undefined;
};

const NONE = 'sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945';

/** A component states how a version was made of the first one. */
export function transformed(trial: Trial, statement: Statement): Promise<unknown> {
  const { steel } = trial.stage.software;
  const { version, action, component = steel, by = component.client } = statement;
  return by.submit('transformations:Attest', {
    version,
    of: trial.stage.version,
    action,
    parameters: statement.parameters ?? parametersOf(trial) ?? NONE,
    component: component.id,
  });
}
