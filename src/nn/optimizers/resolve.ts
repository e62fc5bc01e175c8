import { resolver, type Spec } from "../config/resolver.js";
import { adadelta } from "./adadelta.js";
import { adagrad } from "./adagrad.js";
import { adam } from "./adam.js";
import { adamax } from "./adamax.js";
import { adamW } from "./adamW.js";
import { lion } from "./lion.js";
import { nadam } from "./nadam.js";
import type { Optimizer } from "./optimizer.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

/** A name such as `"rmsprop"`, a saved form, or an optimiser. */
export type OptimizerSpec = Spec<Optimizer>;

/** An {@link Optimizer} from its name, its saved form, or itself. */
export const optimizer = resolver<Optimizer>(
  { one: "optimizer", many: "optimizers" },
  { sgd, rmsprop, adam, adamW, adagrad, adadelta, adamax, nadam, lion },
  "emit",
);
