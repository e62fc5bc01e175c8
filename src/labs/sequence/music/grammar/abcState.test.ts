import { describe, expect, it } from "vitest";
import { AbcState } from "./abcState.js";

describe("AbcState", () => {
  it("copies all that it holds", () => {
    const other = new AbcState();
    // Whatever it is, no field of a new state is like this.
    const marked = Object.fromEntries(Object.keys(other).map((name, index) => [name, `field ${index}`]));
    const copy = new AbcState().copy(Object.assign(other, marked));
    expect({ ...copy }).toEqual(marked);
    expect(copy.bars).toBe(other.bars);
  });
});
