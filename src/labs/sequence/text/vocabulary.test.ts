import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenize, unknownWord, Vocabulary, vocabularyOf } from "./vocabulary.js";

describe("tokenize", () => {
  it("takes code points as characters", () => {
    expect(tokenize("a🐳é", "characters")).toEqual(["a", "🐳", "é"]);
  });

  it("keeps inner apostrophes and hyphens in words, and everything else by itself", () => {
    expect(tokenize("Don't  sail-cloth, 'ere! 1851.", "words")).toEqual([
      ..."Don't| | |sail-cloth|,| |'|ere|!| |1851|.".split("|"),
    ]);
    expect(tokenize("ship’s—été 🐳\n", "words")).toEqual(["ship’s", "—", "été", " ", "🐳", "\n"]);
  });

  it.each(["characters", "words"] as const)("gives %s that joined again are the text", (kind) => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(tokenize(text, kind).join("")).toBe(text);
      }),
    );
    expect(tokenize("", kind)).toEqual([]);
  });
});

describe("a vocabulary of characters", () => {
  it("has every character once, in the order of their codes", () => {
    const vocabulary = vocabularyOf("cab\nbac🐳\uFB01", { lowerCase: false });
    // U+FB01 stands behind the whale's first surrogate, but before its code point.
    expect(vocabulary.tokens).toEqual(["\n", "a", "b", "c", "\uFB01", "🐳"]);
    expect([...vocabulary.encode("b🐳a")]).toEqual([2, 5, 1]);
    expect(vocabulary.decode([2, 5, 1])).toBe("b🐳a");
    expect(vocabulary.unknown).toBeUndefined();
  });

  it("lowers the case unless told not to", () => {
    expect(vocabularyOf("Ab").tokens).toEqual(["a", "b"]);
    expect([...vocabularyOf("Ab").encode("BA")]).toEqual([1, 0]);
    expect(vocabularyOf("Ab", { lowerCase: false }).tokens).toEqual(["A", "b"]);
  });

  it("names a character it has not", () => {
    const vocabulary = vocabularyOf("abc");
    expect(() => vocabulary.encode("ab🐳")).toThrow(
      `the character "🐳" (U+1F433) at position 2 is not in the model's vocabulary of 3 characters`,
    );
    expect(() => vocabulary.encode("b🐳b\t")).toThrow(
      'the characters "🐳" (U+1F433) at position 1, "\\t" (U+0009) at position 3 are not in',
    );
    expect(() => vocabulary.encode("\t")).toThrow(`the character "\\t" (U+0009) at position 0`);
  });

  it("takes what is the same text in the other form of Unicode, and says what may be meant", () => {
    const composed = vocabularyOf('été, it\'s "so"', { lowerCase: false });
    expect(composed.decode(composed.encode("e\u0301te\u0301"))).toBe("été");
    const decomposed = vocabularyOf("e\u0301te\u0301", { lowerCase: false });
    expect(decomposed.decode(decomposed.encode("été"))).toBe("e\u0301te\u0301");
    expect(() => composed.encode("it’s “So”")).toThrow(
      /U\+201D\) at position 8 are not in .* characters\. It has "'" for "’", "\\"" for "“", "s" for "S", "\\"" for "”"\.$/,
    );
    expect(composed.withoutUnknown("it’s So")).toBe("its o");
    const many = String.fromCodePoint(...Array.from({ length: 30 }, (_, at) => 0x4e00 + at));
    expect(() => composed.encode(many)).toThrow(/at position 9 and 20 more are not in/);
  });

  it("goes through JSON whole", () => {
    const vocabulary = vocabularyOf('"\\\n🐳x', { lowerCase: false });
    const again = new Vocabulary(JSON.parse(JSON.stringify(vocabulary.config)));
    expect(again.config).toEqual(vocabulary.config);
  });

  it("needs two characters, each once", () => {
    expect(() => vocabularyOf("aaa")).toThrow("the text has 1 different character; a model needs at least 2");
    expect(() => new Vocabulary({ kind: "characters", lowerCase: true, tokens: ["a", "a"] })).toThrow(
      "a token comes twice",
    );
  });
});

describe("a vocabulary of words", () => {
  const text = "the whale, the sea, the Whale";

  it("keeps the most frequent, equal counts in the order of their codes", () => {
    const vocabulary = vocabularyOf(text, { kind: "words", maxWords: 4 });
    expect(vocabulary.tokens).toEqual([" ", "the", ",", "whale", unknownWord]);
    expect(vocabulary.unknown).toBe(4);
    expect([...vocabulary.encode("the sea")]).toEqual([1, 0, 4]);
    expect(vocabulary.decode(vocabulary.encode("the sea"))).toBe(`the ${unknownWord}`);
  });

  it("gives the text back while it knows all words", () => {
    const vocabulary = vocabularyOf(text, { kind: "words", lowerCase: false });
    expect(vocabulary.decode(vocabulary.encode(text))).toBe(text);
  });

  it("takes a text that holds the sign for unknown words", () => {
    const vocabulary = vocabularyOf(`who ${unknownWord} who`, { kind: "words" });
    expect(vocabulary.tokens.filter((token) => token === unknownWord)).toHaveLength(1);
  });
});

describe("words of every script", () => {
  it.each([
    ["cafe\u0301 au lait", ["cafe\u0301", " ", "au", " ", "lait"]],
    ["नमस्ते दुनिया", ["नमस्ते", " ", "दुनिया"]],
    ["שָׁלוֹם", ["שָׁלוֹם"]],
    ["مُحَمَّد", ["مُحَمَّد"]],
    ["a 👩‍👩‍👧‍👦!", ["a", " ", "👩‍👩‍👧‍👦", "!"]],
    ["🏳️‍🌈🇩🇪", ["🏳️‍🌈", "🇩🇪"]],
    ["don't  well-known\n", ["don't", " ", " ", "well-known", "\n"]],
    ["x² - 3.5%", ["x²", " ", "-", " ", "3", ".", "5", "%"]],
  ])("%j", (text, pieces) => {
    expect(tokenize(text, "words")).toEqual(pieces);
    expect(tokenize(text, "words").join("")).toBe(text);
  });
});

describe("line ends", () => {
  it.each(["a\r\nb\r\n", "a\rb\r", "a\nb\n", "a\r\nb\r"])("of %j are one character", (text) => {
    const vocabulary = vocabularyOf(text, {});
    expect(vocabulary.tokens).toEqual(["\n", "a", "b"]);
    expect(vocabulary.decode(vocabulary.encode(text))).toBe("a\nb\n");
    expect(vocabularyOf(text, { kind: "words" }).tokens).not.toContain("\r");
  });
});
