// What a forward pass alone needs: the product of a matrix that stays where it lies and a block, and
// blocks from rows of samples. Single precision only.

#if TILE_COLUMNS > KERNELS_LANE_MULTIPLE
#define DIRECT_NARROW_FUNCTION(ROWS) PANEL(direct_narrow_panel, LEFT_DIRECT, ROWS, 1)
#define DIRECT_NARROW_ENTRY(ROWS) FN(direct_narrow_panel_##ROWS),
PANELS(DIRECT_NARROW_FUNCTION)
static const FN(Panel) FN(direct_narrow_panels)[TILE_ROWS] = {PANELS(DIRECT_NARROW_ENTRY)};
#endif

/// y = W x (+ bias) (+ y) to the bit as `affine` has it, for a matrix with contiguous rows. It is no
/// slower: the elements of W are broadcast one by one, wherever they come from, and a large matrix is
/// read from memory in as many streams as a panel has rows.
static void FN(affine_direct)(
    size_t m, size_t k, size_t lanes, const T *w, const T *bias, const T *x, T *y,
    int accumulate) {
  size_t tiles = lanes / TILE_COLUMNS;
  size_t from = 0;
  // At least once: without columns, the result is the bias.
  do {
    size_t depth = k - from < DEPTH ? k - from : DEPTH;
    const T *block = x + from * lanes;
    for (size_t i = 0, rows; i < m; i += rows) {
      rows = FN(panel_rows)(m - i);
      const T *a = w + i * k + from;
      const T *row_bias = bias && from == 0 ? bias + i : NULL;
      int keep = accumulate || from > 0;
      FN(direct_panels)[rows - 1](
          tiles, depth, a, k, block, lanes, TILE_COLUMNS, y + i * lanes, lanes, row_bias, keep);
#if TILE_COLUMNS > KERNELS_LANE_MULTIPLE
      size_t done = tiles * TILE_COLUMNS;
      if (done < lanes) {
        FN(direct_narrow_panels)[rows - 1](
            1, depth, a, k, block + done, lanes, 0, y + i * lanes + done, lanes, row_bias, keep);
      }
#endif
    }
    from += depth;
  } while (from < k);
}

/// Rows taken at once, so that whole lines of the result are written.
#define STRIP (64 / (ELEMENT_BITS / 8))

/// to[j * to_stride + i] = from[i * from_stride + j].
static void FN(transpose_matrix)(
    size_t rows, size_t columns, const T *from, size_t from_stride, T *to, size_t to_stride) {
  size_t i = 0;
  for (; i + SIDE <= rows; i += STRIP) {
    size_t j = 0;
    for (; j + SIDE <= columns; j += SIDE) {
      for (size_t s = 0; s < STRIP && i + s + SIDE <= rows; s += SIDE) {
        FN(transpose)(
            from + (i + s) * from_stride + j, from_stride, to + j * to_stride + i + s, to_stride);
      }
    }
    for (; j < columns; j++) {
      for (size_t s = 0; s < STRIP && i + s < rows; s++) {
        to[j * to_stride + i + s] = from[(i + s) * from_stride + j];
      }
    }
  }
  for (i = rows / SIDE * SIDE; i < rows; i++) {
    for (size_t j = 0; j < columns; j++) {
      to[j * to_stride + i] = from[i * from_stride + j];
    }
  }
}

#undef STRIP
