import * as z from 'zod';
import { PROFILES } from '../../model/index.js';
import { constraint, idsPolicyOf, policyOf, use } from './document.js';
import { components, EXAMPLE, names, participants, territories } from './parameters.js';
import { template } from './template.js';

/** Who may use the data, and with what. */

export const consumer = template({
  number: 1,
  name: 'consumer',
  title: 'Data consumer',
  code: 'ALLOW_DATA_USAGE',
  parameters: z.strictObject({ consumers: participants }),
  example: { consumers: [EXAMPLE.participant] },
  enforcement: ['TECHNICAL'],
  how: 'The certificate that signed the request gives the participant; the key is withheld from any other.',
  limit: 'Whom the consumer shows the plaintext to is not seen by the ledger.',
  make: ({ consumers }) =>
    policyOf({ permission: consumers.map((assignee) => ({ action: 'use', assignee })) }),
});

export const connector = template({
  number: 2,
  name: 'connector',
  title: 'IDS connector',
  code: 'CONNECTOR_RESTRICTED_DATA_USAGE',
  parameters: z.strictObject({ connectors: components }),
  example: { connectors: [EXAMPLE.component] },
  enforcement: ['TECHNICAL'],
  how: 'The request must be signed by a registered key of a component named; the key is withheld otherwise.',
  limit: 'That the component keeps the plaintext to itself rests on its certification.',
  make: ({ connectors }) => idsPolicyOf(use(constraint('idsc:CONNECTOR', 'isAnyOf', connectors))),
});

export const application = template({
  number: 3,
  name: 'application',
  title: 'Application inside a connector',
  code: 'APPLICATION_RESTRICTED_DATA_USAGE',
  parameters: z.strictObject({ applications: names }),
  example: { applications: [EXAMPLE.component] },
  enforcement: ['ATTESTED'],
  how: 'A certified application of the consumer states itself, by the id of its component or the digest of its software, signed with its own key.',
  limit:
    'The statement says which application asked; that no other reads the plaintext afterwards is its connector’s duty.',
  make: ({ applications }) => idsPolicyOf(use(constraint('idsc:APPLICATION', 'isPartOf', applications))),
});

export const role = template({
  number: 4,
  name: 'role',
  title: 'User role',
  code: 'ROLE_RESTRICTED_DATA_USAGE',
  parameters: z.strictObject({ roles: names }),
  example: { roles: ['maintenance-engineer'] },
  enforcement: ['ATTESTED'],
  how: 'A certified component of the consumer states the role of the person it acts for, signed with its own key.',
  limit: 'The ledger does not know persons; the consumer’s component answers for the role.',
  make: ({ roles }) => idsPolicyOf(use(constraint('idsc:ROLE', 'isAnyOf', roles))),
});

export const securityLevel = template({
  number: 8,
  name: 'security-level',
  title: 'Security level',
  code: 'SECURITY_LEVEL_RESTRICTED_POLICY',
  parameters: z.strictObject({ levels: z.array(z.enum(PROFILES)).min(1) }),
  example: { levels: ['TRUST', 'TRUST_PLUS'] },
  enforcement: ['TECHNICAL'],
  how: 'The component that asks must hold a certificate of one of these levels, unexpired and unrevoked at the time of the answer.',
  limit: 'A level is what the certifier has found; it is not measured anew at each use.',
  make: ({ levels }) => idsPolicyOf(use(constraint('idsc:SECURITY_LEVEL', 'isPartOf', levels))),
});

export const participantLocation = template({
  number: 22,
  name: 'participant-location',
  title: 'Location of the participant',
  parameters: z.strictObject({ territories }),
  example: { territories: ['CN'] },
  enforcement: ['TECHNICAL'],
  how: 'The consumer’s domicile is in its record, which the operator of the space has admitted.',
  limit: 'Where the data are processed is another question: class 5.',
  make: ({ territories: within }) =>
    idsPolicyOf({
      permission: [
        {
          action: 'use',
          assignee: {
            '@type': 'PartyCollection',
            refinement: [constraint('vcard:hasGeo', 'isPartOf', within)],
          },
        },
      ],
    }),
});
