import { ImagoError } from "../../../../engine/errors.js";
import { type FieldsOf, number, readOptions } from "../../../../engine/options.js";
import { type PassOptions, passFields, passTune } from "../check/passedTune.js";
import { type Load, loadPackage, running } from "../packages.js";
import { aPage, withGlobals } from "./page.js";

export interface TuneScoreOptions extends PassOptions {
  /** How long a line of music is, in pixels, 200 to 10000. Default: 740, which fits a printed page. */
  readonly staffWidth?: number | undefined;
}

const fields = {
  ...passFields,
  staffWidth: number({ default: 740, min: 200, max: 10_000, unit: "px" }),
} satisfies FieldsOf<TuneScoreOptions>;

/** A tune in notes. */
export interface TuneScore {
  /** A whole SVG file. Its fonts are named, not contained. */
  readonly svg: string;
  /** What abcjs remarked, as plain text. */
  readonly warnings: readonly string[];
}

/** How bars are shared out among lines: a tune whose text has no line ends would be one endless line otherwise. */
const lines = { minSpacing: 1.6, maxSpacing: 2.8, preferredMeasuresPerLine: 4 };

/** What is used of abcjs. */
interface Abcjs {
  renderAbc(
    target: unknown,
    abc: string,
    options: { readonly staffwidth: number; readonly add_classes: boolean; readonly wrap: typeof lines },
  ): readonly { readonly warnings?: readonly string[] | undefined }[];
}

/**
 * A tune in notes, as SVG. Made by abcjs, and outside a page with the page that linkedom stands in for: two optional packages.
 *
 * @param abc one tune in ABC notation
 * @param load what imports the packages. Default: Node
 * @throws ImagoError where the check (`checkAbc`) finds fault with the tune, naming bar and reason; where a package is not installed; on
 * unknown options and values outside their range
 */
export async function tuneScore(
  abc: string,
  options: TuneScoreOptions = {},
  load?: Load,
): Promise<TuneScore> {
  const { allowWrongBars, staffWidth } = readOptions("tuneScore", options, fields);
  passTune("tuneScore", abc, allowWrongBars);
  const { renderAbc } = (await loadPackage("tuneScore", "a score", "abcjs", load)) as Abcjs;
  const page = await aPage(load);
  const target = page.document.createElement("div");
  const [tune] = running("tuneScore", "abcjs", () =>
    withGlobals(page, () =>
      renderAbc(target, abc.trim(), { staffwidth: staffWidth, add_classes: true, wrap: lines }),
    ),
  );
  const svg = target.querySelector("svg");
  if (svg === null) throw new ImagoError("tuneScore: abcjs drew no score of the tune.");
  return { svg: withNamespace(svg.outerHTML), warnings: (tune?.warnings ?? []).map(withoutTags) };
}

/** A file of its own names what its elements are; within a page that goes without saying. */
function withNamespace(svg: string): string {
  const head = svg.slice(0, svg.indexOf(">"));
  return /\sxmlns=/.test(head) ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}

/** Warnings hold HTML, which marks the place. */
const withoutTags = (warning: string): string =>
  warning
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
