import { ConfigError, readConfig, type Config } from '../config.js';
import { readIdentities, type EnrolledIdentity } from '../identities/index.js';
import { newEvidenceSource, type EvidenceSource } from '../ledger/evidence-source.js';
import { readPeerAddresses } from '../ledger/peer-addresses.js';

/** The own peer, and who asks it. */
export interface Connection {
  readonly config: Config;
  readonly operator: EnrolledIdentity;
  /** Signs checkpoints; absent where none is enrolled. */
  readonly witness: EnrolledIdentity | undefined;
  readonly source: EvidenceSource;
}

/** Runs work over a connection to the own peer, as the environment describes it, and closes it. Throws ConfigError. */
export async function connected<T>(
  environment: NodeJS.ProcessEnv,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const config = readConfig(environment);
  const { channel, mspId, operatorIdentity, witnessIdentity } = config;
  const identities = await readIdentities(config.identities, mspId, config.identityNames);
  const operator = identities.get(operatorIdentity);
  if (operator === undefined) throw new ConfigError(['TALLYSTICK_OPERATOR_IDENTITY: is not enrolled']);
  const peers = await readPeerAddresses(config.peers, mspId, channel);
  const source = newEvidenceSource({ peers, channel, reader: operator });
  try {
    return await work({ config, operator, witness: identities.get(witnessIdentity), source });
  } finally {
    source.close();
  }
}
