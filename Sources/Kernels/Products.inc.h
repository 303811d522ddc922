// Packing, and the two matrix products: of a packed matrix and a block, and of two matrices.

// Columns of the left operand taken at once: some rows of so many stay in the first-level cache.
#define DEPTH (2048 / (ELEMENT_BITS / 8))
// Columns of the right operand packed at once: so many, DEPTH high, stay in the second-level cache.
#define BREADTH 512

// The block that is transposed in registers when rows are contiguous: 16 bytes wide and high.
#define SIDE (16 / (ELEMENT_BITS / 8))
typedef T FN(Edge) __attribute__((vector_size(16)));
typedef T FN(UnalignedEdge) __attribute__((vector_size(16), aligned(ELEMENT_BITS / 8), may_alias));

/// SIDE rows of SIDE elements, `row_stride` apart, to SIDE columns, `rows` apart.
INLINE void FN(transpose)(const T *w, size_t row_stride, T *packed, size_t rows) {
  FN(Edge) v[SIDE];
  UNROLL for (size_t i = 0; i < SIDE; i++) {
    v[i] = *(const FN(UnalignedEdge) *)(w + i * row_stride);
  }
#if ELEMENT_BITS == 32
  FN(Edge) low01 = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5);
  FN(Edge) high01 = __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7);
  FN(Edge) low23 = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5);
  FN(Edge) high23 = __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
  v[0] = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
  v[1] = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
  v[2] = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
  v[3] = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
#else
  FN(Edge) low = __builtin_shufflevector(v[0], v[1], 0, 2);
  v[1] = __builtin_shufflevector(v[0], v[1], 1, 3);
  v[0] = low;
#endif
  UNROLL for (size_t i = 0; i < SIDE; i++) {
    *(FN(UnalignedEdge) *)(packed + i * rows) = v[i];
  }
}

/// One panel: element (i, j) of `w` to `packed[j * rows + i]`.
static void FN(pack_panel)(
    size_t rows, size_t k, const T *w, size_t row_stride, size_t column_stride, T *packed) {
  size_t i = 0;
  if (column_stride == 1) {
    for (; i + SIDE <= rows; i += SIDE) {
      const T *row = w + i * row_stride;
      size_t j = 0;
      for (; j + SIDE <= k; j += SIDE) {
        FN(transpose)(row + j, row_stride, packed + j * rows + i, rows);
      }
      for (; j < k; j++) {
        for (size_t s = 0; s < SIDE; s++) {
          packed[j * rows + i + s] = row[s * row_stride + j];
        }
      }
    }
  } else if (row_stride == 1) {
    for (size_t j = 0; j < k; j++) {
      for (size_t s = 0; s < rows; s++) {
        packed[j * rows + s] = w[j * column_stride + s];
      }
    }
    return;
  }
  for (; i < rows; i++) {
    for (size_t j = 0; j < k; j++) {
      packed[j * rows + i] = w[i * row_stride + j * column_stride];
    }
  }
}

static void FN(pack)(
    size_t m, size_t k, const T *w, size_t row_stride, size_t column_stride, T *packed) {
  for (size_t i = 0, rows; i < m; i += rows) {
    rows = FN(panel_rows)(m - i);
    FN(pack_panel)(rows, k, w + i * row_stride, row_stride, column_stride, packed + i * k);
  }
}

static void FN(affine)(
    size_t m, size_t k, size_t lanes, const T *packed, const T *bias, const T *x, T *y,
    int accumulate) {
  size_t tiles = lanes / TILE_COLUMNS;
  size_t from = 0;
  // At least once: without columns, the result is the bias.
  do {
    size_t depth = k - from < DEPTH ? k - from : DEPTH;
    const T *block = x + from * lanes;
    for (size_t i = 0, rows; i < m; i += rows) {
      rows = FN(panel_rows)(m - i);
      const T *a = packed + i * k + from * rows;
      const T *row_bias = bias && from == 0 ? bias + i : NULL;
      int keep = accumulate || from > 0;
      FN(packed_panels)[rows - 1](
          tiles, depth, a, 0, block, lanes, TILE_COLUMNS, y + i * lanes, lanes, row_bias, keep);
#if HAS_NARROW_PANELS
      size_t done = tiles * TILE_COLUMNS;
      if (done < lanes) {
        FN(narrow_panels)[rows - 1](
            1, depth, a, 0, block + done, lanes, 0, y + i * lanes + done, lanes, row_bias, keep);
      }
#endif
    }
    from += depth;
  } while (from < k);
}

/// Packs `columns` columns of b in panels TILE_COLUMNS wide and `depth` high, the last one padded
/// with zeros.
static void FN(pack_right)(size_t depth, size_t columns, const T *b, size_t n, T *packed) {
  for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
    if (columns - j >= TILE_COLUMNS) {
      for (size_t row = 0; row < depth; row++, packed += TILE_COLUMNS) {
        UNROLL for (size_t v = 0; v < TILE_VECTORS; v++) {
          FN(store)(packed + v * W, FN(load)(b + row * n + j + v * W));
        }
      }
    } else {
      for (size_t row = 0; row < depth; row++, packed += TILE_COLUMNS) {
        memset(packed, 0, TILE_COLUMNS * sizeof(T));
        memcpy(packed, b + row * n + j, (columns - j) * sizeof(T));
      }
    }
  }
}

/// The last columns of the result, fewer than a tile has: computed beside it and copied.
static void FN(edge_tile)(
    size_t rows, size_t columns, size_t depth, const T *a, size_t k, const T *b, T *c, size_t n,
    int keep) {
  _Alignas(64) T beside[TILE_ROWS * TILE_COLUMNS] = {0};
  for (size_t i = 0; keep && i < rows; i++) {
    memcpy(beside + i * TILE_COLUMNS, c + i * n, columns * sizeof(T));
  }
  FN(direct_panels)[rows - 1](
      1, depth, a, k, b, TILE_COLUMNS, 0, beside, TILE_COLUMNS, NULL, keep);
  for (size_t i = 0; i < rows; i++) {
    memcpy(c + i * n, beside + i * TILE_COLUMNS, columns * sizeof(T));
  }
}

// The left operand is read where it lies: its elements are broadcast one by one, so packing it
// would gain no wider loads, and it costs more than reading twelve rows at once does.
static void FN(matmul)(size_t m, size_t n, size_t k, const T *a, const T *b, T *c) {
  if (m == 0 || n == 0) {
    return;
  }
  if (k == 0) {
    memset(c, 0, m * n * sizeof(T));
    return;
  }
  size_t deepest = k < DEPTH ? k : DEPTH;
  size_t broadest = n < BREADTH ? (n + TILE_COLUMNS - 1) / TILE_COLUMNS * TILE_COLUMNS : BREADTH;
  T *right = aligned_alloc(64, (broadest * deepest * sizeof(T) + 63) / 64 * 64);
  if (!right) {
    abort();
  }
  for (size_t j = 0; j < n; j += BREADTH) {
    size_t columns = n - j < BREADTH ? n - j : BREADTH;
    size_t tiles = columns / TILE_COLUMNS;
    for (size_t from = 0; from < k; from += DEPTH) {
      size_t depth = k - from < DEPTH ? k - from : DEPTH;
      FN(pack_right)(depth, columns, b + from * n + j, n, right);
      for (size_t i = 0, rows; i < m; i += rows) {
        rows = FN(panel_rows)(m - i);
        const T *left = a + i * k + from;
        T *result = c + i * n + j;
        FN(direct_panels)[rows - 1](
            tiles, depth, left, k, right, TILE_COLUMNS, TILE_COLUMNS * depth, result, n, NULL,
            from > 0);
        size_t done = tiles * TILE_COLUMNS;
        if (done < columns) {
          FN(edge_tile)(
              rows, columns - done, depth, left, k, right + done * depth, result + done, n,
              from > 0);
        }
      }
    }
  }
  free(right);
}

#undef HAS_NARROW_PANELS
