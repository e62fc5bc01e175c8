import { squeezeNet } from "../../../src/architectures.js";
import { dense, Generator, model, type SymbolicTensor, Tensor } from "../../../src/index.js";

/** SqueezeNet's shape with random weights by He and a new head of 10 classes; `whole`: its features are trained too. */
export function fineTuned(side: number, whole: boolean) {
  const base = squeezeNet({ includeTop: false, pooling: "avg", inputShape: [side, side, 3] });
  const random = new Generator(7);
  for (const { variable } of base.variables) {
    if (variable.name !== "kernel") continue;
    const [height, width, inside, out] = variable.shape as readonly [number, number, number, number];
    const deviation = Math.sqrt(2 / (height * width * inside));
    const weights = random.normals(height * width * inside * out).map((value) => value * deviation);
    variable.value = new Tensor("float32", variable.shape, weights);
  }
  for (const layer of base.layers) layer.trainable = whole;
  const [image, features] = [base.inputs[0]?.tensor, base.outputs[0]?.tensor] as SymbolicTensor[];
  const head = dense({ units: 10, activation: "softmax", name: "answer" });
  return model({ inputs: image as SymbolicTensor, outputs: head(features as SymbolicTensor) });
}
