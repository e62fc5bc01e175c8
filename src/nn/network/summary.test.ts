import { describe, expect, it } from "vitest";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { batchNormalization } from "../layers/normalization/batchNormalization.js";
import { lstm } from "../layers/recurrent/lstm.js";
import { model } from "../models/model.js";
import { sequential } from "../models/sequential.js";

describe("summary", () => {
  it("shows layers, shapes, weights and connections", () => {
    const [a, b] = [input({ shape: [3], name: "a" }), input({ shape: [5], name: "b" })];
    const merged = concatenate()([dense({ units: 4, name: "hidden" })(a), dense({ units: 4 })(b)]);
    const m = model({ inputs: [a, b], outputs: dense({ units: 1 })(batchNormalization()(merged)) });
    expect(m.summary()).toMatchInlineSnapshot(`
      "Model: "model"
      ┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━┓
      ┃ Layer (type)                            ┃ Output Shape ┃ Param # ┃ Connected to       ┃
      ┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━┩
      │ a (input)                               │ (None, 3)    │       0 │ -                  │
      ├─────────────────────────────────────────┼──────────────┼─────────┼────────────────────┤
      │ b (input)                               │ (None, 5)    │       0 │ -                  │
      ├─────────────────────────────────────────┼──────────────┼─────────┼────────────────────┤
      │ hidden (dense)                          │ (None, 4)    │      16 │ a                  │
      ├─────────────────────────────────────────┼──────────────┼─────────┼────────────────────┤
      │ dense (dense)                           │ (None, 4)    │      24 │ b                  │
      ├─────────────────────────────────────────┼──────────────┼─────────┼────────────────────┤
      │ concatenate (concatenate)               │ (None, 8)    │       0 │ hidden             │
      │                                         │              │         │ dense              │
      ├─────────────────────────────────────────┼──────────────┼─────────┼────────────────────┤
      │ batchNormalization (batchNormalization) │ (None, 8)    │      32 │ concatenate        │
      ├─────────────────────────────────────────┼──────────────┼─────────┼────────────────────┤
      │ dense_1 (dense)                         │ (None, 1)    │       9 │ batchNormalization │
      └─────────────────────────────────────────┴──────────────┴─────────┴────────────────────┘
       Total params: 81 (324 B)
       Trainable params: 65 (260 B)
       Non-trainable params: 16 (64 B)"
    `);
  });

  it("leaves the connections out where the layers stand behind each other", () => {
    const m = sequential([{ inputShape: [null, 3] }, lstm({ units: 8 }), dense({ units: 2 })]);
    expect(m.summary()).toMatchInlineSnapshot(`
      "Model: "sequential"
      ┏━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┳━━━━━━━━━┓
      ┃ Layer (type)  ┃ Output Shape    ┃ Param # ┃
      ┡━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━╇━━━━━━━━━┩
      │ input (input) │ (None, None, 3) │       0 │
      ├───────────────┼─────────────────┼─────────┤
      │ lstm (lstm)   │ (None, 8)       │     384 │
      ├───────────────┼─────────────────┼─────────┤
      │ dense (dense) │ (None, 2)       │      18 │
      └───────────────┴─────────────────┴─────────┘
       Total params: 402 (1.57 KB)
       Trainable params: 402 (1.57 KB)
       Non-trainable params: 0 (0 B)"
    `);
  });

  it("counts shared weights once in the totals, and frozen ones apart", () => {
    const a = input({ shape: [3], name: "a" });
    const shared = dense({ units: 3, name: "shared", trainable: false });
    const inner = model({ inputs: a, outputs: shared(a), name: "inner" });
    const b = input({ shape: [3], name: "b" });
    const m = model({ inputs: b, outputs: shared(inner.asLayer()(shared(b))), name: "outer" });
    expect(m.summary()).toMatchInlineSnapshot(`
      "Model: "outer"
      ┏━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━━━━┓
      ┃ Layer (type)   ┃ Output Shape ┃ Param # ┃ Connected to ┃
      ┡━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━━┩
      │ b (input)      │ (None, 3)    │       0 │ -            │
      ├────────────────┼──────────────┼─────────┼──────────────┤
      │ shared (dense) │ (None, 3)    │      12 │ b            │
      │                │              │         │ inner        │
      ├────────────────┼──────────────┼─────────┼──────────────┤
      │ inner (model)  │ (None, 3)    │      12 │ shared       │
      └────────────────┴──────────────┴─────────┴──────────────┘
       Total params: 12 (48 B)
       Trainable params: 0 (0 B)
       Non-trainable params: 12 (48 B)"
    `);
  });
});
