// Products and sums of blocks by components, and products of matrices of which every lane has its
// own.

/// y = a x + b with constants by rows; y may be x.
static void FN(scale_rows)(
    size_t rows, size_t lanes, size_t inner, size_t count, const T *factors, const T *offsets,
    const T *x, T *y) {
  for (size_t row = 0, turn = 0; row < rows; turn = turn + 1 == count ? 0 : turn + 1) {
    T a = factors ? factors[turn] : 1;
    T b = offsets ? offsets[turn] : 0;
    for (size_t end = row + inner; row < end; row++) {
      for (size_t lane = 0; lane < lanes; lane += W) {
        size_t i = row * lanes + lane;
        FN(store)(y + i, FN(load)(x + i) * a + b);
      }
    }
  }
}

static void FN(multiply)(size_t count, const T *a, const T *b, T *y, int accumulate) {
  size_t i = 0;
  if (accumulate) {
    for (; i + W <= count; i += W) {
      FN(store)(y + i, FN(load)(a + i) * FN(load)(b + i) + FN(load)(y + i));
    }
  } else {
    for (; i + W <= count; i += W) {
      FN(store)(y + i, FN(load)(a + i) * FN(load)(b + i));
    }
  }
  for (; i < count; i++) {
    y[i] = a[i] * b[i] + (accumulate ? y[i] : 0);
  }
}

// The rows and columns of a tile: their products' sums fill most of the registers.
#if TILE_ROWS == 6
#define PATCH 3
#else
#define PATCH 4
#endif

/// One tile of y = a b (+ y), for a vector of lanes; `rows` and `columns` are constants.
INLINE void FN(patch)(
    const size_t rows, const size_t columns, size_t inner, const T *restrict a, size_t row_stride,
    size_t a_stride, const T *restrict b, size_t b_stride, size_t column_stride, T *restrict y,
    size_t y_stride, size_t y_column_stride, int keep) {
  V sums[PATCH][PATCH];
  UNROLL for (size_t i = 0; i < rows; i++) {
    UNROLL for (size_t j = 0; j < columns; j++) {
      sums[i][j] = keep ? FN(load)(y + i * y_stride + j * y_column_stride) : (V){0};
    }
  }
  for (size_t k = 0; k < inner; k++, a += a_stride, b += b_stride) {
    V right[PATCH];
    UNROLL for (size_t j = 0; j < columns; j++) {
      right[j] = FN(load)(b + j * column_stride);
    }
    UNROLL for (size_t i = 0; i < rows; i++) {
      V left = FN(load)(a + i * row_stride);
      UNROLL for (size_t j = 0; j < columns; j++) {
        sums[i][j] += left * right[j];
      }
    }
  }
  UNROLL for (size_t i = 0; i < rows; i++) {
    UNROLL for (size_t j = 0; j < columns; j++) {
      FN(store)(y + i * y_stride + j * y_column_stride, sums[i][j]);
    }
  }
}

/// The tiles of some rows.
#define PATCH_ROWS(ROWS) \
  static void FN(patch_rows_##ROWS)( \
      size_t inner, size_t columns, size_t lanes, const T *a, size_t row_stride, size_t a_stride, \
      const T *b, size_t b_stride, size_t column_stride, T *y, int keep) { \
    size_t j = 0; \
    for (; j + PATCH <= columns; j += PATCH) { \
      FN(patch)( \
          ROWS, PATCH, inner, a, row_stride, a_stride, b + j * column_stride, b_stride, \
          column_stride, y + j * lanes, columns * lanes, lanes, keep); \
    } \
    for (; j < columns; j++) { \
      FN(patch)( \
          ROWS, 1, inner, a, row_stride, a_stride, b + j * column_stride, b_stride, \
          column_stride, y + j * lanes, columns * lanes, lanes, keep); \
    } \
  }
PATCH_ROWS(1)
PATCH_ROWS(2)
PATCH_ROWS(3)
#if PATCH == 4
PATCH_ROWS(4)
#endif
#undef PATCH_ROWS

static void FN(lane_matrices)(
    size_t rows, size_t inner, size_t columns, size_t lanes, const T *a, size_t row_stride,
    size_t a_stride, const T *b, size_t b_stride, size_t column_stride, T *y, int accumulate) {
  for (size_t lane = 0; lane < lanes; lane += W) {
    for (size_t i = 0; i < rows;) {
      const T *left = a + i * row_stride * lanes + lane;
      T *target = y + i * columns * lanes + lane;
#define ARGUMENTS \
  inner, columns, lanes, left, row_stride * lanes, a_stride * lanes, b + lane, b_stride * lanes, \
      column_stride * lanes, target, accumulate
      switch (rows - i) {
        case 1: FN(patch_rows_1)(ARGUMENTS); i += 1; break;
        case 2: FN(patch_rows_2)(ARGUMENTS); i += 2; break;
#if PATCH == 4
        case 3: FN(patch_rows_3)(ARGUMENTS); i += 3; break;
        default: FN(patch_rows_4)(ARGUMENTS); i += 4; break;
#else
        default: FN(patch_rows_3)(ARGUMENTS); i += 3; break;
#endif
      }
#undef ARGUMENTS
    }
  }
}

#undef PATCH
