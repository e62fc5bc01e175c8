import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeSafetensors } from "../../../engine/formats/safetensors.js";
import { weightsOf } from "../../models/serialize.js";
import { loadWeights, resNet, squeezeNet } from "../index.js";

const folder = mkdtempSync(join(tmpdir(), "imago-skipped-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny = { depth: 20, width: 0.125, inputShape: [32, 32, 3] } as const;
const file = join(folder, "whole.safetensors");
const whole = resNet({ ...tiny, classes: 4 });
writeFileSync(file, writeSafetensors(weightsOf(whole)));

describe("layers that loadWeights is to leave", () => {
  it("are refused where no layer is called so, with the nearest that is, and nothing is set", async () => {
    const network = resNet({ ...tiny, classes: 4, seed: 5 });
    const before = weightsOf(network)["predictions/kernel"]?.bytes.slice();
    const named = (skip: string): string =>
      `${file}: skip names "${skip}", and no layer with weights is called so, neither in the model nor in the file.`;
    for (const partial of [false, true]) {
      await expect(loadWeights(network, file, { skip: "predicitons", partial })).rejects.toThrow(
        `${named("predicitons")} Did you mean "predictions"?`,
      );
      await expect(loadWeights(network, file, { skip: ["predictions", "nosuch"], partial })).rejects.toThrow(
        `${named("nosuch")} The last layers of the model are "predictions", `,
      );
    }
    expect(weightsOf(network)["predictions/kernel"]?.bytes).toEqual(before);
    const { kept } = await loadWeights(network, file, { skip: "predictions" });
    expect(kept).toEqual(["predictions/kernel", "predictions/bias"]);
  });

  it("may be the file's alone, or a classifier that neither has", async () => {
    const features = resNet({ ...tiny, includeTop: false });
    expect((await loadWeights(features, file, { skip: "predictions" })).kept).toEqual([]);
    const path = join(folder, "features.safetensors");
    writeFileSync(path, writeSafetensors(weightsOf(features)));
    expect((await loadWeights(features, path, { skip: "predictions" })).kept).toEqual([]);
  });

  it("must have weights: what is called so and has none keeps nothing", async () => {
    const network = squeezeNet({ version: "1.1", inputShape: [35, 35, 3], classes: 3 });
    const path = join(folder, "squeeze.safetensors");
    writeFileSync(path, writeSafetensors(weightsOf(network)));
    await expect(loadWeights(network, path, { skip: "predictions" })).rejects.toThrow(
      'skip names "predictions", and no layer with weights is called so, neither in the model nor in the file. The last layers of the model are "conv10"',
    );
  });
});
