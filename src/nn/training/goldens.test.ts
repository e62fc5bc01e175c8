import { afterAll, describe, expect, it } from "vitest";
import { Tensor, tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { goldenCases } from "../../engine/testing/goldenCases.js";
import { goldenTensor } from "../../engine/testing/goldenTensor.js";
import { batchOptions, goldenModel, type TrainingCase, tensorsOf } from "../testing/trainingGolden.js";

// Both runs are float32, and 20 steps carry roundings on: the runs' own distance from float64 is 2e-6 at most.
const tolerance = { relative: 1e-5, absolute: 1e-6 };

const files = [
  "mlp",
  "weighting",
  "penalties",
  "graphs",
  "questionAnswering",
  "threeOutputs",
  "characters",
  "fitting",
  "images",
];

afterAll(() => testRuntime().dispose());

describe.each(files)("%s", (file) => {
  const cases = goldenCases<TrainingCase>(`training/${file}`);
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    const net = goldenModel(golden);
    try {
      if (golden.fit === undefined) await checkSteps(net, golden);
      else await checkFit(net, golden);
      await checkEnd(net, golden);
    } finally {
      await net.dispose();
    }
  });
});

type Net = ReturnType<typeof goldenModel>;

async function checkSteps(net: Net, golden: TrainingCase): Promise<void> {
  for (const [step, wanted] of (golden.logs ?? []).entries()) {
    const batch = golden.batches[step % golden.batches.length];
    if (batch === undefined) expect.fail("no batch");
    const found = await net.trainOnBatch(
      tensorsOf(batch.inputs),
      tensorsOf(batch.targets),
      batchOptions(golden, batch),
    );
    for (const [name, value] of Object.entries(wanted)) {
      const own = found[name] ?? found[`${name}_loss`];
      expectClose(tensor([own ?? Number.NaN]), [value], tolerance);
    }
  }
}

async function checkFit(net: Net, golden: TrainingCase): Promise<void> {
  const { history } = await net.fit(
    tensorsOf(golden.batches.map(({ inputs }) => inputs)),
    tensorsOf(golden.batches.map(({ targets }) => targets)),
    golden.fit ?? {},
  );
  for (const [name, wanted] of Object.entries(golden.history ?? {})) {
    const key = name.startsWith("val") ? `val_${name.charAt(3).toLowerCase()}${name.slice(4)}` : name;
    expectClose(tensor([...(history[key] ?? [])]), [...wanted], tolerance);
  }
}

async function checkEnd(net: Net, golden: TrainingCase): Promise<void> {
  for (const [layer, weights] of Object.entries(golden.finalWeights)) {
    const found = net.getLayer(layer).getWeights();
    weights.forEach((weight, index) => {
      const own = found[index];
      if (own === undefined) expect.fail(`${layer}: weight ${index} is missing`);
      expectClose(own, goldenTensor(weight), tolerance);
    });
  }
  const predictions = await net.predict(tensorsOf(golden.batches[0]?.inputs ?? {}));
  for (const [name, wanted] of Object.entries(golden.predictions)) {
    expectClose(predictions[name] ?? Tensor.zeros([0]), goldenTensor(wanted), tolerance);
  }
}
