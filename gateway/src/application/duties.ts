import { callerFrom } from '@tallystick/chaincode/rules';
import type { Logger } from 'pino';
import { ConfigError, type Config } from '../config.js';
import { newObligations, newOutbox } from '../obligations/index.js';
import type { Obligations } from '../obligations/port.js';
import { now, type Custody, type Followed, type Identities, type Kept, type Started } from './started.js';

const DUTY_PAUSE_MS = 1000;

/** Duties that this gateway can see to: deletions, notices, and the acknowledgement of notices that arrive. */
export function seeToDuties(
  config: Config,
  { state, ledger, projection, useCases }: Kept & Followed & Custody,
  identities: Identities,
  log: Logger,
  started: Started,
): Obligations {
  const signer = identities.get(config.componentIdentity);
  if (signer === undefined) throw new ConfigError(['TALLYSTICK_COMPONENT_IDENTITY: is not enrolled']);
  const { participant } = callerFrom(signer, now());
  const { obligations, worker } = newObligations({
    ledger,
    projection,
    duties: state.duties,
    useCases,
    signer,
    participant,
    send: newOutbox(config.members),
    log,
    now,
    pause: DUTY_PAUSE_MS,
  });
  if (config.carriesOutDuties) worker.start();
  started.add(() => worker.stop());
  return obligations;
}
