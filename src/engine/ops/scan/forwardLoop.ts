import type { Value } from "../../graph/graph.js";
import type { GradientContext } from "../../graph/operator.js";
import { addBodyOutput } from "./addBodyOutput.js";
import { type ScanLayout, scanAttributes, scanLayout } from "./scanLayout.js";

/** The node whose gradient is taken, and the values of its body that are stacked for the backward loop. */
export class ForwardLoop {
  readonly layout: ScanLayout;
  readonly length: number;
  /** The direction in which stacks lie that both loops write: that of the first sequence. */
  readonly direction: number;
  readonly #context: GradientContext;

  constructor(context: GradientContext) {
    this.#context = context;
    this.layout = scanLayout(context.node);
    this.direction = this.layout.inputDirections[0] as number;
    this.length = (context.inputs[this.layout.states] as Value).size(0);
  }

  /** Whether an element's sequence is read in the other direction than the first sequence. */
  isTurned(element: Value): boolean {
    const { body, states, inputDirections } = this.layout;
    return inputDirections[body.inputs.indexOf(element) - states] !== this.direction;
  }

  /** Where all steps of `value` can be had already, lying in this loop's direction. */
  #find(value: Value): Value | undefined {
    const { body, states } = this.layout;
    const input = body.inputs.indexOf(value);
    if (input >= states && !this.isTurned(value)) return this.#context.inputs[input];
    const { outputDirections } = scanLayout(this.#context.node);
    const index = body.outputs.findIndex(
      (output, at) =>
        at >= states && output.value === value && outputDirections[at - states] === this.direction,
    );
    return index < 0 ? undefined : this.#context.node.outputs[index];
  }

  /** Makes `values` of the body outputs of the loop, unless they can be had already. */
  extend(values: readonly Value[]): void {
    const { node } = this.#context;
    const { body, inputDirections, outputDirections } = this.layout;
    const missing = values.filter((value) => this.#find(value) === undefined);
    if (missing.length === 0) return;
    for (const value of missing) addBodyOutput(body, value);
    node.extend(
      this.#context.outputs[0].graph,
      scanAttributes({
        body,
        inputDirections,
        outputDirections: [...outputDirections, ...missing.map(() => this.direction)],
      }),
    );
  }

  /** All steps of a value, which was given to `extend`. */
  stacked(value: Value): Value {
    return this.#find(value) as Value;
  }
}
