import { choice, float, type ParamsOf, type Space } from "../../../methods/tune/space/parameters.js";
import { augmentations, type ClassifyOptions } from "../options.js";

/** Fewer steps than this make no epoch to learn from. */
const leastSteps = 4;

/**
 * What is worth trying of how pictures are learnt: how fast, in how large steps, and how much pictures are changed at random. The network
 * and what it is measured by are for the user to say; a frozen network's head has its penalty chosen already.
 *
 * @param pictures to learn
 * @param isTransfer whether the weights of a network of others are trained on
 */
export function classifySpace(pictures: number, isTransfer: boolean) {
  const sizes = [8, 16, 32, 64, 128].filter((size) => size <= 16 || size * leastSteps <= pictures);
  return {
    learningRate: isTransfer ? float(2e-5, 2e-3, { log: true }) : float(3e-4, 3e-2, { log: true }),
    // A large network's steps need memory.
    batchSize: choice(isTransfer ? sizes.slice(0, 3) : sizes),
    augment: choice(augmentations),
  } satisfies Space & { readonly [K in keyof ClassifyOptions]?: unknown };
}

/** What a trial says of the options. */
export type ClassifyParams = Partial<ParamsOf<ReturnType<typeof classifySpace>>>;

/** The space without what the user has said already. */
export function classifySpaceWithout(given: ClassifyOptions, pictures: number, isTransfer: boolean): Space {
  return Object.fromEntries(
    Object.entries(classifySpace(pictures, isTransfer)).filter(
      ([name]) => given[name as keyof ClassifyOptions] === undefined,
    ),
  );
}
