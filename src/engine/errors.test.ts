import { describe, expect, it } from "vitest";
import { ImagoError, nearest } from "./errors.js";

describe("ImagoError", () => {
  it("adds help to the message", () => {
    const error = new ImagoError("Expected rank 4, received [32, 784].", { help: "Reshape before it." });
    expect(error.message).toBe("Expected rank 4, received [32, 784]. Reshape before it.");
    expect(error.help).toBe("Reshape before it.");
    expect(error.name).toBe("ImagoError");
    expect(error).toBeInstanceOf(Error);
  });

  it("keeps the cause, and has none unless given", () => {
    const cause = new Error("below");
    expect(new ImagoError("above", { cause }).cause).toBe(cause);
    expect("cause" in new ImagoError("alone")).toBe(false);
    expect(new ImagoError("alone").help).toBeUndefined();
  });
});

describe("a message", () => {
  it("stays short, whatever a file said, and keeps its beginning and its help", () => {
    const { message } = new ImagoError(`model.onnx: there is no value "${"a".repeat(1e6)}".`, {
      help: "Name another.",
    });
    expect(message).toHaveLength(2000);
    expect(message).toMatch(/^model\.onnx: there is no value "a+ … a+"\. Name another\.$/);
  });
});

describe("nearest", () => {
  const options = ["units", "activation", "useBias", "kernelInitializer", "biasInitializer"];

  it.each([
    ["unit", "units"],
    ["untis", "units"], // two neighbours swapped count once
    ["actvation", "activation"],
    ["use_bias", "useBias"],
    ["USEBIAS", "useBias"],
    ["kernel-initialiser", "kernelInitializer"],
    ["biasinitialzer", "biasInitializer"],
  ])("finds for %s the option %s", (typed, meant) => {
    expect(nearest(typed, options)).toBe(meant);
  });

  it.each(["padding", "x", "", "zzzzz"])("finds nothing for %j", (typed) => {
    expect(nearest(typed, options)).toBeUndefined();
  });

  it("returns the first of equally near ones, and nothing of nothing", () => {
    expect(nearest("bat", ["cat", "hat"])).toBe("cat");
    expect(nearest("a", [])).toBeUndefined();
    expect(nearest("a", ["b"])).toBeUndefined();
  });
});
