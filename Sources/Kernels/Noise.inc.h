// Gaussian noise: a generator of random bits for each lane, and Box and Muller's transform.
//
// The generator is xoshiro128++ (D. Blackman and S. Vigna, ACM Trans. Math. Softw. 47, 36 (2021)):
// period 2^128 - 1, all 32 bits of equal quality. Each lane has a state of its own, so what a lane
// draws depends on its seed and on how many rows it has drawn, never on its neighbours, on the
// number of lanes or on the width of a vector.
//
// Two words make two normal numbers, r cos a and r sin a with r = sqrt(-2 ln u): 31 bits of the
// first word make u in (0, 1], so that |x| reaches 6.66; 2 bits of the second choose the quadrant and
// the other 30 the angle within it. The polynomials are the interpolations at Chebyshev nodes of
// ln(1 + f)/f on [sqrt(1/2) - 1, sqrt(2) - 1], of sin(y)/y and of cos(y), both in y^2, on |y| < pi/4;
// each leaves less than the rounding of single precision.

typedef uint32_t Words __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t Integers __attribute__((vector_size(VECTOR_BYTES)));
typedef uint32_t UnalignedWords __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));

typedef struct {
  Words s[4];
} Generators;

INLINE Generators load_generators(const uint32_t *p, size_t lanes) {
  Generators g;
  UNROLL for (size_t i = 0; i < 4; i++) {
    g.s[i] = *(const UnalignedWords *)(p + i * lanes);
  }
  return g;
}

INLINE void store_generators(uint32_t *p, size_t lanes, const Generators *g) {
  UNROLL for (size_t i = 0; i < 4; i++) {
    *(UnalignedWords *)(p + i * lanes) = g->s[i];
  }
}

INLINE Words rotate(Words v, int by) {
  return (v << by) | (v >> (32 - by));
}

INLINE Words next_words(Generators *g) {
  Words *s = g->s;
  Words result = rotate(s[0] + s[3], 7) + s[0];
  Words shifted = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= shifted;
  s[3] = rotate(s[3], 11);
  return result;
}

static const float log_terms[] = {
  0x1.5d8646p-4f, -0x1.243c02p-3f, 0x1.32bcb8p-3f, -0x1.53846ep-3f, 0x1.98b29p-3f,
  -0x1.00038cp-2f, 0x1.555796p-2f, -0x1.fffffep-2f, 0x1p+0f,
};
static const float sine_terms[] = {
  -0x1.9906cap-13f, 0x1.11062ep-7f, -0x1.555554p-3f, 0x1p+0f,
};
static const float cosine_terms[] = {
  -0x1.6424ap-10f, 0x1.553ce6p-5f, -0x1.ffffap-2f, 0x1p+0f,
};

#define POLYNOMIAL(terms, x) polynomial_f32(terms, sizeof terms / sizeof(float), x)
INLINE Vector_f32 polynomial_f32(const float *terms, size_t count, Vector_f32 x) {
  Vector_f32 sum = splat_f32(terms[0]);
  UNROLL for (size_t i = 1; i < count; i++) {
    sum = sum * x + terms[i];
  }
  return sum;
}

/// Two independent standard normal numbers for each lane of a vector.
INLINE void normal_pair(Generators *g, Vector_f32 *first, Vector_f32 *second) {
  Words a = next_words(g);
  Words b = next_words(g);

  // -2 ln u. Rounding to the nearest number may give u = 1, and so 0.
  Vector_f32 u = (__builtin_convertvector((Integers)(a >> 1), Vector_f32) + 0.5f) * 0x1p-31f;
  // u = m 2^e with m in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) moves the place
  // where the exponent changes there.
  Words bits = (Words)u - 0x3f3504f3u;
  Vector_f32 e = __builtin_convertvector((Integers)bits >> 23, Vector_f32);
  Vector_f32 f = (Vector_f32)((bits & 0x007fffffu) + 0x3f3504f3u) - 1;
  Vector_f32 square = e * -0x1.62e43p+0f - (f + f) * POLYNOMIAL(log_terms, f);
#if __has_builtin(__builtin_elementwise_sqrt)
  Vector_f32 r = __builtin_elementwise_sqrt(square);
#else
  Vector_f32 r;
  for (size_t i = 0; i < VECTOR_BYTES / 4; i++) {
    r[i] = __builtin_sqrtf(square[i]);
  }
#endif

  // The angle (pi/2)(q + t): t from 30 bits, with sign, in [-1/2, 1/2).
  Vector_f32 y =
      __builtin_convertvector((Integers)(b << 2), Vector_f32) * (0x1.921fb6p+0f * 0x1p-32f);
  Vector_f32 yy = y * y;
  Vector_f32 sine = r * (y * POLYNOMIAL(sine_terms, yy));
  Vector_f32 cosine = r * POLYNOMIAL(cosine_terms, yy);
  // Bit 30 exchanges the two, bit 31 turns both round: together the four quadrants.
  Words exchange = (Words)((Integers)(b << 1) >> 31);
  Words sign = b & 0x80000000u;
  Words flip = sign ^ (exchange & 0x80000000u);
  *first = (Vector_f32)((Words)select_f32(exchange, sine, cosine) ^ flip);
  *second = (Vector_f32)((Words)select_f32(exchange, cosine, sine) ^ sign);
}

static void normals(size_t rows, size_t lanes, uint32_t *generators, float *out) {
  for (size_t lane = 0; lane < lanes; lane += VECTOR_BYTES / 4) {
    Generators g = load_generators(generators + lane, lanes);
    for (size_t row = 0; row < rows; row += 2) {
      Vector_f32 first, second;
      normal_pair(&g, &first, &second);
      store_f32(out + row * lanes + lane, first);
      if (row + 1 < rows) {
        store_f32(out + (row + 1) * lanes + lane, second);
      }
    }
    store_generators(generators + lane, lanes, &g);
  }
}
