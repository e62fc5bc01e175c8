import type { Runtime } from "../../engine/runtime/runtime.js";
import type { Structure } from "../network/structure.js";
import { type CompileOptions, Model } from "./model.js";

/** The same network with the same weights, compiled as it was, whose programs run on another runtime. */
export function withRuntime(model: Model, runtime: Runtime): Model {
  const { inputStructure: inputs, outputStructure: outputs, name, seed } = model;
  const made = new Model<Structure, Structure>({ inputs, outputs, name, seed, runtime });
  if (!model.isCompiled) return made;
  const { optimizer, heads } = model.compiled;
  made.compile({
    optimizer,
    // By position, which needs no names of outputs.
    loss: heads.map(({ loss }) => loss ?? null),
    lossWeights: heads.map(({ weight }) => weight),
    metrics: heads.map(({ metrics }) => metrics),
    weightedMetrics: heads.map(({ weightedMetrics }) => weightedMetrics),
  } as CompileOptions<Structure>);
  return made;
}
