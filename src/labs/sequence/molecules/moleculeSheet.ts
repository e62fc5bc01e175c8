import { anyText } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, list, number, optional, readOptions, unchecked } from "../../../engine/options.js";
import { columnsFor } from "../../../vision/contactSheet.js";
import { type DrawingSize, drawingFields, openRdkit, type Rdkit } from "./rdkit.js";

export interface MoleculeSheetOptions extends DrawingSize {
  /** From 1. Default: as many as there are rows, or one more. */
  readonly columns?: number | undefined;
  /** Default: {@link openRdkit}. */
  readonly rdkit?: Rdkit | undefined;
}

const fields = {
  ...drawingFields,
  columns: optional(number({ min: 1, max: 10_000, integer: true })),
  rdkit: optional(unchecked<Rdkit>("what openRdkit gives")),
} satisfies FieldsOf<MoleculeSheetOptions>;

/**
 * Drawings of molecules in rows, on white: one SVG, whose ids and classes are told apart by the number of the molecule (`m1-bond-0`).
 *
 * @param smiles at least one, all valid
 * @param options the size of one drawing, and how many stand in a row
 * @throws ImagoError on no molecule, on one that is not valid, and where RDKit is missing
 */
export async function moleculeSheet(
  smiles: readonly string[],
  options: MoleculeSheetOptions = {},
): Promise<string> {
  const lines = list(anyText, "an array of SMILES").read("moleculeSheet", "smiles", smiles);
  const {
    width,
    height,
    columns = columnsFor(lines.length),
    rdkit,
  } = readOptions("moleculeSheet", options, fields);
  if (lines.length === 0) throw new ImagoError("moleculeSheet: expected molecules, received none.");
  const drawer = rdkit ?? (await openRdkit());
  const across = Math.min(columns, lines.length);
  const all = { width: across * width, height: Math.ceil(lines.length / across) * height };
  const cells = lines.map((line, index) => {
    const place = `x="${(index % across) * width}" y="${Math.floor(index / across) * height}"`;
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    return `<svg ${place} ${size}>\n${distinct(contents(drawer.svg(line, { width, height })), `m${index + 1}-`)}</svg>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${all.width}" height="${all.height}" viewBox="0 0 ${all.width} ${all.height}">`,
    `<rect width="${all.width}" height="${all.height}" fill="#ffffff"/>`,
    ...cells,
    "</svg>\n",
  ].join("\n");
}

/** What stands inside the outermost element. */
function contents(svg: string): string {
  const start = svg.indexOf(">", svg.indexOf("<svg")) + 1;
  return svg
    .slice(start, svg.lastIndexOf("</svg>"))
    .replaceAll(/<!--.*?-->\n?/gs, "")
    .trimStart();
}

/** Sets a prefix before each id and class, and where ids are named. */
export function distinct(svg: string, prefix: string): string {
  return svg
    .replaceAll(/\b(id|class)=(['"])(.*?)\2/g, (_all, name: string, quote: string, names: string) => {
      return `${name}=${quote}${names.replaceAll(/\S+/g, (one) => prefix + one)}${quote}`;
    })
    .replaceAll(/url\(#/g, `url(#${prefix}`)
    .replaceAll(/\bhref=(['"])#/g, (_all, quote: string) => `href=${quote}#${prefix}`);
}
