import { describe, expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { type Planes, toPlanes } from "../../vision/pixels.js";
import { tinyImage } from "../../vision/testing/tinyNetwork.js";
import { expectCovered } from "./testing/expectCovered.js";
import { addTile, mirrored, readTile, TileGrid, tilesAlong } from "./tiles.js";

describe("tilesAlong", () => {
  it("takes one tile where it is enough, larger by the jitter", () => {
    expect(tilesAlong(400, 512, 16)).toMatchObject({ tile: 416, starts: [0] });
    expect(tilesAlong(400, 512, 0).shares[0]?.every((share) => share === 1)).toBe(true);
  });

  it.each([
    [500, 512, 16],
    [600, 512, 16],
    [1000, 128, 5],
    [6000, 512, 16],
    [129, 128, 0],
  ])("covers %i pixels with tiles of at most %i, shifted by up to %i", (length, limit, jitter) => {
    const tiles = tilesAlong(length, limit, jitter);
    expect(tiles.tile).toBeLessThanOrEqual(limit);
    expectCovered(tiles, length, jitter);
  });
});

describe("tiles", () => {
  it("continue an image by its mirror image", () => {
    expect([-3, -1, 0, 3, 4, 5, 9].map((place) => mirrored(place, 4))).toEqual([3, 1, 0, 3, 2, 1, 3]);
    expect([-2, 0, 5].map((place) => mirrored(place, 1))).toEqual([0, 0, 0]);
    const image = toPlanes(
      new Tensor(
        "float32",
        [2, 3, 3],
        Float32Array.from({ length: 18 }, (_, i) => i),
      ),
    );
    const tile = Tensor.zeros([1, 3, 3, 4]);
    readTile(image, -1, 1, tile);
    // The red plane is [[0, 3, 6], [9, 12, 15]].
    expect([...tile.data.subarray(0, 12)]).toEqual([12, 15, 12, 9, 3, 6, 3, 0, 12, 15, 12, 9]);
  });

  it("drop what lies outside of the image", () => {
    const image = Tensor.zeros([1, 3, 2, 3]);
    const tile = Tensor.full([1, 3, 3, 4], 8);
    addTile(image, -1, 1, tile, {
      down: Float32Array.of(1, 0.5, 0.25),
      right: Float32Array.of(1, 0.5, 1, 1),
    });
    expect([...image.data.subarray(0, 6)]).toEqual([0, 4, 2, 0, 2, 1]);
  });

  it("give an image back as it was", async () => {
    const image = toPlanes(tinyImage(150, 301));
    const grid = new TileGrid({ height: 150, width: 301 }, 128, 7);
    expect(grid.count).toBe(8);
    const tile = Tensor.zeros([1, 3, grid.tile.height, grid.tile.width]);
    const same = await grid.gather(image, [7, 3], tile, async () => tile);
    const apart = same.data.map((value, at) => Math.abs(value - (image.data[at] as number)));
    expect(apart.reduce((a, b) => Math.max(a, b))).toBeLessThan(1e-3);
  });

  /** Every value tells its channel, row and column. */
  function numbered(height: number, width: number): Planes {
    const planes = Tensor.zeros([1, 3, height, width]);
    return new Tensor(
      "float32",
      planes.shape,
      planes.data.map((_, index) => index + 1),
    );
  }

  it.each([
    [4, 5, 6, 7],
    [4, 5, 2, 3],
    [5, 4, 4, 5],
    [1, 6, 3, 3],
    [6, 1, 3, 3],
    [1, 1, 2, 2],
  ])("are read pixel by pixel: of %i×%i, %i×%i at any place", (height, width, rows, columns) => {
    const image = numbered(height, width);
    for (let top = -9; top <= 9; top++) {
      for (let left = -9; left <= 9; left++) {
        const tile = Tensor.full([1, 3, rows, columns], -1);
        readTile(image, top, left, tile);
        const wrong = tile.data.findIndex((value, at) => {
          const [plane, place] = [Math.floor(at / (rows * columns)), at % (rows * columns)];
          const row = mirrored(top + Math.floor(place / columns), height);
          const column = mirrored(left + (place % columns), width);
          return value !== image.data[(plane * height + row) * width + column];
        });
        expect(wrong, `element ${wrong} of the tile at ${top}, ${left}`).toBe(-1);
      }
    }
  });

  it.each([
    [5, 7, 0],
    [5, 7, 3],
    [8, 4, 6],
    [1, 9, 2],
  ])("are cut to the image where one is enough: %i×%i, jitter %i", async (height, width, jitter) => {
    const grid = new TileGrid({ height, width }, 128, jitter);
    expect([grid.count, grid.tile]).toEqual([1, { height: height + jitter, width: width + jitter }]);
    const image = numbered(height, width);
    const answer = numbered(height + jitter, width + jitter);
    const shares = {
      down: new Float32Array(height + jitter).fill(1),
      right: new Float32Array(width + jitter).fill(1),
    };
    for (const down of new Set([0, 1 % (jitter + 1), jitter])) {
      for (const right of new Set([0, 2 % (jitter + 1), jitter])) {
        const tile = Tensor.zeros(answer.shape);
        const found = await grid.gather(image, [down, right], tile, async () => answer);
        const expected = Tensor.zeros(image.shape);
        addTile(expected, -down, -right, answer, shares);
        expect(found).toEqual(expected);
        // What is read at the same place is the image itself.
        expect(await grid.gather(image, [down, right], tile, async () => tile)).toEqual(image);
      }
    }
  });
});
