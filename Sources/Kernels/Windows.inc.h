// What passes over positions: convolutions and pools.
//
// For each position a list says which taps of the window see something, and where. A tile of the
// result, rows by lanes at one position, is the sum over that list of small products: the tap's
// columns of the packed weights by the rows that it sees, channel by channel. So nothing is copied,
// padding costs nothing, and the transpose is the same with the lists turned round.

// Lanes that a call takes at once where the channels are brought together first.
#define BAND TILE_COLUMNS
// From so many channels on they are: their rows lie far apart, often by a power of two, where they
// would push each other out of the caches.
#define MANY_CHANNELS 8

/// One tile: `rows` and `vectors` are constants wherever this is inlined.
INLINE void FN(window_tile)(
    const size_t rows, const size_t vectors, size_t channels, const int32_t *taps,
    const int32_t *end, const T *restrict a, const T *restrict x, size_t place_stride,
    size_t channel_stride, T *restrict y, size_t row_stride, const T *restrict bias, int keep) {
  V sums[TILE_ROWS][2 * TILE_VECTORS];
  UNROLL for (size_t i = 0; i < rows; i++) {
    V start = bias ? FN(splat)(bias[i]) : (V){0};
    UNROLL for (size_t j = 0; j < vectors; j++) {
      sums[i][j] = keep ? FN(load)(y + i * row_stride + j * W) + start : start;
    }
  }
  for (; taps < end; taps += 2) {
    const T *left = a + (size_t)taps[0] * channels * rows;
    const T *right = x + (size_t)taps[1] * place_stride;
    size_t k = channels;
    do {
      V values[2 * TILE_VECTORS];
      UNROLL for (size_t j = 0; j < vectors; j++) {
        values[j] = FN(load)(right + j * W);
      }
      UNROLL for (size_t i = 0; i < rows; i++) {
        V weight = FN(splat)(left[i]);
        UNROLL for (size_t j = 0; j < vectors; j++) {
          sums[i][j] += weight * values[j];
        }
      }
      left += rows;
      right += channel_stride;
    } while (--k);
  }
  UNROLL for (size_t i = 0; i < rows; i++) {
    UNROLL for (size_t j = 0; j < vectors; j++) {
      FN(store)(y + i * row_stride + j * W, sums[i][j]);
    }
  }
}

typedef void (*FN(WindowTile))(
    size_t channels, const int32_t *taps, const int32_t *end, const T *a, const T *x,
    size_t place_stride, size_t channel_stride, T *y, size_t row_stride, const T *bias, int keep);

#define WINDOW_TILE(NAME, ROWS, VECTORS) \
  static void FN(NAME##_##ROWS)( \
      size_t channels, const int32_t *taps, const int32_t *end, const T *a, const T *x, \
      size_t place_stride, size_t channel_stride, T *y, size_t row_stride, const T *bias, \
      int keep) { \
    FN(window_tile)( \
        ROWS, VECTORS, channels, taps, end, a, x, place_stride, channel_stride, y, row_stride, \
        bias, keep); \
  }

// As wide as a matrix tile; twice that where the rows are few; one vector for what is left.
#define WINDOW_FUNCTION(ROWS) WINDOW_TILE(window, ROWS, TILE_VECTORS)
#define WINDOW_ENTRY(ROWS) FN(window_##ROWS),
PANELS(WINDOW_FUNCTION)
static const FN(WindowTile) FN(windows)[TILE_ROWS] = {PANELS(WINDOW_ENTRY)};

#define WIDE_FUNCTION(ROWS) WINDOW_TILE(wide_window, ROWS, 2 * TILE_VECTORS)
#define WIDE_ENTRY(ROWS) FN(wide_window_##ROWS),
#if TILE_ROWS == 6
#define WIDE_PANELS(X) X(1) X(2) X(3)
#elif TILE_ROWS == 8
#define WIDE_PANELS(X) X(1) X(2) X(3) X(4)
#elif TILE_ROWS == 12
#define WIDE_PANELS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#endif
WIDE_PANELS(WIDE_FUNCTION)
static const FN(WindowTile) FN(wide_windows)[TILE_ROWS / 2] = {WIDE_PANELS(WIDE_ENTRY)};

#define THIN_FUNCTION(ROWS) WINDOW_TILE(thin_window, ROWS, 1)
#define THIN_ENTRY(ROWS) FN(thin_window_##ROWS),
PANELS(THIN_FUNCTION)
static const FN(WindowTile) FN(thin_windows)[TILE_ROWS] = {PANELS(THIN_ENTRY)};

/// Some lanes of a convolution.
static void FN(convolve_lanes)(
    const FN(WindowTile) *tiles, size_t rows, size_t channels, size_t columns, const T *packed,
    const T *bias, size_t positions, const int32_t *starts, const int32_t *taps, const T *x,
    size_t place_stride, size_t channel_stride, T *y, size_t lanes, int keep) {
  size_t row_stride = positions * lanes;
  for (size_t position = 0; position < positions; position++) {
    const int32_t *first = taps + 2 * (size_t)starts[position];
    const int32_t *end = taps + 2 * (size_t)starts[position + 1];
    for (size_t i = 0, height; i < rows; i += height) {
      height = FN(panel_rows)(rows - i);
      tiles[height - 1](
          channels, first, end, packed + i * columns, x, place_stride, channel_stride,
          y + i * row_stride + position * lanes, row_stride, bias ? bias + i : NULL, keep);
    }
  }
}

static void FN(convolve)(
    size_t rows, size_t channels, size_t taps, size_t lanes, const T *packed, const T *bias,
    size_t positions, const int32_t *starts, const int32_t *entries, size_t places, const T *x,
    T *y, int accumulate) {
  size_t columns = taps * channels;
  // Bringing channels together costs a copy of x: worth it where each number is used often.
  int gathers = channels > MANY_CHANNELS && rows >= 4;
  T *band = NULL;
  if (gathers) {
    band = aligned_alloc(64, (channels * places * BAND * sizeof(T) + 63) / 64 * 64);
    if (!band) {
      abort();
    }
  }
  for (size_t lane = 0, width; lane < lanes; lane += width) {
    size_t left = lanes - lane;
    const FN(WindowTile) *tiles;
    if (left >= 2 * TILE_COLUMNS && rows <= TILE_ROWS / 2 && !gathers) {
      width = 2 * TILE_COLUMNS;
      tiles = FN(wide_windows);
    } else if (left >= TILE_COLUMNS) {
      width = TILE_COLUMNS;
      tiles = FN(windows);
    } else {
      width = W;
      tiles = FN(thin_windows);
    }
    const T *from = x + lane;
    size_t place_stride = lanes;
    size_t channel_stride = places * lanes;
    if (gathers) {
      for (size_t channel = 0; channel < channels; channel++) {
        const T *source = from + channel * channel_stride;
        T *target = band + channel * width;
        for (size_t place = 0; place < places; place++) {
          for (size_t j = 0; j < width; j += W) {
            FN(store)(target + j, FN(load)(source + j));
          }
          source += lanes;
          target += channels * width;
        }
      }
      from = band;
      place_stride = channels * width;
      channel_stride = width;
    }
    FN(convolve_lanes)(
        tiles, rows, channels, columns, packed, bias, positions, starts, entries, from,
        place_stride, channel_stride, y + lane, lanes, accumulate);
  }
  free(band);
}

// MARK: Pools

static void FN(pool_max)(
    size_t planes, size_t positions, const int32_t *starts, const int32_t *taps, size_t places,
    size_t lanes, const T *x, T *y) {
  for (size_t plane = 0; plane < planes; plane++, x += places * lanes) {
    for (size_t position = 0; position < positions; position++, y += lanes) {
      const int32_t *first = taps + 2 * (size_t)starts[position];
      const int32_t *end = taps + 2 * (size_t)starts[position + 1];
      for (size_t lane = 0; lane < lanes; lane += W) {
        V highest = FN(load)(x + (size_t)first[1] * lanes + lane);
        for (const int32_t *tap = first + 2; tap < end; tap += 2) {
          V v = FN(load)(x + (size_t)tap[1] * lanes + lane);
          // What is no number is the greatest, and stays.
          highest = FN(select)((VU)(v > highest) | (VU)(v != v), v, highest);
        }
        FN(store)(y + lane, highest);
      }
    }
  }
}

static void FN(pool_max_pullback)(
    size_t planes, size_t positions, const int32_t *starts, const int32_t *taps, size_t places,
    size_t lanes, const T *x, const T *y, const T *g, T *out) {
  memset(out, 0, planes * places * lanes * sizeof(T));
  for (size_t plane = 0; plane < planes; plane++, x += places * lanes, out += places * lanes) {
    for (size_t position = 0; position < positions; position++, y += lanes, g += lanes) {
      const int32_t *first = taps + 2 * (size_t)starts[position];
      const int32_t *end = taps + 2 * (size_t)starts[position + 1];
      for (size_t lane = 0; lane < lanes; lane += W) {
        V highest = FN(load)(y + lane);
        V left = FN(load)(g + lane);
        for (const int32_t *tap = first; tap < end; tap += 2) {
          size_t i = (size_t)tap[1] * lanes + lane;
          VU equal = (VU)(FN(load)(x + i) == highest);
          FN(store)(out + i, FN(load)(out + i) + (V)(equal & (VU)left));
          // The first takes all.
          left = (V)(~equal & (VU)left);
        }
      }
    }
  }
}

static void FN(pool_max_pushforward)(
    size_t planes, size_t positions, const int32_t *starts, const int32_t *taps, size_t places,
    size_t lanes, const T *x, const T *y, const T *dx, T *dy) {
  for (size_t plane = 0; plane < planes; plane++, x += places * lanes, dx += places * lanes) {
    for (size_t position = 0; position < positions; position++, y += lanes, dy += lanes) {
      const int32_t *first = taps + 2 * (size_t)starts[position];
      const int32_t *end = taps + 2 * (size_t)starts[position + 1];
      for (size_t lane = 0; lane < lanes; lane += W) {
        V highest = FN(load)(y + lane);
        V result = {0};
        // From the back, so that the first is taken last.
        for (const int32_t *tap = end; tap > first; tap -= 2) {
          size_t i = (size_t)tap[-1] * lanes + lane;
          VU equal = (VU)(FN(load)(x + i) == highest);
          result = FN(select)(equal, FN(load)(dx + i), result);
        }
        FN(store)(dy + lane, result);
      }
    }
  }
}

static void FN(pool_sum)(
    size_t planes, size_t positions, const int32_t *starts, const int32_t *taps, size_t places,
    size_t lanes, const T *made_shares, const T *read_shares, const T *x, T *y) {
  for (size_t plane = 0; plane < planes; plane++, x += places * lanes) {
    for (size_t position = 0; position < positions; position++, y += lanes) {
      const int32_t *first = taps + 2 * (size_t)starts[position];
      const int32_t *end = taps + 2 * (size_t)starts[position + 1];
      T share = made_shares ? made_shares[position] : 1;
      for (size_t lane = 0; lane < lanes; lane += W) {
        V sum = {0};
        if (read_shares) {
          for (const int32_t *tap = first; tap < end; tap += 2) {
            sum += read_shares[tap[1]] * FN(load)(x + (size_t)tap[1] * lanes + lane);
          }
        } else {
          for (const int32_t *tap = first; tap < end; tap += 2) {
            sum += FN(load)(x + (size_t)tap[1] * lanes + lane);
          }
        }
        FN(store)(y + lane, sum * share);
      }
    }
  }
}

#undef BAND
#undef MANY_CHANNELS
