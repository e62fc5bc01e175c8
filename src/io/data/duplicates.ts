import type { PartName } from "./listing/names.js";
import type { DuplicatePicture } from "./report.js";

/** A picture that has been read. */
export interface ReadPicture {
  readonly path: string;
  readonly label: number;
  readonly part: PartName;
  /** Of its bytes. */
  readonly digest: string;
}

/** Pictures whose bytes are those of an earlier one, each with the first that has them. */
export function findDuplicates(pictures: Iterable<ReadPicture>): DuplicatePicture[] {
  const first = new Map<string, ReadPicture>();
  const found: DuplicatePicture[] = [];
  for (const picture of pictures) {
    const other = first.get(picture.digest);
    if (other === undefined) {
      first.set(picture.digest, picture);
      continue;
    }
    const kind = other.label !== picture.label ? "classes" : other.part !== picture.part ? "parts" : "same";
    found.push({ paths: [other.path, picture.path], kind });
  }
  return found;
}

/** What a user should hear of them: those that make what is measured look better, or that cannot be learnt. */
export function duplicateWarnings(duplicates: readonly DuplicatePicture[]): string[] {
  const said = [
    ["parts", "in two parts of the data: what is measured on one may have been learnt from the other"],
    ["classes", "in two classes: at most one of the two can be right"],
  ] as const;
  return said.flatMap(([kind, why]) => {
    const those = duplicates.filter((one) => one.kind === kind);
    const [first] = those;
    if (first === undefined) return [];
    const are = those.length === 1 ? "picture stands" : "pictures stand";
    return [
      `${those.length.toLocaleString("en-GB")} ${are} twice, byte for byte, ${why} (${first.paths.join(" and ")}).`,
    ];
  });
}
