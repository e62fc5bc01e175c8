import type { Value } from "../../graph/graph.js";
import type { Site } from "../rewrite.js";
import { emitForm, type Form } from "./forms.js";
import { isBare, reorderOutput, withSum } from "./operators.js";

/** What is known of the blocked images of a graph while it is rewritten: the forms that they were emitted from. */
export class FormStore {
  readonly #forms = new Map<Value, Form>();
  /**
   * Of images that differ from another by a number for each channel. What scales them does not go back to the other,
   * whose deviation from its mean may be few of its digits.
   */
  readonly #shifts = new Map<Value, Form>();

  /** The form of an image in blocks: itself, where nothing better is known. */
  formOf(image: Value): Form {
    return this.#forms.get(image) ?? { terms: [{ image, factor: undefined }], offset: undefined };
  }

  /** A form by which the sums of an image's channels are found. */
  formForSums(image: Value): Form | undefined {
    return this.#forms.get(image) ?? this.#shifts.get(image);
  }

  /** Emits what stands in for a node, and remembers how it was made. */
  keep({ node, uses }: Site, form: Form): Value {
    const output = node.outputs[0] as Value;
    const image = emitForm(form);
    const [first] = form.terms;
    if (image !== first?.image) {
      if (form.terms.length === 1 && first?.factor === undefined) this.#shifts.set(image, form);
      // What has several terms and several users is read once more rather than made anew by each.
      else if (form.terms.length === 1 || uses(output) === 1) this.#forms.set(image, form);
    }
    return reorderOutput(image, output.size(1));
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
