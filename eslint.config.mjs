import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

// The rules of the house (CONTRIBUTING.md): short functions by construction, no `any`, and no source of
// non-determinism in the code that endorsers, custodians and courts must all agree on bit for bit.
const impure = [
  'Date',
  'Math',
  'Intl',
  'crypto',
  'process',
  'Buffer',
  'performance',
  'fetch',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'WeakRef',
  'globalThis',
];

export default tseslint.config(
  { ignores: ['**/dist/**', 'coverage/**', '**/*.cjs', '**/*.mjs', '.tallystick/**'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.test.json',
          './chaincode/tsconfig.json',
          './verifier/tsconfig.json',
          './verifier/page/tsconfig.json',
          './gateway/tsconfig.json',
          './network/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      complexity: ['error', 10],
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      eqeqeq: 'error',
      'no-control-regex': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          argsIgnorePattern: '^_',
          varsIgnorePattern: '^_',
          caughtErrorsIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/only-throw-error': 'error',
    },
  },
  {
    files: ['chaincode/src/model/**/*.ts', 'chaincode/src/policy/**/*.ts', 'chaincode/src/rules/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...impure],
      'no-restricted-syntax': [
        'error',
        { selector: 'Literal[raw=/^[0-9_]*\\.[0-9]/]', message: 'No floats in model and rules.' },
        {
          selector: 'CallExpression[callee.property.name=/^(toLocale.*|localeCompare)$/]',
          message: 'No locale in model and rules.',
        },
        {
          selector: 'CallExpression[callee.name=/^(parseFloat)$/]',
          message: 'No floats in model and rules.',
        },
      ],
    },
  },
  {
    files: ['gateway/src/**/*.ts', 'network/src/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          property: 'deserializeBinary',
          message: 'It trusts the lengths that hostile bytes claim: decode (network/src/wire) does not.',
        },
      ],
    },
  },
  {
    files: ['**/test/**/*.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.property.name='timeout'][callee.object.name!='AbortSignal']",
          message: 'A limit of its own ends a test on a busy machine: .mocharc.cjs has the one for all.',
        },
      ],
    },
  },
  prettier,
);
