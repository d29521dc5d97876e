/* The import directions of the house (ARCHITECTURE.md, "Four packages"). A violation fails the build. */
const lib = (names) => `^(${names.map((n) => `node_modules/${n}`).join('|')})(/|$)`;
const FABRIC_CONTRACT = lib(['fabric-contract-api', 'fabric-shim', 'fabric-shim-api']);
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
/** One rule for each part of a folder: it imports of the other parts only those named. */
const downward = (name, folder, parts, comment) =>
  parts.map(([part, below]) =>
    forbid(
      `${name}-${part}`,
      { path: `^${folder}/${part}/` },
      { path: `^${folder}/(?!(${[part, ...below].join('|')})/)[^/]+/` },
      comment,
    ),
  );

module.exports = {
  forbidden: [
    forbid('no-cycle', {}, { circular: true }, 'A cycle hides which part stands on which.'),
    forbid('no-unresolvable', {}, { couldNotResolve: true }, 'An import that does not resolve.'),
    forbid(
      'nothing-imports-scripts-or-tests',
      { pathNot: '^(scripts|test)/|/test/' },
      { path: '^(scripts|test)/|/test/' },
      'Product code never stands on tests or scripts.',
    ),
    forbid(
      'model-is-the-ground',
      { path: '^chaincode/src/model' },
      { path: '^(chaincode/src/(policy|rules|contract)|verifier|gateway|network)' },
      'model imports nothing of ours.',
    ),
    forbid(
      'model-libraries',
      { path: '^chaincode/src/model' },
      {
        dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'core'],
        pathNot: lib(['zod', '@noble/hashes', 'canonicalize']),
      },
      'model: zod, @noble/hashes, one JCS library; no Node API.',
    ),
    forbid(
      'rules-stand-on-model',
      { path: '^chaincode/src/(rules|policy)' },
      { path: '^(chaincode/src/contract|verifier|gateway|network)' },
      'rules import model only.',
    ),
    forbid(
      'policy-stands-on-model',
      { path: '^chaincode/src/policy' },
      { path: '^chaincode/src/rules' },
      'The policy engine judges what it is given: it knows no rule, no ledger and no caller.',
    ),
    forbid(
      'policy-has-one-face',
      { path: '^(chaincode/src/(?!policy/)|verifier/(src|cli|page)|gateway/src|network/src)' },
      { path: '^chaincode/src/policy/(?!index[.]ts$)' },
      'What others use of the policy engine, its index says; a part of it can change without them.',
    ),
    ...downward(
      'policy',
      'chaincode/src/policy',
      [
        ['vocabulary', []],
        ['reading', ['vocabulary']],
        ['duties', ['vocabulary']],
        ['evaluation', ['vocabulary']],
        ['analysis', ['vocabulary', 'duties', 'evaluation']],
        ['templates', ['vocabulary', 'duties']],
        ['explanation', ['vocabulary', 'duties', 'evaluation']],
      ],
      'A decision depends on nothing that explains, lints or makes policies.',
    ),
    ...downward(
      'explanation',
      'chaincode/src/policy/explanation',
      [
        ['wording', []],
        ['rendering', ['wording']],
        ['comparison', ['wording', 'rendering']],
        ['decision', ['wording', 'rendering']],
      ],
      'Words know nothing of what is said with them; comparisons and decisions are told each for itself.',
    ),
    forbid(
      'rules-libraries',
      { path: '^chaincode/src/(rules|policy)' },
      {
        dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown', 'core'],
        pathNot: lib([
          'zod',
          '@noble/hashes',
          '@noble/curves',
          '@peculiar/asn1-x509',
          '@peculiar/asn1-schema',
          'canonicalize',
        ]),
      },
      'rules: pure libraries only, no Node API.',
    ),
    forbid(
      'contract-stands-on-rules',
      { path: '^chaincode/src/contract' },
      { path: '^(verifier|gateway|network)' },
      'contract imports rules and model.',
    ),
    forbid(
      'only-contract-imports-the-shim',
      { pathNot: '^(chaincode/src/contract|test/differential/chaincode)' },
      { path: FABRIC_CONTRACT },
      'chaincode/src/contract, and the differential suite’s own chaincode, are the only importers of fabric-contract-api and fabric-shim.',
    ),
    forbid(
      'verifier-core',
      { path: '^verifier/(src|page/.*[.]ts$)' },
      { path: '^(chaincode/src/contract|gateway|network)' },
      'The verifier imports nothing that produces evidence.',
    ),
    forbid(
      'verifier-libraries',
      { path: '^verifier/(src|page/.*[.]ts$)' },
      { dependencyTypes: ['core'] },
      'The verifier core, and the page around it, have no Node API.',
    ),
    forbid(
      'network-stands-apart',
      { path: '^network/src' },
      { path: '^(chaincode|verifier|gateway)' },
      'network knows nothing of claims or grants.',
    ),
    forbid(
      'wire-knows-fabric-only',
      { path: '^network/src/wire' },
      { path: '^network/src/(?!wire/)' },
      'The messages of Fabric, which the embedded node and gateways read alike: whoever imports them takes in nothing of a network.',
    ),
    forbid(
      'wire-libraries',
      { path: '^network/src/wire' },
      {
        dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: lib([
          '@hyperledger/fabric-protos',
          'google-protobuf',
          '@types/google-protobuf',
          '@grpc/grpc-js',
        ]),
      },
      'wire: the messages, and what decodes and carries them.',
    ),
    forbid(
      'gateway-imports-of-network-the-wire-only',
      { path: '^gateway/src' },
      { path: '^(network/src/(?!wire/)|verifier/(?!src/(fold|fabric|time)/)|chaincode/src/contract)' },
      'gateway stands on chaincode model (and custody on rules), folds the ledger as the verifier does, keeps tokens that the verifier would take, and reads Fabric’s messages as the embedded node does. It knows no network: one that is there already serves it as well.',
    ),
    forbid(
      'organisations-are-read-once',
      { path: '^gateway/src', pathNot: '^gateway/src/features/checkpoints' },
      { path: '^verifier/src/fabric' },
      'Who another organisation’s witness is, is judged as the verifier judges it; nothing else of a gateway judges certificates of others.',
    ),
    forbid(
      'tokens-are-checked-once',
      { path: '^gateway/src', pathNot: '^gateway/src/features/evidence' },
      { path: '^verifier/src/time' },
      'Tokens are judged where they are asked for.',
    ),
    forbid(
      'fold-is-judged-nowhere-else',
      {
        path: '^gateway/src',
        pathNot: '^gateway/src/(projection|features/(checkpoints|custody|evidence)|cli|main|app)',
      },
      { path: '^verifier/src/fold' },
      'What follows the ledger folds it; everything else reads what came of it.',
    ),
    forbid(
      'fold-libraries',
      { path: '^verifier/src/fold' },
      { path: '^verifier/src/(?!fold/|bytes/)' },
      'The fold is one pure place that verifier, audit and gateway stand on: it knows nothing of evidence, trust or reports.',
    ),
    forbid(
      'rules-only-in-custody',
      { path: '^gateway/src', pathNot: '^gateway/src/(features/(custody|policies)|cli|main|app)' },
      { path: '^chaincode/src/rules' },
      'In the gateway custody re-runs decisions, and policies explains them; nothing else knows the rules.',
    ),
    forbid(
      'policies-are-told-in-one-place',
      { path: '^gateway/src', pathNot: '^gateway/src/(features/policies|cli)/' },
      { path: '^chaincode/src/policy' },
      'In the gateway one feature reads, explains and compares policies; custody decides by the rules alone.',
    ),
    forbid(
      'sqlite-behind-one-door',
      {
        path: '^gateway/src',
        pathNot:
          '^gateway/src/(database|projection|state)/|^gateway/src/features/checkpoints/stores/signing[.]ts$',
      },
      { path: '^gateway/src/database/sqlite|^node_modules/libsql' },
      'Stores ask a database through Kysely; only what is made to be fast with SQLite names it.',
    ),
    forbid(
      'routes-never-import-an-adapter',
      { path: '^gateway/src/(routes|features/[^/]+/routes)/' },
      { path: '^gateway/src/(ledger|projection|payload|state)/(?!port)' },
      'Routes see ports, never adapters.',
    ),
    forbid(
      'features-show-a-face',
      { path: '^gateway/src/features/([^/]+)/' },
      {
        path: '^gateway/src/features/[^/]+/',
        pathNot: '^gateway/src/features/($1/|[^/]+/port[.]ts$)',
      },
      'A feature sees of another what its port.ts shows; all else may change without asking anybody.',
    ),
    forbid(
      'routes-of-a-feature-see-its-port',
      { path: '^gateway/src/features/([^/]+)/routes/' },
      {
        path: '^gateway/src/features/$1/',
        pathNot: '^gateway/src/features/$1/(port|routes/.+|stores/port)[.]ts$',
      },
      'Routes see ports, those of their own feature included.',
    ),
    forbid(
      'features-are-named-in-one-list',
      {
        path: '^gateway/src',
        pathNot: '^gateway/src/(features/|cli/|(app|application|config|main)[.]ts$)',
      },
      { path: '^gateway/src/features/' },
      'What features stand on names none of them: a feature is one folder, and one line of the list.',
    ),
    forbid(
      'the-list-is-all-that-is-known-of-features',
      { path: '^gateway/src/(app|application|config|main)[.]ts$' },
      { path: '^gateway/src/features/', pathNot: '^gateway/src/features/index[.]ts$' },
      'The application loops over the list, whatever stands in it.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    // TypeScript's own parser has no JavaScript interface from version 7 on.
    parser: 'swc',
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
