import type { Value } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { div } from "../../ops/div.js";
import { mul } from "../../ops/mul.js";
import { neg } from "../../ops/neg.js";
import { reshape } from "../../ops/reshape.js";
import { sizeOf } from "../../tensor/shape.js";
import { producerOf } from "../rewrite.js";
import { uniformNumber } from "../uniform.js";

const arithmetic = new Set(["Mul", "Div", "Neg", "Reciprocal", "Add", "Reshape"]);
const reshapes = new Set(["Reshape"]);

/** A vector as a number times powers of others. */
interface Monomial {
  readonly number: number;
  readonly powers: ReadonlyMap<Value, number>;
}

const timesOf = (a: Monomial, b: Monomial, power = 1): Monomial => {
  const powers = new Map(a.powers);
  for (const [leaf, exponent] of b.powers) powers.set(leaf, (powers.get(leaf) ?? 0) + power * exponent);
  return { number: a.number * b.number ** power, powers };
};

const one: Monomial = { number: 1, powers: new Map() };

/** What a vector is a product of, as far as the graph says. */
function monomialOf(value: Value): Monomial {
  const number = uniformNumber(value);
  if (number !== undefined) return { number, powers: new Map() };
  const node = producerOf(value, arithmetic);
  const [a, b] = (node?.inputs ?? []) as readonly [Value, Value?];
  switch (node?.operator.type) {
    case "Mul":
      return timesOf(monomialOf(a), monomialOf(b as Value));
    case "Div":
      return timesOf(monomialOf(a), monomialOf(b as Value), -1);
    case "Neg":
      return timesOf(monomialOf(a), { number: -1, powers: new Map() });
    case "Reciprocal":
      return timesOf(one, monomialOf(a), -1);
    case "Reshape":
      return monomialOf(a);
    case "Add":
      if (unshaped(a) === unshaped(b as Value))
        return timesOf(monomialOf(a), { number: 2, powers: new Map() });
  }
  return { number: 1, powers: new Map([[value, 1]]) };
}

/**
 * `value` divided by `divisor` without a division by a factor that may be 0: where both are products of the same
 * vectors. The gradient of batch normalisation is one: all of it has the factor by which the image was scaled.
 *
 * @param value a vector, or a sum of such
 * @param divisor a vector
 * @returns `undefined` where `divisor` is no factor of `value`
 */
export function quotient(value: Value, divisor: Value): Value | undefined {
  const source = unshaped(value);
  const [whole, part] = [monomialOf(source), monomialOf(divisor)];
  const isFactor = [...part.powers].every(
    ([leaf, power]) => power <= 0 || (whole.powers.get(leaf) ?? 0) >= power,
  );
  if (isFactor && part.number !== 0 && Number.isFinite(part.number))
    return emitted(timesOf(whole, part, -1), sizeOf(divisor.shape));
  const node = producerOf(source, arithmetic);
  const [a, b] = (node?.inputs ?? []) as readonly [Value, Value?];
  return node && quotientWithin(node.operator.type, [a, b], divisor);
}

/** The quotient of what has sums among its factors. */
function quotientWithin(
  type: string,
  [a, b]: readonly [Value, Value | undefined],
  divisor: Value,
): Value | undefined {
  const first = quotient(a, divisor);
  if (type === "Neg") return first && neg(first);
  if (b === undefined) return undefined;
  const sized = (value: Value): Value =>
    sizeOf(value.shape) === 1 ? value : reshape(value, [sizeOf(divisor.shape)]);
  if (type === "Div") return first && div(first, sized(b));
  if (type !== "Add" && type !== "Mul") return undefined;
  if (type === "Mul" && first !== undefined) return mul(first, sized(b));
  const second = quotient(b, divisor);
  if (second === undefined) return undefined;
  return type === "Mul" ? mul(sized(a), second) : first && add(first, second);
}

/** What was given other axes. */
function unshaped(value: Value): Value {
  const source = producerOf(value, reshapes)?.inputs[0];
  return source === undefined ? value : unshaped(source);
}

/** A product of vectors; `undefined` where there is none left. */
function emitted({ number, powers }: Monomial, size: number): Value | undefined {
  const factors = (sign: 1 | -1): Value[] =>
    [...powers].flatMap(([leaf, power]) =>
      new Array<Value>(Math.max(0, sign * power)).fill(
        sizeOf(leaf.shape) === 1 ? leaf : reshape(leaf, [size]),
      ),
    );
  const [above, below] = [factors(1), factors(-1)];
  const [first] = above;
  if (first === undefined || !above.some(({ shape }) => sizeOf(shape) === size)) return undefined;
  const product = above.reduce((a, b) => mul(a, b));
  const scaled = number === 1 ? product : mul(product, number);
  return below.length === 0
    ? scaled
    : div(
        scaled,
        below.reduce((a, b) => mul(a, b)),
      );
}
