// log, log(1 + x), the error function and the normal distribution's of a vector, on top of
// Exponential.inc.h. Coefficients are interpolations at Chebyshev nodes, highest power first.

#if ELEMENT_BITS == 32
#define LN2 0x1.62e43p-1f
// (log(1 + f) - 2 s)/s^3 in s^2, for s = f/(2 + f), |s| <= 0.1716; error 2e-9.
static const float FN(log_terms)[] = {
  0x1.ddd172p-3f, 0x1.245c38p-2f, 0x1.9999ecp-2f, 0x1.555556p-1f,
};
// erf(x)/x in x^2, for |x| <= 1; error 1e-9.
static const float FN(erf_terms)[] = {
  0x1.4a569p-14f, -0x1.a45088p-11f, 0x1.54127p-8f, -0x1.b7fabap-6f, 0x1.ce2d1p-4f,
  -0x1.81273ep-2f, 0x1.20dd74p+0f,
};
// (1 + 2 x) exp(x^2) erfc(x) in (x - CENTRE)/(x + CENTRE), for 0 <= x <= 11; error 2e-9.
#define CENTRE 2
#define TAIL_HIGHEST 11.0f
static const float FN(tail_terms)[] = {
  0x1.639072p-14f, 0x1.78b5e8p-13f, -0x1.a586f8p-12f, -0x1.776da8p-10f, 0x1.47b62p-10f,
  0x1.1d86a2p-7f, -0x1.071ca2p-7f, -0x1.bc2892p-5f, 0x1.4ff9e4p-3f, -0x1.5407cap-3f,
  -0x1.7bf5e8p-4f, 0x1.46e80ep+0f,
};
#define SPLIT_MASK 0xfffff000u
#define SQUARE_HIGHEST 16.0f  // above: exp(-x^2/2) is 0
#else
#define LN2 0x1.62e42fefa39efp-1
static const double FN(log_terms)[] = {
  0x1.0c06cf14c641bp-3, 0x1.0fbe478772696p-3, 0x1.3b1c38474d3eep-3, 0x1.745cf8f6c9119p-3,
  0x1.c71c72017a15cp-3, 0x1.2492492476ba1p-2, 0x1.9999999999a38p-2, 0x1.5555555555555p-1,
};
static const double FN(erf_terms)[] = {
  -0x1.ac9585a44fe29p-31, 0x1.d76af6ca49787p-27, -0x1.5c131500d3f88p-23, 0x1.b981d78881a5dp-20,
  -0x1.f4ca838adb73bp-17, 0x1.f9a2be4f731a1p-14, -0x1.c02db0665e53dp-11, 0x1.565bccfa44156p-8,
  -0x1.b82ce31203772p-6, 0x1.ce2f21a040f66p-4, -0x1.812746b0379c1p-2, 0x1.20dd750429b6dp+0,
};
#define CENTRE 4
#define TAIL_HIGHEST 28.0
static const double FN(tail_terms)[] = {
  -0x1.3203d7029540dp-27, -0x1.44ea3e753d03fp-27, 0x1.b547fff5a3ee4p-24, 0x1.f95d9c1b8f9dfp-25,
  -0x1.b792609d7a011p-21, 0x1.4cccc375dcb21p-22, 0x1.7efa8caa8bd96p-18, -0x1.78e2e25fb32a5p-17,
  -0x1.99573aaf8d6cap-16, 0x1.3be28aa5264ap-13, -0x1.a1df1fd37a91ap-13, -0x1.8d4abee6e794dp-11,
  0x1.49c672613491bp-8, -0x1.096238568eadp-6, 0x1.3079edf74dfa8p-5, -0x1.0fb06dff5be88p-4,
  0x1.7fee004e0b17cp-4, -0x1.9ddb23c3dbf7ep-4, 0x1.16ecefcfa568fp-4, 0x1.f7f5df66fb86cp-7,
  -0x1.1df1ad154a29p-3, 0x1.3ba5916e9fd7fp+0,
};
#define SPLIT_MASK 0xfffffffff8000000u
#define SQUARE_HIGHEST 40.0
#endif

#define EVALUATE(terms, x, result) \
  V result = FN(splat)(FN(terms)[0]); \
  UNROLL for (size_t i_ = 1; i_ < sizeof FN(terms) / sizeof(T); i_++) { \
    result = result * (x) + FN(terms)[i_]; \
  }

/// |x|.
INLINE V FN(size_vector)(V x) {
  return (V)((VU)x & ~(VU)FN(splat)((T)-0.0));
}

/// x, or a bound that it passes; a NaN stays.
INLINE V FN(at_most)(V x, T bound) {
  return FN(select)((VU)(x > bound), FN(splat)(bound), x);
}

INLINE V FN(at_least)(V x, T bound) {
  return FN(select)((VU)(x < bound), FN(splat)(bound), x);
}

/// log(1 + x) for 0 <= x <= 1; a NaN stays. Precise relative to itself.
INLINE V FN(log1p_vector)(V x) {
  // Beyond √2 - 1, log 2 + log(1 + (x - 1)/2).
  VU large = (VU)(x > (T)0.41421356237309503);
  V f = FN(select)(large, (x - 1) * (T)0.5, x);
  V s = f / (f + 2);
  V w = s * s;
  EVALUATE(log_terms, w, q)
  V value = s * (w * q) + 2 * s;
  return value + FN(select)(large, FN(splat)(LN2), (V){0});
}

/// log x for a positive normal number.
INLINE V FN(log_vector)(V x) {
  VU bits = (VU)x;
  VU exponent = bits >> MANTISSA_BITS;
  V mantissa = (V)((bits & (((U)1 << MANTISSA_BITS) - 1)) | (VU)FN(splat)(1));
  // The exponent as a number, by the trick that rounding uses backwards.
  V n = (V)(exponent + (VU)FN(splat)(ROUNDING)) - (ROUNDING + EXPONENT_BIAS);
  return n * LN2 + FN(log1p_vector)(mantissa - 1);
}

/// exp(-share x²), precise though the square is rounded: what rounding left out is multiplied on.
INLINE V FN(exp_minus_square)(V x, T share) {
  V high = (V)((VU)x & SPLIT_MASK);
  V low = x - high;
  V square = x * x;
  V rest = ((high * high - square) + 2 * high * low) + low * low;
  V e = FN(exp_vector)(-share * square);
  return e - e * (share * rest);
}

/// exp(x²) erfc(x) for x >= 0.
INLINE V FN(scaled_tail)(V x) {
  x = FN(at_most)(x, TAIL_HIGHEST);
  V t = (x - CENTRE) / (x + CENTRE);
  EVALUATE(tail_terms, t, p)
  return p / (2 * x + 1);
}

INLINE V FN(erf_vector)(V x) {
  V size = FN(size_vector)(x);
  V square = x * x;
  EVALUATE(erf_terms, FN(at_most)(square, 1), near)
  V bounded = FN(at_most)(size, SQUARE_HIGHEST);
  V far = 1 - FN(exp_minus_square)(bounded, 1) * FN(scaled_tail)(bounded);
  const VU sign = (VU)FN(splat)((T)-0.0);
  far = (V)((VU)far | ((VU)x & sign));
  return FN(select)((VU)(size > 1), far, x * near);
}

/// The normal distribution's share below z, and exp(-z²/2), from which its density is.
INLINE V FN(normal_share)(V z, V *bell) {
  V size = FN(at_most)(FN(size_vector)(z), SQUARE_HIGHEST);
  *bell = FN(exp_minus_square)(size, (T)0.5);
  V tail = (T)0.5 * *bell * FN(scaled_tail)(size * (T)0.70710678118654752);
  return FN(select)((VU)(z > 0), 1 - tail, tail);
}

#undef MANTISSA_BITS
#undef EXPONENT_BIAS
#undef ROUNDING
#undef LOG2_E
#undef LN2_HIGH
#undef LN2_LOW
#undef EXP_LOWEST
#undef EXP_HIGHEST
#undef TANH_HIGHEST
#undef LN2
#undef CENTRE
#undef TAIL_HIGHEST
#undef SPLIT_MASK
#undef SQUARE_HIGHEST
