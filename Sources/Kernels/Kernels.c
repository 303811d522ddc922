// The public functions: each goes through the table of the instruction set chosen at load time.
#include "Table.h"

// Complete before `choose_level` has run, so that a caller in another constructor is served too.
static const KernelsTable *table = &kernels_table_baseline;

#if KERNELS_HAS_X86_LEVELS
// Runs before main and on one thread, so the pointer needs no synchronisation afterwards. The
// features asked for are the ones the Level*.c files are compiled with; the operating system's
// support for the wide registers is part of what the builtin answers.
__attribute__((constructor)) static void choose_level(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
      !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2")) {
    return;
  }
  table = &kernels_table_v3;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    table = &kernels_table_v4;
  }
}
#endif

const char *kernels_level(void) {
  return table->level;
}

// Panels are as high as the rows they hold, so nothing is padded; see Matrix.inc.h.
size_t kernels_packed_count_f32(size_t m, size_t k) {
  return m * k;
}

size_t kernels_packed_count_f64(size_t m, size_t k) {
  return m * k;
}

#define FORWARD_ELEMENT(T, BITS) \
  void kernels_matmul_f##BITS(size_t m, size_t n, size_t k, const T *a, const T *b, T *c) { \
    table->matmul_f##BITS(m, n, k, a, b, c); \
  } \
  void kernels_pack_f##BITS( \
      size_t m, size_t k, const T *w, size_t row_stride, size_t column_stride, T *packed) { \
    table->pack_f##BITS(m, k, w, row_stride, column_stride, packed); \
  } \
  void kernels_affine_f##BITS( \
      size_t m, size_t k, size_t lanes, const T *packed, const T *bias, const T *x, T *y, \
      int accumulate) { \
    table->affine_f##BITS(m, k, lanes, packed, bias, x, y, accumulate); \
  } \
  void kernels_activate_f##BITS(KernelsActivation f, T p, T q, size_t count, const T *z, T *y) { \
    table->activate_f##BITS(f, p, q, count, z, y); \
  } \
  void kernels_activate_derivative_f##BITS( \
      KernelsActivation f, T p, T q, size_t count, const T *z, const T *y, const T *g, T *out) { \
    table->activate_derivative_f##BITS(f, p, q, count, z, y, g, out); \
  } \
  void kernels_log_softmax_f##BITS(size_t rows, size_t lanes, const T *x, T *y) { \
    table->log_softmax_f##BITS(rows, lanes, x, y); \
  } \
  void kernels_log_softmax_derivative_f##BITS( \
      size_t rows, size_t lanes, const T *y, const T *g, int is_transposed, T *out) { \
    table->log_softmax_derivative_f##BITS(rows, lanes, y, g, is_transposed, out); \
  } \
  void kernels_normalize_f##BITS(size_t rows, size_t lanes, T epsilon, const T *x, T *y) { \
    table->normalize_f##BITS(rows, lanes, epsilon, x, y); \
  } \
  void kernels_normalize_derivative_f##BITS( \
      size_t rows, size_t lanes, T epsilon, const T *x, const T *y, const T *g, T *out) { \
    table->normalize_derivative_f##BITS(rows, lanes, epsilon, x, y, g, out); \
  } \
  void kernels_convolve_f##BITS( \
      size_t rows, size_t channels, size_t taps, size_t lanes, const T *packed, const T *bias, \
      size_t positions, size_t segments, const int32_t *segment, const int32_t *entries, \
      size_t places, const T *x, T *y, int accumulate) { \
    table->convolve_f##BITS( \
        rows, channels, taps, lanes, packed, bias, positions, segments, segment, entries, \
        places, x, y, accumulate); \
  } \
  void kernels_pool_max_f##BITS( \
      size_t planes, size_t positions, size_t segments, const int32_t *segment, \
      const int32_t *entries, size_t places, size_t lanes, const T *x, T *y) { \
    table->pool_max_f##BITS(planes, positions, segments, segment, entries, places, lanes, x, y); \
  } \
  void kernels_pool_max_pullback_f##BITS( \
      size_t planes, size_t positions, size_t segments, const int32_t *segment, \
      const int32_t *entries, size_t places, size_t lanes, const T *x, const T *y, const T *g, \
      T *out) { \
    table->pool_max_pullback_f##BITS( \
        planes, positions, segments, segment, entries, places, lanes, x, y, g, out); \
  } \
  void kernels_pool_max_pushforward_f##BITS( \
      size_t planes, size_t positions, size_t segments, const int32_t *segment, \
      const int32_t *entries, size_t places, size_t lanes, const T *x, const T *y, const T *dx, \
      T *dy) { \
    table->pool_max_pushforward_f##BITS( \
        planes, positions, segments, segment, entries, places, lanes, x, y, dx, dy); \
  } \
  void kernels_pool_sum_f##BITS( \
      size_t planes, size_t positions, size_t segments, const int32_t *segment, \
      const int32_t *entries, size_t places, size_t lanes, const T *made_shares, \
      const T *read_shares, const T *x, T *y) { \
    table->pool_sum_f##BITS( \
        planes, positions, segments, segment, entries, places, lanes, made_shares, read_shares, \
        x, y); \
  } \
  void kernels_scale_rows_f##BITS( \
      size_t rows, size_t lanes, size_t inner, size_t count, const T *factors, const T *offsets, \
      const T *x, T *y) { \
    table->scale_rows_f##BITS(rows, lanes, inner, count, factors, offsets, x, y); \
  } \
  void kernels_multiply_f##BITS(size_t count, const T *a, const T *b, T *y, int accumulate) { \
    table->multiply_f##BITS(count, a, b, y, accumulate); \
  } \
  void kernels_lane_matrices_f##BITS( \
      size_t rows, size_t inner, size_t columns, size_t lanes, const T *a, size_t row_stride, \
      size_t a_stride, const T *b, size_t b_stride, size_t column_stride, T *y, int accumulate) { \
    table->lane_matrices_f##BITS( \
        rows, inner, columns, lanes, a, row_stride, a_stride, b, b_stride, column_stride, y, \
        accumulate); \
  } \
  void kernels_softmax_f##BITS(size_t rows, size_t lanes, const T *z, T *y) { \
    table->softmax_f##BITS(rows, lanes, z, y); \
  } \
  void kernels_softmax_derivative_f##BITS( \
      size_t rows, size_t lanes, const T *y, const T *g, T *out) { \
    table->softmax_derivative_f##BITS(rows, lanes, y, g, out); \
  } \
  void kernels_combine_f##BITS( \
      size_t count, size_t terms, const T *coefficients, const T *const *vectors, T *out) { \
    table->combine_f##BITS(count, terms, coefficients, vectors, out); \
  } \
  void kernels_scale_add_f##BITS( \
      size_t rows, size_t lanes, const T *scale, const T *a, const T *b, T *out) { \
    table->scale_add_f##BITS(rows, lanes, scale, a, b, out); \
  } \
  void kernels_affine_one_f##BITS( \
      size_t m, size_t k, const T *w, const T *bias, const T *x, T *y) { \
    table->affine_one_f##BITS(m, k, w, bias, x, y); \
  } \
  void kernels_pullback_one_f##BITS( \
      size_t m, size_t k, const T *w, const T *g, T *out, int accumulate) { \
    table->pullback_one_f##BITS(m, k, w, g, out, accumulate); \
  } \
  void kernels_row_products_f##BITS( \
      size_t m, size_t n, size_t k, const T *a, const T *b, T *out, int accumulate) { \
    table->row_products_f##BITS(m, n, k, a, b, out, accumulate); \
  }

FORWARD_ELEMENT(float, 32)
FORWARD_ELEMENT(double, 64)

void kernels_affine_direct_f32(
    size_t m, size_t k, size_t lanes, const float *w, const float *bias, const float *x, float *y,
    int accumulate) {
  table->affine_direct_f32(m, k, lanes, w, bias, x, y, accumulate);
}

void kernels_transpose_f32(
    size_t rows, size_t columns, const float *from, size_t from_stride, float *to,
    size_t to_stride) {
  table->transpose_f32(rows, columns, from, from_stride, to, to_stride);
}

void kernels_lane_dot_f64(
    size_t rows, size_t lanes, double scale, const double *a, const double *b, double *out) {
  table->lane_dot_f64(rows, lanes, scale, a, b, out);
}

void kernels_lane_dot_split_f64(
    size_t rows, size_t lanes, double scale, const double *a, const double *b, double *positive,
    double *negative) {
  table->lane_dot_split_f64(rows, lanes, scale, a, b, positive, negative);
}

void kernels_normals_f32(size_t rows, size_t lanes, uint32_t *generators, float *out) {
  table->normals_f32(rows, lanes, generators, out);
}

void kernels_spring_f32(
    size_t count, float stiffness, const float *x, const float *centre, float *pull,
    float *force) {
  table->spring_f32(count, stiffness, x, centre, pull, force);
}

void kernels_spring_to_rows_f32(
    size_t rows, size_t lanes, float stiffness, const float *x, const float *centres,
    float *force) {
  table->spring_to_rows_f32(rows, lanes, stiffness, x, centres, force);
}

void kernels_lane_sum_f32(
    size_t rows, size_t lanes, float scale, const float *a, const float *b, double *out) {
  table->lane_sum_f32(rows, lanes, scale, a, b, out);
}

void kernels_row_sum_f32(
    size_t rows, size_t lanes, const float *coefficients, const float *a, double *out) {
  table->row_sum_f32(rows, lanes, coefficients, a, out);
}

void kernels_langevin_step_f32(
    size_t rows, size_t lanes, float mobility, float noise, uint32_t *generators,
    const float *force, float *x, float *normals, float *moves, double *heat, double *kicks) {
  table->langevin_step_f32(
      rows, lanes, mobility, noise, generators, force, x, normals, moves, heat, kicks);
}
