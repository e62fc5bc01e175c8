/** What of a spectrum each band takes. */
export interface MelBands {
  readonly bands: number;
  readonly bins: number;
  /** Triangles with the height 1, `[bands, bins]`. */
  readonly weights: Float64Array;
}

const melOf = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/**
 * Bands that are as wide as hearing tells pitches apart: triangles between equal steps of the mel scale, each from the middle of the one
 * before to the middle of the one behind. (Stevens, Volkmann and Newman 1937; O'Shaughnessy's formula.)
 *
 * @param from and `to`: the lowest and the highest frequency, in hertz
 */
export function melBands(
  bands: number,
  {
    window,
    rate,
    from,
    to,
  }: { readonly window: number; readonly rate: number; readonly from: number; readonly to: number },
): MelBands {
  const bins = window / 2 + 1;
  const step = (melOf(to) - melOf(from)) / (bands + 1);
  const edges = Array.from({ length: bands + 2 }, (_, at) => hertzOf(melOf(from) + at * step));
  const weights = new Float64Array(bands * bins);
  for (let band = 0; band < bands; band++) {
    const [low, middle, high] = edges.slice(band, band + 3) as [number, number, number];
    for (let bin = 0; bin < bins; bin++) {
      const hertz = (bin * rate) / window;
      const rising = (hertz - low) / (middle - low);
      const falling = (high - hertz) / (high - middle);
      weights[band * bins + bin] = Math.max(0, Math.min(rising, falling));
    }
  }
  return { bands, bins, weights };
}

/** Bands of a spectrum's magnitudes, `[frames, bins]` to `[frames, bands]`. */
export function toBands({ bands, bins, weights }: MelBands, magnitudes: Float64Array): Float64Array {
  const frames = magnitudes.length / bins;
  const result = new Float64Array(frames * bands);
  for (let frame = 0; frame < frames; frame++) {
    for (let band = 0; band < bands; band++) {
      let sum = 0;
      for (let bin = 0; bin < bins; bin++)
        sum += (weights[band * bins + bin] as number) * (magnitudes[frame * bins + bin] as number);
      result[frame * bands + band] = sum;
    }
  }
  return result;
}

/** Rounds of the multiplicative update: enough that bands are met to a hundredth. */
const rounds = 60;

/**
 * Magnitudes that have such bands, none below 0: non-negative least squares by multiplicative updates (Lee and Seung 2000), from an even
 * spread.
 *
 * @param wanted `[frames, bands]`, from 0
 * @returns `[frames, bins]`
 */
export function fromBands({ bands, bins, weights }: MelBands, wanted: Float64Array): Float64Array {
  const frames = wanted.length / bands;
  const result = new Float64Array(frames * bins).fill(0.1);
  const mel: MelBands = { bands, bins, weights };
  for (let round = 0; round < rounds; round++) {
    const now = toBands(mel, result);
    for (let frame = 0; frame < frames; frame++) {
      for (let bin = 0; bin < bins; bin++) {
        let [above, below] = [0, 1e-12];
        for (let band = 0; band < bands; band++) {
          const weight = weights[band * bins + bin] as number;
          if (weight === 0) continue;
          above += weight * (wanted[frame * bands + band] as number);
          below += weight * (now[frame * bands + band] as number);
        }
        const place = frame * bins + bin;
        result[place] = (result[place] as number) * (above / below);
      }
    }
  }
  return result;
}
