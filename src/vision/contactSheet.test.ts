import { expect, it } from "vitest";
import { Tensor } from "../engine/tensor/tensor.js";
import { columnsFor, contactSheet } from "./contactSheet.js";
import { drawable, drawLettering, letteringSize } from "./lettering.js";

const picture = (value: number, height = 1, width = 2): Tensor<"float32"> =>
  Tensor.full([height, width, 3], value);

/** Rows of a sheet in its first colour: "#" black, "." white, "o" other. */
function drawn({ shape, data }: Tensor<"float32">): string[] {
  const [height, width] = shape as readonly [number, number, number];
  const sign = (value: number | undefined): string => (value === 0 ? "#" : value === 255 ? "." : "o");
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => sign(data[(row * width + column) * 3])).join(""),
  );
}

it("puts pictures on a sheet", () => {
  const sheet = contactSheet([picture(10), picture(20), picture(30)], { columns: 2, gap: 1 });
  expect(sheet.shape).toEqual([5, 7, 3]);
  const red = Array.from({ length: 35 }, (_, at) => sheet.data[at * 3]);
  expect(red.slice(7, 14)).toEqual([255, 10, 10, 255, 20, 20, 255]);
  expect(red.slice(21, 28)).toEqual([255, 30, 30, 255, 255, 255, 255]);
  expect([1, 2, 4, 5, 9, 10].map(columnsFor)).toEqual([1, 2, 2, 3, 3, 4]);
});

it("puts numbers above them, and keeps room for wide ones", () => {
  const sheet = contactSheet([picture(10), picture(20, 1, 2)], { columns: 1, gap: 1, labels: [7, 12] });
  expect(drawn(sheet)).toEqual([
    ".........",
    ".###.....",
    "...#.....",
    "..#......",
    "..#......",
    "..#......",
    ".........",
    ".........",
    ".oo......",
    ".........",
    "..#..###.",
    ".##....#.",
    "..#..###.",
    "..#..#...",
    ".###.###.",
    ".........",
    ".........",
    ".oo......",
    ".........",
  ]);
});

it("makes numbers larger with the pictures", () => {
  const sheet = contactSheet([picture(10, 128, 128)], { labels: [1] });
  expect(sheet.shape).toEqual([2 + 14 + 128 + 2, 132, 3]);
  expect(drawn(sheet)[2]?.startsWith("....##..")).toBe(true);
  expect(drawn(sheet)[4]?.startsWith("..####..")).toBe(true);
});

it("puts names above them, smaller where they are wide, but never too small to read", () => {
  const one = picture(10, 256, 256);
  const heightOf = (label: string): number => contactSheet([one], { labels: [label] }).sizeAt(0) - 256 - 4;
  // Seven points: five of a letter and two below.
  expect(heightOf("conv1")).toBe(7 * 4);
  expect(heightOf("fire4/squeeze/conv")).toBe(7 * 3);
  expect(heightOf("features/features.12/conv_output")).toBe(7 * 2);
  expect(contactSheet([one], { labels: ["conv1"] }).sizeAt(1)).toBe(256 + 4);
  const long = (length: number): number => contactSheet([one], { labels: ["l".repeat(length)] }).sizeAt(1);
  expect(long(40)).toBe(40 * 8 - 2 + 4);
  // 19 letters, dots, and 19 letters.
  expect(long(1000)).toBe(38 * 8 + 12 - 2 + 4);
  expect(contactSheet([one, one], { labels: ["木", 3] }).sizeAt(1)).toBe(2 * 256 + 6);
});

it("draws every letter in its own way, and what it cannot draw as a question mark", () => {
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.,:'()/+=%&?";
  const shapes = [...letters].map((digit) => {
    const image = picture(255, 5, 5);
    drawLettering(image, digit, { top: 0, left: 0, scale: 1 });
    return drawn(image).join("\n");
  });
  // A zero is no O, and a five no S.
  expect(new Set(shapes).size).toBe(letters.length);
  expect(shapes[4]).toBe("#.#..\n#.#..\n###..\n..#..\n..#..");
  expect(drawable("Café (sea) 木 #1")).toBe("CAFE (SEA) ? ?1");
  expect(letteringSize("102", 2)).toEqual([10, 22]);
});

it.each<[() => unknown, string]>([
  [() => contactSheet([]), "received none"],
  [
    () => contactSheet([picture(1), Tensor.zeros([2, 2, 3])]),
    "received float32[1, 2, 3] and float32[2, 2, 3]",
  ],
  [
    () => contactSheet([picture(1)], { labels: [1, 2] }),
    "contactSheet: labels must be a whole number from 0 or a text for each of 1 images, received 2",
  ],
  [() => contactSheet([picture(1)], { labels: [-1] }), "for each of 1 images, received -1"],
  [
    () => contactSheet([picture(1)], { labels: "ab" } as object),
    "labels must be an array of numbers and texts",
  ],
  [() => contactSheet([picture(1)], { label: [1] } as object), 'Did you mean "labels"?'],
  [
    () => drawLettering(picture(1), "1#", { top: 0, left: 0, scale: 1 }),
    'drawLettering: expected capitals, digits or signs, received "1#"',
  ],
])("refuses %s", (make, message) => {
  expect(make).toThrow(message);
});
