import { add } from "./add.js";
import { parametricOp } from "./define/parametricOp.js";
import { greater } from "./greater.js";
import { mul } from "./mul.js";
import { where } from "./where.js";

/**
 * `gamma` · x above 0, `gamma` · `alpha` · (eˣ − 1) elsewhere. By default `alpha` is 1.67326… and `gamma`
 * 1.05070…, which keep mean 0 and variance 1 (Klambauer et al. 2017, eq. 14).
 */
export const selu = parametricOp(
  "Selu",
  { alpha: 1.6732632423543772, gamma: 1.0507009873554805 },
  (x, y, dy, { alpha, gamma }) => mul(dy, where(greater(x, 0), gamma, add(y, alpha * gamma))),
);
