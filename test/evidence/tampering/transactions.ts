import type { EvidenceFile } from '@tallystick/chaincode/model';
import type { StepCode } from '../../../verifier/src/checklist.js';
import type { Tampering, Tamperings } from './tampering.js';
import {
  add,
  copy,
  move,
  nearly,
  other,
  placeOf,
  remove,
  replace,
  RULED,
  tampering,
  USE,
} from './operations.js';

type Entry = EvidenceFile['transactions'][number];

/** An edit of the transaction that called a function. */
const at = (
  name: string,
  code: StepCode,
  edit: (path: string, entry: Entry, file: EvidenceFile) => ReturnType<Tampering['edit']>,
  base = USE,
): Tampering =>
  tampering(
    code,
    (file) => {
      const place = placeOf(base, name);
      return edit(`/transactions/${place}`, file.transactions[place]!, file);
    },
    base,
  );

const ANSWER = 'usage:Answer';
const REQUEST = 'usage:Request';
const ACCEPT = 'grants:Accept';
const RULING = 'usage:Adjudicate';

/** Each of the signed course of two uses, taken out by itself. */
const leftOut = (base: string, functions: Readonly<Record<string, StepCode>>, prefix: string): Tamperings =>
  Object.fromEntries(
    Object.entries(functions).map(([name, code]) => [
      `${prefix}-without-${name.replace(':', '-').toLowerCase()}`,
      at(name, code, (path) => [remove(path)], base),
    ]),
  );

/** Transactions, their leaves, their proofs and what took effect. */
export const TRANSACTIONS: Tamperings = {
  ...leftOut(
    USE,
    {
      'datasets:Register': 'subject.claim',
      'claims:Register': 'subject.claim',
      'grants:Offer': 'subject.terms',
      [ACCEPT]: 'subject.terms',
      [REQUEST]: 'subject.request',
      [ANSWER]: 'subject.answer',
      'usage:Acknowledge': 'subject.newest',
    },
    'use',
  ),
  ...leftOut(
    RULED,
    { 'usage:Contest': 'subject.course', 'usage:Deliver': 'subject.course', [RULING]: 'subject.newest' },
    'ruling',
  ),
  'transactions-all-left-out': tampering('subject.newest', [replace('/transactions', [])]),
  'transactions-in-reverse': tampering('file.form', ({ transactions }) => [
    ...transactions.map((_, place) => move(`/transactions/${place}`, '/transactions/0')),
  ]),
  'first-transaction-of-another-ledger': tampering('transaction.inclusion', () => [
    replace('/transactions/0', other(RULED).transactions[0]),
  ]),
  'answer-twice': at(ANSWER, 'file.form', (path) => [copy(path, path)]),
  'answer-at-the-place-of-the-request': at(ANSWER, 'file.form', (path, { position }) => [
    replace(`${path}/position`, position - 1),
  ]),
  'answer-beyond-the-log': at(ANSWER, 'transaction.inclusion', (path, _entry, { checkpoint }) => [
    replace(`${path}/position`, checkpoint!.body.size),
    move(path, '/transactions/6'),
  ]),
  'answer-with-the-envelope-of-the-request': at(ANSWER, 'transaction.inclusion', (path) => [
    copy(`/transactions/${placeOf(USE, REQUEST)}/envelope`, `${path}/envelope`),
  ]),
  'answer-with-envelope-and-leaf-of-the-request': at(ANSWER, 'transaction.inclusion', (path) => [
    copy(`/transactions/${placeOf(USE, REQUEST)}/envelope`, `${path}/envelope`),
    copy(`/transactions/${placeOf(USE, REQUEST)}/leaf`, `${path}/leaf`),
  ]),
  'answer-of-another-ledger': at(ANSWER, 'transaction.inclusion', (path) => [
    replace(`${path}/envelope`, other(RULED).transactions[placeOf(RULED, ANSWER)]!.envelope),
  ]),
  'answer-with-a-byte-more': at(ANSWER, 'transaction.form', (path) => [add(`${path}/envelope/-`, '=CA==')]),
  'answer-without-its-last-piece': at(ANSWER, 'transaction.form', (path, { envelope }) => [
    remove(`${path}/envelope/${envelope.length - 1}`),
  ]),
  'answer-without-bytes': at(ANSWER, 'transaction.form', (path) => [replace(`${path}/envelope`, [])]),
  'leaf-in-the-block-before': at(ANSWER, 'transaction.inclusion', (path, { leaf }) => [
    replace(`${path}/leaf/block`, leaf.block - 1),
  ]),
  'leaf-second-of-its-block': at(ANSWER, 'transaction.inclusion', (path) => [
    replace(`${path}/leaf/index`, 1),
  ]),
  'leaf-not-valid': at(ANSWER, 'transaction.inclusion', (path) => [replace(`${path}/leaf/code`, 11)]),
  'leaf-corrected': at(ANSWER, 'transaction.inclusion', (path) => [
    replace(`${path}/leaf/verdict`, 'CORRECTED'),
  ]),
  'leaf-void': at(ANSWER, 'transaction.inclusion', (path) => [replace(`${path}/leaf/verdict`, 'VOID')]),
  'leaf-unopened': at(ANSWER, 'transaction.inclusion', (path) => [
    replace(`${path}/leaf/flags`, ['UNOPENED']),
  ]),
  'leaf-of-a-flag-that-is-none': at(ANSWER, 'file.form', (path) => [replace(`${path}/leaf/flags`, ['GOOD'])]),
  'leaf-of-an-id-nearly-the-same': at(ANSWER, 'transaction.form', (path, { leaf }) => [
    replace(`${path}/leaf/txId`, nearly(leaf.txId)),
  ]),
  'leaf-of-an-envelope-nearly-the-same': at(ANSWER, 'transaction.inclusion', (path, { leaf }) => [
    replace(`${path}/leaf/envelope`, nearly(leaf.envelope)),
  ]),
  'leaf-of-writes-nearly-the-same': at(ANSWER, 'transaction.inclusion', (path, { leaf }) => [
    replace(`${path}/leaf/writes`, nearly(leaf.writes)),
  ]),
  'path-without-its-first': at(ANSWER, 'transaction.inclusion', (path) => [remove(`${path}/path/0`)]),
  'path-with-its-first-twice': at(ANSWER, 'transaction.inclusion', (path) => [
    copy(`${path}/path/0`, `${path}/path/0`),
  ]),
  'path-with-its-first-two-swapped': at(ANSWER, 'transaction.inclusion', (path) => [
    move(`${path}/path/0`, `${path}/path/1`),
  ]),
  'path-of-zeros': at(ANSWER, 'transaction.inclusion', (path, entry) => [
    replace(
      `${path}/path`,
      entry.path.map(() => '0'.repeat(64)),
    ),
  ]),
  'path-of-the-request': at(ANSWER, 'transaction.inclusion', (path) => [
    copy(`/transactions/${placeOf(USE, REQUEST)}/path`, `${path}/path`),
  ]),
  'path-longer-than-any': at(ANSWER, 'file.form', (path) => [
    replace(
      `${path}/path`,
      Array.from({ length: 65 }, () => 'ab'.repeat(32)),
    ),
  ]),
  'write-left-out': at(ANSWER, 'subject.answer', (path) => [replace(`${path}/writes`, [])]),
  'write-twice': at(ANSWER, 'transaction.effect', (path) => [copy(`${path}/writes/0`, `${path}/writes/1`)]),
  'write-of-the-request': at(ANSWER, 'transaction.effect', (path) => [
    copy(`/transactions/${placeOf(USE, REQUEST)}/writes`, `${path}/writes`),
  ]),
  'write-at-the-next-place': at(ANSWER, 'transaction.effect', (path, { writes }) => [
    replace(`${path}/writes/0/opening/index`, writes[0]!.opening.index + 1),
  ]),
  'write-of-more-than-there-are': at(ANSWER, 'transaction.effect', (path, { writes }) => [
    replace(`${path}/writes/0/opening/count`, writes[0]!.opening.count + 1),
  ]),
  'write-under-the-key-of-the-grant': at(ANSWER, 'transaction.effect', (path) => [
    copy(`/transactions/${placeOf(USE, ACCEPT)}/writes/0/opening/key`, `${path}/writes/0/opening/key`),
  ]),
  'write-with-a-path-longer': at(ANSWER, 'transaction.effect', (path) => [
    add(`${path}/writes/0/opening/path/-`, 'ab'.repeat(32)),
  ]),
  'write-with-an-outcome-turned': at(ANSWER, 'transaction.effect', (path, { writes }) => [
    replace(`${path}/writes/0/text`, writes[0]!.text.replaceAll('ALLOWED', 'DENIED')),
  ]),
  'write-by-another-member': at(REQUEST, 'transaction.effect', (path, { writes }) => [
    replace(`${path}/writes/0/text`, writes[0]!.text.replace(/"purpose":"[^"]*"/, '"purpose":"marketing"')),
  ]),
  'terms-with-an-older-text': at('grants:Offer', 'transaction.effect', (path) => [
    copy(`/transactions/${placeOf(USE, ACCEPT)}/writes/0/text`, `${path}/writes/0/text`),
  ]),
  'acceptance-with-the-envelope-of-the-offer': at(ACCEPT, 'transaction.inclusion', (path) => [
    copy(`/transactions/${placeOf(USE, 'grants:Offer')}/envelope`, `${path}/envelope`),
  ]),
  'ruling-turned': at(
    RULING,
    'transaction.effect',
    (path, { writes }) => [
      replace(`${path}/writes/0/text`, writes[0]!.text.replaceAll('UPHELD', 'REJECTED')),
    ],
    RULED,
  ),
  'ruling-by-the-envelope-of-the-contest': at(
    RULING,
    'transaction.inclusion',
    (path) => [copy(`/transactions/${placeOf(RULED, 'usage:Contest')}/envelope`, `${path}/envelope`)],
    RULED,
  ),
  'ruling-said-to-be-void': at(
    RULING,
    'transaction.inclusion',
    (path) => [replace(`${path}/leaf/verdict`, 'VOID')],
    RULED,
  ),
};
