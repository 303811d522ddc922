// Sums over rows of the products of two blocks, per lane.
//
// Even and odd rows are summed apart, which keeps enough additions in flight; every lane takes that
// same order, whatever the number of lanes.

#define GROUP (LANE_DOT_VECTORS * W)

static void FN(lane_dot)(
    size_t rows, size_t lanes, T scale, const T *a, const T *b, T *out) {
  for (size_t lane = 0; lane < lanes; lane += GROUP) {
    V even[LANE_DOT_VECTORS] = {{0}};
    V odd[LANE_DOT_VECTORS] = {{0}};
    size_t row = 0;
    for (; row + 2 <= rows; row += 2) {
      UNROLL for (size_t j = 0; j < LANE_DOT_VECTORS; j++) {
        size_t i = row * lanes + lane + j * W;
        even[j] += FN(load)(a + i) * FN(load)(b + i);
        odd[j] += FN(load)(a + i + lanes) * FN(load)(b + i + lanes);
      }
    }
    UNROLL for (size_t j = 0; j < LANE_DOT_VECTORS; j++) {
      size_t i = row * lanes + lane + j * W;
      if (row < rows) {
        even[j] += FN(load)(a + i) * FN(load)(b + i);
      }
      T *p = out + lane + j * W;
      FN(store)(p, FN(load)(p) + scale * (even[j] + odd[j]));
    }
  }
}

static void FN(lane_dot_split)(
    size_t rows, size_t lanes, T scale, const T *a, const T *b, T *positive, T *negative) {
  // A negative scale exchanges the two.
  T size = scale < 0 ? -scale : scale;
  T *above_out = scale < 0 ? negative : positive;
  T *below_out = scale < 0 ? positive : negative;
  for (size_t lane = 0; lane < lanes; lane += GROUP) {
    V above[LANE_DOT_VECTORS] = {{0}};
    V below[LANE_DOT_VECTORS] = {{0}};
    for (size_t row = 0; row < rows; row++) {
      UNROLL for (size_t j = 0; j < LANE_DOT_VECTORS; j++) {
        size_t i = row * lanes + lane + j * W;
        V product = FN(load)(a + i) * FN(load)(b + i);
        // A NaN goes into both.
        above[j] += FN(select)((VU)(product < 0), (V){0}, product);
        below[j] -= FN(select)((VU)(product > 0), (V){0}, product);
      }
    }
    UNROLL for (size_t j = 0; j < LANE_DOT_VECTORS; j++) {
      T *p = above_out + lane + j * W;
      FN(store)(p, FN(load)(p) + size * above[j]);
      p = below_out + lane + j * W;
      FN(store)(p, FN(load)(p) + size * below[j]);
    }
  }
}

#undef GROUP
