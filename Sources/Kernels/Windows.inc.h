// What passes over positions: convolutions and pools.
//
// For each position a list says which taps of the window see something, and where. A tile of the
// result, rows by lanes at one position, is the sum over that list of small products: the tap's
// columns of the packed weights by the rows that it sees, channel by channel. So nothing is copied,
// padding costs nothing, and the transpose is the same with the lists turned round. Positions that
// see the same with a shift come in segments, which share a list.

// Lanes that a call takes at once where the channels are brought together first.
#define BAND TILE_COLUMNS
// Vectors of sums in the largest tile of one row, which takes several positions.
#if TILE_ROWS == 12
#define RUN 16
#else
#define RUN 8
#endif

// A segment: its first position, how far the next one is, how many there are, how far what one sees
// is from what the one before sees, and where in the list its entries begin and end.
#define SEGMENT_FIRST(s) (size_t)(s)[0]
#define SEGMENT_STEP(s) (size_t)(s)[1]
#define SEGMENT_COUNT(s) (size_t)(s)[2]
#define SEGMENT_SHIFT(s) (ptrdiff_t)(s)[3]
#define SEGMENT_BEGIN(s) (entries + 2 * (size_t)(s)[4])
#define SEGMENT_END(s) (entries + 2 * (size_t)(s)[5])
#define SEGMENT_SIZE 6
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

/// A tile of one row: `places` positions of a segment by `vectors`, both constants; `single` too,
/// which says that there is one channel.
INLINE void FN(run_tile)(
    const size_t places, const size_t vectors, const int single, size_t channels,
    const int32_t *taps, const int32_t *end, const T *restrict a, const T *restrict x,
    size_t place_stride, size_t channel_stride, ptrdiff_t shift, T *restrict y, size_t step,
    T start, int keep) {
  V sums[RUN][2 * TILE_VECTORS];
  UNROLL for (size_t i = 0; i < places; i++) {
    UNROLL for (size_t j = 0; j < vectors; j++) {
      sums[i][j] = keep ? FN(load)(y + i * step + j * W) + start : FN(splat)(start);
    }
  }
  for (; taps < end; taps += 2) {
    const T *left = a + (single ? (size_t)taps[0] : (size_t)taps[0] * channels);
    const T *right = x + (size_t)taps[1] * place_stride;
    size_t k = single ? 1 : channels;
    do {
      V weight = FN(splat)(*left++);
      UNROLL for (size_t i = 0; i < places; i++) {
        UNROLL for (size_t j = 0; j < vectors; j++) {
          sums[i][j] += weight * FN(load)(right + (ptrdiff_t)i * shift + j * W);
        }
      }
      right += channel_stride;
    } while (!single && --k);
  }
  UNROLL for (size_t i = 0; i < places; i++) {
    UNROLL for (size_t j = 0; j < vectors; j++) {
      FN(store)(y + i * step + j * W, sums[i][j]);
    }
  }
}

/// All positions of a segment, in the largest tiles that they fill.
#define RUN_TILES(VECTORS, SINGLE, NAME) \
  static void FN(NAME##_##VECTORS)( \
      size_t count, size_t channels, const int32_t *taps, const int32_t *end, const T *a, \
      const T *x, size_t place_stride, size_t channel_stride, ptrdiff_t shift, T *y, size_t step, \
      T start, int keep) { \
    RUN_LOOP(RUN / (VECTORS), VECTORS, SINGLE) \
    RUN_LOOP(RUN / 2 / (VECTORS), VECTORS, SINGLE) \
    RUN_LOOP(RUN / 4 / (VECTORS), VECTORS, SINGLE) \
    RUN_LOOP(1, VECTORS, SINGLE) \
  }
#define RUN_LOOP(PLACES, VECTORS, SINGLE) \
  for (; (PLACES) > 0 && count >= (PLACES); count -= (PLACES)) { \
    FN(run_tile)( \
        PLACES, VECTORS, SINGLE, channels, taps, end, a, x, place_stride, channel_stride, shift, \
        y, step, start, keep); \
    x += (ptrdiff_t)(PLACES) * shift; \
    y += (PLACES) * step; \
  }
RUN_TILES(1, 0, run)
RUN_TILES(2, 0, run)
RUN_TILES(4, 0, run)
RUN_TILES(1, 1, single_run)
RUN_TILES(2, 1, single_run)
RUN_TILES(4, 1, single_run)
#undef RUN_LOOP

/// `vectors` lanes of a convolution.
static void FN(convolve_lanes)(
    size_t vectors, size_t rows, size_t channels, size_t columns, const T *packed, const T *bias,
    size_t positions, size_t segments, const int32_t *segment, const int32_t *entries, const T *x,
    size_t place_stride, size_t channel_stride, T *y, size_t lanes, int keep) {
  const FN(WindowTile) *tiles = vectors == 1 ? FN(thin_windows)
      : vectors == TILE_VECTORS              ? FN(windows)
                                             : FN(wide_windows);
  size_t row_stride = positions * lanes;
  for (; segments > 0; segments--, segment += SEGMENT_SIZE) {
    const int32_t *begin = SEGMENT_BEGIN(segment);
    const int32_t *end = SEGMENT_END(segment);
    ptrdiff_t shift = SEGMENT_SHIFT(segment) * (ptrdiff_t)place_stride;
    size_t step = SEGMENT_STEP(segment) * lanes;
    T *target = y + SEGMENT_FIRST(segment) * lanes;
    if (rows == 1) {
#define ARGUMENTS \
  SEGMENT_COUNT(segment), channels, begin, end, packed, x, place_stride, channel_stride, shift, \
      target, step, bias ? *bias : 0, keep
      switch (2 * vectors + (channels == 1)) {
        case 2: FN(run_1)(ARGUMENTS); break;
        case 3: FN(single_run_1)(ARGUMENTS); break;
        case 4: FN(run_2)(ARGUMENTS); break;
        case 5: FN(single_run_2)(ARGUMENTS); break;
        case 8: FN(run_4)(ARGUMENTS); break;
        case 9: FN(single_run_4)(ARGUMENTS); break;
      }
#undef ARGUMENTS
      continue;
    }
    for (size_t done = 0; done < SEGMENT_COUNT(segment); done++) {
      for (size_t i = 0, height; i < rows; i += height) {
        height = FN(panel_rows)(rows - i);
        tiles[height - 1](
            channels, begin, end, packed + i * columns, x + (ptrdiff_t)done * shift, place_stride,
            channel_stride, target + done * step + i * row_stride, row_stride,
            bias ? bias + i : NULL, keep);
      }
    }
  }
}

static void FN(convolve)(
    size_t rows, size_t channels, size_t taps, size_t lanes, const T *packed, const T *bias,
    size_t positions, size_t segments, const int32_t *segment, const int32_t *entries,
    size_t places, const T *x, T *y, int accumulate) {
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
    if (left >= 2 * TILE_COLUMNS && rows <= TILE_ROWS / 2 && !gathers) {
      width = 2 * TILE_COLUMNS;
    } else {
      width = left >= TILE_COLUMNS ? TILE_COLUMNS : W;
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
        width / W, rows, channels, columns, packed, bias, positions, segments, segment, entries,
        from, place_stride, channel_stride, y + lane, lanes, accumulate);
  }
  free(band);
}

// MARK: Pools

// Goes through the positions of a plane: `begin` and `end` of the entries, `seen` what the shift adds
// to the places, `made` the position.
#define EACH_POSITION \
  for (const int32_t *s = segment, *last = segment + segments * SEGMENT_SIZE; s < last; \
       s += SEGMENT_SIZE) { \
    const int32_t *begin = SEGMENT_BEGIN(s); \
    const int32_t *end = SEGMENT_END(s); \
    ptrdiff_t seen = 0; \
    size_t made = SEGMENT_FIRST(s); \
    for (size_t n = SEGMENT_COUNT(s); n > 0; \
         n--, seen += SEGMENT_SHIFT(s), made += SEGMENT_STEP(s))
#define END_POSITIONS }
#define PLACE(tap) ((size_t)((tap)[1] + seen))

static void FN(pool_max)(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const T *x, T *y) {
  for (; planes > 0; planes--, x += places * lanes, y += positions * lanes) {
    EACH_POSITION {
      for (size_t lane = 0; lane < lanes; lane += W) {
        V highest = FN(load)(x + PLACE(begin) * lanes + lane);
        for (const int32_t *tap = begin + 2; tap < end; tap += 2) {
          V v = FN(load)(x + PLACE(tap) * lanes + lane);
          // What is no number is the greatest, and stays.
          highest = FN(select)((VU)(v > highest) | (VU)(v != v), v, highest);
        }
        FN(store)(y + made * lanes + lane, highest);
      }
    }
    END_POSITIONS
  }
}

static void FN(pool_max_pullback)(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const T *x, const T *y, const T *g,
    T *out) {
  memset(out, 0, planes * places * lanes * sizeof(T));
  for (; planes > 0; planes--) {
    EACH_POSITION {
      for (size_t lane = 0; lane < lanes; lane += W) {
        V highest = FN(load)(y + made * lanes + lane);
        V left = FN(load)(g + made * lanes + lane);
        for (const int32_t *tap = begin; tap < end; tap += 2) {
          size_t i = PLACE(tap) * lanes + lane;
          VU equal = (VU)(FN(load)(x + i) == highest);
          FN(store)(out + i, FN(load)(out + i) + (V)(equal & (VU)left));
          // The first takes all.
          left = (V)(~equal & (VU)left);
        }
      }
    }
    END_POSITIONS
    x += places * lanes;
    out += places * lanes;
    y += positions * lanes;
    g += positions * lanes;
  }
}

static void FN(pool_max_pushforward)(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const T *x, const T *y, const T *dx,
    T *dy) {
  for (; planes > 0; planes--) {
    EACH_POSITION {
      for (size_t lane = 0; lane < lanes; lane += W) {
        V highest = FN(load)(y + made * lanes + lane);
        V result = {0};
        // From the back, so that the first is taken last.
        for (const int32_t *tap = end - 2; tap >= begin; tap -= 2) {
          size_t i = PLACE(tap) * lanes + lane;
          VU equal = (VU)(FN(load)(x + i) == highest);
          result = FN(select)(equal, FN(load)(dx + i), result);
        }
        FN(store)(dy + made * lanes + lane, result);
      }
    }
    END_POSITIONS
    x += places * lanes;
    dx += places * lanes;
    y += positions * lanes;
    dy += positions * lanes;
  }
}

static void FN(pool_sum)(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const T *made_shares,
    const T *read_shares, const T *x, T *y) {
  for (; planes > 0; planes--, x += places * lanes, y += positions * lanes) {
    EACH_POSITION {
      T share = made_shares ? made_shares[made] : 1;
      for (size_t lane = 0; lane < lanes; lane += W) {
        V sum = {0};
        if (read_shares) {
          for (const int32_t *tap = begin; tap < end; tap += 2) {
            size_t place = PLACE(tap);
            sum += read_shares[place] * FN(load)(x + place * lanes + lane);
          }
        } else {
          for (const int32_t *tap = begin; tap < end; tap += 2) {
            sum += FN(load)(x + PLACE(tap) * lanes + lane);
          }
        }
        FN(store)(y + made * lanes + lane, sum * share);
      }
    }
    END_POSITIONS
  }
}

#undef EACH_POSITION
#undef END_POSITIONS
#undef PLACE
#undef RUN_TILES
#undef RUN
#undef SEGMENT_FIRST
#undef SEGMENT_STEP
#undef SEGMENT_COUNT
#undef SEGMENT_SHIFT
#undef SEGMENT_BEGIN
#undef SEGMENT_END
#undef SEGMENT_SIZE
#undef BAND
#undef MANY_CHANNELS
