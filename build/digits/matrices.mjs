// The product that a layer and its gradients need, on row-major arrays.

/**
 * c[m, n] = Σ_k a[m, k] · b[k, n] + bias[m]. Two rows by four columns are kept at a time, so that every value read serves
 * several multiply-adds.
 */
export function multiply(a, b, c, M, K, N, bias) {
  for (let m = 0; m < M; m += 2) {
    const two = m + 1 < M;
    const a0 = m * K;
    const a1 = (two ? m + 1 : m) * K;
    const s0 = bias ? bias[m] : 0;
    const s1 = bias ? bias[two ? m + 1 : m] : 0;
    let n = 0;
    for (; n + 3 < N; n += 4) {
      let p0 = s0;
      let p1 = s0;
      let p2 = s0;
      let p3 = s0;
      let q0 = s1;
      let q1 = s1;
      let q2 = s1;
      let q3 = s1;
      for (let k = 0, at = n; k < K; k++, at += N) {
        const x = a[a0 + k];
        const y = a[a1 + k];
        const b0 = b[at];
        const b1 = b[at + 1];
        const b2 = b[at + 2];
        const b3 = b[at + 3];
        p0 += x * b0;
        p1 += x * b1;
        p2 += x * b2;
        p3 += x * b3;
        q0 += y * b0;
        q1 += y * b1;
        q2 += y * b2;
        q3 += y * b3;
      }
      const top = m * N + n;
      c[top] = p0;
      c[top + 1] = p1;
      c[top + 2] = p2;
      c[top + 3] = p3;
      if (!two) continue;
      c[top + N] = q0;
      c[top + N + 1] = q1;
      c[top + N + 2] = q2;
      c[top + N + 3] = q3;
    }
    for (; n < N; n++) {
      let p = s0;
      let q = s1;
      for (let k = 0, at = n; k < K; k++, at += N) {
        p += a[a0 + k] * b[at];
        q += a[a1 + k] * b[at];
      }
      c[m * N + n] = p;
      if (two) c[m * N + N + n] = q;
    }
  }
}

/** b[c, r] = a[r, c]: with it, the products with a transposed matrix are the same as without. */
export function transpose(a, b, rows, columns) {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) b[c * rows + r] = a[r * columns + c];
  }
}
