/** Losses. */
export { type BinaryCrossentropyOptions, binaryCrossentropy } from "./binaryCrossentropy.js";
export { type BinaryFocalCrossentropyOptions, binaryFocalCrossentropy } from "./binaryFocalCrossentropy.js";
export { type CategoricalCrossentropyOptions, categoricalCrossentropy } from "./categoricalCrossentropy.js";
export {
  type CategoricalFocalCrossentropyOptions,
  categoricalFocalCrossentropy,
} from "./categoricalFocalCrossentropy.js";
export { categoricalHinge } from "./categoricalHinge.js";
export { type CosineSimilarityOptions, cosineSimilarity } from "./cosineSimilarity.js";
export { hinge } from "./hinge.js";
export { type HuberOptions, huber } from "./huber.js";
export { klDivergence } from "./klDivergence.js";
export { logCosh } from "./logCosh.js";
export type { Loss, Reduction } from "./loss.js";
export { type LossFromOptions, lossFrom } from "./lossFrom.js";
export type { LossOptions } from "./make.js";
export { meanAbsoluteError } from "./meanAbsoluteError.js";
export { meanAbsolutePercentageError } from "./meanAbsolutePercentageError.js";
export { meanSquaredError } from "./meanSquaredError.js";
export { meanSquaredLogarithmicError } from "./meanSquaredLogarithmicError.js";
export { poisson } from "./poisson.js";
export { type LossSpec, loss } from "./resolve.js";
export {
  type SparseCategoricalCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "./sparseCategoricalCrossentropy.js";
export { squaredHinge } from "./squaredHinge.js";
