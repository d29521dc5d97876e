import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { withPart } from './policy-classes/page.js';
import { powersTable } from './powers/table.js';

const HELP = `Usage: npm run powers

Writes the table of who may end or lift what, whoever imposed it, into chaincode/src/rules/README.md, from the one that the rules consult.

  --help  this text
`;

const PAGE = fileURLToPath(new URL('../chaincode/src/rules/README.md', import.meta.url));

const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
if (values.help === true) process.stdout.write(HELP);
else {
  const page = withPart(await readFile(PAGE, 'utf8'), 'powers', powersTable());
  const options = await resolveConfig(PAGE);
  await writeFile(PAGE, await format(page, { ...options, filepath: PAGE }));
}
