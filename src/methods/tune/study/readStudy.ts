import type { Space } from "../space/parameters.js";
import type { Study } from "./study.js";

/**
 * A study as it stands in a folder, to be looked at or warm-started from, while another process may go on with it. Nothing can be
 * asked of it or told. Choices whose values JSON does not hold, such as functions, stand as `{ shown }`.
 *
 * @throws ImagoError where there is none, or it was written by a later version
 */
export async function readStudy(folder: string): Promise<Study<Space>> {
  const files = await import("./files/readStudy.js");
  return files.readStudy(folder);
}
