/** An area under the ROC curve, and how much each row has to do with it. */
export interface Auc {
  /** Half-way, 0.5, where one of the classes does not occur. */
  readonly auc: number;
  /**
   * Influence values (LeDell, Petersen and van der Laan 2015), whose mean is 0: for a row of class 1 (F0(s) − A) / π1, with
   * the share F0 of rows of class 0 below its score, and for one of class 0 (S1(s) − A) / π0, with the share S1 of rows of
   * class 1 above; equal scores count half. Absent where one of the classes does not occur.
   */
  readonly influence: Float64Array | undefined;
}

/**
 * The area under the ROC curve: the chance that a row of class 1 has a higher score than one of class 0, where equal
 * scores count half (Mann and Whitney 1947).
 *
 * @param labels 0 and 1
 */
export function aucWithInfluence(scores: Float64Array, labels: ArrayLike<number>): Auc {
  const order = Array.from(scores.keys()).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const ones = order.reduce((count, row) => count + Number(labels[row] === 1), 0);
  const zeros = order.length - ones;
  if (ones === 0 || zeros === 0) return { auc: 0.5, influence: undefined };
  const shares = new Float64Array(order.length);
  let [onesBelow, zerosBelow, sum] = [0, 0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to++;
    const tied = order.slice(from, to);
    const tiedOnes = tied.reduce((count, row) => count + Number(labels[row] === 1), 0);
    const tiedZeros = tied.length - tiedOnes;
    for (const row of tied) {
      const isOne = labels[row] === 1;
      shares[row] = isOne
        ? (zerosBelow + tiedZeros / 2) / zeros
        : (ones - onesBelow - tiedOnes + tiedOnes / 2) / ones;
      if (isOne) sum += shares[row] as number;
    }
    onesBelow += tiedOnes;
    zerosBelow += tiedZeros;
    from = to;
  }
  const auc = sum / ones;
  const influence = shares.map(
    (share, row) => ((share - auc) * order.length) / (labels[row] === 1 ? ones : zeros),
  );
  return { auc, influence };
}
