import { ImagoError } from "../../src/index.js";

/** How the network in the box is trained. Chosen on a twentieth of the training pictures; see README.md beside this file. */
export interface Recipe {
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** At the top of the cycle. */
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
  /** Share of the steps in which the rate rises. */
  readonly rise: number;
  /** Of the average of the weights that the training ends with. */
  readonly decay: number;
  /** Sides of the pictures, each from a share of the epochs on: small ones first, whose epochs cost a fraction. */
  readonly sides: readonly (readonly [from: number, side: number])[];
}

export const recipe: Recipe = {
  seed: 1,
  epochs: 14,
  batchSize: 128,
  learningRate: 4e-3,
  weightDecay: 0.05,
  labelSmoothing: 0.1,
  rise: 0.15,
  decay: 0.999,
  sides: [
    [0, 32],
    [0.5, 48],
    [0.714, 64],
  ],
};

/** Further sittings, each from the network that the one before has left: lower cycles, on pictures of nearly full size from the beginning. */
export const further: readonly Recipe[] = [
  {
    ...recipe,
    seed: 2,
    epochs: 5,
    learningRate: 2e-3,
    sides: [
      [0, 48],
      [0.4, 56],
      [0.8, 64],
    ],
  },
  { ...recipe, seed: 3, epochs: 3, learningRate: 7e-4, sides: [[0, 64]] },
];

/**
 * @param sitting from 1
 * @throws ImagoError on one that there is not
 */
export function recipeOf(sitting: number): Recipe {
  const found = [recipe, ...further][sitting - 1];
  if (found === undefined) {
    throw new ImagoError(`--sitting: there is no sitting ${sitting}; they are 1 to ${1 + further.length}.`);
  }
  return found;
}

/** The side of the pictures in an epoch, counted from 0. */
export function sideAt({ epochs, sides }: Recipe, epoch: number): number {
  const begun = sides.filter(([from]) => epoch >= Math.round(from * epochs));
  return (begun.at(-1) ?? sides[0])?.[1] ?? 64;
}
