/**
 * Chebyshev coefficients of ln(exp(x²) erfc(x) / t) over u = 2t − 1, t = 2 / (2 + x), from x = 0 to ∞; the script that
 * computed them is goldens/tune/erfc.py.
 */
const coefficients = [
  -1.3026537197817094, 0.6419697923564902, 0.019476473204185836, -0.009561514786808632,
  -0.0009465953444820369, 0.00036683949785276145, 4.252332480690777e-5, -2.0278578112534242e-5,
  -1.6242900046470256e-6, 1.3036558355805232e-6, 1.5626441722066142e-8, -8.523809591492654e-8,
  6.5290544390988515e-9, 5.059343495551469e-9, -9.91364156493033e-10, -2.273651222931836e-10,
  9.646791102015527e-11, 2.3940380830391146e-12, -6.886027526497553e-12, 8.944879273090725e-13,
  3.130921399342958e-13, -1.1270822361367252e-13, 3.810905255189157e-16, 7.106097613609254e-15,
  -1.5230282014571264e-15, -9.457494571289076e-17, 1.2102371892241257e-16, -2.816663087746666e-17,
];

/** exp(x²) · erfc(x) for x from 0 on, to some units of the last digit. */
export function scaledErfc(x: number): number {
  const t = 2 / (2 + x);
  const twice = 4 * t - 2;
  let [b, c] = [0, 0];
  // Clenshaw's recurrence.
  for (let j = coefficients.length - 1; j > 0; j--) {
    const next = twice * b - c + (coefficients[j] as number);
    c = b;
    b = next;
  }
  return t * Math.exp((twice / 2) * b - c + (coefficients[0] as number) / 2);
}

/** The complementary error function, 2/√π ∫ exp(−t²) dt from x on. */
export function erfc(x: number): number {
  const above = Math.exp(-x * x) * scaledErfc(Math.abs(x));
  return x < 0 ? 2 - above : above;
}
