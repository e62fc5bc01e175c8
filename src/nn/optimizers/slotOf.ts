import type { Value } from "../../engine/graph/graph.js";
import type { UpdateContext } from "./optimizer.js";

/** The slot of that name, which the optimiser declared. */
export function slotOf(context: UpdateContext, name: string): Value {
  return context.slots[name] as Value;
}

/** The factor of that name, which the optimiser declared. */
export function factorOf(context: UpdateContext, name: string): Value {
  return context.factors[name] as Value;
}
