import { ImagoError } from "../../errors.js";
import { formatShape, type Shape } from "../../tensor/shape.js";

/** An equation of Einstein's notation, `...` replaced by letters of its own. */
export interface EinsumTerms {
  /** The index of each axis of each operand. */
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
  readonly sizes: ReadonlyMap<string, number>;
}

const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const ellipsis = "...";

/** How many axes `...` stands for in a term. */
function hiddenAxes(term: string, shape: Shape): number {
  const named = term.replace(ellipsis, "").length;
  const hidden = shape.length - named;
  if (hidden < 0 || (hidden > 0 && !term.includes(ellipsis))) {
    throw new ImagoError(`the term "${term}" does not fit the shape ${formatShape(shape)}`);
  }
  return hidden;
}

function sizesOf(operands: readonly (readonly string[])[], shapes: readonly Shape[]): Map<string, number> {
  const sizes = new Map<string, number>();
  operands.forEach((term, position) => {
    term.forEach((label, axis) => {
      const size = (shapes[position] as Shape)[axis] as number;
      const known = sizes.get(label) ?? 1;
      if (known !== 1 && size !== 1 && known !== size) {
        throw new ImagoError(`index "${label}" has sizes ${known} and ${size}`);
      }
      sizes.set(label, known === 1 ? size : known);
    });
  });
  return sizes;
}

/** Without an arrow: the axes of `...`, then what comes once, in alphabetical order. */
function impliedResult(terms: readonly string[]): string {
  const all = [...terms.join("").replaceAll(ellipsis, "")];
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort();
  return `${terms.some((term) => term.includes(ellipsis)) ? ellipsis : ""}${once.join("")}`;
}

/** @throws when the equation is none, or does not fit the operands' shapes */
export function einsumTerms(equation: string, shapes: readonly Shape[]): EinsumTerms {
  const [left = "", right, ...more] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  const written = right ?? impliedResult(terms);
  const plain = [...terms, written].map((term) => term.replace(ellipsis, ""));
  if (more.length > 0 || !plain.every((term) => /^[a-zA-Z]*$/.test(term))) {
    throw new ImagoError(`"${equation}" is no equation such as "ij,jk->ik"`);
  }
  if (terms.length !== shapes.length) {
    throw new ImagoError(`the equation has ${terms.length} terms for ${shapes.length} operands`);
  }
  const hidden = terms.map((term, i) => hiddenAxes(term, shapes[i] as Shape));
  const most = Math.max(...hidden);
  const spare = letters.filter((letter) => !equation.includes(letter)).slice(0, most);
  const write = (term: string, count: number): string[] => [
    ...term.replace(ellipsis, spare.slice(most - count).join("")),
  ];
  const operands = terms.map((term, i) => write(term, hidden[i] as number));
  const result = write(written, most);
  const sizes = sizesOf(operands, shapes);
  if (new Set(result).size !== result.length || !result.every((label) => sizes.has(label))) {
    throw new ImagoError(`the result "${written}" must have each index once, and only those of the operands`);
  }
  return { operands, result, sizes };
}
