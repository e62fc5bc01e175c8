import type { GeneratorState } from "../../engine/random/generator.js";
import { mix } from "../../engine/random/hash.js";
import { formatType, type Tensor } from "../../engine/tensor/tensor.js";
import type { Functional } from "../network/functional.js";
import type { ModelVariable } from "../network/modelVariables.js";

/** Where the two halves of the digest begin. */
const seeds = [0x243f6a88, 0x85a308d3] as const;

/**
 * What tells a run of training from others: 16 hexadecimal digits of its layers, its weights before the first step, its
 * random numbers and its first batch. The same run, begun again or resumed, has the same. It guards against mistakes, not against forgery.
 */
export function runId(
  functional: Functional,
  variables: readonly ModelVariable[],
  random: GeneratorState,
  batch: Readonly<Record<string, Tensor>>,
): string {
  const types = functional.calls.map(({ layer }) => layer.type);
  const described = variables.map(({ path, variable }) => `${path} ${formatType(variable)}`);
  const text = new TextEncoder().encode(JSON.stringify({ types, described, random }));
  const halves = seeds.map((seed) => {
    let hash = absorb(seed, text);
    for (const { variable } of variables) hash = absorb(hash, variable.value.bytes);
    for (const tensor of Object.values(batch)) hash = absorb(hash, tensor.bytes);
    return hash;
  });
  return halves.map((half) => half.toString(16).padStart(8, "0")).join("");
}

/** Takes bytes into a hash, four at a time. */
function absorb(hash: number, bytes: Uint8Array): number {
  const whole = bytes.byteLength >>> 2;
  // Words are read where they lie, unless they begin between the places of words.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Uint32Array(aligned.buffer, aligned.byteOffset, whole);
  let state = mix(hash ^ bytes.byteLength);
  for (let i = 0; i < whole; i++) state = mix(state ^ (words[i] as number));
  for (let i = 4 * whole; i < bytes.byteLength; i++) state = mix(state ^ (bytes[i] as number));
  return state;
}
