import type { TopologyProblem } from './errors.js';
import type { SignaturePolicy, Topology } from './schema.js';

type Path = readonly (string | number)[];
type Rule = (topology: Topology) => TopologyProblem[];

const problem = (path: Path, message: string): TopologyProblem => ({ path: path.join('.'), message });

/** Values with where they stand; reports every one that stood somewhere before. */
function repeated(
  values: readonly { readonly path: Path; readonly value: string | number }[],
): TopologyProblem[] {
  const first = new Map<string | number, Path>();
  return values.flatMap(({ path, value }) => {
    const earlier = first.get(value);
    if (earlier !== undefined) return [problem(path, `${value} is already at ${earlier.join('.')}`)];
    first.set(value, path);
    return [];
  });
}

const distinctOrganisations: Rule = ({ organisations }) =>
  (['mspId', 'domain'] as const).flatMap((key) =>
    repeated(organisations.map((each, i) => ({ path: ['organisations', i, key], value: each[key] }))),
  );

const distinctMembers: Rule = ({ organisations }) =>
  organisations.flatMap((each, i) =>
    (['peers', 'orderers', 'users'] as const).flatMap((group) =>
      repeated(
        each[group].map(({ name }, j) => ({ path: ['organisations', i, group, j, 'name'], value: name })),
      ),
    ),
  );

const distinctPorts: Rule = ({ organisations }) =>
  repeated(
    organisations.flatMap(({ peers }, i) =>
      peers.map(({ port }, j) => ({ path: ['organisations', i, 'peers', j, 'port'], value: port })),
    ),
  );

function namedOrganisations(policy: SignaturePolicy, path: Path): { path: Path; mspId: string }[] {
  if ('signedBy' in policy) return [{ path: [...path, 'signedBy', 'mspId'], mspId: policy.signedBy.mspId }];
  return policy.of.flatMap((each, i) => namedOrganisations(each, [...path, 'of', i]));
}

// A policy that names somebody without a peer could never be met; found here rather than at the first transaction.
const endorsersExist: Rule = ({ endorsement, organisations }) => {
  if (endorsement === 'MAJORITY') return [];
  const endorsers = organisations.filter(({ peers }) => peers.length > 0).map(({ mspId }) => mspId);
  return namedOrganisations(endorsement, ['endorsement'])
    .filter(({ mspId }) => !endorsers.includes(mspId))
    .map(({ path, mspId }) => problem(path, `${mspId} is no organisation with a peer`));
};

const everybodyTakesPart: Rule = ({ organisations }) =>
  organisations.flatMap(({ peers, orderers }, i) =>
    peers.length + orderers.length > 0
      ? []
      : [problem(['organisations', i], 'has neither a peer nor an orderer')],
  );

const somebodyEndorses: Rule = ({ organisations }) =>
  organisations.some(({ peers }) => peers.length > 0) ? [] : [problem(['organisations'], 'none has a peer')];

// The embedded node is one process: it orders for all, and serves one peer for each organisation.
const embeddedNodeCan: Rule = (topology) => {
  const { organisations, singleOperator } = topology;
  const problems = organisations.flatMap(({ peers, orderers }, i) => [
    ...(peers.length > 1
      ? [problem(['organisations', i, 'peers'], 'the embedded node runs one peer each')]
      : []),
    ...(peers.length > 0 && orderers.length > 0
      ? [problem(['organisations', i, 'orderers'], 'the embedded orderer is an organisation of its own')]
      : []),
  ]);
  const orderers = organisations.flatMap((each) => each.orderers);
  if (orderers.length !== 1) problems.push(problem(['organisations'], 'the embedded node has one orderer'));
  if (!singleOperator) problems.push(problem(['singleOperator'], 'the embedded node has a single operator'));
  return problems;
};

const ledgerRules: Readonly<Record<Topology['ledger']['kind'], Rule>> = { embedded: embeddedNodeCan };

/** Everything that the parts of a well-shaped topology get wrong with each other. */
export function conflicts(topology: Topology): TopologyProblem[] {
  const rules = [
    distinctOrganisations,
    distinctMembers,
    distinctPorts,
    everybodyTakesPart,
    somebodyEndorses,
    endorsersExist,
    ledgerRules[topology.ledger.kind],
  ];
  return rules.flatMap((rule) => rule(topology));
}
