import type { Guard } from './guard.js';

const FOLD = ['verifier/test/fold-definition.test.ts'];
const EDITIONS = ['chaincode/test/editions.test.ts'];
const CUSTODY = ['gateway/test/custody/editions.test.ts'];

/** What stands between a ledger whose rules have changed and a guess at what they were. */
export const editionGuards: readonly Guard[] = [
  {
    name: 'editions: a definition that names no known rules is not judged by others',
    file: 'verifier/src/fold/edition.ts',
    source: '  if (edition === undefined) throw new EditionUnknown(version);',
    without: "  if (edition === undefined) return editionNamed(table[0]?.rules ?? '');",
    tests: FOLD,
  },
  {
    name: 'editions: a ledger does not go back',
    file: 'verifier/src/fold/edition.ts',
    source:
      'const isBack = rules !== undefined && decided !== undefined && isEarlier(rules, decided, table);',
    without: 'const isBack = decided === null;',
    tests: FOLD,
  },
  {
    name: 'editions: the rules of an old one stay',
    file: 'chaincode/src/rules/editions.ts',
    source: '    ...componentRules,\n',
    without: '    ...componentRules,\n    ...componentRulesOfSecond,\n',
    tests: EDITIONS,
  },
  {
    name: 'editions: an old one reads no record of a later form',
    file: 'chaincode/src/model/record.ts',
    source: 'record.schema <= form;',
    without: 'record.schema <= type.version;',
    tests: EDITIONS,
  },
  {
    name: 'editions: checkpoints name those that have decided, not those that are known',
    file: 'chaincode/src/rules/version.ts',
    source: 'table.slice(0, table.findIndex(({ rules }) => rules === newest) + 1)',
    without: 'newest === undefined ? [] : table',
    tests: EDITIONS,
  },
  {
    name: 'editions: custody answers nothing under rules that are not known',
    file: 'gateway/src/features/custody/answering.ts',
    source: '    const rules = needRules(projection);',
    without: "    const rules = projection.rules().edition ?? 'tallystick-rules/2';",
    tests: CUSTODY,
  },
  {
    name: 'editions: custody releases nothing under rules that are not known',
    file: 'gateway/src/features/custody/release.ts',
    source: '  needRules(custody.projection);\n',
    without: '',
    tests: CUSTODY,
  },
  {
    name: 'editions: a package decides by the definition that its label is for',
    file: 'chaincode/src/contract/edition.ts',
    source: '  if (!label.startsWith(start))',
    without: "  if (label === 'none')",
    tests: ['chaincode/test/contract/edition.test.ts'],
  },
  {
    name: 'editions: a chaincode that runs elsewhere is for the definition in force',
    file: 'network/src/embedded/chaincode.ts',
    source: 'name.startsWith(wanted)) return;',
    without: 'true) return;',
    tests: ['network/test/embedded/node.test.ts'],
    only: 'elsewhere',
  },
];
