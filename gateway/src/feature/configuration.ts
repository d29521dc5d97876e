import type * as z from 'zod';

/** What a feature is configured by. */
export interface Configuration<Settings> {
  /** Variables of the environment: form (`meta`), default, and meaning (`describe`); names are unique in a gateway. */
  readonly variables: z.ZodRawShape;
  /** What the feature makes of them. */
  settings(values: object): Settings;
}

/** A configuration, with the types of its variables. */
export const configuration = <Shape extends z.ZodRawShape, Settings>(
  variables: Shape,
  settings: (values: z.output<z.ZodObject<Shape>>) => Settings,
): Configuration<Settings> => ({ variables, settings });
