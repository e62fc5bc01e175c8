/**
 * The area under the ROC curve: the chance that a row of class 1 has a higher score than one of class 0, where equal
 * scores count half (Mann and Whitney 1947). Half-way, 0.5, where one of the classes does not occur.
 *
 * @param labels 0 and 1
 */
export function aucOf(scores: Float64Array, labels: ArrayLike<number>): number {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let ones = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to++;
    // Ranks from 1; equal scores share the mean of theirs.
    const rank = (from + 1 + to) / 2;
    for (const row of order.slice(from, to)) {
      if (labels[row] !== 1) continue;
      ones++;
      rankSum += rank;
    }
    from = to;
  }
  const zeros = order.length - ones;
  return ones === 0 || zeros === 0 ? 0.5 : (rankSum - (ones * (ones + 1)) / 2) / (ones * zeros);
}
