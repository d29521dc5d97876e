import { callerFrom } from '@tallystick/chaincode/rules';
import type { Feature } from '../../feature/feature.js';
import { newPayloads } from '../../payload/index.js';
import { CHANNEL } from '../channel/port.js';
import { POLICIES } from '../policies/port.js';
import { openAgeIdentity } from './age-identity.js';
import { custodyConfiguration, type OwnerKeySettings } from './configuration.js';
import { newCustody } from './custody.js';
import { FAILPOINTS } from './failpoint.js';
import { Lapses } from './lapsing.js';
import { openOwnerKey } from './owner-key.js';
import { DEFAULT_SETTINGS } from './parts.js';
import { SALTS, SIGNED_TERMS, USE_CASES } from './port.js';
import { custodyProblems } from './problems.js';
import { custodyRoutes } from './routes/index.js';
import { newSalts } from './salts.js';
import type { CustodyStores } from './stores/port.js';
import { custodyTables } from './stores/tables.js';
import { acknowledging, sweeping } from './workers.js';

/** Keys and payloads of this organisation: sealed, released to whom the ledger allows, handed over. */
export const custody: Feature<OwnerKeySettings, CustodyStores> = {
  name: 'custody',
  configuration: custodyConfiguration,
  tables: custodyTables,
  problems: custodyProblems,
  failpoints: FAILPOINTS,
  async start(host, { settings, stores }) {
    const { config, ledger, projection, content, identities, operator, faces, log, now } = host;
    const age = await openAgeIdentity(config.dataDir);
    const ownerKey = await openOwnerKey(settings);
    if (ownerKey) log.info({ address: ownerKey.address }, 'claims are signed with the owner’s key');
    const { useCases, custodian } = newCustody({
      ledger,
      projection,
      memberships: faces.of(CHANNEL).memberships,
      state: stores,
      payloads: newPayloads(content.store),
      signers: identities,
      component: config.componentIdentity,
      operator: config.operatorIdentity,
      age,
      failpoints: host.failpoints(FAILPOINTS),
      ...(ownerKey && { signClaim: ownerKey.sign }),
      log,
      now,
      settings: DEFAULT_SETTINGS,
    });
    faces
      .show(USE_CASES, useCases)
      .show(SIGNED_TERMS, stores.offers)
      .show(SALTS, newSalts(stores.ownerHeaders, age));
    const { participant } = callerFrom(operator, now());
    // Requests of ours that nobody answers do not hang: this gateway writes down that they lapsed.
    const lapses = new Lapses({
      ledger,
      projection,
      identity: config.operatorIdentity,
      participant,
      log,
      now,
    });
    return [custodian, lapses, ...sweeping(host), acknowledging(useCases)];
  },
  routes: (ports) =>
    custodyRoutes({
      ...ports,
      useCases: ports.faces.of(USE_CASES),
      offers: ports.faces.of(SIGNED_TERMS),
      policies: ports.faces.of(POLICIES),
    }),
};
