import { expectTypeOf, it } from "vitest";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { type Model, model } from "./model.js";
import { sequential } from "./sequential.js";

const x = input({ shape: [2], name: "x" });
const y = dense({ units: 1 })(x);
const named = model({ inputs: { x }, outputs: { y } });

it("a model of any structure is a Model", () => {
  const any: Model = named;
  const list: Model = model({ inputs: [x], outputs: [y] });
  const single: Model = sequential([{ inputShape: [2] }, dense({ units: 1 })]);
  const takes = (given: Model): string => given.name;
  expectTypeOf(takes(named)).toEqualTypeOf<string>();
  expectTypeOf([any, list, single]).toEqualTypeOf<Model[]>();
});
