import { counted, firstOf } from "../../../engine/words.js";
import { classFolders } from "./classFolders.js";
import { type Entry, foreignWarnings, type Listing, type SkippedRow } from "./listing.js";
import { labelFileNames, type PartName, partNames, partOfName } from "./names.js";
import { nothingFound } from "./nothingFound.js";
import { type OpenPlace, openPlace, type Unpack, withoutWrapper } from "./openPlace.js";
import { below, contentsOf, type Place } from "./place.js";
import { newWalk, type Walk } from "./walk.js";

/** What a label file gives. */
export type Labelled = Pick<Listing, "entries" | "givenParts" | "warnings" | "skippedRows">;

/** What a list of pictures is made by. */
export interface LayoutRequest {
  /** What the root is called in messages. */
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  /** The label file that was asked for. */
  readonly labels: string | undefined;
  readonly readLabels: (place: Place, file: string, walk: Walk, part?: PartName) => Promise<Labelled>;
  readonly unpack: Unpack;
}

/**
 * Finds out how pictures are laid out in a place, and lists them.
 *
 * @throws ImagoError where none is found, saying what is there instead
 */
export async function readLayout(request: LayoutRequest, root: Place): Promise<Listing> {
  const reader = new LayoutReader(request);
  const listing = await reader.read(root);
  return { ...listing, warnings: [...reader.warnings, ...listing.warnings, ...foreignWarnings(reader.walk)] };
}

const nothing = { emptyClasses: [], warnings: [], skippedRows: [], givenParts: new Map<PartName, string>() };

class LayoutReader {
  readonly walk: Walk;
  readonly warnings: string[] = [];
  readonly #request: LayoutRequest;

  constructor(request: LayoutRequest) {
    this.#request = request;
    this.walk = newWalk(request.signal);
  }

  async read(place: Place): Promise<Listing> {
    const { labels } = this.#request;
    if (labels !== undefined) return this.#readLabelled(place, labels);
    const opened = await this.#open(place);
    const [only] = opened.folders;
    if (opened.hasArchives && only !== undefined && opened.folders.length === 1) {
      return { ...(await this.read(only.place)), kind: "archive" };
    }
    const listing = await this.#readOpened(opened);
    return opened.hasArchives ? { ...listing, kind: "archive" } : listing;
  }

  async #open(place: Place): Promise<OpenPlace> {
    const opened = await openPlace(place, this.#request.unpack);
    this.warnings.push(...opened.warnings);
    return opened;
  }

  async #readOpened(opened: OpenPlace): Promise<Listing> {
    const { contents, folders, place } = opened;
    const labelFile = labelFileOf(opened);
    const parts = folders.filter(({ name }) => partOfName(name) !== undefined);
    const train = parts.find(({ name }) => partOfName(name) === "train");
    const isDeep = train !== undefined && (await holdsMore(train.place));
    if (labelFile !== undefined) {
      const hasClasses = isDeep || folders.length - parts.length > 1;
      if (contents.pictures.length > 0 || !hasClasses) {
        this.#passOver(opened, labelFile);
        return this.#readLabelled(place, labelFile);
      }
      this.warnings.push(
        `${labelFile} was not used, since class folders stand beside it; name it with labels if it is to be.`,
      );
    }
    const areParts = train !== undefined && (isDeep || parts.length === folders.length);
    return areParts ? this.#readParts(opened) : this.#readClasses(opened);
  }

  async #readLabelled(place: Place, file: string): Promise<Listing> {
    return { ...nothing, kind: "labels", ...(await this.#request.readLabels(place, file, this.walk)) };
  }

  async #readClasses(opened: OpenPlace): Promise<Listing> {
    const { entries, empty, warnings } = await classFolders(this.walk, opened);
    if (entries.length === 0) throw await nothingFound(this.#request.name, opened.place, opened.contents);
    const [only] = opened.folders;
    const levels = new Set(entries.map(({ between }) => between.split("/")[0] as string));
    // One folder with nothing but folders in it may be a level too many, and may be one class.
    if (opened.folders.length === 1 && only !== undefined && levels.size > 1 && !levels.has("")) {
      this.warnings.push(
        `All pictures are of one class, ${only.name}; if the folders in it (${firstOf([...levels])}) are the classes, give ` +
          `${this.#request.name}/${only.name}.`,
      );
    }
    return { ...nothing, kind: "folders", entries, emptyClasses: empty, warnings };
  }

  async #readParts(opened: OpenPlace): Promise<Listing> {
    const entries: Entry[] = [];
    const warnings: string[] = [];
    const skippedRows: SkippedRow[] = [];
    const givenParts = new Map<PartName, string>();
    const [empty, filled] = [new Set<string>(), new Set<string>()];
    for (const { name, place } of opened.folders) {
      const part = partOfName(name);
      if (part === undefined) {
        this.warnings.push(
          `${name} was passed over: it stands beside ${opened.folders
            .map((one) => one.name)
            .filter(partOfName)
            .join(", ")}.`,
        );
        continue;
      }
      const found = await this.#readPart(place, part);
      if (found.entries.length === 0) {
        if (part === "train")
          throw await nothingFound(`${this.#request.name}/${name}`, place, await contentsOf(place));
        const { pictures } = await contentsOf(place);
        this.warnings.push(
          pictures.length === 0
            ? `${name} holds no pictures.`
            : `${name} holds ${counted(pictures.length, "picture")} in no class folder, which were passed over.`,
        );
        continue;
      }
      if (givenParts.has(part)) this.warnings.push(`${givenParts.get(part)} and ${name} are taken together.`);
      givenParts.set(part, name);
      for (const entry of found.entries) entries.push(entry);
      for (const one of found.empty) empty.add(one);
      for (const one of found.entries) filled.add(one.className);
      warnings.push(...found.warnings);
      skippedRows.push(...found.skippedRows);
    }
    const emptyClasses = [...empty].filter((name) => !filled.has(name));
    return { ...nothing, kind: "parts", entries, emptyClasses, givenParts, warnings, skippedRows };
  }

  /** Says which label files are not read. */
  #passOver({ place, contents }: OpenPlace, read: string): void {
    const others = contents.labelFiles.filter((file) => file !== read).map((file) => below(place, file));
    if (others.length === 0) return;
    const one = others.length === 1;
    this.warnings.push(
      `${firstOf(others)} ${one ? "was" : "were"} not used, since ${below(place, read)} is read; name ${one ? "it" : "one"} with labels if ` +
        "it is to be.",
    );
  }

  async #readPart(place: Place, part: PartName) {
    const inner = await withoutWrapper(place, "");
    const opened = await this.#open(inner);
    const labelFile = labelFileOf(opened);
    if (labelFile !== undefined && (opened.contents.pictures.length > 0 || opened.folders.length < 2)) {
      this.#passOver(opened, labelFile);
      return { empty: [], ...(await this.#request.readLabels(inner, labelFile, this.walk, part)) };
    }
    return { skippedRows: [], ...(await classFolders(this.walk, opened, part)) };
  }
}

/** The label file that is read where there are several: the first by the order of their names' list. */
function labelFileOf({ contents: { labelFiles } }: OpenPlace): string | undefined {
  const rank = (file: string): number => labelFileNames.indexOf(file.toLowerCase());
  return labelFiles.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** Whether a folder holds more than pictures: class folders, or a label file. */
async function holdsMore(place: Place): Promise<boolean> {
  const { folders, archives, labelFiles } = await contentsOf(place);
  return folders.length + archives.length + labelFiles.length > 0;
}

/** The parts that are there, in the order in which they are named. */
export const inOrder = (parts: Iterable<PartName>): PartName[] => {
  const there = new Set(parts);
  return partNames.filter((part) => there.has(part));
};
