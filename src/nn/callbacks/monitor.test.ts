import { describe, expect, it } from "vitest";
import { metric } from "../metrics/resolve.js";
import { directionOf } from "./monitor.js";

describe("the direction of a figure", () => {
  it.each([
    ["val_loss", "min"],
    ["score_loss", "min"],
    ["val_binaryAccuracy", "max"],
    ["val_precision_1", "max"],
    ["meanIoU", "max"],
    ["val_cosineSimilarity", "max"],
    ["weighted_mae", "min"],
    ["val_ce", "min"],
    ["bitsPerCharacter", "min"],
    ["falsePositives", "min"],
    ["truePositives", "max"],
    ["val_logCosh", "min"],
    ["val_r2Score", "max"],
  ])("%s is %s", (name, direction) => {
    expect(directionOf("earlyStopping", name, "auto")).toBe(direction);
  });

  it.each([
    "confidence",
    "performance",
    "relevance",
    "coherence",
    "inaccuracy",
    "lossOfAccuracy",
    "space",
    "place",
  ])("cannot be told of %s", (name) => {
    expect(() => directionOf("earlyStopping", `val_${name}`, "auto")).toThrow("set mode to");
  });

  it("is known of every metric and loss by its name", () => {
    for (const name of metric.names) {
      expect(["min", "max"], name).toContain(directionOf("earlyStopping", `val_${name}`, "auto"));
    }
  });
});
