// The elementwise functions and their derivatives over arrays, and softmax over blocks.

#define LOADED(p) (rest ? FN(load_part)((p) + i, rest) : FN(load)((p) + i))

#define ALL_ACTIVATIONS(X) \
  X(KernelsActivationReLU) X(KernelsActivationLeakyReLU) X(KernelsActivationTanh) \
  X(KernelsActivationSigmoid) X(KernelsActivationELU) X(KernelsActivationSELU) \
  X(KernelsActivationHardSigmoid) X(KernelsActivationHardSwish) X(KernelsActivationSiLU) \
  X(KernelsActivationSoftplus) X(KernelsActivationGELU) X(KernelsActivationGELUTanh) \
  X(KernelsActivationClip) X(KernelsActivationErf) X(KernelsActivationExponential) \
  X(KernelsActivationAbsolute) X(KernelsActivationReciprocal) X(KernelsActivationSquareRoot)

/// exp z - 1 for z <= 0; what is below the lowest exponent of a normal number gives -1.
INLINE V FN(expm1_below)(V z) {
  z = FN(at_least)(z, (T)(ELEMENT_BITS == 32 ? -80 : -700));
  VU n;
  V m = FN(exp_parts)(z, &n);
  V scale = FN(power_of_two)(n);
  return scale * m + (scale - 1);
}

/// √(2/π) (z + 0.044715 z³), twice, which the logistic function takes.
INLINE V FN(gelu_argument)(V z) {
  V square = z * z;
  return z * (square * (T)0.07135481627260025 + (T)1.5957691216057308);
}

/// One function over an array; `f` is a constant wherever this is inlined. The last elements go
/// through a padded vector, so that every element takes the same arithmetic.
INLINE void FN(activate_with)(
    const KernelsActivation f, T p, T q, size_t count, const T *z, T *y) {
  for (size_t i = 0; i < count; i += W) {
    size_t rest = count - i < W ? count - i : 0;
    V v = LOADED(z);
    V bell;
    switch (f) {
      // Written so that a NaN, which is not below 0, stays.
      case KernelsActivationReLU: v = FN(select)((VU)(v < 0), (V){0}, v); break;
      case KernelsActivationLeakyReLU: v = FN(select)((VU)(v < 0), p * v, v); break;
      case KernelsActivationTanh: v = FN(tanh_vector)(v); break;
      case KernelsActivationSigmoid: v = FN(sigmoid_vector)(v); break;
      case KernelsActivationELU:
        v = FN(select)((VU)(v > 0), v, p * FN(expm1_below)(FN(at_most)(v, 0)));
        break;
      case KernelsActivationSELU:
        v = q * FN(select)((VU)(v > 0), v, p * FN(expm1_below)(FN(at_most)(v, 0)));
        break;
      case KernelsActivationHardSigmoid:
        v = FN(at_most)(FN(at_least)(p * v + q, 0), 1);
        break;
      case KernelsActivationHardSwish:
        v = v * FN(at_most)(FN(at_least)(v / 6 + (T)0.5, 0), 1);
        break;
      case KernelsActivationSiLU: v = v * FN(sigmoid_vector)(v); break;
      case KernelsActivationSoftplus:
        v = FN(at_least)(v, 0) + FN(log1p_vector)(FN(exp_vector)(-FN(size_vector)(v)));
        break;
      case KernelsActivationGELU: v = v * FN(normal_share)(v, &bell); break;
      case KernelsActivationGELUTanh:
        v = v * FN(sigmoid_vector)(FN(gelu_argument)(v));
        break;
      case KernelsActivationClip: v = FN(at_most)(FN(at_least)(v, p), q); break;
      case KernelsActivationErf: v = FN(erf_vector)(v); break;
      case KernelsActivationExponential: v = FN(exp_vector)(v); break;
      case KernelsActivationAbsolute: v = FN(size_vector)(v); break;
      case KernelsActivationReciprocal: v = 1 / v; break;
      case KernelsActivationSquareRoot: v = __builtin_elementwise_sqrt(v); break;
    }
    if (rest) {
      FN(store_part)(y + i, v, rest);
    } else {
      FN(store)(y + i, v);
    }
  }
}

// A function of its own for each: the long ones save many registers, which the short ones need not.
#define ACTIVATE(F) \
  static __attribute__((noinline)) void FN(activate_##F)( \
      T p, T q, size_t count, const T *z, T *y) { \
    FN(activate_with)(F, p, q, count, z, y); \
  }
ALL_ACTIVATIONS(ACTIVATE)
#undef ACTIVATE

static void FN(activate)(KernelsActivation f, T p, T q, size_t count, const T *z, T *y) {
#define CASE(F) \
  case F: FN(activate_##F)(p, q, count, z, y); break;
  switch (f) {
    ALL_ACTIVATIONS(CASE)
  }
#undef CASE
}

INLINE void FN(derivative_with)(
    const KernelsActivation f, T p, T q, size_t count, const T *z, const T *y, const T *g,
    T *out) {
  for (size_t i = 0; i < count; i += W) {
    size_t rest = count - i < W ? count - i : 0;
    // The compiler drops the one that a function does not use.
    V x = LOADED(z);
    V value = LOADED(y);
    V v = LOADED(g);
    V zero = {0};
    V inner;
    V share;
    switch (f) {
      case KernelsActivationReLU: v = FN(select)((VU)(value <= 0), zero, v); break;
      case KernelsActivationLeakyReLU: v = FN(select)((VU)(x <= 0), p * v, v); break;
      // Not 1 - y^2: without a fused operation that loses what is left of it near |y| = 1.
      case KernelsActivationTanh: v = v * ((1 - value) * (1 + value)); break;
      case KernelsActivationSigmoid: v = v * (value * (1 - value)); break;
      case KernelsActivationELU: v = v * FN(select)((VU)(x > 0), zero + 1, value + p); break;
      case KernelsActivationSELU:
        v = v * FN(select)((VU)(x > 0), FN(splat)(q), value + p * q);
        break;
      case KernelsActivationHardSigmoid: {
        inner = p * x + q;
        // The lower side's slope where two pieces meet.
        VU outside =
            p > 0 ? (VU)(inner <= 0) | (VU)(inner > 1) : (VU)(inner < 0) | (VU)(inner >= 1);
        v = FN(select)(outside, zero, p * v);
        break;
      }
      case KernelsActivationHardSwish:
        inner = FN(select)((VU)(x > 3), zero + 1, x / 3 + (T)0.5);
        v = v * FN(select)((VU)(x <= -3), zero, inner);
        break;
      case KernelsActivationSiLU:
        share = FN(sigmoid_and_rest)(x, &inner);
        v = v * (share * (1 + x * inner));
        break;
      case KernelsActivationSoftplus: v = v * FN(sigmoid_vector)(x); break;
      case KernelsActivationGELU:
        share = FN(normal_share)(x, &inner);
        // Where the bell is 0, z may be as large as its square is not a number.
        v = v * (share + FN(at_most)(FN(at_least)(x, -50), 50) * (inner * (T)0.39894228040143268));
        break;
      case KernelsActivationGELUTanh: {
        // Beyond 30 nothing of the second part is left, and its factors overflow.
        V near = FN(at_most)(FN(at_least)(x, -30), 30);
        share = FN(sigmoid_and_rest)(FN(gelu_argument)(near), &inner);
        V slope = near * near * (T)0.21406444881780075 + (T)1.5957691216057308;
        v = v * (share * (1 + near * inner * slope));
        break;
      }
      case KernelsActivationClip:
        v = FN(select)((VU)(x <= p) | (VU)(x > q), zero, v);
        break;
      case KernelsActivationErf:
        inner = FN(at_most)(FN(size_vector)(x), 30);
        v = v * (FN(exp_minus_square)(inner, 1) * (T)1.1283791670955126);
        break;
      case KernelsActivationExponential: v = v * value; break;
      case KernelsActivationAbsolute: v = FN(select)((VU)(x > 0), v, -v); break;
      case KernelsActivationReciprocal: v = -v * (value * value); break;
      case KernelsActivationSquareRoot: v = v * ((T)0.5 / value); break;
    }
    if (rest) {
      FN(store_part)(out + i, v, rest);
    } else {
      FN(store)(out + i, v);
    }
  }
}

#define DERIVATIVE(F) \
  static __attribute__((noinline)) void FN(derivative_##F)( \
      T p, T q, size_t count, const T *z, const T *y, const T *g, T *out) { \
    FN(derivative_with)(F, p, q, count, z, y, g, out); \
  }
ALL_ACTIVATIONS(DERIVATIVE)
#undef DERIVATIVE

static void FN(activate_derivative)(
    KernelsActivation f, T p, T q, size_t count, const T *z, const T *y, const T *g, T *out) {
#define CASE(F) \
  case F: FN(derivative_##F)(p, q, count, z, y, g, out); break;
  switch (f) {
    ALL_ACTIVATIONS(CASE)
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

static void FN(log_softmax)(size_t rows, size_t lanes, const T *x, T *y) {
  if (rows == 0) {
    return;
  }
  for (size_t lane = 0; lane < lanes; lane += W) {
    V highest = FN(load)(x + lane);
    for (size_t row = 1; row < rows; row++) {
      V v = FN(load)(x + row * lanes + lane);
      highest = FN(select)((VU)(v > highest), v, highest);
    }
    V sum = {0};
    for (size_t row = 0; row < rows; row++) {
      sum += FN(exp_vector)(FN(load)(x + row * lanes + lane) - highest);
    }
    // A sum of at least 1, or no number.
    V rest = FN(select)((VU)(sum >= 1), FN(log_vector)(sum), sum);
    for (size_t row = 0; row < rows; row++) {
      size_t i = row * lanes + lane;
      FN(store)(y + i, (FN(load)(x + i) - highest) - rest);
    }
  }
}

static void FN(log_softmax_derivative)(
    size_t rows, size_t lanes, const T *y, const T *g, int is_transposed, T *out) {
  for (size_t lane = 0; lane < lanes; lane += W) {
    V sum = {0};
    for (size_t row = 0; row < rows; row++) {
      size_t i = row * lanes + lane;
      V v = FN(load)(g + i);
      sum += is_transposed ? v : v * FN(exp_vector)(FN(load)(y + i));
    }
    for (size_t row = 0; row < rows; row++) {
      size_t i = row * lanes + lane;
      V part = is_transposed ? FN(exp_vector)(FN(load)(y + i)) * sum : sum;
      FN(store)(out + i, FN(load)(g + i) - part);
    }
  }
}

/// The mean of the rows in a vector of lanes, and √(variance + epsilon).
INLINE V FN(spread)(
    size_t rows, size_t lanes, T epsilon, const T *x, V *mean) {
  V sum = {0};
  for (size_t row = 0; row < rows; row++) {
    sum += FN(load)(x + row * lanes);
  }
  *mean = sum / (T)rows;
  sum = (V){0};
  for (size_t row = 0; row < rows; row++) {
    V departure = FN(load)(x + row * lanes) - *mean;
    sum += departure * departure;
  }
  return __builtin_elementwise_sqrt(sum / (T)rows + epsilon);
}

static void FN(normalize)(size_t rows, size_t lanes, T epsilon, const T *x, T *y) {
  for (size_t lane = 0; lane < lanes; lane += W) {
    V mean;
    V share = 1 / FN(spread)(rows, lanes, epsilon, x + lane, &mean);
    for (size_t row = 0; row < rows; row++) {
      size_t i = row * lanes + lane;
      FN(store)(y + i, (FN(load)(x + i) - mean) * share);
    }
  }
}

static void FN(normalize_derivative)(
    size_t rows, size_t lanes, T epsilon, const T *x, const T *y, const T *g, T *out) {
  for (size_t lane = 0; lane < lanes; lane += W) {
    V mean;
    V share = 1 / FN(spread)(rows, lanes, epsilon, x + lane, &mean);
    mean = (V){0};
    V product = {0};
    for (size_t row = 0; row < rows; row++) {
      size_t i = row * lanes + lane;
      V v = FN(load)(g + i);
      mean += v;
      product += v * FN(load)(y + i);
    }
    mean = mean / (T)rows;
    product = product / (T)rows;
    for (size_t row = 0; row < rows; row++) {
      size_t i = row * lanes + lane;
      FN(store)(out + i, (FN(load)(g + i) - mean - FN(load)(y + i) * product) * share);
    }
  }
}

#undef EVALUATE
#undef ALL_ACTIVATIONS
#undef LOADED
