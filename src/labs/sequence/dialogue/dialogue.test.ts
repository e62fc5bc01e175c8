import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { dialogueKind } from "../kinds/dialogue.js";
import { checkDialogue, wordsOf } from "./checkDialogue.js";
import { dialogueGrammar } from "./dialogueGrammar.js";

describe("checkDialogue", () => {
  it("reads turns", () => {
    const { turns, problems } = checkDialogue("U: Hi: there\nA: Hello.");
    expect(turns).toEqual([
      { speaker: "U", words: "Hi: there" },
      { speaker: "A", words: "Hello." },
    ]);
    expect(problems).toEqual([]);
  });

  it.each([
    ["", 1, "nobody speaks"],
    ["U: a\nhello", 2, "a line does not say who speaks"],
    ["U: a\nA:  ", 2, "a line does not say who speaks"],
    ["U: a\nU: b", 2, "somebody speaks twice in a row"],
    ["U: a\nX: b", 2, "somebody speaks whom nobody knows"],
    ["A: a\nU: b", 1, "the wrong one speaks first"],
  ])("tells of %j", (text, line, reason) => {
    expect(checkDialogue(text, { speakers: ["U", "A"] }).problems[0]).toEqual({ line, reason });
  });
});

it("takes words as they are looked up", () => {
  expect(wordsOf("I'd like TWO lattes, 3-4 days’ worth!")).toEqual([
    "i'd",
    "like",
    "two",
    "lattes",
    "3",
    "4",
    "days",
    "worth",
  ]);
});

describe("dialogueGrammar", () => {
  const vocabulary = [..."UAab .:\n!"];

  it("leads to dialogues in form, however the signs are chosen and however short they must be", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 10, max: 60 }), (seed, longest) => {
        const random = new Generator(seed);
        const reading = dialogueGrammar(["U", "A"]).begin();
        let text = "";
        for (let left = longest; ; left--) {
          const allowed = [...vocabulary, undefined].filter((token) => reading.allows(token, left));
          if (left === 0) {
            expect(reading.allows(undefined, 0)).toBe(true);
            break;
          }
          expect(allowed.length).toBeGreaterThan(0);
          const token = allowed[random.integer(allowed.length)];
          if (token === undefined) break;
          text += token;
          reading.take(token);
        }
        expect(checkDialogue(text, { speakers: ["U", "A"] }).problems).toEqual([]);
        expect(checkDialogue(text).turns.length).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the judgement of dialogues", () => {
  it("counts what is in form, new, copied and known", async () => {
    const kind = dialogueKind({ speakers: ["U", "A"], words: new Set(["tea", "please"]) });
    const items = ["U: tea please\nA: tea", "U: tea please\nA: tea", "U: coffee\nplease", ""].map(
      (text, at) => ({
        text,
        ended: at < 3,
      }),
    );
    const judgement = await kind.judge(items, new Set(["U: tea please\nA: tea"]));
    expect(judgement).toEqual({
      ...{ count: 4, empty: 1, ended: 3, valid: 2, unique: 1, novel: 0, copies: 2 },
      figures: {
        "turns in form": { value: 5 / 7, as: "share" },
        "words known": { value: 6 / 7, as: "share" },
        "turns a dialogue": { value: 5 / 4, as: "mean" },
      },
      reasons: [
        ["a line does not say who speaks", 1],
        ["nobody speaks", 1],
      ],
    });
  });
});
