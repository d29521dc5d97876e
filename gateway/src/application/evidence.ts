import { callerFrom, KNOWN_RULES } from '@tallystick/chaincode/rules';
import type { Logger } from 'pino';
import { ConfigError, type Config } from '../config.js';
import { Closings, Collector, newEvidence, Stamping, type Evidence } from '../evidence/index.js';
import { newEvidenceSource } from '../ledger/evidence-source.js';
import { commitmentSalt } from '../payload/file-key.js';
import { unwrapFileKey } from '../payload/key-wrap.js';
import type { RecipientKeys } from '../payload/port.js';
import type { StateStore } from '../state/port.js';
import { now, type Followed, type Identities, type Kept, type Started } from './started.js';

/** Salt of the plaintext of a version whose file key is here: with it alone a commitment can be opened. */
const newSalts =
  ({ ownerHeaders }: StateStore, { identity }: RecipientKeys) =>
  async (versionId: string): Promise<string | undefined> => {
    const owned = await ownerHeaders.get(versionId);
    if (owned === undefined) return undefined;
    const fileKey = unwrapFileKey(owned.header, identity);
    try {
      return commitmentSalt(fileKey).toString('hex');
    } finally {
      fileKey.fill(0);
    }
  };

/** Collects and keeps what proves the uses that concern us. */
export function keepEvidence(
  config: Config,
  { state, age, peers, ledger, projection }: Kept & Followed,
  identities: Identities,
  log: Logger,
  started: Started,
): Evidence {
  const { channel, chaincode, evidence: settings } = config;
  const operator = identities.get(config.operatorIdentity);
  if (operator === undefined) throw new ConfigError(['TALLYSTICK_OPERATOR_IDENTITY: is not enrolled']);
  const source = newEvidenceSource({ peers, channel, chaincode, reader: operator });
  started.add(() => source.close());
  const evidence = newEvidence({
    source,
    projection,
    state,
    channel,
    chaincode,
    operator,
    rules: [...KNOWN_RULES],
    organisations: settings.organisations,
    minimum: settings.minimum,
    saltOf: newSalts(state, age),
    now,
  });
  if (!settings.isCollected) return evidence;
  const { participant } = callerFrom(operator, now());
  const archive = state.evidence;
  const collector = new Collector({
    projection,
    archive,
    closings: new Closings({ projection, archive, participant, now }),
    collection: evidence.collection,
    stamping: new Stamping(settings.timestampAuthorities, archive),
    isQuiet: () => ledger.inFlight === 0,
    log,
    now,
  });
  collector.start();
  started.add(() => collector.stop());
  return evidence;
}
