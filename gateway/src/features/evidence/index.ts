import type { Feature } from '../../feature/feature.js';
import { CHANNEL } from '../channel/port.js';
import { CHECKPOINTS } from '../checkpoints/port.js';
import { SALTS } from '../custody/port.js';
import { evidenceConfiguration, type EvidenceSettings } from './configuration.js';
import { newEvidence } from './evidence.js';
import { EVIDENCE } from './port.js';
import { evidenceProblems } from './problems.js';
import { evidenceRoutes } from './routes/files.js';
import { reportRoutes } from './routes/reports.js';
import { Stamping } from './stamping.js';
import type { EvidenceArchive } from './stores/port.js';
import { evidenceTables } from './stores/tables.js';

/** Files that prove what is on the ledger to somebody who trusts nobody here, and stamps that date them. */
export const evidence: Feature<EvidenceSettings, EvidenceArchive> = {
  name: 'evidence',
  configuration: evidenceConfiguration,
  tables: evidenceTables,
  problems: evidenceProblems,
  start({ config, projection, openings, operator, faces, log, now, ...host }, { settings, stores: archive }) {
    const checkpoints = faces.of(CHECKPOINTS);
    const { witnesses, timestampAuthorities: authorities, timestampInterval: interval } = settings;
    const made = newEvidence({
      source: host.openBlocks(),
      configuration: faces.of(CHANNEL).configuration,
      archive,
      openings,
      projection,
      checkpoints,
      channel: config.channel,
      chaincode: config.chaincode,
      operator,
      witness: host.identities.get(config.witnessIdentity),
      rules: host.rules.known,
      witnesses,
      saltOf: faces.of(SALTS),
      now,
    });
    faces.show(EVIDENCE, made);
    if (authorities.length === 0) return [];
    const needed = witnesses ?? 1;
    return [new Stamping({ authorities, archive, checkpoints, projection, needed, interval, log })];
  },
  routes(ports) {
    const needs = { ...ports, evidence: ports.faces.of(EVIDENCE) };
    return [...evidenceRoutes(needs), ...reportRoutes(needs)];
  },
};
