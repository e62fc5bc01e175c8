import { ImagoError } from "../../engine/errors.js";
import type { ImageNetwork } from "../../vision/imageNetwork.js";
import type { ImageSize } from "../../vision/pixels.js";
import type { DreamSettings } from "./dreamOptions.js";
import { TileGrid, wideEnough } from "./tiles.js";

/** Tiles over an image, and what was made for their size. */
export interface OpenedTiles<T> {
  readonly grid: TileGrid;
  readonly tiles: T;
}

/**
 * Tiles over an image of a size. A network that fails at those of a narrow image gets wider ones, filled by the mirror image, and
 * then those of the one size that it says it takes.
 *
 * @param make what works on tiles of a size; it throws where the network cannot
 */
export async function openTiles<T>(
  network: ImageNetwork,
  size: ImageSize,
  { tileSize, jitter }: Pick<DreamSettings, "tileSize" | "jitter">,
  make: (tile: ImageSize) => T | Promise<T>,
): Promise<OpenedTiles<T>> {
  const open = async (limit: number | ImageSize): Promise<OpenedTiles<T>> => {
    const grid = new TileGrid(size, limit, jitter);
    return { grid, tiles: await make(grid.tile) };
  };
  try {
    return await open(tileSize);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    const { height, width } = new TileGrid(size, tileSize, jitter).tile;
    const wider = { height: Math.max(height, wideEnough), width: Math.max(width, wideEnough) };
    const others = [
      ...(Math.min(height, width) < wideEnough ? [wider] : []),
      ...(network.declaredSize === undefined ? [] : [network.declaredSize]),
    ];
    for (const other of others) {
      const opened = await open(other).catch(() => undefined);
      if (opened !== undefined) return opened;
    }
    throw error;
  }
}
