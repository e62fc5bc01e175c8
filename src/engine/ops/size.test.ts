import { it } from "vitest";
import { Tensor } from "../tensor/tensor.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { emit } from "./define/define.js";
import { size } from "./size.js";

it("is a constant of the number of elements", async () => {
  expectClose(await evaluateOne(size, Tensor.zeros([2, 3])), Tensor.scalar(6, "int64"));
  expectClose(await evaluateOne(size, Tensor.zeros([2, 0])), Tensor.scalar(0, "int64"));
});

it("is inferred for an imported node", async () => {
  expectClose(await evaluateOne((x) => emit(size.operator, [x]), 5), Tensor.scalar(1, "int64"));
});
