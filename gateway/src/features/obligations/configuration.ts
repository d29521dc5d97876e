import * as z from 'zod';
import { configuration } from '../../feature/configuration.js';

export interface ObligationSettings {
  /** Whether duties that the gateway can carry out are carried out when they are due. */
  readonly carriesOutDuties: boolean;
}

export const obligationConfiguration = configuration(
  {
    TALLYSTICK_OBLIGATIONS: z
      .enum(['on', 'off'])
      .default('on')
      .describe(
        'whether duties to delete and to inform are carried out when they are due, or only when somebody asks',
      ),
  },
  (v): ObligationSettings => ({ carriesOutDuties: v.TALLYSTICK_OBLIGATIONS === 'on' }),
);
