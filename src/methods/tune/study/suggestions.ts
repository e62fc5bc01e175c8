import { ImagoError } from "../../../engine/errors.js";
import { Generator, type GeneratorState } from "../../../engine/random/generator.js";
import { drawOne } from "../samplers/random.js";
import { type Described, type DescribedSpace, describeParameter, wordsOf } from "../space/describeSpace.js";
import { type Dimension, levelOf } from "../space/dimensions.js";
import type { Parameter } from "../space/parameters.js";
import type { PointEntries } from "./events.js";

/** What a trial must know to ask for parameters by itself. */
export interface Learning {
  readonly space: DescribedSpace;
  /** What was proposed for parameters that were known when the trial began. */
  readonly point: PointEntries;
  /** For those that were not. */
  readonly random: GeneratorState;
}

/** The parameters that a trial asks for by itself: what was proposed for them, and draws for new ones. */
export class Suggestions {
  readonly #trial: number;
  readonly #learning: Learning | undefined;
  readonly #tell: (name: string, parameter: Parameter, value: number) => void;
  readonly #given = new Map<string, { readonly described: Described; readonly value: number }>();

  constructor(
    trial: number,
    learning: Learning | undefined,
    tell: (name: string, parameter: Parameter, value: number) => void,
  ) {
    this.#trial = trial;
    this.#learning = learning;
    this.#tell = tell;
  }

  /** A number's value, or the place of a category. */
  number(name: string, parameter: Parameter): number {
    const where = `trial ${this.#trial}: "${name}"`;
    const learning = this.#learning;
    if (learning === undefined) {
      throw new ImagoError(
        `${where}: the study was given a space, so trials ask for nothing by themselves.`,
        {
          help: "Read it from trial.params, or open the study without a space.",
        },
      );
    }
    const described = describeParameter(parameter);
    const given = this.#given.get(name);
    const known = given?.described ?? learning.space[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(described)) {
      throw new ImagoError(`${where} was ${wordsOf(known)} before and is now ${wordsOf(described)}.`, {
        help: "A parameter keeps its bounds for the whole study; give it another name.",
      });
    }
    if (given !== undefined) return given.value;
    const [dimension] = levelOf({ [name]: parameter }).dimensions as readonly [Dimension];
    const proposed = learning.point.find(([path]) => path === name)?.[1];
    const value = proposed ?? drawOne(dimension, Generator.from(learning.random).split(name));
    this.#given.set(name, { described, value });
    this.#tell(name, parameter, value);
    return value;
  }
}
