import * as circumstances from './circumstances.js';
import * as data from './data.js';
import * as obligations from './obligations.js';
import * as recipients from './recipients.js';
import type { PolicyTemplate } from './template.js';

export type { PolicyTemplate } from './template.js';

/** The usage-policy classes of the IDS, in the order of their numbers. */
export const TEMPLATES: readonly PolicyTemplate[] = [
  recipients.consumer,
  recipients.connector,
  recipients.application,
  recipients.role,
  circumstances.location,
  circumstances.purpose,
  circumstances.event,
  recipients.securityLevel,
  circumstances.interval,
  circumstances.elapsed,
  circumstances.times,
  obligations.deletion,
  data.inTransit,
  data.atRest,
  obligations.logging,
  obligations.notification,
  obligations.nextPolicy,
  data.artifactState,
  obligations.sale,
  obligations.rental,
  circumstances.state,
  recipients.participantLocation,
  obligations.consent,
  data.classification,
  data.multiParty,
];

export const templateOf = (name: string): PolicyTemplate | undefined =>
  TEMPLATES.find((each) => each.name === name);
