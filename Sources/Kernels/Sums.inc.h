// Sums of whole blocks. Bound by memory, so plain loops over vectors.

/// `terms` is a constant wherever this is inlined.
INLINE void FN(combine_terms)(
    const size_t terms, size_t count, const T *coefficients, const T *const *vectors, T *out) {
  T c[6];
  const T *v[6];
  for (size_t t = 0; t < terms; t++) {
    c[t] = coefficients[t];
    v[t] = vectors[t];
  }
  size_t i = 0;
  for (; i + W <= count; i += W) {
    V sum = c[0] * FN(load)(v[0] + i);
    UNROLL for (size_t t = 1; t < terms; t++) {
      sum += c[t] * FN(load)(v[t] + i);
    }
    FN(store)(out + i, sum);
  }
  if (i < count) {
    V sum = c[0] * FN(load_part)(v[0] + i, count - i);
    UNROLL for (size_t t = 1; t < terms; t++) {
      sum += c[t] * FN(load_part)(v[t] + i, count - i);
    }
    FN(store_part)(out + i, sum, count - i);
  }
}

static void FN(combine)(
    size_t count, size_t terms, const T *coefficients, const T *const *vectors, T *out) {
#define CASE(N) \
  case N: FN(combine_terms)(N, count, coefficients, vectors, out); break;
  switch (terms) {
    CASE(1)
    CASE(2)
    CASE(3)
    CASE(4)
    CASE(5)
    CASE(6)
  }
#undef CASE
}

static void FN(scale_add)(
    size_t rows, size_t lanes, const T *scale, const T *a, const T *b, T *out) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t lane = 0; lane < lanes; lane += W) {
      size_t i = row * lanes + lane;
      FN(store)(out + i, FN(load)(a + i) * FN(load)(scale + lane) + FN(load)(b + i));
    }
  }
}
