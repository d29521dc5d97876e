import type * as z from 'zod';
import type { Json } from '../../model/index.js';

/** How a value follows from stated inputs. To add one: a file that makes one, and a line in `methods.ts`. */
export interface ValuationMethod<Inputs> {
  /** What a valuation names. */
  readonly name: string;
  /** Any change of a result is a new version; the old one stays, so that old valuations stay reproducible. */
  readonly version: number;
  /** Strict: an input the method does not read is refused, it could only mislead a reader. */
  readonly inputs: z.ZodType<Inputs>;
  /** Minor units of the valuation's currency, exact until one rounding at the end. Total: refuses nothing. */
  readonly value: (inputs: Inputs) => bigint;
}

/** A method whose inputs have been erased, as the registry holds it. */
export interface AnyMethod {
  readonly name: string;
  readonly version: number;
  /** The value, or `undefined` when the inputs do not fit the method. */
  valueOf(inputs: Json): bigint | undefined;
}

export function valuationMethod<Inputs>({
  name,
  version,
  inputs: schema,
  value,
}: ValuationMethod<Inputs>): AnyMethod {
  const valueOf = (inputs: Json): bigint | undefined => {
    const parsed = schema.safeParse(inputs);
    return parsed.success ? value(parsed.data) : undefined;
  };
  return { name, version, valueOf };
}
