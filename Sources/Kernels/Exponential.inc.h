// exp, tanh and the logistic function of a vector.
//
// exp(x) = 2^n exp(r), n the integer nearest to x / ln 2, r = x - n ln 2 in [-0.3467, 0.3467]. ln 2
// is taken in two parts, the first with so few bits that n times it is exact. What is approximated
// is exp(r) - 1, as r + r^2/2 + r^3 q(r): its error is relative to r, which tanh near 0 needs. q is
// the interpolation of the function at the Chebyshev nodes of the interval; it leaves a relative
// error of 1e-18 in double and 1e-9 in single precision.

#if ELEMENT_BITS == 32
#define MANTISSA_BITS 23
#define EXPONENT_BIAS 127
#define ROUNDING 0x1.8p23f  // adding it rounds to an integer, which the low bits then hold
#define LOG2_E 0x1.715476p+0f
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#define EXP_LOWEST -104.0f  // below: exp is 0
#define EXP_HIGHEST 89.0f  // above: infinite
#define TANH_HIGHEST 10.0f  // above: tanh is 1
static const float FN(exp_terms)[] = {
  0x1.a0f88ap-13f, 0x1.6d112cp-10f, 0x1.1110f6p-7f, 0x1.55551ap-5f, 0x1.555556p-3f, 0x1p-1f,
};
#else
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define ROUNDING 0x1.8p52
#define LOG2_E 0x1.71547652b82fep+0
#define LN2_HIGH 0x1.62e42fefap-1
#define LN2_LOW 0x1.cf79abc9e3b3ap-40
#define EXP_LOWEST -746.0
#define EXP_HIGHEST 710.0
#define TANH_HIGHEST 22.0
static const double FN(exp_terms)[] = {
  0x1.1f66eff4fc984p-29, 0x1.af38c67fbb53ep-26, 0x1.27e4e1ed9933ep-22, 0x1.71de0da24602dp-19,
  0x1.a01a01a47ccd9p-16, 0x1.a01a01a7c73c0p-13, 0x1.6c16c16c167dfp-10, 0x1.11111111109afp-7,
  0x1.5555555555555p-5, 0x1.5555555555556p-3, 0x1p-1,
};
#endif

/// exp(x) - 1 = 2^n m + (2^n - 1): returns m, and n as an integer in `n`. A NaN stays in m.
INLINE V FN(exp_parts)(V x, VU *n) {
  V shifted = x * LOG2_E + ROUNDING;
  V whole = shifted - ROUNDING;
  *n = (VU)shifted - (VU)FN(splat)(ROUNDING);
  V r = x - whole * LN2_HIGH;
  r = r - whole * LN2_LOW;
  V q = FN(splat)(FN(exp_terms)[0]);
  UNROLL for (size_t i = 1; i < sizeof FN(exp_terms) / sizeof(T); i++) {
    q = q * r + FN(exp_terms)[i];
  }
  return r + (r * r) * q;
}

/// 2^n, for n in the range of normal numbers.
INLINE V FN(power_of_two)(VU n) {
  return (V)((n + EXPONENT_BIAS) << MANTISSA_BITS);
}

INLINE V FN(exp_vector)(V x) {
  // Bounded so that n is; comparisons with a NaN are false, so it passes.
  x = FN(select)((VU)(x < EXP_LOWEST), FN(splat)(EXP_LOWEST), x);
  x = FN(select)((VU)(x > EXP_HIGHEST), FN(splat)(EXP_HIGHEST), x);
  VU n;
  V m = FN(exp_parts)(x, &n);
  // In two factors: 2^n itself may lie beyond the normal numbers where the result does not.
  VU half = ((n + 2 * (EXPONENT_BIAS + 1)) >> 1) - (EXPONENT_BIAS + 1);
  return (1 + m) * FN(power_of_two)(half) * FN(power_of_two)(n - half);
}

INLINE V FN(tanh_vector)(V x) {
  const VU sign = (VU)FN(splat)((T)-0.0);
  V size = (V)((VU)x & ~sign);
  size = FN(select)((VU)(size > TANH_HIGHEST), FN(splat)(TANH_HIGHEST), size);
  VU n;
  V m = FN(exp_parts)(size + size, &n);
  V scale = FN(power_of_two)(n);
  V t = scale * m + (scale - 1);  // exp(2|x|) - 1
  t = t / (t + 2);
  return (V)((VU)t | ((VU)x & sign));
}

INLINE V FN(sigmoid_vector)(V x) {
  const VU sign = (VU)FN(splat)((T)-0.0);
  // Of -|x|: never overflows, and precise relative to itself on either side.
  V e = FN(exp_vector)((V)((VU)x | sign));
  V numerator = FN(select)((VU)(x < 0), e, FN(splat)(1));
  return numerator / (1 + e);
}

/// The logistic function of x, and that of -x, which is what is missing to 1.
INLINE V FN(sigmoid_and_rest)(V x, V *rest) {
  const VU sign = (VU)FN(splat)((T)-0.0);
  V e = FN(exp_vector)((V)((VU)x | sign));
  V large = 1 / (1 + e);
  V small = e * large;
  *rest = FN(select)((VU)(x < 0), large, small);
  return FN(select)((VU)(x < 0), small, large);
}
