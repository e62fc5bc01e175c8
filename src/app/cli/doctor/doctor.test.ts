import { describe, expect, it } from "vitest";
import { examine, format, type Machine, thisMachine } from "./doctor.js";

const machine: Machine = {
  nodeVersion: "20.19.0",
  platform: "linux x64",
  cpuModel: "Abacus 3000",
  cpuCount: 8,
  parallelism: 8,
  availableMemory: 8 * 2 ** 30,
  totalMemory: 16 * 2 ** 30,
  runtimeInfo: async () => ({ version: "1.30.0", backends: [{ name: "cpu", bundled: true }] }),
  runTinySession: async () => Math.PI,
  packedNetworks: async () => ["imago-tiny"],
};

describe("doctor", () => {
  it("is content with a good machine", async () => {
    const findings = await examine(machine);
    expect(findings.every((finding) => finding.state === "good")).toBe(true);
    const text = format(findings);
    expect(text).toContain("8 (Abacus 3000)");
    expect(text).toContain("8.0 GiB free of 16.0 GiB");
    expect(text).toContain("runs (3.1 ms)");
    expect(text).toContain("imago-tiny, whole");
    expect(text).toMatch(/Imago is ready\.\n$/);
  });

  it("finds this machine able to run", async () => {
    expect((await examine(thisMachine())).filter((finding) => finding.state === "broken")).toEqual([]);
  });

  it.each([
    ["18.20.0", "broken"],
    ["20.18.9", "broken"],
    ["20.19.0", "good"],
    ["22.1.0", "good"],
  ])("judges Node %s as %s", async (nodeVersion, state) => {
    const [node] = await examine({ ...machine, nodeVersion });
    expect(node).toMatchObject({ name: "Node.js", state });
  });

  it("notes limits without calling them broken", async () => {
    const findings = await examine({
      ...machine,
      parallelism: 2,
      availableMemory: 2 ** 29,
      runtimeInfo: async () => ({
        version: "1.30.0",
        backends: [
          { name: "cpu", bundled: true },
          { name: "cuda", bundled: false },
        ],
      }),
    });
    const notes = findings.filter((finding) => finding.state === "note");
    expect(notes.map((note) => note.name)).toEqual(["Threads", "Memory", "Providers"]);
    expect(notes[2]?.help).toContain("--ignore-scripts");
    expect(format(findings)).toContain("Imago is ready.");
  });

  it("notes a network of its own that is damaged", async () => {
    const packedNetworks = () => Promise.reject(new Error("it is damaged"));
    const findings = await examine({ ...machine, packedNetworks });
    expect(findings.at(-1)).toMatchObject({ name: "Own network", state: "note", help: "it is damaged" });
    expect(format(findings)).toContain("Imago is ready.");
  });

  it("reports a library that does not load, with how to mend it", async () => {
    const findings = await examine({
      ...machine,
      runtimeInfo: async () => {
        throw new Error("libonnxruntime.so.1: cannot open shared object file");
      },
    });
    expect(findings.at(-1)).toMatchObject({ name: "ONNX Runtime", state: "broken" });
    expect(format(findings)).toContain("cannot open shared object file");
    expect(format(findings)).toContain("One thing must be mended");
  });

  it("reports a session that does not run", async () => {
    const findings = await examine({
      ...machine,
      nodeVersion: "16.0.0",
      runTinySession: async () => {
        throw new Error("illegal instruction.");
      },
    });
    expect(findings).toContainEqual(expect.objectContaining({ name: "Session", state: "broken" }));
    expect(format(findings)).toContain("2 things must be mended");
  });
});
