// The three products that a layer and its gradients need, on row-major Float32Arrays. Two rows by four columns are kept
// at a time, so that every value read serves several multiply-adds.

/** c[m, n] = Σ_k a[m, k] · b[k, n] + bias[m]. */
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

/** c[m, k] += Σ_n a[m, n] · b[k, n]. */
export function addProductWithTransposed(a, b, c, M, N, K) {
  for (let m = 0; m < M; m += 2) {
    const two = m + 1 < M;
    const a0 = m * N;
    const a1 = (two ? m + 1 : m) * N;
    let k = 0;
    for (; k + 2 < K; k += 3) {
      const b0 = k * N;
      const b1 = (k + 1) * N;
      const b2 = (k + 2) * N;
      let p0 = 0;
      let p1 = 0;
      let p2 = 0;
      let q0 = 0;
      let q1 = 0;
      let q2 = 0;
      for (let n = 0; n < N; n++) {
        const x = a[a0 + n];
        const y = a[a1 + n];
        const z0 = b[b0 + n];
        const z1 = b[b1 + n];
        const z2 = b[b2 + n];
        p0 += x * z0;
        p1 += x * z1;
        p2 += x * z2;
        q0 += y * z0;
        q1 += y * z1;
        q2 += y * z2;
      }
      const top = m * K + k;
      c[top] += p0;
      c[top + 1] += p1;
      c[top + 2] += p2;
      if (!two) continue;
      c[top + K] += q0;
      c[top + K + 1] += q1;
      c[top + K + 2] += q2;
    }
    for (; k < K; k++) {
      let p = 0;
      let q = 0;
      for (let n = 0; n < N; n++) {
        p += a[a0 + n] * b[k * N + n];
        q += a[a1 + n] * b[k * N + n];
      }
      c[m * K + k] += p;
      if (two) c[m * K + K + k] += q;
    }
  }
}

/** b[c, r] = a[r, c]: with it, the third product is the first. */
export function transpose(a, b, rows, columns) {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) b[c * rows + r] = a[r * columns + c];
  }
}
