import { Command } from 'commander';
import { encode, EncodingError, MAX_USES_BYTES } from '@tallystick/chaincode/model';
import { evidenceBytes, IntakeError, typedText } from '../src/intake/index.js';
import { duplicatesIn } from '../src/trust/json-text.js';
import type { Environment } from './environment.js';
import { readInput, Unusable } from './usage.js';

/** The command line that makes a re-saved file canonical again, ready to parse. */
export const canonicalProgram = (): Command =>
  new Command('tallystick-verify canonical')
    .description('Prints a file that some program saved anew in the one spelling that an evidence file has.')
    .argument('<file>', 'the file as it was received')
    .addHelpText(
      'after',
      '\nNothing is verified by it: verify what it prints. Keep the file that was received, too.',
    )
    .showHelpAfterError('(--help says how)');

/** @returns the exit code @throws Unusable for what is no JSON, or could be read in two ways */
export async function canonicalCommand(path: string, { print }: Environment): Promise<number> {
  const file = await readInput(path);
  try {
    const text = typedText(evidenceBytes(file, MAX_USES_BYTES));
    const value: unknown = JSON.parse(text);
    const [twice] = duplicatesIn(text);
    if (twice !== undefined) throw new Unusable(`${path} has a member that stands twice: ${twice}`);
    print(encode(value));
    return 0;
  } catch (cause) {
    if (!isExpected(cause)) throw cause;
    throw new Unusable(`${path} cannot be made canonical: ${cause.message}`, { cause });
  }
}

/** What is wrong with a file, as reading it says; anything else is a mistake of ours. */
const isExpected = (error: unknown): error is Error =>
  [IntakeError, EncodingError, SyntaxError, RangeError, TypeError].some((kind) => error instanceof kind);
