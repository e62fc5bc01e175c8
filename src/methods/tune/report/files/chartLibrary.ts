import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ImagoError } from "../../../../engine/errors.js";
import { readTextChecked } from "../../../../engine/files/readFileChecked.js";

/** As the build puts it into `dist/`, and as npm installs it for those who work on Imago itself. */
const places = [join("echarts", "echarts.min.js"), join("node_modules", "echarts", "dist", "echarts.min.js")];

/** The text of Apache ECharts, which reports carry with them. @throws ImagoError where it is not there */
export function chartLibrary(): Promise<string> {
  const here = fileURLToPath(import.meta.url);
  for (let folder = dirname(here); folder !== dirname(folder); folder = dirname(folder)) {
    const path = places.map((place) => join(folder, place)).find((one) => existsSync(one));
    if (path !== undefined) return readTextChecked(path);
  }
  throw new ImagoError(`There is no echarts.min.js above ${here}, and the report's charts are drawn by it.`, {
    help: "Install Imago again, and leave its files where they are.",
  });
}
