import { type Generator, Tensor } from "../../src/index.js";
import { draw, side } from "./picture.js";
import { drawGarment, type Garment, noise, properties, worth } from "./rule.js";
import { describe, textLength, tokens } from "./words.js";

/** Numbers of the metadata: the brand as one of six, the age in decades, the condition from 0 to 1. */
export const facts = properties.brand + 2;

/** Garments for sale, as a network sees them. */
export interface Offers {
  readonly data: {
    /** `[rows, facts]`. */
    readonly metadata: Tensor<"float32">;
    /** `[rows, textLength]`. */
    readonly text: Tensor<"int32">;
    /** `[rows, side, side, 3]`. */
    readonly picture: Tensor<"float32">;
  };
  /** Logarithms of the prices, `[rows, 1]`. */
  readonly prices: Tensor<"float32">;
  /** What the rule says of each before noise; no network sees it. */
  readonly worths: Float64Array;
}

function metadataOf({ brand, age, condition }: Garment): number[] {
  const brands = Array.from({ length: properties.brand }, (_, one) => Number(one === brand));
  return [...brands, age / 10, condition / 2];
}

/** Draws so many offers: the same generator gives the same ones. */
export function makeOffers(rows: number, random: Generator): Offers {
  const metadata = Tensor.zeros([rows, facts]);
  const text = new Tensor("int32", [rows, textLength], new Int32Array(rows * textLength));
  const picture = Tensor.zeros([rows, side, side, 3]);
  const prices = Tensor.zeros([rows, 1]);
  const worths = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const garment = drawGarment(random);
    metadata.data.set(metadataOf(garment), row * facts);
    text.data.set(tokens(describe(garment, random)), row * textLength);
    picture.data.set(draw(garment, random), row * side * side * 3);
    const value = worth(garment);
    worths[row] = value;
    prices.data[row] = value + noise * random.normal();
  }
  return { data: { metadata, text, picture }, prices, worths };
}
