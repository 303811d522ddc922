// The inner loop of every matrix product: a tile of the result held in registers.
//
// The left operand is cut in panels of at most TILE_ROWS rows; a packed one is stored column after
// column. The last two panels of a matrix are made equal, so none is padded and even the last has
// enough sums in flight to hide the latency of an addition.

#define TILE_COLUMNS (TILE_VECTORS * W)

/// The rows of the next panel when `left` rows are left.
INLINE size_t FN(panel_rows)(size_t left) {
  if (left <= TILE_ROWS) {
    return left;
  }
  return left >= 2 * TILE_ROWS ? TILE_ROWS : (left + 1) / 2;
}

/// c = (c, if `keep` is not 0, else 0) + bias (unless null) + a b, for one tile. `left`, `rows` and
/// `vectors` are constants wherever this is inlined. Every sum runs over k in order, in one
/// accumulator.
INLINE void FN(tile)(
    const int left, const size_t rows, const size_t vectors, size_t k, const T *restrict a,
    size_t a_stride, const T *restrict b, size_t b_stride, T *restrict c, size_t c_stride,
    const T *restrict bias, int keep) {
  V sums[TILE_ROWS][TILE_VECTORS];
  UNROLL for (size_t i = 0; i < rows; i++) {
    UNROLL for (size_t j = 0; j < vectors; j++) {
      sums[i][j] = (V){0};
    }
  }
  if (keep) {
    UNROLL for (size_t i = 0; i < rows; i++) {
      UNROLL for (size_t j = 0; j < vectors; j++) {
        sums[i][j] = FN(load)(c + i * c_stride + j * W);
      }
    }
  }
  if (bias) {
    UNROLL for (size_t i = 0; i < rows; i++) {
      UNROLL for (size_t j = 0; j < vectors; j++) {
        sums[i][j] += bias[i];
      }
    }
  }
  // Three direct rows share a pointer, the others of them one and two strides off it: a pointer to
  // each of twelve would not fit in the registers.
  const T *bases[(TILE_ROWS + 2) / 3];
  UNROLL for (size_t i = 0; i < rows; i += 3) {
    bases[i / 3] = a + i * a_stride;
  }
  for (; k > 0; k--) {
    V right[TILE_VECTORS];
    UNROLL for (size_t j = 0; j < vectors; j++) {
      right[j] = FN(load)(b + j * W);
      if (left == LEFT_DIRECT) {
        __builtin_prefetch(b + AHEAD * b_stride + j * W);
      }
    }
    UNROLL for (size_t i = 0; i < rows; i++) {
      V value = FN(splat)(left == LEFT_DIRECT ? bases[i / 3][i % 3 * a_stride] : a[i]);
      UNROLL for (size_t j = 0; j < vectors; j++) {
        sums[i][j] += value * right[j];
      }
    }
    UNROLL for (size_t i = 0; i < rows; i += 3) {
      bases[i / 3]++;
    }
    a += rows;
    b += b_stride;
  }
  UNROLL for (size_t i = 0; i < rows; i++) {
    UNROLL for (size_t j = 0; j < vectors; j++) {
      FN(store)(c + i * c_stride + j * W, sums[i][j]);
    }
  }
}

/// A row of `tiles` tiles: some rows of the left operand by tiles of the right one that lie
/// `b_step` apart, giving adjacent tiles of the result.
typedef void (*FN(Panel))(
    size_t tiles, size_t k, const T *a, size_t a_stride, const T *b, size_t b_stride,
    size_t b_step, T *c, size_t c_stride, const T *bias, int keep);

#define PANEL(NAME, LEFT, ROWS, VECTORS) \
  static void FN(NAME##_##ROWS)( \
      size_t tiles, size_t k, const T *a, size_t a_stride, const T *b, size_t b_stride, \
      size_t b_step, T *c, size_t c_stride, const T *bias, int keep) { \
    for (; tiles > 0; tiles--, b += b_step, c += VECTORS * W) { \
      FN(tile)(LEFT, ROWS, VECTORS, k, a, a_stride, b, b_stride, c, c_stride, bias, keep); \
    } \
  }

#if TILE_ROWS == 6
#define PANELS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#elif TILE_ROWS == 8
#define PANELS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8)
#elif TILE_ROWS == 12
#define PANELS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12)
#endif

#define PACKED_FUNCTION(ROWS) PANEL(packed_panel, LEFT_PACKED, ROWS, TILE_VECTORS)
#define PACKED_ENTRY(ROWS) FN(packed_panel_##ROWS),
PANELS(PACKED_FUNCTION)
static const FN(Panel) FN(packed_panels)[TILE_ROWS] = {PANELS(PACKED_ENTRY)};

#define DIRECT_FUNCTION(ROWS) PANEL(direct_panel, LEFT_DIRECT, ROWS, TILE_VECTORS)
#define DIRECT_ENTRY(ROWS) FN(direct_panel_##ROWS),
PANELS(DIRECT_FUNCTION)
static const FN(Panel) FN(direct_panels)[TILE_ROWS] = {PANELS(DIRECT_ENTRY)};

// Where a tile is wider than the multiple lanes come in, also packed panels one vector wide.
#if ELEMENT_BITS == 32 && TILE_VECTORS * VECTOR_BYTES > 4 * KERNELS_LANE_MULTIPLE
#define NARROW_FUNCTION(ROWS) PANEL(narrow_panel, LEFT_PACKED, ROWS, 1)
#define NARROW_ENTRY(ROWS) FN(narrow_panel_##ROWS),
PANELS(NARROW_FUNCTION)
static const FN(Panel) FN(narrow_panels)[TILE_ROWS] = {PANELS(NARROW_ENTRY)};
#define HAS_NARROW_PANELS 1
#else
#define HAS_NARROW_PANELS 0
#endif
