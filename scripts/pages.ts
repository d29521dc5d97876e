import { parseArgs } from 'node:util';
import { PAGES } from './pages/index.js';
import { pathOf, present, written } from './pages/page.js';

const HELP = `Usage: npm run pages [-- --check]

Writes the pages, and the parts of pages, that follow from code: ${PAGES.map(({ path }) => path).join(', ')}.

  --check  writes nothing; names the pages that are not as the code has them, and ends with code 1 when there is one
  --help   this text
`;

const { values } = parseArgs({ options: { help: { type: 'boolean' }, check: { type: 'boolean' } } });
if (values.help === true) process.stdout.write(HELP);
else {
  for (const page of PAGES) {
    const [before, after] = [await present(page), await page.text()];
    if (before === after) continue;
    process.stdout.write(`${page.path}\n`);
    if (values.check === true) process.exitCode = 1;
    else await written(pathOf(page), after);
  }
}
