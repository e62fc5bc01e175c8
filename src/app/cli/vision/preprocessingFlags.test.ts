import { describe, expect, it } from "vitest";
import { preprocessingFrom } from "./preprocessingFlags.js";

describe("preprocessingFrom", () => {
  it("reads the flags", () => {
    expect(preprocessingFrom({})).toBeUndefined();
    expect(
      preprocessingFrom({ preset: "caffe", mean: "1, 2,3.5", range: "-1,1", channelOrder: "rgb" }),
    ).toMatchObject({
      preset: "caffe",
      mean: [1, 2, 3.5],
      range: [-1, 1],
      channelOrder: "rgb",
    });
  });

  it.each([
    [{ preset: "cafe" }, 'there is no preset "cafe". Did you mean "caffe"?'],
    [{ channelOrder: "grb" }, '--channel-order must be rgb or bgr, received "grb".'],
    [{ mean: "1,2" }, '--mean must be 3 numbers with commas between, received "1,2".'],
    [{ range: "0,x" }, '--range must be a number, received "x".'],
    [{ deviation: "1,1,0" }, "--deviation must be three numbers from 0.000001"],
  ])("refuses %o", (flags, message) => {
    expect(() => preprocessingFrom(flags)).toThrow(message);
  });
});
