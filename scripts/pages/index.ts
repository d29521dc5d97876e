import { dutyTable, labelTable, operandTable } from '../policy-classes/tables.js';
import { powersTable } from '../powers/table.js';
import { configurationPage } from './configuration.js';
import { pageWithParts, wholePage, type GeneratedPage } from './page.js';
import { refusalsPage } from './refusals.js';
import { routeTable } from './routes.js';
import { transactionsPage } from './transactions.js';

/** Every page that follows from code. What came of trying the usage-policy classes is `npm run policy:classes`. */
export const PAGES: readonly GeneratedPage[] = [
  wholePage('REFUSALS.md', refusalsPage),
  wholePage('CONFIGURATION.md', configurationPage),
  wholePage('TRANSACTIONS.md', transactionsPage),
  pageWithParts('gateway/API.md', { routes: routeTable }),
  pageWithParts('chaincode/src/rules/POWERS.md', { powers: powersTable }),
  pageWithParts('chaincode/src/policy/LANGUAGE.md', { operands: operandTable, duties: dutyTable }),
  pageWithParts('chaincode/src/policy/CLASSES.md', { labels: labelTable }),
];
