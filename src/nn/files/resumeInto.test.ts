import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { model } from "../models/model.js";
import { weightsOf } from "../models/serialize.js";
import { resumeInto } from "./resumeInto.js";
import { saveModel } from "./saveModel.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function network(units = 1) {
  const x = input({ shape: [2] });
  const net = model({ inputs: x, outputs: dense({ units })(x), seed: 1 });
  net.compile({ optimizer: "adam", loss: "mse" });
  return net;
}
const [x, y] = [
  [
    [1, 2],
    [3, -1],
    [0, 1],
  ],
  [[1], [0], [2]],
];

it("goes on with what was saved, to the same bytes", async () => {
  const whole = network();
  await whole.fit(x, y, { epochs: 4 });
  const begun = network();
  const { position } = await begun.fit(x, y, { epochs: 2 });
  await saveModel(begun, join(folder, "a"), { training: position });
  const other = network();
  const resume = await resumeInto(other, join(folder, "a"));
  expect(resume).toMatchObject({ epoch: 2, step: 0 });
  await other.fit(x, y, { epochs: 4, resume });
  expect(weightsOf(other)).toEqual(weightsOf(whole));
});

it("leaves the network as it is where nothing was saved", async () => {
  const net = network();
  const before = weightsOf(network());
  expect(await resumeInto(net, join(folder, "none"))).toBeUndefined();
  expect(weightsOf(net)).toEqual(before);
});

it("refuses what it cannot go on with", async () => {
  await saveModel(network(), join(folder, "use"));
  await expect(resumeInto(network(), join(folder, "use"))).rejects.toThrow(
    "the model there was saved for use alone, not to go on with its training.",
  );
  await expect(resumeInto(network(2), join(folder, "a"))).rejects.toThrow(
    'weight "dense/kernel": expected float32[2, 2], found float32[2, 1]',
  );
  await saveModel(network(), join(folder, "broken"), { training: { epoch: 0, step: 0 } });
  await writeFile(join(folder, "broken", "weights.safetensors"), "");
  await expect(resumeInto(network(), join(folder, "broken"))).rejects.toThrow("is truncated");
});
