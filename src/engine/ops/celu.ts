import { add } from "./add.js";
import { parametricOp } from "./define/parametricOp.js";
import { greater } from "./greater.js";
import { mul } from "./mul.js";
import { where } from "./where.js";

/**
 * x above 0, `alpha` · (exp(x / `alpha`) − 1) elsewhere (Barron 2017, eq. 2): an {@link elu} whose slope is
 * continuous for every `alpha`. `alpha` is 1 by default.
 */
export const celu = parametricOp("Celu", { alpha: 1 }, (x, y, dy, { alpha }) =>
  where(greater(x, 0), dy, mul(dy, add(mul(y, 1 / alpha), 1))),
);
