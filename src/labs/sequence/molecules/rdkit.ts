import { anyText } from "../../../engine/arguments.js";
import { ImagoError, messageOf, shown } from "../../../engine/errors.js";
import { callable, type FieldsOf, number, optional, readOptions } from "../../../engine/options.js";
import { checkSmiles } from "./checkSmiles.js";

/** The version that Imago was tested with. */
const install = "npm install @rdkit/rdkit@2026.9.1";

/** What is used of a molecule of RDKit's. */
interface RdkitMolecule {
  get_smiles(): string;
  get_svg_with_highlights(details: string): string;
  delete(): void;
}

interface RdkitLog {
  get_buffer(): string;
  clear_buffer(): void;
}

/** What is used of the package. */
interface RdkitModule {
  get_mol(smiles: string): RdkitMolecule | null;
  set_log_capture(name: string): RdkitLog | null;
}

/** How large a molecule is drawn. */
export interface DrawingSize {
  /** In pixels, 16 to 8192. Default: 250. */
  readonly width?: number | undefined;
  /** In pixels, 16 to 8192. Default: 200. */
  readonly height?: number | undefined;
}

const side = (pixels: number) => number({ default: pixels, min: 16, max: 8192, integer: true });

/** How {@link DrawingSize} is read. */
export const drawingFields = { width: side(250), height: side(200) } satisfies FieldsOf<DrawingSize>;

/** RDKit, as far as molecules that were sampled are judged and drawn with it. */
export interface Rdkit {
  /** Whether RDKit takes it; of more than 600 signs, which its stack does not hold, whether our own reading does. The empty text and one with blanks are not valid, other than for RDKit. */
  isValid(smiles: string): boolean;
  /** The SMILES that RDKit writes for the molecule, whichever way it was written; `undefined` for what is not valid. */
  canonical(smiles: string): string | undefined;
  /** RDKit's own words for why it does not take a SMILES, as far as it has any; `undefined` for what is valid. */
  refusal(smiles: string): string | undefined;
  /**
   * A drawing on white, letters drawn as shapes, so that no font is needed.
   *
   * @throws ImagoError on what is not valid, with the reasons of our own reading
   */
  svg(smiles: string, size?: DrawingSize): string;
}

export interface OpenRdkitOptions {
  /**
   * Imports a package by its name. Default: Node's `import`. A page hands over what gives it RDKit:
   * `() => import("@rdkit/rdkit")`, or its default export with the place of the wasm file bound.
   */
  readonly load?: ((name: string) => Promise<unknown>) | undefined;
}

const fields = {
  load: optional(callable<(name: string) => Promise<unknown>>()),
} satisfies FieldsOf<OpenRdkitOptions>;

let pending: Promise<Rdkit> | undefined;

/**
 * RDKit's wasm build, an optional package. It is loaded at the first call and shared by all that follow.
 *
 * @throws ImagoError where the package is missing, with the line that installs it
 */
export function openRdkit(options: OpenRdkitOptions = {}): Promise<Rdkit> {
  const { load = importNow } = readOptions("openRdkit", options, fields);
  if (pending === undefined) {
    const opening = openModule(load).then((module) => new WasmRdkit(module));
    // One that failed may be there the next time.
    opening.catch(() => {
      pending = undefined;
    });
    pending = opening;
  }
  return pending;
}

/** Asks Node, and not whoever bundles Imago for a page, where it need not be. */
const importNow = (name: string): Promise<unknown> => import(/* @vite-ignore */ name);

type Start = () => Promise<RdkitModule>;

async function openModule(load: (name: string) => Promise<unknown>): Promise<RdkitModule> {
  let loaded: unknown;
  try {
    loaded = await load("@rdkit/rdkit");
  } catch (cause) {
    throw new ImagoError(
      "Molecules are judged and drawn with the package @rdkit/rdkit, which is not there.",
      {
        help: `Install it: ${install}`,
        cause,
      },
    );
  }
  const inner: unknown =
    typeof loaded === "object" && loaded !== null && "default" in loaded ? loaded.default : loaded;
  if (typeof inner !== "function") {
    throw new ImagoError(`openRdkit: load must give the package @rdkit/rdkit, received ${shown(loaded)}.`);
  }
  try {
    return await (inner as Start)();
  } catch (cause) {
    throw new ImagoError(`RDKit could not be started: ${messageOf(cause).replace(/\.$/, "")}.`, { cause });
  }
}

/** Whether a text is one word, and no file of a molecule. */
const isPlain = (smiles: string): boolean => /^[^\s{]\S*$/.test(smiles);

/** Signs of a SMILES that RDKit's wasm takes: from about 700 atoms on its stack overflows, and it is of no use any more. */
const longestForRdkit = 600;

class WasmRdkit implements Rdkit {
  readonly #module: RdkitModule;
  #log: RdkitLog | null | undefined;

  constructor(module: RdkitModule) {
    this.#module = module;
  }

  isValid(smiles: string): boolean {
    anyText.read("isValid", "smiles", smiles);
    if (smiles.length > longestForRdkit) return isPlain(smiles) && checkSmiles(smiles).length === 0;
    return this.#with(smiles, () => true) ?? false;
  }

  canonical(smiles: string): string | undefined {
    anyText.read("canonical", "smiles", smiles);
    if (smiles.length > longestForRdkit) return this.isValid(smiles) ? smiles : undefined;
    return this.#with(smiles, (molecule) => molecule.get_smiles());
  }

  refusal(smiles: string): string | undefined {
    anyText.read("refusal", "smiles", smiles);
    if (smiles.length > longestForRdkit) {
      return this.isValid(smiles) ? undefined : (checkSmiles(smiles)[0]?.reason ?? "no reason given");
    }
    this.#log ??= this.#module.set_log_capture("rdApp.error");
    this.#log?.clear_buffer();
    if (this.isValid(smiles)) return undefined;
    // Each line begins with the time of day.
    const [first = ""] = (this.#log?.get_buffer() ?? "").split("\n");
    return first.replace(/^\[[\d:]*\] */, "").trim() || "no reason given";
  }

  svg(smiles: string, size: DrawingSize = {}): string {
    anyText.read("svg", "smiles", smiles);
    const { width, height } = readOptions("svg", size, drawingFields);
    if (smiles.length > longestForRdkit) {
      throw new ImagoError(
        `svg: a molecule of ${smiles.length} signs is too large to be drawn; ${longestForRdkit} are the most.`,
      );
    }
    const drawn = this.#with(smiles, (molecule) =>
      molecule.get_svg_with_highlights(JSON.stringify({ width, height })),
    );
    if (drawn !== undefined) return drawn;
    const [fault] = checkSmiles(smiles);
    throw new ImagoError(
      `svg: ${shown(smiles)} is no valid molecule: ${fault?.reason ?? this.refusal(smiles)}.`,
    );
  }

  /** Uses a molecule and frees it: RDKit's memory is not Node's to tidy. */
  #with<T>(smiles: string, use: (molecule: RdkitMolecule) => T): T | undefined {
    // RDKit takes the empty text for a molecule, what stands behind a blank for a name, and files of molecules too.
    if (!isPlain(smiles)) return undefined;
    const molecule = this.#module.get_mol(smiles);
    if (molecule === null) return undefined;
    try {
      return use(molecule);
    } finally {
      molecule.delete();
    }
  }
}
