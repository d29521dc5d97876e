import * as z from 'zod';
import { name } from '../../model/odrl/index.js';
import { beforeUse, constraint, idsPolicyOf, policyOf, refined, useWith, type Node } from './document.js';
import { names } from './parameters.js';
import { template } from './template.js';

/** What the data must be, or must have been made into, before they are used. */

const jsonPath = z.string().regex(/^\$/, 'must be a JSONPath (RFC 9535)').max(200);

export const inTransit = template({
  number: 13,
  name: 'modify-in-transit',
  title: 'Modify data in transit',
  code: 'MODIFY_DATA_IN_TRANSIT',
  parameters: z.strictObject({ path: jsonPath, replacement: z.string().min(1).max(200) }),
  example: { path: '$.operator.name', replacement: 'xxxx' },
  enforcement: ['ATTESTED'],
  how: 'Only a version is released of which a certified component of the custodian has stated that exactly this was replaced; the commitments of both forms are on the ledger.',
  limit: 'That the statement is true is the component’s word; whoever opens both forms can check it.',
  make: ({ path, replacement }) =>
    idsPolicyOf(
      useWith({
        action: refined(
          'idsc:REPLACE',
          constraint('idsc:REPLACE_WITH', 'eq', replacement),
          constraint('idsc:JSON_PATH', 'eq', path),
        ),
        constraint: [beforeUse],
      }),
    ),
});

export const atRest = template({
  number: 14,
  name: 'modify-at-rest',
  title: 'Modify data in rest',
  code: 'MODIFY_DATA_IN_REST',
  parameters: z.strictObject({}),
  example: {},
  enforcement: ['ATTESTED'],
  how: 'Only a version is released of which a certified component of the custodian has stated that it was anonymised.',
  limit: 'How well it was anonymised is not measured.',
  make: () => policyOf({ permission: [{ action: 'use' }], obligation: [{ action: 'anonymize' }] }),
});

const collectionOf = (refinement: Node): Node => ({ '@type': 'AssetCollection', refinement: [refinement] });

export const artifactState = template({
  number: 18,
  name: 'artifact-state',
  title: 'Artifact state',
  code: 'DISTRIBUTE_ONLY_IF_ENCRYPTED',
  parameters: z.strictObject({ states: z.array(z.enum(['encrypted', 'anonymized'])).min(1) }),
  example: { states: ['encrypted', 'anonymized'] },
  enforcement: ['TECHNICAL', 'ATTESTED'],
  how: 'That a version is encrypted, its record shows; that it was anonymised, a certified component of the custodian has stated.',
  limit: 'It holds for the version as it is delivered, not for what the consumer keeps after opening it.',
  make: ({ states }) =>
    idsPolicyOf({
      permission: [
        { action: 'distribute', target: collectionOf(constraint('ids:artifactState', 'isAllOf', states)) },
      ],
    }),
});

export const classification = template({
  number: 24,
  name: 'classification',
  title: 'Data classification',
  parameters: z.strictObject({ excluded: names }),
  example: { excluded: ['L3', 'IMPORTANT', 'personal-data'] },
  enforcement: ['TECHNICAL'],
  how: 'Level, grade and the mark of personal data are in the dataset’s record; what is excluded is not released.',
  limit: 'The owner classifies; a wrong classification is its own statement and is superseded, not undone.',
  make: ({ excluded }) =>
    idsPolicyOf({
      permission: [{ action: 'use', target: collectionOf(constraint('skos:concept', 'isNoneOf', excluded)) }],
    }),
});

export const multiParty = template({
  number: 25,
  name: 'multi-party-computation',
  title: 'Anonymise with privacy-enhancing technology',
  parameters: z.strictObject({ function: name }),
  example: { function: 'SUM' },
  enforcement: ['ATTESTED'],
  how: 'Only the result is released, of which a certified component of the custodian has stated that it was computed with this function.',
  limit: 'The ledger does not run the computation; the statement binds the commitments of input and result.',
  make: ({ function: of }) =>
    idsPolicyOf(
      useWith({
        action: refined('idsc:MPC', constraint('idsc:MPC_FUNCTION', 'eq', of)),
        constraint: [beforeUse],
      }),
    ),
});
