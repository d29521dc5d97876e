import * as z from 'zod';
import { id } from '../ids.js';
import { name } from '../odrl/index.js';
import { digest } from '../schema.js';
import { describe } from './descriptor.js';

export const transformationDescriptors = {
  Attest: describe(
    'transformations:Attest',
    'State how a version was made from another. Signed by a key of the custodian’s named component.',
    z.strictObject({
      version: id('version'),
      of: id('version'),
      action: name,
      parameters: digest,
      component: id('component'),
    }),
    z.strictObject({ version: id('version'), action: name }),
    { by: 'component' },
  ),
};
