import { readFile } from 'node:fs/promises';
import { buffer as bytesOf } from 'node:stream/consumers';
import { instantOf, type Json } from '@tallystick/chaincode/model';
import { TEMPLATES, templateOf, type PolicyTemplate } from '@tallystick/chaincode/policy';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Problem as Refused } from '../http/problem.js';
import { parseStrictJson } from '../http/strict-json.js';
import { comparePolicyDocuments, lintPolicy } from '../features/policies/linting.js';
import {
  LANGUAGES,
  type Compared,
  type Language,
  type Linted,
  type Problem,
} from '../features/policies/port.js';
import { NOTHING_INHERITED } from '../features/policies/reading.js';

/** What the commands write to, and what they read where a file is called `-`. */
export interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly write: (text: string) => void;
}

interface Options {
  readonly language: Language;
  readonly json?: boolean;
}

/** A file as HTTP reads a body: a member that appears twice is refused, not dropped. */
async function documentIn(file: string, { input }: Streams, at = ''): Promise<Document> {
  const bytes = file === '-' ? await bytesOf(input) : await readFile(file);
  try {
    return { document: parseStrictJson(bytes) as Json };
  } catch (error) {
    const faults = error instanceof Refused ? (error.options.errors ?? []) : undefined;
    if (faults === undefined) throw error;
    if (faults.length === 0) throw new InvalidArgumentError(`${file} is not JSON.`);
    return { problems: faults.map(({ pointer = '', reason }) => ({ pointer: at + pointer, reason })) };
  }
}

type Document = { readonly document: Json } | Unread;

/** What could not be read, where. */
interface Unread {
  readonly problems: readonly Problem[];
}

const UNREAD = { findings: [], enforcement: [], duties: [] } as const;

const lines = (label: string, problems: readonly Problem[]): string[] =>
  problems.map(({ pointer, reason }) => `${label} ${pointer === '' ? '/' : pointer}: ${reason}`);

const errorsIn = ({ problems, findings }: Linted): boolean =>
  problems.length > 0 || findings.some(({ severity }) => severity === 'error');

function lintText(linted: Linted, language: Language): string {
  const findings = linted.findings.flatMap((finding) =>
    lines(`${finding.severity} ${finding.code}`, [finding]),
  );
  const found = [...lines('refused', linted.problems), ...findings];
  return [...(found.length === 0 ? ['nothing found'] : found), '', linted.rendering?.[language] ?? ''].join(
    '\n',
  );
}

/** That the later keeps within the earlier could not be proven there; whether it goes beyond is another question. */
function compareText({ problems, excess, direction, rendering }: Compared, language: Language): string {
  const beyond = direction === 'wider' ? 'wider' : 'undecided';
  return [...lines('refused', problems), ...lines(beyond, excess), '', rendering?.[language] ?? ''].join(
    '\n',
  );
}

const show = (value: unknown): string => JSON.stringify(value, null, 2);
const templateLine = ({ number, name, title, enforcement }: PolicyTemplate): string =>
  `${String(number).padStart(2)}  ${name.padEnd(28)} ${title} (${enforcement.join(', ').toLowerCase()})`;

/** Commands about policies: they ask no ledger. Each says by `failed` that what it found is an error. */
class PolicyCommands {
  readonly #streams: Streams;
  readonly #failed: () => void;

  constructor(streams: Streams, failed: () => void) {
    this.#streams = streams;
    this.#failed = failed;
  }

  async #linted(file: string): Promise<Linted> {
    const read = await documentIn(file, this.#streams);
    return 'problems' in read
      ? { ...UNREAD, ...read }
      : lintPolicy(read.document, NOTHING_INHERITED, instantOf(Date.now()));
  }

  async lint(file: string, { language, json }: Options): Promise<void> {
    const linted = await this.#linted(file);
    this.#print(json === true ? show(linted) : lintText(linted, language), errorsIn(linted));
  }

  async compare(before: string, after: string, { language, json }: Options): Promise<void> {
    const first = await documentIn(before, this.#streams, '/before');
    const second = await documentIn(after, this.#streams, '/after');
    const compared =
      'problems' in first || 'problems' in second
        ? {
            problems: [first, second].flatMap((read) => ('problems' in read ? read.problems : [])),
            excess: [],
          }
        : comparePolicyDocuments([first.document, NOTHING_INHERITED], [second.document, NOTHING_INHERITED]);
    this.#print(
      json === true ? show(compared) : compareText(compared, language),
      compared.problems.length + compared.excess.length > 0,
    );
  }

  async show(file: string, { language, json }: Options): Promise<void> {
    const { canonical, problems, rendering } = await this.#linted(file);
    if (canonical === undefined) this.#print(lines('refused', problems).join('\n'), true);
    else this.#print(json === true ? show(canonical) : (rendering?.[language] ?? ''), false);
  }

  templates(name: string | undefined, { with: parameters }: { readonly with?: string }): void {
    if (name === undefined) {
      this.#print(TEMPLATES.map(templateLine).join('\n'), false);
      return;
    }
    const template = templateOf(name);
    if (template === undefined) throw new InvalidArgumentError(`No template is called ${name}.`);
    this.#print(show(template.make(parametersFor(template, parameters))), false);
  }

  #print(text: string, isError: boolean): void {
    this.#streams.write(`${text.trimEnd()}\n`);
    if (isError) this.#failed();
  }
}

function parametersFor({ parameters, example }: PolicyTemplate, text: string | undefined): unknown {
  if (text === undefined) return example;
  let given: unknown;
  try {
    given = parseStrictJson(Buffer.from(text));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const twice = (error.options.errors ?? []).map(({ pointer = '', reason }) => `${pointer}: ${reason}`);
    throw new InvalidArgumentError(['The parameters are not JSON.', ...twice].join('\n'));
  }
  const parsed = parameters.safeParse(given);
  if (parsed.success) return given;
  throw new InvalidArgumentError(
    parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`).join('\n'),
  );
}

const language = (): Option =>
  new Option('--language <language>', 'of the sentences').choices(LANGUAGES).default('en');

/** `policy lint|compare|show|templates`. */
export function policyCommand(streams: Streams, failed: () => void): Command {
  const commands = new PolicyCommands(streams, failed);
  const policy = new Command('policy').description('read, judge and compare usage policies; asks no ledger');
  policy
    .command('lint <file>')
    .description(
      'say what the ledger makes of a policy (ODRL in JSON-LD; - is standard input); exit 1 on errors',
    )
    .addOption(language())
    .option('--json', 'all of it as JSON')
    .action((file: string, options: Options) => commands.lint(file, options));
  policy
    .command('compare <before> <after>')
    .description('say what changed; exit 1 unless the later is proven to allow no more than the earlier')
    .addOption(language())
    .option('--json', 'as JSON')
    .action((before: string, after: string, options: Options) => commands.compare(before, after, options));
  policy
    .command('show <file>')
    .description('write a policy in plain sentences')
    .addOption(language())
    .option('--json', 'its canonical form instead')
    .action((file: string, options: Options) => commands.show(file, options));
  policy
    .command('templates [name]')
    .description('list the usage-policy classes, or write a policy of one')
    .option('--with <parameters>', 'parameters as JSON instead of the example’s')
    .action((name: string | undefined, options: { with?: string }) => commands.templates(name, options));
  return policy;
}
