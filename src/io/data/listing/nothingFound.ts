import { ImagoError } from "../../../engine/errors.js";
import { counted, firstOf } from "../../../engine/words.js";
import { extensionOf, pictureExtensions } from "./names.js";
import { type Contents, contentsOf, inside, type Place } from "./place.js";

const layouts =
  "Expected is a folder of class folders (cats/1.jpg, dogs/1.jpg), the same below train, val and test, a .tar, .tar.gz or .tgz of either, " +
  'or a folder of pictures with labels.csv beside them (a row for each: "1.jpg,cat").';

/**
 * The error where no picture of a class was found: it says what was found instead, and what would do.
 *
 * @param name what the place is called
 */
export async function nothingFound(name: string, place: Place, contents: Contents): Promise<ImagoError> {
  const { pictures, folders } = contents;
  if (pictures.length > 0) {
    return new ImagoError(
      `imageFolder: ${name} holds ${counted(pictures.length, "picture")} (${firstOf(pictures, 3)}) and no class folder with pictures.`,
      {
        help:
          "Put the pictures of each class into a folder of its own, or write their classes into labels.csv beside them: a line " +
          `"file,label", then "${pictures[0]},…" for each.`,
      },
    );
  }
  const files = [...contents.foreign, ...contents.others];
  const seen = await Promise.all(folders.slice(0, 3).map((folder) => described(inside(place, folder))));
  const parts = [
    folders.length === 0 ? "no folder" : `${counted(folders.length, "folder")} (${firstOf(folders, 3)})`,
    files.length === 0 ? "no file" : `${counted(files.length, "file")} (${firstOf(files, 3)})`,
  ];
  const deeper = seen.filter((one) => one !== undefined);
  return new ImagoError(
    `imageFolder: ${name} holds no picture in a class folder; it holds ${parts.join(" and ")}` +
      `${deeper.length === 0 ? "" : `; ${deeper.join("; ")}`}.`,
    { help: `Pictures are ${[...pictureExtensions].map((one) => `.${one}`).join(", ")}. ${layouts}` },
  );
}

/** What stands in a folder without pictures: its files' extensions, and its folders. */
async function described(place: Place): Promise<string | undefined> {
  const contents = await contentsOf(place).catch(() => undefined);
  if (contents === undefined) return undefined;
  const { folders } = contents;
  const files = [...contents.foreign, ...contents.others, ...contents.labelFiles, ...contents.archives];
  const extensions = [...new Set(files.map((name) => `.${extensionOf(name)}`))];
  const found = [
    ...(folders.length > 0 ? [counted(folders.length, "folder")] : []),
    ...(files.length > 0 ? [`${counted(files.length, "file")} with ${firstOf(extensions, 4)}`] : []),
  ];
  return `${place.path} holds ${found.length === 0 ? "nothing" : found.join(" and ")}`;
}
