import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../onnx/read/read.js";
import { foreign, node } from "../onnx/testing/foreign.js";
import { externalDataOf } from "./externalData.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await mkdir(join(folder, "model", "data"), { recursive: true });
  await writeFile(join(folder, "model", "data", "weights"), Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
  await writeFile(join(folder, "secret"), "secret!!");
  await symlink(join(folder, "secret"), join(folder, "model", "link"));
  await symlink("data/weights", join(folder, "model", "near"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("externalDataOf", () => {
  const read = (location: string, offset: number, length: number): number[] => [
    ...externalDataOf(join(folder, "model", "m.onnx"))(location, offset, length),
  ];

  it("reads a part of a file beside the model", () => {
    expect(read("data/weights", 2, 3)).toEqual([2, 3, 4]);
    expect(read("near", 6, 2)).toEqual([6, 7]);
    expect(read("data/weights", 8, 0)).toEqual([]);
  });

  it("reads nothing outside of the folder", () => {
    expect(() => read("link", 0, 8)).toThrow(/it is a link to .*secret, outside of the model's folder\.$/);
    expect(() => read("../secret", 0, 8)).toThrow("outside of the model's folder");
  });

  it("says what is wrong", () => {
    expect(() => read("data/none", 0, 1)).toThrow("there is no such file");
    expect(() => read("data", 0, 1)).toThrow(/it is not a regular file|it is a folder/);
    expect(() => read("data/weights", 6, 3)).toThrow(
      "it has 8 bytes, and the model wants 3 from 6; it is truncated, or of another model.",
    );
  });

  it("serves a model", () => {
    const entries = (location: string) => [
      { key: "location", value: location },
      { key: "offset", value: "4" },
    ];
    const bytes = (location: string): Uint8Array =>
      foreign({
        initializer: [
          { name: "w", dims: [1], dataType: 1, dataLocation: 1, externalData: entries(location) },
        ],
        nodes: [node("Mul", ["x", "w"], ["y"])],
      });
    const externalData = externalDataOf(join(folder, "model", "m.onnx"));
    const { graph } = readModel(bytes("data/weights"), { externalData });
    expect(graph.constants[0]?.constant?.bytes).toEqual(Uint8Array.of(4, 5, 6, 7));
    expect(() => readModel(bytes("../secret"), { externalData })).toThrow(
      "no path inside the model's folder",
    );
    expect(() => readModel(bytes("/etc/passwd"), { externalData })).toThrow(
      "no path inside the model's folder",
    );
  });
});
