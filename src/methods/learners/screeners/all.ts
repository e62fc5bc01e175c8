import { readOptions } from "../../../engine/options.js";
import { checkData } from "../checkData.js";
import type { Screener } from "./screener.js";

/** Keeps every column. */
export function all(options: Readonly<Record<never, never>> = {}): Screener {
  readOptions("all", options, {});
  return {
    name: "all",
    config: {},
    portable: true,
    screen: (data) =>
      Array.from({ length: checkData("all", data, { missing: true }).x.columns }, (_, j) => j),
  };
}
