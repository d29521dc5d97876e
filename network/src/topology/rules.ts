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

const PORTS = ['port', 'chaincodePort', 'adminPort', 'operationsPort'] as const;

/** Every process of the topology and the ports it has. */
const processes = ({
  organisations,
}: Topology): { path: Path; ports: Partial<Record<(typeof PORTS)[number], number | undefined>> }[] =>
  organisations.flatMap(({ peers, orderers }, i) => [
    ...peers.map((ports, j) => ({ path: ['organisations', i, 'peers', j], ports })),
    ...orderers.map((ports, j) => ({ path: ['organisations', i, 'orderers', j], ports })),
  ]);

const distinctPorts: Rule = (topology) =>
  repeated(
    processes(topology).flatMap(({ path, ports }) =>
      PORTS.flatMap((key) => (ports[key] === undefined ? [] : [{ path: [...path, key], value: ports[key] }])),
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

const missing = (path: Path, ports: object, keys: readonly string[]): TopologyProblem[] =>
  keys
    .filter((key) => !(key in ports) || (ports as Record<string, unknown>)[key] === undefined)
    .map((key) => problem([...path, key], 'is needed on Fabric'));

const fabricHasPorts: Rule = (topology) =>
  processes(topology).flatMap(({ path, ports }) =>
    missing(
      path,
      ports,
      path.includes('peers') ? ['chaincodePort', 'operationsPort'] : ['port', 'adminPort', 'operationsPort'],
    ),
  );

// Chaincode is installed, approved and committed by an organisation's administrator.
const fabricHasAdministrators: Rule = ({ organisations }) =>
  organisations.flatMap(({ peers, users }, i) =>
    peers.length > 0 && !users.some(({ ou }) => ou === 'admin')
      ? [problem(['organisations', i, 'users'], 'has no administrator (a user whose ou is admin)')]
      : [],
  );

const fabricHasTls: Rule = ({ tls }) => (tls ? [] : [problem(['tls'], 'Fabric runs with TLS everywhere')]);

const ordererCounts = ({ organisations }: Topology): number[] =>
  organisations.map(({ orderers }) => orderers.length);
const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

// 3f + 1 nodes bear f faults; an organisation with more than f nodes could stop or fork the channel by itself.
const toleratesTraitors: Rule = (topology) => {
  const counts = ordererCounts(topology);
  const total = sum(counts);
  if (total < 4) return [problem(['organisations'], `BFT needs at least 4 orderers, not ${total}`)];
  const faults = Math.floor((total - 1) / 3);
  return Math.max(...counts) > faults
    ? [problem(['organisations'], `an organisation has more than ${faults} of ${total} BFT orderers`)]
    : [];
};

const hasOddMajority: Rule = (topology) => {
  const total = sum(ordererCounts(topology));
  return total % 2 === 1
    ? []
    : [problem(['organisations'], `Raft needs an odd number of orderers, not ${total}`)];
};

const both =
  (...rules: readonly Rule[]): Rule =>
  (topology) =>
    rules.flatMap((rule) => rule(topology));
const onFabric = both(fabricHasPorts, fabricHasAdministrators, fabricHasTls);

const ledgerRules: Readonly<Record<Topology['ledger']['kind'], Rule>> = {
  embedded: embeddedNodeCan,
  'fabric-bft': both(onFabric, toleratesTraitors),
  'fabric-raft': both(onFabric, hasOddMajority),
};

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
