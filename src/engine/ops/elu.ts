import { add } from "./add.js";
import { parametricOp } from "./define/parametricOp.js";
import { greater } from "./greater.js";
import { mul } from "./mul.js";
import { where } from "./where.js";

/** x above 0, `alpha` · (eˣ − 1) elsewhere (Clevert et al. 2015, eq. 15). `alpha` is 1 by default. */
export const elu = parametricOp("Elu", { alpha: 1 }, (x, y, dy, { alpha }) =>
  where(greater(x, 0), dy, mul(dy, add(y, alpha))),
);
