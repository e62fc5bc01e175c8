import type { Command } from "commander";
import { readTextChecked } from "../../../engine/files/readFileChecked.js";
import { oneOf } from "../../../engine/options.js";
import { readItems } from "../../../labs/sequence/items/tokenItems.js";
import { speakersOf } from "../../../labs/sequence/kinds/dialogue.js";
import type { TokenKind } from "../../../labs/sequence/kinds/tokenKind.js";
import { tokenKindNames, tokenKindOf } from "../../../labs/sequence/kinds/tokenKinds.js";
import { blaming } from "../shell/blaming.js";
import { FieldFlags } from "../shell/flag.js";
import { grouped, lineWidth, type Output, outputOf, printable } from "../shell/output.js";
import { QuietFailure, UsageError } from "../shell/run.js";
import { corpusIn } from "./corpusIn.js";
import { kindOf } from "./items/itemKind.js";
import { formatJudgement } from "./items/itemReport.js";

const checkFlags = new FieldFlags({
  as: oneOf(tokenKindNames, undefined, { help: "what the file holds:", unit: "kind" }),
});

interface CheckFlags {
  readonly against?: string;
}

/** Items whose faults are told, and faults of each. */
const mostItems = 20;
const mostFaults = 5;

/** Adds `imago write check`. */
export function addCheck(write: Command): void {
  const command = write
    .command("check")
    .description(
      "read tunes, molecules or dialogues as they should be, and say what is wrong with them and where",
    )
    .argument("<file>", "a file of items; - for standard input");
  checkFlags
    .addTo(command)
    .option("--against <file>", "what was learnt from, to count copies and what is new")
    .action(async (file: string, flags: CheckFlags) => {
      const { as } = checkFlags.given(flags);
      const { kind: found } = await kindOf(file, as);
      const kind = tokenKindNames.find((name) => name === found);
      if (kind === undefined)
        throw new UsageError(
          `--as: nothing says what ${file} holds. Give --as music, molecules or dialogue.`,
        );
      const corpus = await corpusIn(file);
      const against =
        flags.against === undefined ? undefined : await readTextChecked(flags.against, { maxBytes: 2 ** 28 });
      const reader = tokenKindOf(kind, { speakers: [] });
      const learnt =
        against === undefined
          ? undefined
          : await blaming("--against", async () => itemsAgainst(against, reader));
      const items = reader.pieces(corpus.text);
      const facts =
        kind === "dialogue"
          ? { speakers: speakersOf(learnt ?? items.map(({ text }) => text)), items: learnt }
          : {};
      await check({ kind: tokenKindOf(kind, facts), items, learnt, output: outputOf(command) });
    });
}

/** @throws UsageError where the file holds hardly anything of the kind */
function itemsAgainst(text: string, kind: TokenKind): readonly string[] {
  const { items, skipped } = readItems(text, kind);
  if (skipped.length <= items.length) return items;
  throw new UsageError(
    `hardly anything of it is a ${kind.noun[0]}: line ${skipped[0]?.line}: ${skipped[0]?.reason}.`,
  );
}

interface Check {
  readonly kind: TokenKind;
  readonly items: ReturnType<TokenKind["pieces"]>;
  readonly learnt: readonly string[] | undefined;
  readonly output: Output;
}

/** @throws QuietFailure where an item is at fault, so that scripts notice */
async function check({ kind, items, learnt, output }: Check): Promise<void> {
  const width = lineWidth(output);
  let faulty = 0;
  for (const { text, line } of items) {
    const problems = await kind.problems(text);
    if (problems.length === 0) continue;
    if (++faulty > mostItems) continue;
    for (const { line: own, column, reason } of problems.slice(0, mostFaults)) {
      const place = `line ${grouped(line + own - 1)}${column === undefined ? "" : `, column ${column}`}`;
      output.write(`${place}: ${printable(reason)}\n`);
    }
    if (problems.length > mostFaults)
      output.write(`  … and ${grouped(problems.length - mostFaults)} more in the same ${kind.noun[0]}\n`);
  }
  if (faulty > mostItems)
    output.write(`… and ${grouped(faulty - mostItems)} more ${kind.noun[1]} with faults\n`);
  const judged = items.map(({ text }) => ({ text, ended: true }));
  const judgement = await kind.judge(judged, new Set(learnt ?? []));
  output.write(
    formatJudgement(judgement, kind.noun, width, { isWritten: false, isCompared: learnt !== undefined }),
  );
  if (faulty > 0) throw new QuietFailure("faults");
}
