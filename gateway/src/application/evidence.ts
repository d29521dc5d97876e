import { KNOWN_RULES } from '@tallystick/chaincode/rules';
import type { Logger } from 'pino';
import type { Checkpoints } from '../features/checkpoints/port.js';
import { ConfigError, type Config } from '../config.js';
import { newEvidence } from '../features/evidence/evidence.js';
import type { Evidence } from '../features/evidence/port.js';
import { Stamping } from '../features/evidence/stamping.js';
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

/** Makes evidence when it is asked for, and has checkpoints stamped. */
export function makeEvidence(
  config: Config,
  { state, age, peers, projection, checkpoints }: Kept & Followed & { readonly checkpoints: Checkpoints },
  identities: Identities,
  log: Logger,
  started: Started,
): Evidence {
  const { channel, chaincode, evidence: settings } = config;
  const operator = identities.get(config.operatorIdentity);
  if (operator === undefined) throw new ConfigError(['TALLYSTICK_OPERATOR_IDENTITY: is not enrolled']);
  const source = newEvidenceSource({ peers, channel, reader: operator });
  started.add(() => source.close());
  const stamping = new Stamping({
    authorities: settings.timestampAuthorities,
    archive: state.evidence,
    checkpoints,
    projection,
    needed: settings.witnesses ?? 1,
    interval: settings.timestampInterval,
    log,
  });
  stamping.start();
  started.add(() => stamping.stop());
  return newEvidence({
    source,
    projection,
    checkpoints,
    state,
    channel,
    chaincode,
    operator,
    witness: identities.get(config.witnessIdentity),
    rules: [...KNOWN_RULES],
    witnesses: settings.witnesses,
    saltOf: newSalts(state, age),
    now,
  });
}
