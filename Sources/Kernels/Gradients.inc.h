// What learning needs besides: products of weights that change at every step, so that packing them would
// not pay, with a single sample, and the gradients with respect to weights.

/// The sum of a vector's elements, halves first.
INLINE T FN(sum_elements)(V v) {
  T part[W];
  FN(store)(part, v);
  UNROLL for (size_t half = W / 2; half > 0; half /= 2) {
    UNROLL for (size_t i = 0; i < half; i++) {
      part[i] += part[i + half];
    }
  }
  return part[0];
}

/// The products of `rows` rows of a with one row of b, each summed over k.
INLINE void FN(dot_rows)(
    const size_t rows, size_t k, const T *a, size_t a_stride, const T *b, T *sums) {
  V even[4] = {{0}};
  V odd[4] = {{0}};
  size_t j = 0;
  for (; j + 2 * W <= k; j += 2 * W) {
    UNROLL for (size_t i = 0; i < rows; i++) {
      even[i] += FN(load)(a + i * a_stride + j) * FN(load)(b + j);
      odd[i] += FN(load)(a + i * a_stride + j + W) * FN(load)(b + j + W);
    }
  }
  if (j + W <= k) {
    UNROLL for (size_t i = 0; i < rows; i++) {
      even[i] += FN(load)(a + i * a_stride + j) * FN(load)(b + j);
    }
    j += W;
  }
  UNROLL for (size_t i = 0; i < rows; i++) {
    sums[i] = FN(sum_elements)(even[i] + odd[i]);
    for (size_t rest = j; rest < k; rest++) {
      sums[i] += a[i * a_stride + rest] * b[rest];
    }
  }
}

/// y = W x + bias for one sample.
static void FN(affine_one)(size_t m, size_t k, const T *w, const T *bias, const T *x, T *y) {
  size_t i = 0;
  T sums[4];
  for (; i + 4 <= m; i += 4) {
    FN(dot_rows)(4, k, w + i * k, k, x, sums);
    UNROLL for (size_t r = 0; r < 4; r++) {
      y[i + r] = bias[i + r] + sums[r];
    }
  }
  for (; i < m; i++) {
    FN(dot_rows)(1, k, w + i * k, k, x, sums);
    y[i] = bias[i] + sums[0];
  }
}

/// out = W^T g (+ out) for one sample.
static void FN(pullback_one)(
    size_t m, size_t k, const T *w, const T *g, T *out, int accumulate) {
  size_t j = 0;
  for (; j + 2 * W <= k; j += 2 * W) {
    V first = accumulate ? FN(load)(out + j) : (V){0};
    V second = accumulate ? FN(load)(out + j + W) : (V){0};
    for (size_t i = 0; i < m; i++) {
      first += FN(splat)(g[i]) * FN(load)(w + i * k + j);
      second += FN(splat)(g[i]) * FN(load)(w + i * k + j + W);
    }
    FN(store)(out + j, first);
    FN(store)(out + j + W, second);
  }
  for (; j < k; j++) {
    T sum = accumulate ? out[j] : 0;
    for (size_t i = 0; i < m; i++) {
      sum += g[i] * w[i * k + j];
    }
    out[j] = sum;
  }
}

/// out = a b^T (+ out), the products of the rows of a and of b.
static void FN(row_products)(
    size_t m, size_t n, size_t k, const T *a, const T *b, T *out, int accumulate) {
  if (k == 1) {
    for (size_t i = 0; i < m; i++) {
      V scale = FN(splat)(a[i]);
      T *row = out + i * n;
      size_t j = 0;
      for (; j + W <= n; j += W) {
        V product = scale * FN(load)(b + j);
        FN(store)(row + j, accumulate ? FN(load)(row + j) + product : product);
      }
      for (; j < n; j++) {
        row[j] = (accumulate ? row[j] : 0) + a[i] * b[j];
      }
    }
    return;
  }
  for (size_t j = 0; j < n; j++) {
    T sums[4];
    size_t i = 0;
    for (; i + 4 <= m; i += 4) {
      FN(dot_rows)(4, k, a + i * k, k, b + j * k, sums);
      UNROLL for (size_t r = 0; r < 4; r++) {
        T *p = out + (i + r) * n + j;
        *p = (accumulate ? *p : 0) + sums[r];
      }
    }
    for (; i < m; i++) {
      FN(dot_rows)(1, k, a + i * k, k, b + j * k, sums);
      T *p = out + i * n + j;
      *p = (accumulate ? *p : 0) + sums[0];
    }
  }
}
