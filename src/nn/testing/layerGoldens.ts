import { it } from "vitest";
import { checkLayerCase, type LayerFactories, layerCases } from "./layerGolden.js";
import { withSavedActivation } from "./savedActivation.js";

/** A test for each case of `goldens/layers/<file>.json` whose layers all have a factory. */
export function testLayerGoldens(file: string, factories: LayerFactories): void {
  const cases = layerCases(file)
    .filter(({ layer, chain }) =>
      (chain ?? [{ layer }]).every((row) => Object.hasOwn(factories, row.layer ?? "")),
    )
    .map(withSavedActivation);
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    await checkLayerCase(golden, factories);
  });
}
