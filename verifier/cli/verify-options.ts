import { Command, Option } from 'commander';
import { LANGUAGES, type Language } from '../src/report/index.js';

/** What the command line of a verification says. */
export interface VerifyArguments {
  readonly evidence: string;
  readonly trust: string;
  readonly payload?: string;
  readonly json: boolean;
  readonly explain: boolean;
  readonly report?: string;
  readonly lang: Language;
}

const EPILOGUE = `
Exit code, which is the answer:
  0  verified: every required check passed
  1  failed: at least one check failed
  3  incomplete: a required check could not be made
  4  no answer: the trust file, a file (a download that broke off) or a parameter cannot be used

A trust file comes from outside the evidence. To make one from the printed statements of organisations:
  tallystick-verify trust steel.txt forge.txt > trust.json

To make a file that was re-saved (pretty-printed, with a byte-order mark) canonical again:
  tallystick-verify canonical received.json > evidence.json`;

/** The command line of a verification, ready to parse. */
export const verifyProgram = (): Command =>
  new Command('tallystick-verify')
    .description('Verifies an evidence file, offline, against what the trust file believes.')
    .argument('<evidence>', 'evidence file, as it is, as gzip, or as brotli (.br)')
    .requiredOption('--trust <file>', 'trust file: what is believed, from outside the evidence')
    .option('--payload <file>', 'the data itself, to compare with its commitment')
    .option('--json', 'the whole verdict as JSON', false)
    .option(
      '--explain',
      'per step what was checked, with which input, by which clause, and its limits',
      false,
    )
    .option('--report <file>', 'write a report to print, HTML, to this file, too')
    .addOption(new Option('--lang <language>', 'language of texts').choices(LANGUAGES).default('en'))
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('(--help says how)');
