import { anyText } from "../../../engine/arguments.js";
import { type FieldsOf, list, optional, readOptions, refusal, unchecked } from "../../../engine/options.js";
import { checkSmiles } from "./checkSmiles.js";
import { type KnownMolecules, knownMolecules } from "./knownMolecules.js";
import { openRdkit, type Rdkit } from "./rdkit.js";
import type { SmilesFaultKind } from "./readSmiles.js";

export interface AssessMoleculesOptions {
  /**
   * What the model was trained on: lines, or what {@link knownMolecules} makes of them, which is worth keeping where several samples are
   * assessed. Default: nothing, and novelty is not said.
   */
  readonly against?: readonly string[] | KnownMolecules | undefined;
  /** Default: {@link openRdkit}. */
  readonly rdkit?: Rdkit | undefined;
}

const fields = {
  // Checked below.
  against: optional(unchecked<readonly string[] | KnownMolecules>("an array of SMILES")),
  rdkit: optional(unchecked<Rdkit>("what openRdkit gives")),
} satisfies FieldsOf<AssessMoleculesOptions>;

/** Why a line is not valid: a kind of fault, or that RDKit refuses what our own reading takes. */
export type InvalidKind = SmilesFaultKind | "refused by RDKit";

/** A line that is not valid. */
export interface InvalidMolecule {
  /** Its number, from 1. */
  readonly line: number;
  readonly smiles: string;
  readonly kind: InvalidKind;
  /** The first fault, in words. */
  readonly reason: string;
}

/** What sampled molecules are worth. Shares are from 0 to 1, and 0 of nothing. */
export interface MoleculeReport {
  readonly count: number;
  /** Lines that RDKit takes; the empty line counts as not valid. */
  readonly valid: number;
  /** valid / count */
  readonly validity: number;
  /** Different molecules among the valid ones, as RDKit writes them. */
  readonly distinct: number;
  /** distinct / valid */
  readonly uniqueness: number;
  /** Different molecules that the model was not trained on; `undefined` where that is not known. */
  readonly novel: number | undefined;
  /** novel / distinct */
  readonly novelty: number | undefined;
  /** Valid lines, repeated ones too, whose molecule the model was trained on. */
  readonly copies: number | undefined;
  /** How many lines are not valid for which reason, the first of each counted, the most frequent first. */
  readonly reasons: Readonly<Partial<Record<InvalidKind, number>>>;
  readonly invalid: readonly InvalidMolecule[];
}

/**
 * Judges sampled molecules: validity by RDKit, reasons by {@link checkSmiles}, uniqueness and novelty by RDKit's canonical SMILES.
 *
 * @param lines one SMILES each
 * @throws ImagoError where RDKit is missing, with the line that installs it
 */
export async function assessMolecules(
  lines: readonly string[],
  options: AssessMoleculesOptions = {},
): Promise<MoleculeReport> {
  const all = list(anyText, "an array of SMILES").read("assessMolecules", "lines", lines);
  const given = readOptions("assessMolecules", options, fields);
  const rdkit = given.rdkit ?? (await openRdkit());
  const known = knownOf(given.against, rdkit);
  const canonical = all.map((line) => rdkit.canonical(line));
  const valid = canonical.filter((one) => one !== undefined);
  const distinct = new Set(valid);
  const isKnown = new Set(known === undefined ? [] : [...distinct].filter((one) => known.has(one)));
  const novel = known === undefined ? undefined : distinct.size - isKnown.size;
  const invalid = all.flatMap((smiles, index) => {
    return canonical[index] === undefined ? [invalidMolecule(smiles, index + 1, rdkit)] : [];
  });
  return {
    count: all.length,
    valid: valid.length,
    validity: share(valid.length, all.length),
    distinct: distinct.size,
    uniqueness: share(distinct.size, valid.length),
    novel,
    novelty: novel === undefined ? undefined : share(novel, distinct.size),
    copies: known === undefined ? undefined : valid.filter((one) => isKnown.has(one)).length,
    reasons: countsOf(invalid),
    invalid,
  };
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function knownOf(against: AssessMoleculesOptions["against"], rdkit: Rdkit): KnownMolecules | undefined {
  if (against === undefined) return undefined;
  if (Array.isArray(against)) return knownMolecules(against, rdkit);
  if (typeof against === "object" && "has" in against) return against;
  throw refusal("assessMolecules", "against", "an array of SMILES, or what knownMolecules gives", against);
}

function invalidMolecule(smiles: string, line: number, rdkit: Rdkit): InvalidMolecule {
  const [fault] = checkSmiles(smiles);
  if (fault !== undefined) return { line, smiles, kind: fault.kind, reason: fault.reason };
  const said = rdkit.refusal(smiles) ?? "no reason given";
  return {
    line,
    smiles,
    kind: "refused by RDKit",
    reason: `our reading finds no fault, RDKit says: ${said}`,
  };
}

function countsOf(invalid: readonly InvalidMolecule[]): Partial<Record<InvalidKind, number>> {
  const counts = new Map<InvalidKind, number>();
  for (const { kind } of invalid) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one));
}
