import { callerFrom } from '@tallystick/chaincode/rules';
import type { Logger } from 'pino';
import { ConfigError, type Config } from '../config.js';
import { newObligations } from '../features/obligations/obligations.js';
import { newOutbox } from '../features/obligations/outbox.js';
import type { Obligations } from '../features/obligations/port.js';
import { DEFAULT_SETTINGS } from '../features/custody/parts.js';
import type { EnrolledIdentity } from '../identities/index.js';
import { newTransformations } from '../features/transformations/transformations.js';
import type { Transformations } from '../features/transformations/port.js';
import { now, type Custody, type Followed, type Identities, type Kept, type Started } from './started.js';

const DUTY_PAUSE_MS = 1000;

function componentIdentity({ componentIdentity: name }: Config, identities: Identities): EnrolledIdentity {
  const signer = identities.get(name);
  if (signer === undefined) throw new ConfigError(['TALLYSTICK_COMPONENT_IDENTITY: is not enrolled']);
  return signer;
}

/** Makes versions from others before they are sealed. */
export function makeTransformations(
  config: Config,
  { ledger, projection, useCases }: Followed & Custody,
  identities: Identities,
): Transformations {
  const signer = componentIdentity(config, identities);
  const { participant } = callerFrom(signer, now());
  const patience = DEFAULT_SETTINGS.acknowledgement;
  return newTransformations({ ledger, projection, useCases, signer, participant, patience });
}

/** Duties that this gateway can see to: deletions, notices, and the acknowledgement of notices that arrive. */
export function seeToDuties(
  config: Config,
  { state, ledger, projection, useCases }: Kept & Followed & Custody,
  identities: Identities,
  log: Logger,
  started: Started,
): Obligations {
  const signer = componentIdentity(config, identities);
  const { participant } = callerFrom(signer, now());
  const { obligations, worker } = newObligations({
    ledger,
    projection,
    duties: state.duties,
    useCases,
    signer,
    participant,
    send: newOutbox(config.members),
    isWatching: config.carriesOutDuties,
    log,
    now,
    pause: DUTY_PAUSE_MS,
  });
  worker.start();
  started.add(() => worker.stop());
  return obligations;
}
