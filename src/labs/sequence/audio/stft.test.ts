import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Fft } from "./fft.js";
import { Stft } from "./stft.js";

describe("Fft", () => {
  it("is the sum that defines it, and its inverse gives back what it took", () => {
    const size = 16;
    const random = new Generator(3);
    const [real, imaginary] = [random.normals(size), random.normals(size)].map((one) =>
      Float64Array.from(one),
    ) as [Float64Array, Float64Array];
    const [re, im] = [real.slice(), imaginary.slice()];
    const fft = new Fft(size);
    fft.forward(re, im);
    for (let k = 0; k < size; k++) {
      let [a, b] = [0, 0];
      for (let n = 0; n < size; n++) {
        const angle = (-2 * Math.PI * k * n) / size;
        a += (real[n] as number) * Math.cos(angle) - (imaginary[n] as number) * Math.sin(angle);
        b += (real[n] as number) * Math.sin(angle) + (imaginary[n] as number) * Math.cos(angle);
      }
      expect(re[k]).toBeCloseTo(a, 10);
      expect(im[k]).toBeCloseTo(b, 10);
    }
    fft.inverse(re, im);
    re.forEach((value, at) => void expect(value).toBeCloseTo(real[at] as number, 12));
  });

  it.each([0, 1, 3, 12, Number.NaN])("refuses the size %d", (size) => {
    expect(() => new Fft(size)).toThrow("Fft: size must be a power of two");
  });
});

describe("Stft", () => {
  const stft = new Stft({ window: 64, hop: 16 });

  it("shows a tone in its bin, in every frame", () => {
    const tone = Float64Array.from({ length: 400 }, (_, at) => Math.cos((2 * Math.PI * 8 * at) / 64));
    const { frames, bins, real, imaginary } = stft.forward(tone);
    expect([frames, bins]).toEqual([26, 33]);
    for (let frame = 3; frame < 22; frame++) {
      const sizes = Array.from({ length: bins }, (_, bin) =>
        Math.hypot(real[frame * bins + bin] as number, imaginary[frame * bins + bin] as number),
      );
      // Half the sum of a Hann window of 64.
      expect(sizes[8]).toBeCloseTo(16, 6);
      expect(sizes[7]).toBeCloseTo(8, 6);
      expect(Math.max(...sizes.filter((_, bin) => bin < 6 || bin > 10))).toBeLessThan(1e-6);
    }
  });

  it("gives back a sound from its spectra", () => {
    const sound = Float64Array.from(new Generator(5).normals(320));
    const again = stft.inverse(stft.forward(sound), 320);
    again.forEach((value, at) => void expect(value).toBeCloseTo(sound[at] as number, 9));
  });
});
