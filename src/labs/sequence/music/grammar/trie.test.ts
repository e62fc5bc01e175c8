import { describe, expect, it } from "vitest";
import { buildTrie, distances, unreachable } from "./trie.js";

describe("a trie", () => {
  const trie = buildTrie(["4/4", "4/2", "C", "C|"]);
  const at = (text: string): number => {
    let node = 0;
    for (const sign of text) node = trie.next[node]?.get(sign) ?? Number.NaN;
    return node;
  };

  it("knows what may follow and which words end", () => {
    expect([...(trie.next[at("4/")]?.keys() ?? [])]).toEqual(["4", "2"]);
    expect(trie.word[at("C")]).toBe("C");
    expect(trie.word[at("C|")]).toBe("C|");
    expect(trie.word[at("4/")]).toBeUndefined();
  });

  it("knows the way to the nearest end", () => {
    expect(trie.toEnd[at("")]).toBe(1);
    expect(trie.toEnd[at("4")]).toBe(2);
    expect(trie.toEnd[at("C")]).toBe(0);
  });

  it("weighs ends", () => {
    const cost = distances(trie.next, (node) => ({ "4/4": 1, C: 9 })[trie.word[node] ?? ""] ?? unreachable);
    expect(cost[at("")]).toBe(4);
    expect(cost[at("C")]).toBe(9);
    expect(cost[at("4/2")]).toBe(unreachable);
  });

  it("of no words leads nowhere", () => {
    expect(buildTrie([]).toEnd).toEqual([unreachable]);
  });
});
