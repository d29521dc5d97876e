import type { Usage } from '@tallystick/chaincode/model';
import { visible } from '../src/report/index.js';
import type { Trust } from '../src/trust/trust.js';
import { verifyUses, type UsesVerdict } from '../src/uses/index.js';
import { EXIT_CODES, type AsOf } from '../src/verdict.js';
import type { Environment } from './environment.js';
import { Unusable } from './usage.js';
import type { VerifyArguments } from './verify-options.js';

/** Verifies a completeness file and tells. @returns the exit code @throws Unusable for options that are about one subject */
export async function usesCommand(
  bytes: Uint8Array,
  trust: Trust,
  given: VerifyArguments,
  { subtle, print }: Environment,
): Promise<number> {
  for (const option of ['payload', 'report'] as const)
    if (given[option] !== undefined) throw new Unusable(`--${option} is not for a list of uses`);
  const verdict = await verifyUses(bytes, trust, subtle);
  print(given.json ? `${visible(JSON.stringify(verdict))}\n` : textOf(verdict));
  return EXIT_CODES[verdict.outcome];
}

const heightOf = (of: AsOf | undefined): string =>
  of === undefined
    ? 'the beginning of the ledger'
    : `height ${of.height}${of.at === undefined ? '' : `, signed ${of.at}`}`;

const SENTENCES: Readonly<Record<UsesVerdict['outcome'], string>> = {
  VERIFIED: 'VERIFIED: these are all uses of the list between the two heights.',
  FAILED: 'FAILED: at least one check failed. Nothing follows from this file.',
  INCOMPLETE: 'INCOMPLETE: nothing was found to be wrong, but a required check could not be made.',
};

/** For people: one line a use, strings from the file cannot command the terminal. */
function textOf({ outcome, list, from, to, uses, witnesses, steps, fileDigest }: UsesVerdict): string {
  const lines = [
    SENTENCES[outcome],
    ...(list ? [`list: ${list.kind} ${list.id}`] : []),
    ...(to ? [`from: ${heightOf(from)}`, `to: ${heightOf(to)}`] : []),
    ...witnesses.map(({ mspId, signedAt }) => `witness: ${mspId}, ${signedAt}`),
    `file: ${fileDigest}`,
    '',
    `${uses.length} uses`,
    ...uses.map(lineOf),
    ...steps
      .filter(({ result }) => result !== 'pass')
      .map(({ code, subject, result, reason = '', facts }) =>
        [
          result,
          code,
          subject,
          reason,
          ...Object.entries(facts).map(([name, value]) => `${name}=${value}`),
        ].join(' '),
      ),
  ];
  return lines.map((line) => `${visible(line)}\n`).join('');
}

const lineOf = ({ id, state, requestedAt, action, purpose, consumer, answer }: Usage): string =>
  [requestedAt, id, state, answer?.code ?? '', action, purpose, consumer]
    .filter((part) => part !== '')
    .join(' ');
