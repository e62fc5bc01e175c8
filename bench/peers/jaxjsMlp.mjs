// jax-js asks for `navigator`, which Node has from version 21 on.
globalThis.navigator ??= {};
const { defaultDevice, init, jit, nn, numpy: np, random, valueAndGrad } = await import("@jax-js/jax");

await init("wasm");
defaultDevice("wasm");
const layers = [
  [784, 512],
  [512, 512],
  [512, 10],
];
const x = random.uniform(random.key(1), [128, 784]);
const labels = np.array(
  Array.from({ length: 128 }, (_, i) => (i * 7) % 10),
  { dtype: np.int32 },
);
const y = nn.oneHot(labels, 10);

/** The negative log-likelihood; parameters are consumed, as jax-js wants it. */
function loss(parameters, input, target) {
  let h = input;
  parameters.forEach(([w, b], index) => {
    h = np.matmul(h, w).add(b);
    if (index < parameters.length - 1) h = nn.relu(h);
  });
  return nn
    .logSoftmax(h, -1)
    .mul(target)
    .sum()
    .mul(-1 / 128);
}

/** One step of Adam, compiled as a whole. */
const step = jit((parameters, first, second, input, target) => {
  const [value, gradients] = valueAndGrad(loss)(
    parameters.map((pair) => pair.map((p) => p.ref)),
    input,
    target,
  );
  const [next, m, v] = [[], [], []];
  parameters.forEach((pair, layer) => {
    for (const list of [next, m, v]) list.push([]);
    pair.forEach((p, part) => {
      const g = gradients[layer][part];
      const a = first[layer][part].mul(0.9).add(g.ref.mul(0.1));
      const b = second[layer][part].mul(0.999).add(np.square(g).mul(0.001));
      m[layer].push(a.ref);
      v[layer].push(b.ref);
      next[layer].push(p.sub(a.mul(1e-3).div(np.sqrt(b).add(1e-7))));
    });
  });
  return [value, next, m, v];
});

const zeros = () => layers.map(([n, k]) => [np.zeros([n, k]), np.zeros([k])]);
let parameters = layers.map(([n, k], i) => [
  random.normal(random.key(i + 2), [n, k]).mul(0.03),
  np.zeros([k]),
]);
let [first, second] = [zeros(), zeros()];
const samples = [];
for (let i = 0; i < 25; i++) {
  const start = performance.now();
  const [value, ...next] = step(parameters, first, second, x.ref, y.ref);
  [parameters, first, second] = next;
  await value.data();
  if (i >= 5) samples.push(performance.now() - start);
}
const memory = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ samples, version: "0.1.25", memory, settings: { backend: "wasm" } }));
