import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { nodeRuntime } from "../../index.js";
import { model } from "../models/model.js";
import { denseNet121, type ImageModel, mobileNetV2, resNet, xception } from "./index.js";
import { fillHashed, hashed, hashedImages } from "./testing/hashed.js";

interface Case {
  readonly network: string;
  readonly options: {
    readonly input_shape: readonly [number, number, number];
    readonly classes: number;
    readonly alpha?: number;
  };
  readonly weights: number;
  readonly "on the way": readonly {
    readonly layer: string;
    readonly shape: readonly number[];
    readonly mean: number;
    readonly meanSquare: number;
    readonly first4: readonly number[];
  }[];
  readonly logits: readonly number[];
}

const path = new URL("../../../goldens/architectures/outputs.json", import.meta.url);
const { cases, hash } = JSON.parse(readFileSync(path, "utf8")) as {
  readonly cases: readonly Case[];
  readonly hash: Readonly<Record<string, number | readonly number[]>>;
};

function make({ network, options }: Case): ImageModel {
  const own = {
    inputShape: options.input_shape,
    classes: options.classes,
    classifierActivation: null,
  } as const;
  if (network === "MobileNetV2") return mobileNetV2({ ...own, width: options.alpha ?? 1 });
  if (network === "DenseNet121") return denseNet121(own);
  if (network === "Xception") return xception(own);
  return resNet({ ...own, depth: 50, version: network.endsWith("V2") ? 2 : 1 });
}

const runtime = nodeRuntime();

it("weights by the rule are Keras's", () => {
  expect([0, 1, 2, 3].map((at) => hashed(0, at))).toEqual(hash["u(0, 0..3)"]);
  expect([0, 1, 2, 3].map((at) => hashed(1, at))).toEqual(hash["u(1, 0..3)"]);
  expect(hashed(200, 12345)).toBe(hash["u(200, 12345)"]);
});

describe.each(cases.map((one) => [`${one.network} ${JSON.stringify(one.options)}`, one] as const))(
  "%s",
  (_, golden) => {
    const network = make(golden);
    afterAll(() => network.dispose());

    it("computes what Keras does, on the way and at the end", async () => {
      fillHashed(network);
      const places = golden["on the way"];
      const outputs = places.map(({ layer }) => {
        const found = network.functional.calls.find((call) => call.layer === network.getLayer(layer));
        return found?.outputs[0] as NonNullable<typeof found>["outputs"][0];
      });
      const image = network.inputs[0]?.tensor;
      const all = [...outputs, network.outputs[0]?.tensor].filter((tensor) => tensor !== undefined);
      const probe = model({ inputs: image as NonNullable<typeof image>, outputs: all, runtime });
      const results = await probe.predict(hashedImages([1, ...golden.options.input_shape]) as never);
      await probe.dispose();
      const logits = Array.from(results.at(-1)?.data ?? [], Number);
      const largest = Math.max(...golden.logits.map(Math.abs));
      golden.logits.forEach((value, at) => {
        expect(Math.abs((logits[at] as number) - value) / largest).toBeLessThan(1e-4);
      });
      places.forEach(({ shape, mean, meanSquare, first4 }, place) => {
        const values = Array.from(results[place]?.data ?? [], Number);
        expect(results[place]?.shape.slice(1)).toEqual(shape);
        const scale = Math.sqrt(meanSquare);
        const average = (numbers: readonly number[]): number =>
          numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
        expect(Math.abs(average(values) - mean) / scale).toBeLessThan(1e-4);
        expect(Math.abs(average(values.map((x) => x * x)) / meanSquare - 1)).toBeLessThan(1e-4);
        first4.forEach((value, at) => {
          expect(Math.abs((values[at] as number) - value) / scale).toBeLessThan(1e-3);
        });
      });
    });
  },
);
