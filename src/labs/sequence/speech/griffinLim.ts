import type { Generator } from "../../../engine/random/generator.js";
import type { Stft } from "../audio/stft.js";

/** Rounds after which a sound gets no clearer. */
const usualRounds = 60;
/** How far each round goes beyond where the plain method would. (Perraudin, Balazs and Søndergaard 2013, section 3.) */
const momentum = 0.99;

/**
 * A sound whose frames have such magnitudes: phases are found by going back and forth between sound and spectra. (Griffin and Lim 1984,
 * the fast form of Perraudin, Balazs and Søndergaard 2013.)
 *
 * @param magnitudes `[frames, window / 2 + 1]`
 * @param random what the phases begin with
 * @returns `(frames − 1) · hop` samples
 */
export function griffinLim(
  magnitudes: Float64Array,
  stft: Stft,
  random: Generator,
  rounds = usualRounds,
): Float64Array {
  const { window, hop } = stft.settings;
  const bins = window / 2 + 1;
  const frames = magnitudes.length / bins;
  const samples = (frames - 1) * hop;
  const angles = random.uniforms(magnitudes.length);
  let real = magnitudes.map((size, at) => size * Math.cos(2 * Math.PI * (angles[at] as number)));
  let imaginary = magnitudes.map((size, at) => size * Math.sin(2 * Math.PI * (angles[at] as number)));
  let before: { readonly real: Float64Array; readonly imaginary: Float64Array } | undefined;
  for (let round = 0; round < rounds; round++) {
    const now = stft.forward(stft.inverse({ frames, bins, real, imaginary }, samples));
    const last = before ?? now;
    real = now.real.map((value, at) => value + momentum * (value - (last.real[at] as number)));
    imaginary = now.imaginary.map((value, at) => value + momentum * (value - (last.imaginary[at] as number)));
    for (let at = 0; at < magnitudes.length; at++) {
      const length = Math.hypot(real[at] as number, imaginary[at] as number);
      const factor = length === 0 ? 0 : (magnitudes[at] as number) / length;
      real[at] = (real[at] as number) * factor;
      imaginary[at] = (imaginary[at] as number) * factor;
    }
    before = now;
  }
  return stft.inverse({ frames, bins, real, imaginary }, samples);
}
