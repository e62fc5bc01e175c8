import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { exampleShapes } from "../defaultLosses.js";
import { featureName } from "./network.js";
import type { TargetSource } from "./source.js";

/** How many channels the teacher's inner layer has, from one run on zeros. */
export async function featureChannels(source: TargetSource, student: Model): Promise<number> {
  const shapes = exampleShapes(student);
  const inputs = student.inputs.map(({ name, tensor }) =>
    Tensor.zeros(shapes[name] as number[], tensor.dtype),
  );
  const { [featureName]: feature } = await source.targets({ inputs });
  return (feature as Tensor).sizeAt(-1);
}
