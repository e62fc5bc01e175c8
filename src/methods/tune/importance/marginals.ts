import type { Level } from "../space/dimensions.js";
import { boxMeasure } from "./boxMeasure.js";
import type { Leaf } from "./regressionTree.js";
import type { TreeParameter } from "./treeParameters.js";

/** A tree as a function on a space. */
export interface TreeFunction {
  readonly level: Level;
  readonly parameters: readonly TreeParameter[];
  /** Of the parameters by path. */
  readonly places: ReadonlyMap<string, number>;
  readonly leaves: readonly Leaf[];
}

/** The pieces of a parameter's range in which the function does not change with it, or its choices. */
interface Axis {
  readonly place: number;
  /** Where pieces end; of choices `undefined`. */
  readonly cuts: Float64Array | undefined;
  /** How likely each piece is. */
  readonly weights: Float64Array;
}

/** The mean and the variance of the function over the space. */
export function momentsOf({ level, places, leaves }: TreeFunction): { mean: number; variance: number } {
  const none = { held: new Map<number, number>(), forks: new Map<number, number>() };
  const weights = leaves.map(({ box }) => boxMeasure(level, box, none, places));
  const mean = leaves.reduce((sum, { value }, i) => sum + weights[i]! * value, 0);
  const variance = leaves.reduce((sum, { value }, i) => sum + weights[i]! * (value - mean) ** 2, 0);
  return { mean, variance };
}

/**
 * How much of the variance a parameter makes by itself: that of the function's mean at each of its values, over the points in
 * which it is active, times the probability that it is (Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing
 * Hyperparameter Importance", 2014).
 */
export function mainVariance(tree: TreeFunction, place: number): number {
  const axis = axisOf(tree, place);
  const { chance } = tree.parameters[place]!;
  const { table } = marginal(tree, [axis], chance);
  const mean = table.reduce((sum, value, i) => sum + axis.weights[i]! * value, 0);
  return chance * table.reduce((sum, value, i) => sum + axis.weights[i]! * (value - mean) ** 2, 0);
}

/**
 * What two parameters make together beyond what each makes, over the points in which both are active; 0 where there are none,
 * and where one of them decides whether the other is.
 */
export function pairVariance(tree: TreeFunction, first: number, second: number): number {
  const chance = jointChance(tree.parameters, first, second);
  if (chance === 0) return 0;
  const [a, b] = [axisOf(tree, first), axisOf(tree, second)];
  const { table } = marginal(tree, [a, b], chance);
  const width = b.weights.length;
  const [rows, columns] = [new Float64Array(a.weights.length), new Float64Array(width)];
  let mean = 0;
  table.forEach((value, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    rows[row]! += b.weights[column]! * value;
    columns[column]! += a.weights[row]! * value;
    mean += a.weights[row]! * b.weights[column]! * value;
  });
  let variance = 0;
  table.forEach((value, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    variance += a.weights[row]! * b.weights[column]! * (value - rows[row]! - columns[column]! + mean) ** 2;
  });
  return chance * variance;
}

/** How likely two parameters are to be active together; 0 where one decides whether the other is. */
export function jointChance(parameters: readonly TreeParameter[], first: number, second: number): number {
  const [a, b] = [parameters[first]!, parameters[second]!];
  if (a.forks.has(second) || b.forks.has(first)) return 0;
  let chance = a.chance * b.chance;
  for (const [fork, branch] of a.forks) {
    const other = b.forks.get(fork);
    if (other === undefined) continue;
    if (other !== branch) return 0;
    // It was counted twice.
    chance *= parameters[fork]!.dimension.count!;
  }
  return chance;
}

function axisOf({ parameters, leaves }: TreeFunction, place: number): Axis {
  const { dimension } = parameters[place]!;
  if (dimension.kind === "category") {
    return { place, cuts: undefined, weights: new Float64Array(dimension.count).fill(1 / dimension.count) };
  }
  const ends = leaves.flatMap(({ box }) => [box.low[place]!, box.high[place]!]);
  const cuts = Float64Array.from(new Set([0, 1, ...ends])).sort();
  return { place, cuts, weights: cuts.slice(1).map((end, i) => end - cuts[i]!) };
}

/** The function's mean for each piece of one or two axes, row by row, by sums of differences. */
function marginal(
  { level, parameters, places, leaves }: TreeFunction,
  axes: readonly Axis[],
  chance: number,
): { readonly table: Float64Array } {
  const forks = new Map(axes.flatMap(({ place }) => [...parameters[place]!.forks]));
  const height = axes[0]!.weights.length;
  const width = axes[1]?.weights.length ?? 1;
  const differences = new Float64Array((height + 1) * (width + 1));
  const at = axes.map(({ cuts }) => new Map(Array.from(cuts ?? [], (cut, i) => [cut, i])));
  for (const { box, value } of leaves) {
    for (const held of heldChoices(axes, box.choices)) {
      const weight = (value * boxMeasure(level, box, { held, forks }, places)) / chance;
      if (weight === 0) continue;
      const [rows, columns] = [0, 1].map((i): readonly [number, number] => {
        const axis = axes[i];
        if (axis === undefined) return [0, 1];
        const { place, cuts } = axis;
        const choice = held.get(place)!;
        return cuts === undefined
          ? [choice, choice + 1]
          : [at[i]!.get(box.low[place]!)!, at[i]!.get(box.high[place]!)!];
      }) as [readonly [number, number], readonly [number, number]];
      addRectangle(differences, width + 1, rows, columns, weight);
    }
  }
  return { table: summed(differences, height, width) };
}

/** Every way to hold the parameters of some axes: of categories each choice that a box has; of numbers that they are held. */
function heldChoices(
  axes: readonly Axis[],
  choices: readonly (Uint8Array | undefined)[],
): Map<number, number>[] {
  let all = [new Map<number, number>()];
  for (const { place } of axes) {
    const own = choices[place];
    const values = own === undefined ? [0] : Array.from(own.keys()).filter((choice) => own[choice] === 1);
    all = all.flatMap((held) => values.map((value) => new Map([...held, [place, value]])));
  }
  return all;
}

function addRectangle(
  into: Float64Array,
  stride: number,
  [top, bottom]: readonly [number, number],
  [left, right]: readonly [number, number],
  value: number,
): void {
  into[top * stride + left]! += value;
  into[top * stride + right]! -= value;
  into[bottom * stride + left]! -= value;
  into[bottom * stride + right]! += value;
}

function summed(differences: Float64Array, height: number, width: number): Float64Array {
  const table = new Float64Array(height * width);
  const stride = width + 1;
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += differences[row * stride + column]!;
      table[row * width + column] = sum + (row === 0 ? 0 : table[(row - 1) * width + column]!);
    }
  }
  return table;
}
