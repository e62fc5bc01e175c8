import { ImagoError } from "../../../engine/errors.js";
import { checkSmiles } from "../molecules/checkSmiles.js";
import { moleculeSheet } from "../molecules/moleculeSheet.js";
import { openRdkit, type Rdkit } from "../molecules/rdkit.js";
import { smilesGrammar } from "../molecules/smilesGrammar.js";
import { smilesTokens } from "../molecules/smilesTokens.js";
import { type Judgement, judgementOf, type Learnt } from "./judgement.js";
import type { ItemProblem, RawItem, SkippedItem, TokenKind, WrittenText } from "./tokenKind.js";

/** Molecules as SMILES, a line each, learnt by atom tokens. */
export const moleculesKind = (): TokenKind => ({
  name: "molecules",
  noun: ["molecule", "molecules"],
  token: ["atom token", "atom tokens"],
  defaults: { embedding: 64, dropout: 0, batchSize: 64, steps: 4000, longest: 120 },
  split: splitMolecules,
  pieces: allLines,
  tokens: smilesTokens,
  shown: (item) => item,
  separator: "\n",
  extension: ".smi",
  taken: (text) => linesOf(text)[0]?.text ?? "",
  beginning: () => undefined,
  labelOf: () => undefined,
  labelled: () => "",
  grammar: (tokens) => smilesGrammar(tokens),
  problems: problemsOf,
  judge: judgeMolecules,
  renderers: {
    svg: {
      isEach: false,
      draw: async (items) => new TextEncoder().encode(await moleculeSheet(await validOf(items))),
    },
  },
});

/** The first word of each line: names may stand behind it. */
function linesOf(text: string): readonly RawItem[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, at) => {
    const [smiles = ""] = line.trim().split(/\s+/);
    return smiles === "" || line.startsWith("#") ? [] : [{ text: smiles, line: at + 1 }];
  });
}

/** Every line, empty ones too: of what was written they count as failures. */
function allLines(text: string): readonly RawItem[] {
  const lines = text.replace(/(\r\n|\r|\n)$/, "").split(/\r\n|\r|\n/);
  if (lines.length === 1 && lines[0] === "") return [];
  return lines.map((line, at) => ({ text: line.trim().split(/\s+/)[0] ?? "", line: at + 1 }));
}

/** Molecules of a text; what our own reading finds at fault is skipped. */
function splitMolecules(text: string): {
  readonly items: readonly RawItem[];
  readonly skipped: readonly SkippedItem[];
} {
  const items: RawItem[] = [];
  const skipped: SkippedItem[] = [];
  for (const item of linesOf(text)) {
    const [fault] = checkSmiles(item.text);
    if (fault === undefined) items.push(item);
    else skipped.push({ line: item.line, reason: fault.kind });
  }
  return { items, skipped };
}

/** RDKit, where it is installed. */
async function rdkitIfThere(): Promise<Rdkit | undefined> {
  try {
    return await openRdkit();
  } catch (error) {
    if (error instanceof ImagoError) return undefined;
    throw error;
  }
}

/** What is said where RDKit is not there to judge. */
const ownJudgement =
  "Judged by Imago's own reading alone; RDKit judges more surely: npm install @rdkit/rdkit@2026.9.1";

async function problemsOf(smiles: string): Promise<readonly ItemProblem[]> {
  const own = checkSmiles(smiles).map(({ at, reason }) => ({ line: 1, column: at, reason }));
  if (own.length > 0) return own;
  const said = (await rdkitIfThere())?.refusal(smiles);
  return said === undefined ? [] : [{ line: 1, reason: `RDKit does not take it: ${said}` }];
}

async function judgeMolecules(items: readonly WrittenText[], learnt: Learnt): Promise<Judgement> {
  const rdkit = await rdkitIfThere();
  const judged = items.map(({ text, ended }) => {
    const [fault] = checkSmiles(text);
    const canonical = rdkit === undefined ? (fault === undefined ? text : undefined) : rdkit.canonical(text);
    const isValid = canonical !== undefined;
    const reason = fault?.kind ?? "refused by RDKit";
    return { text, ended, key: canonical ?? text, isValid, ...(isValid ? {} : { reason }) };
  });
  const judgement = judgementOf(judged, learnt);
  return rdkit === undefined ? { ...judgement, note: ownJudgement } : judgement;
}

/** Signs of a molecule that is drawn at most. */
const longestDrawn = 400;

/** @throws ImagoError where none is left */
async function validOf(items: readonly string[]): Promise<readonly string[]> {
  const rdkit = await openRdkit();
  const valid = items.filter((item) => item.length <= longestDrawn && rdkit.isValid(item));
  if (valid.length === 0)
    throw new ImagoError("None of the molecules is valid and small enough to be drawn.");
  return valid;
}
