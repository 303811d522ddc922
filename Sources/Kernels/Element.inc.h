// Vectors of one element type at one level: loads, stores, selection.

// Elements in a vector.
#define W (VECTOR_BYTES / (ELEMENT_BITS / 8))

#define V FN(Vector)
#define VU FN(UnsignedVector)
#define VP FN(UnalignedVector)
typedef T V __attribute__((vector_size(VECTOR_BYTES)));
typedef U VU __attribute__((vector_size(VECTOR_BYTES)));
typedef T VP __attribute__((vector_size(VECTOR_BYTES), aligned(ELEMENT_BITS / 8), may_alias));

INLINE V FN(load)(const T *p) {
  return *(const VP *)p;
}

INLINE void FN(store)(T *p, V v) {
  *(VP *)p = v;
}

INLINE V FN(splat)(T s) {
  return s - (V){0};  // x - 0 is x for every x, so this is a broadcast and no arithmetic
}

/// `a` where the mask (a comparison's result) is set, else `b`.
INLINE V FN(select)(VU mask, V a, V b) {
  return (V)((mask & (VU)a) | (~mask & (VU)b));
}

/// The first `count` < W elements, zeros after them.
INLINE V FN(load_part)(const T *p, size_t count) {
  T part[W] = {0};
  memcpy(part, p, count * sizeof(T));
  return FN(load)(part);
}

INLINE void FN(store_part)(T *p, V v, size_t count) {
  T part[W];
  FN(store)(part, v);
  memcpy(p, part, count * sizeof(T));
}
