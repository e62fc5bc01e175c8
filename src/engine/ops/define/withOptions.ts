import { type Fields, type ReadOf, readOptions } from "../../options.js";

/** Where an operator's function takes its options, and what they are. */
export interface OptionsPlace<out O extends Fields = Fields> {
  /** Which argument they are, from 0; the last. */
  readonly at: number;
  readonly fields: O;
}

/** The fields of an operator of operands alone. */
export type NoOptions = Readonly<Record<string, never>>;

export type Emitter = (...args: never[]) => unknown;

/**
 * A function that reads its options and hands its arguments on.
 *
 * @param type whose options they are, as errors say it
 * @param make makes of options that are read the function that takes the other arguments
 */
export function withOptions<F extends Emitter, O extends Fields>(
  type: string,
  { at, fields }: OptionsPlace<O>,
  make: (settings: ReadOf<O>) => F,
): F {
  // A training step emits thousands of operators, most of them without options: these are read once.
  let withDefaults: F | undefined;
  const reading: Emitter = (...args) => {
    const given: unknown = args[at];
    if (given !== undefined) return make(readOptions(type, given, fields))(...args);
    withDefaults ??= make(readOptions(type, undefined, fields));
    return withDefaults(...args);
  };
  return reading as F;
}
