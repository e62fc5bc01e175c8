import type { Layer } from "../../layers/base/layer.js";
import type { LayerCall } from "../../layers/base/symbolic.js";
import type { Model } from "../../models/model.js";

/**
 * A model's calls as Keras lists the layers of a functional model (`keras/src/ops/function.py`, `map_graph`): by the longest way to the
 * output, and where that is equal by when a walk from the output first comes to them.
 */
export function kerasOrder(model: Model): readonly LayerCall[] {
  const seen: LayerCall[] = [];
  const done: LayerCall[] = [];
  const visit = (call: LayerCall): void => {
    if (seen.includes(call)) return;
    seen.push(call);
    for (const { call: before } of call.inputs) visit(before);
    done.push(call);
  };
  for (const { tensor } of model.outputs) visit(tensor.call);
  const depths = new Map<LayerCall, number>();
  for (const call of [...done].reverse()) {
    const depth = depths.get(call) ?? 0;
    depths.set(call, depth);
    for (const { call: before } of call.inputs) {
      depths.set(before, Math.max(depth + 1, depths.get(before) ?? 0));
    }
  }
  const depthOf = (call: LayerCall): number => depths.get(call) as number;
  return [...seen].sort((a, b) => depthOf(b) - depthOf(a) || seen.indexOf(a) - seen.indexOf(b));
}

/** Layers in that order. */
export function kerasLayers(model: Model): readonly Layer[] {
  return kerasOrder(model).map(({ layer }) => layer);
}
