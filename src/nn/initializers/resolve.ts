import { resolver, type Spec } from "../config/resolver.js";
import { constant } from "./constant.js";
import { glorotNormal } from "./glorotNormal.js";
import { glorotUniform } from "./glorotUniform.js";
import { heNormal } from "./heNormal.js";
import { heUniform } from "./heUniform.js";
import { identity } from "./identity.js";
import type { Initializer } from "./initializer.js";
import { lecunNormal } from "./lecunNormal.js";
import { lecunUniform } from "./lecunUniform.js";
import { ones } from "./ones.js";
import { orthogonal } from "./orthogonal.js";
import { randomNormal } from "./randomNormal.js";
import { randomUniform } from "./randomUniform.js";
import { truncatedNormal } from "./truncatedNormal.js";
import { varianceScaling } from "./varianceScaling.js";
import { zeros } from "./zeros.js";

/** A name such as `"glorotUniform"`, a saved form, or an initialiser. */
export type InitializerSpec = Spec<Initializer>;

/** An {@link Initializer} from its name, its saved form, or itself. */
export const initializer = resolver<Initializer>(
  { one: "initializer", many: "initializers" },
  {
    zeros,
    ones,
    constant,
    randomUniform,
    randomNormal,
    truncatedNormal,
    glorotUniform,
    glorotNormal,
    heUniform,
    heNormal,
    lecunUniform,
    lecunNormal,
    varianceScaling,
    orthogonal,
    identity,
  },
  "make",
  { normal: "randomNormal", uniform: "randomUniform", eye: "identity", zero: "zeros", one: "ones" },
);
