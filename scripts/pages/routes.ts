import { allDescriptors } from '@tallystick/chaincode/model';
import { routesOf } from '../../gateway/src/app.js';
import { features } from '../../gateway/src/features/index.js';
import { transactionPath } from '../../gateway/src/routes/transaction.js';
import { ServedApp } from '../../gateway/test/http/served-app.js';
import { tableOf } from '../policy-classes/page.js';

/** Every route that submits no transaction by its name: those are in TRANSACTIONS.md. */
export function routeTable(): string {
  const transactions = new Set(allDescriptors.map(transactionPath));
  const rows = routesOf(new ServedApp().ports, features)
    .filter(({ method, path }) => method !== 'post' || !transactions.has(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ method, path, scope, doc }) => [
      `\`${method.toUpperCase()} ${path}\``,
      scope === 'public' ? 'none' : `\`${scope}\``,
      doc.summary,
    ]);
  return tableOf(['route', 'scope', 'what it does'], rows);
}
