import type { Tamperings } from './tampering.js';
import {
  add,
  copy,
  move,
  other,
  remove,
  replace,
  RULED,
  shifted,
  tampering,
  USE,
  WHOLE,
} from './operations.js';

const UPDATED = 'configuration-updated';

/** Channel, configuration, head and whole blocks. */
export const LEDGERS: Tamperings = {
  'file-said-to-be-full': tampering('file.form', [replace('/profile', 'full')]),
  'file-of-a-channel-in-capitals': tampering('trust.applies', [replace('/channel', 'SPACE')]),
  'file-of-a-chaincode-with-a-blank': tampering('trust.applies', [replace('/chaincode', 'tallystick ')]),
  'genesis-number-one': tampering('ledger.genesis', [replace('/config/0/number', '1')]),
  'genesis-after-something': tampering('ledger.genesis', [
    copy('/head/previousHash', '/config/0/previousHash'),
  ]),
  'genesis-with-the-data-hash-of-the-head': tampering('ledger.genesis', [
    copy('/head/dataHash', '/config/0/dataHash'),
  ]),
  'genesis-with-signatures': tampering('ledger.genesis', [copy('/head/signatures', '/config/0/signatures')]),
  'genesis-of-another-ledger': tampering('ledger.genesis', () => [
    replace('/config/0', other(RULED).config[0]),
  ]),
  'genesis-with-two-envelopes': tampering('ledger.genesis', [copy('/config/0/data/0', '/config/0/data/1')]),
  'genesis-without-data': tampering('file.form', [replace('/config/0/data', [])]),
  'genesis-with-the-envelope-of-a-call': tampering('ledger.genesis', [
    copy('/transactions/0/envelope', '/config/0/data/0'),
    remove('/config/0/data/1'),
  ]),
  'config-number-raised': tampering(
    'ledger.config',
    ({ config }) => [replace('/config/1/number', shifted(config[1]!.number, 1))],
    UPDATED,
  ),
  'config-number-lowered-to-zero': tampering('ledger.config', [replace('/config/1/number', '0')], UPDATED),
  'config-twice': tampering('ledger.config', [copy('/config/1', '/config/2')], UPDATED),
  'config-of-the-genesis-twice': tampering('ledger.config', [copy('/config/0', '/config/1')]),
  'config-with-the-data-of-the-genesis': tampering(
    'ledger.config',
    [copy('/config/0/data', '/config/1/data')],
    UPDATED,
  ),
  'config-with-the-data-hash-of-the-genesis': tampering(
    'ledger.config',
    [copy('/config/0/dataHash', '/config/1/dataHash')],
    UPDATED,
  ),
  'config-with-another-previous-hash': tampering(
    'ledger.config',
    [copy('/config/1/dataHash', '/config/1/previousHash')],
    UPDATED,
  ),
  'config-without-signatures': tampering('ledger.config', [replace('/config/1/signatures', [])], UPDATED),
  'config-with-the-signatures-of-the-head': tampering(
    'ledger.config',
    [copy('/head/signatures', '/config/1/signatures')],
    UPDATED,
  ),
  'config-as-a-head': tampering(
    'ledger.head',
    ({ config }) => {
      const { number, previousHash, dataHash, signatures } = config[1]!;
      return [replace('/head', { number, previousHash, dataHash, signatures })];
    },
    UPDATED,
  ),
  'config-between-left-out': tampering('ledger.config', [remove('/config/1')], UPDATED),
  'config-newest-left-out': tampering(
    'ledger.head',
    ({ config }) => [remove(`/config/${config.length - 1}`)],
    UPDATED,
  ),
  'head-number-raised': tampering('ledger.head', ({ head }) => [
    replace('/head/number', shifted(head!.number, 1)),
  ]),
  'head-number-lowered': tampering('ledger.head', ({ head }) => [
    replace('/head/number', shifted(head!.number, -1)),
  ]),
  'head-with-hashes-swapped': tampering('ledger.head', ({ head }) => [
    replace('/head/dataHash', head!.previousHash),
    replace('/head/previousHash', head!.dataHash),
  ]),
  'head-of-another-ledger': tampering('ledger.head', () => [replace('/head', other(RULED).head)]),
  'head-with-signatures-of-another-ledger': tampering('ledger.head', () => [
    replace('/head/signatures', other(RULED).head!.signatures),
  ]),
  'full-block-numbers-raised': tampering(
    'ledger.genesis',
    ({ blocks }) => blocks.map((_, at) => replace(`/blocks/${at}/number`, `${at + 1}`)),
    WHOLE,
  ),
  'full-block-number-raised': tampering(
    'block.integrity',
    ({ blocks }) => [replace(`/blocks/${blocks.length - 1}/number`, `${blocks.length}`)],
    WHOLE,
  ),
  'full-last-block-twice': tampering(
    'block.integrity',
    ({ blocks }) => [copy(`/blocks/${blocks.length - 1}`, `/blocks/${blocks.length}`)],
    WHOLE,
  ),
  'full-last-block-before-its-predecessor': tampering(
    'block.integrity',
    ({ blocks }) => [move(`/blocks/${blocks.length - 1}`, `/blocks/${blocks.length - 2}`)],
    WHOLE,
  ),
  'full-block-with-the-signatures-of-another': tampering(
    'block.integrity',
    ({ blocks }) => [copy('/blocks/3/signatures', `/blocks/${blocks.length - 1}/signatures`)],
    WHOLE,
  ),
  'full-block-without-signatures': tampering('block.integrity', [replace('/blocks/4/signatures', [])], WHOLE),
  'full-block-with-the-data-of-another': tampering(
    'block.integrity',
    [copy('/blocks/3/data', '/blocks/4/data')],
    WHOLE,
  ),
  'full-block-with-an-envelope-twice': tampering(
    'block.integrity',
    [copy('/blocks/4/data/0', '/blocks/4/data/1')],
    WHOLE,
  ),
  'full-block-without-data': tampering('file.form', [replace('/blocks/4/data', [])], WHOLE),
  'full-blocks-without-the-genesis-signed': tampering(
    'ledger.genesis',
    [copy('/blocks/4/signatures', '/blocks/0/signatures')],
    WHOLE,
  ),
  'full-genesis-of-another-ledger': tampering(
    'ledger.genesis',
    () => [replace('/blocks/0', other(`${RULED}-full`).blocks[0])],
    WHOLE,
  ),
  'full-tail-of-another-ledger': tampering(
    'block.integrity',
    ({ blocks }) => [replace(`/blocks/${blocks.length - 1}`, other(`${USE}-full`).blocks[blocks.length - 1])],
    WHOLE,
  ),
  'full-flag-of-a-valid-one-flipped': tampering(
    'transaction.validity',
    [replace('/blocks/4/flags', ['=Cw=='])],
    WHOLE,
  ),
  'full-flags-of-the-genesis-flipped': tampering(
    'transaction.validity',
    [replace('/blocks/0/flags', ['=Cw=='])],
    WHOLE,
  ),
  'full-flags-one-too-many': tampering('block.integrity', [replace('/blocks/4/flags', ['=AAA='])], WHOLE),
  'full-with-configuration-beside': tampering(
    'file.form',
    ({ blocks }) => {
      const { flags: _flags, ...block } = blocks[0]!;
      return [add('/config/0', block)];
    },
    WHOLE,
  ),
};
