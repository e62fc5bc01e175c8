import { figure, tableText } from "../report/tableText.js";
import { summarize } from "./figureSummary.js";
import type { TrainedMember } from "./trainedMember.js";

/**
 * The members' figures as a table.
 *
 * @param noun what a member is called: `fold`
 */
export function membersReport(noun: string, rows: number, members: readonly TrainedMember[]): string {
  const summary = summarize(members);
  const names = Object.keys(summary);
  const lines = members.map(({ training, heldOut, figures }, index) => [
    `${noun} ${index + 1}`,
    `${training.length}`,
    `${heldOut.length}`,
    ...names.map((name) => figure(figures?.[name])),
  ]);
  const failures = members.flatMap(({ failure }, index) =>
    failure === undefined ? [] : [`Left out: ${noun} ${index + 1}, which failed: ${failure}`],
  );
  const text = [
    `${members.length} networks, ${rows} rows; figures on rows that a network had not seen, standard errors approximate.`,
    ...tableText([
      ["", "trained on", "tried on", ...names],
      ...lines,
      ["mean", "", "", ...names.map((name) => figure(summary[name]?.mean))],
      ["± se", "", "", ...names.map((name) => figure(summary[name]?.standardError))],
    ]),
    ...failures,
  ];
  return `${text.join("\n")}\n`;
}
