import { resolver, type Spec } from "../config/resolver.js";
import { binaryCrossentropy } from "./binaryCrossentropy.js";
import { binaryFocalCrossentropy } from "./binaryFocalCrossentropy.js";
import { categoricalCrossentropy } from "./categoricalCrossentropy.js";
import { categoricalFocalCrossentropy } from "./categoricalFocalCrossentropy.js";
import { categoricalHinge } from "./categoricalHinge.js";
import { cosineSimilarity } from "./cosineSimilarity.js";
import { hinge } from "./hinge.js";
import { huber } from "./huber.js";
import { klDivergence } from "./klDivergence.js";
import { logCosh } from "./logCosh.js";
import type { Loss } from "./loss.js";
import { meanAbsoluteError } from "./meanAbsoluteError.js";
import { meanAbsolutePercentageError } from "./meanAbsolutePercentageError.js";
import { meanSquaredError } from "./meanSquaredError.js";
import { meanSquaredLogarithmicError } from "./meanSquaredLogarithmicError.js";
import { poisson } from "./poisson.js";
import { sparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";
import { squaredHinge } from "./squaredHinge.js";

/** A name such as `"mse"`, a saved form, or a loss. */
export type LossSpec = Spec<Loss>;

/** Keras's short names. */
export const lossAliases: Readonly<Record<string, string>> = {
  mse: "meanSquaredError",
  mae: "meanAbsoluteError",
  mape: "meanAbsolutePercentageError",
  msle: "meanSquaredLogarithmicError",
  bce: "binaryCrossentropy",
  kld: "klDivergence",
  kullbackleiblerdivergence: "klDivergence",
  huberloss: "huber",
};

/** A {@link Loss} from its name, its saved form, or itself. */
export const loss = resolver<Loss>(
  { one: "loss", many: "losses" },
  {
    meanSquaredError,
    meanAbsoluteError,
    meanAbsolutePercentageError,
    meanSquaredLogarithmicError,
    binaryCrossentropy,
    categoricalCrossentropy,
    sparseCategoricalCrossentropy,
    binaryFocalCrossentropy,
    categoricalFocalCrossentropy,
    hinge,
    squaredHinge,
    categoricalHinge,
    huber,
    logCosh,
    klDivergence,
    poisson,
    cosineSimilarity,
  },
  "emit",
  lossAliases,
);
