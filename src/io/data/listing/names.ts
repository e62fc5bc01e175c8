/** The parts that data are divided into. */
export const partNames = ["train", "validation", "test"] as const;
export type PartName = (typeof partNames)[number];

/** Extensions of pictures that are read, in any case. What kind a picture is, its contents tell. */
export const pictureExtensions: ReadonlySet<string> = new Set(
  "jpg jpeg jpe jfif mpo png webp avif gif tif tiff".split(" "),
);

/** Those of pictures that are not read, of which a user should hear. */
const foreignExtensions: ReadonlySet<string> = new Set(
  "heic heif bmp jxl jp2 psd ico svg pdf cr2 cr3 nef arw dng raf orf rw2".split(" "),
);

/** Lower case, without the dot; empty where there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot + 1).toLowerCase();
}

export const isPictureName = (name: string): boolean => pictureExtensions.has(extensionOf(name));
export const isForeignName = (name: string): boolean => foreignExtensions.has(extensionOf(name));

/** What file managers, notebooks and syncing leave behind: no class, and nothing in it is a picture. */
export const isHiddenFolder = (name: string): boolean => name.startsWith(".") || name.startsWith("__");
/** A resource fork `._a.jpg` has a picture's name and is none. */
export const isHiddenFile = (name: string): boolean => name.startsWith(".");

const partsByName: ReadonlyMap<string, PartName> = new Map([
  ["train", "train"],
  ["val", "validation"],
  ["valid", "validation"],
  ["validation", "validation"],
  ["test", "test"],
]);

/** The part that a folder's name, or a word in a column, stands for. */
export const partOfName = (name: string): PartName | undefined => partsByName.get(name.toLowerCase());

/** The name of an archive without its ending; `undefined` where it is none. */
export function archiveStem(name: string): string | undefined {
  return /^(.+?)\.(tar|tar\.gz|tgz)$/i.exec(name)?.[1];
}

/** What label files are called that are found by themselves, the first first. */
export const labelFileNames: readonly string[] = [
  "labels.csv",
  "labels.tsv",
  "labels.jsonl",
  "metadata.csv",
  "metadata.jsonl",
];

/** By code point, which is the same on every system; JavaScript's own order is by halves of characters. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one === other) continue;
    // Characters beyond 0xFFFF are made of halves that come before 0xE000, and belong behind all others.
    const isHalf = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;
    return isHalf(one) === isHalf(other) ? one - other : isHalf(one) ? 1 : -1;
  }
  return a.length - b.length;
}

/** `4.42 MB`, `1.2 GB`. */
export function sizeText(bytes: number): string {
  const [unit, name] = bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${Number((bytes / unit).toPrecision(3))} ${name}`;
}
