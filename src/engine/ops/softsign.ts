import { abs } from "./abs.js";
import { add } from "./add.js";
import { unaryOp } from "./define/define.js";
import { div } from "./div.js";
import { mul } from "./mul.js";

/** x / (1 + |x|). */
export const softsign = unaryOp("Softsign", (x, _y, dy) => {
  const base = add(abs(x), 1);
  return div(dy, mul(base, base));
});
