import { describe, expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { letteringSize } from "../../../vision/lettering.js";
import type { Classifier } from "../classifier.js";
import type { LabelledPictures } from "../pictureData.js";
import { assess } from "./assessment.js";
import { confusionPicture } from "./confusionPicture.js";
import { classesCsv, confusionCsv, mistakesCsv } from "./tables.js";

/** A classifier that gives the rows in turn. */
function answering(classes: readonly string[], rows: readonly (readonly number[])[]): Classifier {
  let at = 0;
  return {
    classes,
    probabilities: async (x: Tensor) => {
      const own = rows.slice(at, at + x.sizeAt(0));
      at += own.length;
      return new Tensor("float32", [own.length, classes.length], Float32Array.from(own.flat()));
    },
  } as never;
}

function labelled(labels: readonly number[]): LabelledPictures {
  const pictures = async function* () {
    for (let at = 0; at < labels.length; at += 2) {
      const own = labels.slice(at, at + 2);
      yield [
        Tensor.zeros([own.length, 1, 1, 3]),
        new Tensor("int32", [own.length], Int32Array.from(own)),
      ] as const;
    }
  };
  const items = labels.map((label, at) => ({ label, path: `p${at}` }));
  return { size: labels.length, counts: [], items, batches: () => pictures as never };
}

const rows = [
  [0.7, 0.2, 0.1],
  [0.1, 0.8, 0.1],
  [0.3, 0.6, 0.1],
  [0.05, 0.9, 0.05],
  [0.2, 0.3, 0.5],
];

describe("assess", () => {
  it("counts what is taken for what", async () => {
    const result = await assess(answering(["a", "b", "c"], rows), labelled([0, 0, 1, 1, 0]), {
      batchSize: 2,
    });
    expect(result.matrix).toEqual([
      [1, 1, 1],
      [0, 2, 0],
      [0, 0, 0],
    ]);
    expect(result).toMatchObject({ count: 5, accuracy: 3 / 5, topFive: 1, largestShare: 3 / 5 });
    // A class without pictures has no recall, and does not count among them.
    expect(result.balanced).toBeCloseTo((1 / 3 + 1) / 2, 12);
    expect(result.loss).toBeCloseTo(
      -(Math.log(0.7) + Math.log(0.1) + Math.log(0.6) + Math.log(0.9) + Math.log(0.2)) / 5,
      6,
    );
    expect(result.perClass.map(({ precision, recall, count }) => [count, precision, recall])).toEqual([
      [3, 1, 1 / 3],
      [2, 2 / 3, 1],
      [0, 0, Number.NaN],
    ]);
    expect(result.mistakes.map(({ path, label, taken }) => [path, label, taken])).toEqual([
      ["p1", 0, 1],
      ["p4", 0, 2],
    ]);
  });

  it("matches classes by their names, and names those that it does not know", async () => {
    const own = { ...labelled([0, 0, 1, 1, 0]), classes: ["b", "a"], counts: [3, 2] };
    const result = await assess(answering(["a", "b", "c"], rows), own, { batchSize: 2 });
    expect(result.matrix).toEqual([
      [0, 2, 0],
      [1, 1, 1],
      [0, 0, 0],
    ]);
    const strange = { ...own, classes: ["b", "zebra"] };
    await expect(assess(answering(["a", "b", "c"], rows), strange)).rejects.toThrow(
      'assess: the pictures are of "zebra", and the classifier knows "a", "b", "c". Classes are matched by their names',
    );
    const more = { ...labelled([0]), counts: [1, 1, 1, 1] };
    await expect(assess(answering(["a", "b", "c"], rows), more)).rejects.toThrow("4 classes without names");
  });

  it("has tables, with the names as they are", async () => {
    const classes = ['a "b", c', "=1+1", "c"];
    const result = await assess(answering(classes, rows), labelled([0, 0, 1, 1, 0]), { batchSize: 2 });
    expect(confusionCsv(result)).toBe(
      'is \\ taken for,"a ""b"", c", =1+1,c\n"a ""b"", c",1,1,1\n =1+1,0,2,0\nc,0,0,0\n',
    );
    expect(classesCsv(result)).toBe(
      'number,class,pictures,precision,recall\n0,"a ""b"", c",3,1.0000,0.3333\n1, =1+1,2,0.6667,1.0000\n2,c,0,0.0000,\n',
    );
    expect(mistakesCsv(result).split("\n").slice(0, 2)).toEqual([
      "number,picture,is,taken for,probability",
      '1,p1,"a ""b"", c", =1+1,0.8000',
    ]);
  });

  it("ends when it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const classifier = answering(["a", "b", "c"], rows);
    await expect(assess(classifier, labelled([0]), { batchSize: 2, signal })).rejects.toThrow("enough");
  });
});

describe("confusionPicture", () => {
  it("is darker where there is more, and green on the diagonal", () => {
    const picture = confusionPicture({
      matrix: [
        [8, 2],
        [0, 10],
      ],
    });
    const [height, width] = [picture.sizeAt(0), picture.sizeAt(1)];
    // A row's number is narrower than a column's is high.
    expect(height - width).toBe(4);
    const at = (label: number, taken: number): number[] => {
      // The corner of a cell has no digit.
      const [y, x] = [height - 8 - 44 * (2 - label) + 2, width - 8 - 44 * (2 - taken) + 2];
      return [...picture.data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)].map(Math.round);
    };
    const [right, wrong, none, all] = [at(0, 0), at(0, 1), at(1, 0), at(1, 1)] as [
      number[],
      number[],
      number[],
      number[],
    ];
    expect(none).toEqual([247, 249, 252]);
    expect(all).toEqual([24, 128, 72]);
    expect(right[1]).toBeGreaterThan(right[2] as number);
    expect(wrong[2]).toBeGreaterThan(wrong[0] as number);
  });

  it("names the rows, as far as letters go, and has room for the longest", () => {
    const matrix = [
      [3, 1],
      [0, 4],
    ];
    const bare = confusionPicture({ matrix });
    const named = confusionPicture({ matrix, classes: ["a", "a rather long name of a class"] });
    expect(named.sizeAt(0)).toBe(bare.sizeAt(0));
    const [, widest] = letteringSize("A RATHER LONG NAM… 1", 2);
    const [, number] = letteringSize("1", 2);
    expect(named.sizeAt(1) - bare.sizeAt(1)).toBe(widest - number);
    // The name begins beside the second row, at the left edge.
    const row = named.sizeAt(0) - 8 - 44 / 2;
    const dark = [...named.data.subarray(row * named.sizeAt(1) * 3, (row * named.sizeAt(1) + 16) * 3)];
    expect(Math.min(...dark)).toBe(0);
  });

  it("stays small with many classes", () => {
    const matrix = Array.from({ length: 300 }, (_, label) =>
      Array.from({ length: 300 }, (__, taken) => (label === taken ? 5 : 0)),
    );
    expect(confusionPicture({ matrix }).shape[0]).toBeLessThan(1700);
  });
});
