import type { Value } from "../../graph/graph.js";
import type { Site } from "../rewrite.js";
import { emitForm, type Form, scaledChannels, type Term } from "./forms.js";
import { fillsBlocks } from "./images.js";
import { isBare, reorderOutput, withSum } from "./operators.js";
import { quotient } from "./quotient.js";

/** What is known of the blocked images of a graph while it is rewritten: the forms that they were emitted from. */
export class FormStore {
  readonly #forms = new Map<Value, Form>();
  /**
   * Of images that differ from another by a number for each channel. What scales them does not go back to the other,
   * whose deviation from its mean may be few of its digits.
   */
  readonly #shifts = new Set<Value>();

  /** Images with several terms that all have a factor, as another image times that factor. */
  readonly #scaled = new Map<Value, Term>();

  /** The form of an image in blocks: itself, where nothing better is known. */
  formOf(image: Value): Form {
    return this.#forms.get(image) ?? { terms: [{ image, factor: undefined }], offset: undefined };
  }

  /**
   * A form by which the sums of an image's channels are found. Not that of a shifted image: what is left after its mean was
   * taken off sums up to what the mean was rounded by, and a gradient that is to be free of means must know it.
   */
  formForSums(image: Value): Form | undefined {
    return this.#forms.get(image);
  }

  /** Emits what stands in for a node, and remembers how it was made. */
  keep({ node, uses }: Site, form: Form): Value {
    const output = node.outputs[0] as Value;
    const common = withoutFactor(form);
    const inner = common && emitForm(common.rest);
    const image = common && inner ? scaledChannels(inner, common.factor) : emitForm(form);
    if (common && inner) this.#scaled.set(image, { image: inner, factor: common.factor });
    const [first] = form.terms;
    if (image !== first?.image) {
      if (form.terms.length === 1 && first?.factor === undefined) this.#shifts.add(image);
      // What has several terms and several users is read once more rather than made anew by each.
      else if (form.terms.length === 1 || uses(output) === 1) this.#forms.set(image, form);
    }
    return reorderOutput(image, output.size(1));
  }

  /**
   * An image in blocks that is another one times a number for each channel: that one, and the numbers, by which its
   * readers can multiply what is smaller.
   */
  scaledSource(image: Value): Term {
    const form = this.#forms.get(image);
    const [first] = form?.terms ?? [];
    const isScaled = first !== undefined && form?.terms.length === 1 && form.offset === undefined;
    return this.#scaled.get(image) ?? (isScaled ? first : { image, factor: undefined });
  }

  /** A sum of two images in blocks of which one comes from a convolution that can add the other. */
  summedByConvolution({ node, uses }: Site, operands: readonly [Value, Value]): Value | undefined {
    for (const [index, operand] of operands.entries()) {
      const isOwn =
        uses(node.inputs[index] as Value) === 1 && !this.#forms.has(operand) && !this.#shifts.has(operand);
      const other = operands[1 - index] as Value;
      if (isOwn && isBare(operand) && operand !== other) return withSum(operand, other);
    }
    return undefined;
  }
}

/**
 * A sum of two scaled images and an offset as one that has the first image as it is, times the factor of the first: where
 * that is a factor of all. So it takes one pass in place of two, if the factor goes elsewhere.
 */
function withoutFactor({ terms, offset }: Form): { readonly factor: Value; readonly rest: Form } | undefined {
  const [first, second] = terms;
  const factor = first?.factor;
  if (
    terms.length !== 2 ||
    factor === undefined ||
    second?.factor === undefined ||
    !fillsBlocks(first?.image as Value)
  )
    return undefined;
  const [scale, more] = [quotient(second.factor, factor), offset && quotient(offset, factor)];
  if (scale === undefined || (offset !== undefined && more === undefined)) return undefined;
  const rest = [
    { image: (first as Term).image, factor: undefined },
    { image: second.image, factor: scale },
  ];
  return { factor, rest: { terms: rest, offset: more } };
}
