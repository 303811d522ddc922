// The elementwise functions and their derivatives over arrays, and softmax over blocks.

#define LOADED(p) (rest ? FN(load_part)((p) + i, rest) : FN(load)((p) + i))

/// One function over an array; `f` is a constant wherever this is inlined. The last elements go
/// through a padded vector, so that every element takes the same arithmetic.
INLINE void FN(activate_with)(
    const KernelsActivation f, T parameter, size_t count, const T *z, T *y) {
  for (size_t i = 0; i < count; i += W) {
    size_t rest = count - i < W ? count - i : 0;
    V v = LOADED(z);
    switch (f) {
      // Written so that a NaN, which is not below 0, stays.
      case KernelsActivationReLU: v = FN(select)((VU)(v < 0), (V){0}, v); break;
      case KernelsActivationLeakyReLU: v = FN(select)((VU)(v < 0), parameter * v, v); break;
      case KernelsActivationTanh: v = FN(tanh_vector)(v); break;
      case KernelsActivationSigmoid: v = FN(sigmoid_vector)(v); break;
    }
    if (rest) {
      FN(store_part)(y + i, v, rest);
    } else {
      FN(store)(y + i, v);
    }
  }
}

static void FN(activate)(KernelsActivation f, T parameter, size_t count, const T *z, T *y) {
#define CASE(F) \
  case F: FN(activate_with)(F, parameter, count, z, y); break;
  switch (f) {
    CASE(KernelsActivationReLU)
    CASE(KernelsActivationLeakyReLU)
    CASE(KernelsActivationTanh)
    CASE(KernelsActivationSigmoid)
  }
#undef CASE
}

INLINE void FN(derivative_with)(
    const KernelsActivation f, T parameter, size_t count, const T *y, const T *g, T *out) {
  for (size_t i = 0; i < count; i += W) {
    size_t rest = count - i < W ? count - i : 0;
    V value = LOADED(y);
    V v = LOADED(g);
    switch (f) {
      case KernelsActivationReLU: v = FN(select)((VU)(value <= 0), (V){0}, v); break;
      case KernelsActivationLeakyReLU:
        v = FN(select)((VU)(value <= 0), parameter * v, v);
        break;
      // Not 1 - y^2: without a fused operation that loses what is left of it near |y| = 1.
      case KernelsActivationTanh: v = v * ((1 - value) * (1 + value)); break;
      case KernelsActivationSigmoid: v = v * (value * (1 - value)); break;
    }
    if (rest) {
      FN(store_part)(out + i, v, rest);
    } else {
      FN(store)(out + i, v);
    }
  }
}

static void FN(activate_derivative)(
    KernelsActivation f, T parameter, size_t count, const T *y, const T *g, T *out) {
#define CASE(F) \
  case F: FN(derivative_with)(F, parameter, count, y, g, out); break;
  switch (f) {
    CASE(KernelsActivationReLU)
    CASE(KernelsActivationLeakyReLU)
    CASE(KernelsActivationTanh)
    CASE(KernelsActivationSigmoid)
  }
#undef CASE
}

static void FN(softmax)(size_t rows, size_t lanes, const T *z, T *y) {
  if (rows == 0) {
    return;
  }
  for (size_t lane = 0; lane < lanes; lane += W) {
    V highest = FN(load)(z + lane);
    for (size_t row = 1; row < rows; row++) {
      V v = FN(load)(z + row * lanes + lane);
      highest = FN(select)((VU)(v > highest), v, highest);
    }
    V sum = {0};
    for (size_t row = 0; row < rows; row++) {
      V e = FN(exp_vector)(FN(load)(z + row * lanes + lane) - highest);
      sum += e;
      FN(store)(y + row * lanes + lane, e);
    }
    V share = 1 / sum;
    for (size_t row = 0; row < rows; row++) {
      T *p = y + row * lanes + lane;
      FN(store)(p, FN(load)(p) * share);
    }
  }
}

static void FN(softmax_derivative)(
    size_t rows, size_t lanes, const T *y, const T *g, T *out) {
  for (size_t lane = 0; lane < lanes; lane += W) {
    V mean = {0};
    for (size_t row = 0; row < rows; row++) {
      size_t i = row * lanes + lane;
      mean += FN(load)(y + i) * FN(load)(g + i);
    }
    for (size_t row = 0; row < rows; row++) {
      size_t i = row * lanes + lane;
      FN(store)(out + i, FN(load)(y + i) * (FN(load)(g + i) - mean));
    }
  }
}

#undef LOADED
