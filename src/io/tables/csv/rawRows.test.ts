import { expect, it } from "vitest";
import { loadParser } from "./parser.js";
import { rawRows } from "./rawRows.js";

const parser = await loadParser();

function read(pieces: readonly string[], isCut = false): unknown {
  const all = [...rawRows(pieces, { name: "t", parser, separator: ",", isCut })];
  const flat = all.flatMap(({ rows, lines }) => rows.map((row, at) => [lines[at], ...row]));
  return { rows: flat, odd: all.flatMap(({ oddQuotes }) => oddQuotes) };
}

const text = 'a,"b"\n1,"two\n""lines"""\n\n"x",y\n5,"5" pipe"\nlast,"one\n\n"';
const expected = {
  rows: [
    [1, "a", "b"],
    [2, "1", 'two\n"lines"'],
    [4, ""],
    [5, "x", "y"],
    [6, "5", '5" pipe'],
    [7, "last", "one\n\n"],
  ],
  odd: [6],
};

it("rows and their lines are the same in pieces of any size", () => {
  for (let size = 1; size <= text.length; size++) {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
      text.slice(at * size, (at + 1) * size),
    );
    expect(read(pieces), `${size}`).toEqual(expected);
  }
});

it("a last line that was cut is left out, even within quotation marks", () => {
  expect(read(["a,b\n1,2\n3,"], true)).toEqual({
    rows: [
      [1, "a", "b"],
      [2, "1", "2"],
    ],
    odd: [],
  });
  expect(read(['a,b\n1,2\n3,"x\ny'], true)).toEqual({
    rows: [
      [1, "a", "b"],
      [2, "1", "2"],
    ],
    odd: [],
  });
  expect(read(["a,b\n1,2\n"], true)).toEqual({
    rows: [
      [1, "a", "b"],
      [2, "1", "2"],
    ],
    odd: [],
  });
});

it.each([
  ["to the end of the file", 'a,b\n1,2\n3,"x\n4,5\n', 3],
  ["on the last line", 'a,b\n1,"2', 2],
  ["until another cell's begins", 'a,b\n1,"x\n2,y\n3,"z"\n4,5\n', 2],
  ["until another begins in a later piece", `a,b\n1,"x\n${"2,y\n".repeat(9)}3,"z"\n4,5\n`, 2],
  ["behind a cell that has line breaks", 'a,b\n"1\n2",3\n4,"x\n', 4],
])("a quotation mark that is not closed %s is said with its line", (_, whole, line) => {
  for (const size of [7, 1000]) {
    const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.slice(at * size, (at + 1) * size),
    );
    expect(() => read(pieces)).toThrow(
      `Cannot read t: the quotation mark that begins a cell in line ${line} is not closed. ` +
        'Put a second one at the end of the cell; one that belongs to the text is doubled: "5"" pipe".',
    );
  }
});

it("a row that never ends is refused before all is read", () => {
  function* endless(piece: string): Generator<string> {
    for (;;) yield piece;
  }
  const run = (first: string, piece: string) => () => {
    for (const _ of rawRows(
      (function* () {
        yield first;
        yield* endless(piece);
      })(),
      { name: "t", parser, separator: "," },
    ));
  };
  expect(run('a,b\n1,2\n3,"', "x,y\n".repeat(2 ** 18))).toThrow(
    "the quotation mark that begins a cell in line 3 is not closed",
  );
  expect(run("a,b\n", "x,".repeat(2 ** 19))).toThrow(
    "Cannot read t: line 2 has more than 8,388,608 characters.",
  );
});
