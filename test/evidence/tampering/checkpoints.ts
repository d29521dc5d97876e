import type { Tamperings } from './tampering.js';
import { copy, nearly, other, remove, replace, RULED, tampering } from './operations.js';

const STAMPED = 'use-stamped';
const PINNED = 'use-by-witnesses-whose-keys-are-pinned';
const NEWER = '2026-12-05T08:00:00.000Z';
const OLDER = '2026-11-05T08:00:00.000Z';

const body = '/checkpoint/body';
const first = '/checkpoint/witnesses/0';
const second = '/checkpoint/witnesses/1';

/** Bodies, witnesses and their statements, tokens. */
export const CHECKPOINTS: Tamperings = {
  'body-height-raised': tampering('checkpoint.body', ({ checkpoint }) => [
    replace(`${body}/height`, checkpoint!.body.height + 1),
  ]),
  'body-height-lowered': tampering('checkpoint.body', ({ checkpoint }) => [
    replace(`${body}/height`, checkpoint!.body.height - 1),
  ]),
  'body-of-the-block-before': tampering('checkpoint.body', ({ checkpoint }) => [
    replace(`${body}/block`, nearly(checkpoint!.body.block)),
  ]),
  'body-of-another-genesis': tampering('checkpoint.body', ({ checkpoint }) => [
    replace(`${body}/genesis`, nearly(checkpoint!.body.genesis)),
  ]),
  'body-of-the-channel-in-capitals': tampering('checkpoint.body', [replace(`${body}/channel`, 'SPACE')]),
  'body-of-another-edition': tampering('checkpoint.body', ({ checkpoint }) => [
    replace(`${body}/editions`, nearly(checkpoint!.body.editions)),
  ]),
  'body-with-a-leaf-more': tampering('checkpoint.witness', ({ checkpoint }) => [
    replace(`${body}/size`, checkpoint!.body.size + 1),
  ]),
  'body-with-a-leaf-less': tampering('checkpoint.witness', ({ checkpoint }) => [
    replace(`${body}/size`, checkpoint!.body.size - 1),
  ]),
  'body-with-roots-swapped': tampering('checkpoint.witness', ({ checkpoint }) => [
    replace(`${body}/log`, checkpoint!.body.map),
    replace(`${body}/map`, checkpoint!.body.log),
  ]),
  'body-with-one-root-for-both': tampering('checkpoint.witness', [copy(`${body}/log`, `${body}/map`)]),
  'checkpoint-of-another-file': tampering('checkpoint.body', () => [
    replace('/checkpoint', other(RULED).checkpoint),
  ]),
  'witnesses-of-another-file': tampering('checkpoint.witness', () => [
    replace('/checkpoint/witnesses', other(RULED).checkpoint!.witnesses),
  ]),
  'statement-dated-later': tampering('checkpoint.witness', [replace(`${first}/statement/signedAt`, NEWER)]),
  'statement-dated-back': tampering('checkpoint.witness', [replace(`${second}/statement/signedAt`, OLDER)]),
  'statement-of-a-later-replay': tampering('checkpoint.witness', [
    replace(`${first}/statement/replayedFrom`, 1),
  ]),
  'statement-of-other-software': tampering('checkpoint.witness', ({ checkpoint }) => [
    replace(`${first}/statement/software`, nearly(checkpoint!.witnesses[0]!.statement.software)),
  ]),
  'statement-that-says-newest': tampering('checkpoint.witness', ({ checkpoint }) => [
    { op: 'add', path: `${first}/statement/newest`, value: checkpoint!.body.height },
  ]),
  'statements-swapped': tampering('checkpoint.witness', ({ checkpoint }) => [
    replace(`${first}/statement`, { ...checkpoint!.witnesses[1]!.statement, replayedFrom: 2 }),
  ]),
  'signatures-swapped': tampering('checkpoint.witness', ({ checkpoint }) => [
    replace(`${first}/signature`, checkpoint!.witnesses[1]!.signature),
    replace(`${second}/signature`, checkpoint!.witnesses[0]!.signature),
  ]),
  'signers-swapped': tampering('checkpoint.witness', ({ checkpoint }) => [
    replace(`${first}/signer`, checkpoint!.witnesses[1]!.signer),
    replace(`${second}/signer`, checkpoint!.witnesses[0]!.signer),
  ]),
  'signer-who-is-nobody': tampering('checkpoint.witness', [replace(`${first}/signer`, ["'nobody"])]),
  'signer-without-a-certificate': tampering('checkpoint.witness', [
    replace(`${first}/signer`, ['=CghTdGVlbE1TUA==']),
  ]),
  'signature-of-one-byte': tampering('checkpoint.witness', [replace(`${first}/signature`, ['=AA=='])]),
  'signature-of-zeros': tampering('checkpoint.witness', [replace(`${first}/signature`, ['=MAYCAQACAQA='])]),
  'one-witness-twice': tampering('checkpoint.witnesses', [
    copy(first, second),
    remove('/checkpoint/witnesses/2'),
  ]),
  'one-witness-three-times': tampering('checkpoint.witnesses', [
    copy(first, second),
    copy(first, '/checkpoint/witnesses/2'),
    remove('/checkpoint/witnesses/3'),
  ]),
  'first-witness-left-out': tampering('checkpoint.witnesses', [remove(first)]),
  'second-witness-left-out': tampering('checkpoint.witnesses', [remove(second)]),
  'all-witnesses-left-out': tampering('checkpoint.witnesses', [replace('/checkpoint/witnesses', [])]),
  'pinned-witness-left-out': tampering('checkpoint.witnesses', [remove(first)], PINNED),
  'pinned-key-under-another-signature': tampering(
    'checkpoint.witness',
    [copy(`${second}/signature`, `${first}/signature`)],
    PINNED,
  ),
  'token-of-another-file': tampering('time.authorities', () => [
    replace('/timestamps', other(STAMPED).timestamps),
  ]),
  'token-without-a-body': tampering('file.form', [remove(body)], STAMPED),
  'token-over-an-edited-body': tampering(
    'time.authorities',
    ({ checkpoint }) => [replace(`${body}/size`, checkpoint!.body.size + 1)],
    STAMPED,
  ),
};
