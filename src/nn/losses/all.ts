/** Every loss, under the name that it is chosen and saved by: a new one is its file and a line here. */
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
export { meanAbsoluteError } from "./meanAbsoluteError.js";
export { meanAbsolutePercentageError } from "./meanAbsolutePercentageError.js";
export { meanSquaredError } from "./meanSquaredError.js";
export { meanSquaredLogarithmicError } from "./meanSquaredLogarithmicError.js";
export { mixtureDensityLoss } from "./mixtureDensityLoss.js";
export { poisson } from "./poisson.js";
export {
  type SparseCategoricalCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "./sparseCategoricalCrossentropy.js";
export { squaredHinge } from "./squaredHinge.js";
