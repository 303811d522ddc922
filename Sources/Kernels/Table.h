// The functions one instruction set provides, and the tables of them. Private to this target.
#ifndef SUBSTRATA_KERNELS_TABLE_H
#define SUBSTRATA_KERNELS_TABLE_H

#include "include/Kernels.h"

// The levels above the baseline are compiled with function attributes, not compiler flags, so that
// one binary holds them all; that needs a compiler and a processor family that know these names.
#if defined(__x86_64__) && defined(__clang__) && (defined(__linux__) || defined(__APPLE__))
#define KERNELS_HAS_X86_LEVELS 1
#else
#define KERNELS_HAS_X86_LEVELS 0
#endif

// What an element type provides at one level; the names are those of Kernels.h without prefix.
#define KERNELS_TABLE_OF(T, BITS) \
  void (*matmul_f##BITS)(size_t m, size_t n, size_t k, const T *a, const T *b, T *c); \
  void (*pack_f##BITS)( \
      size_t m, size_t k, const T *w, size_t row_stride, size_t column_stride, T *packed); \
  void (*affine_f##BITS)( \
      size_t m, size_t k, size_t lanes, const T *packed, const T *bias, const T *x, T *y, \
      int accumulate); \
  void (*activate_f##BITS)(KernelsActivation f, T p, T q, size_t count, const T *z, T *y); \
  void (*activate_derivative_f##BITS)( \
      KernelsActivation f, T p, T q, size_t count, const T *z, const T *y, const T *g, T *out); \
  void (*log_softmax_f##BITS)(size_t rows, size_t lanes, const T *x, T *y); \
  void (*log_softmax_derivative_f##BITS)( \
      size_t rows, size_t lanes, const T *y, const T *g, int is_transposed, T *out); \
  void (*normalize_f##BITS)(size_t rows, size_t lanes, T epsilon, const T *x, T *y); \
  void (*normalize_derivative_f##BITS)( \
      size_t rows, size_t lanes, T epsilon, const T *x, const T *y, const T *g, T *out); \
  void (*convolve_f##BITS)( \
      size_t rows, size_t channels, size_t taps, size_t lanes, const T *packed, const T *bias, \
      size_t positions, size_t segments, const int32_t *segment, const int32_t *entries, \
      size_t places, const T *x, T *y, int accumulate); \
  void (*pool_max_f##BITS)( \
      size_t planes, size_t positions, size_t segments, const int32_t *segment, \
      const int32_t *entries, size_t places, size_t lanes, const T *x, T *y); \
  void (*pool_max_pullback_f##BITS)( \
      size_t planes, size_t positions, size_t segments, const int32_t *segment, \
      const int32_t *entries, size_t places, size_t lanes, const T *x, const T *y, const T *g, \
      T *out); \
  void (*pool_max_pushforward_f##BITS)( \
      size_t planes, size_t positions, size_t segments, const int32_t *segment, \
      const int32_t *entries, size_t places, size_t lanes, const T *x, const T *y, const T *dx, \
      T *dy); \
  void (*pool_sum_f##BITS)( \
      size_t planes, size_t positions, size_t segments, const int32_t *segment, \
      const int32_t *entries, size_t places, size_t lanes, const T *made_shares, \
      const T *read_shares, const T *x, T *y); \
  void (*scale_rows_f##BITS)( \
      size_t rows, size_t lanes, size_t inner, size_t count, const T *factors, const T *offsets, \
      const T *x, T *y); \
  void (*multiply_f##BITS)(size_t count, const T *a, const T *b, T *y, int accumulate); \
  void (*lane_matrices_f##BITS)( \
      size_t rows, size_t inner, size_t columns, size_t lanes, const T *a, size_t row_stride, \
      size_t a_stride, const T *b, size_t b_stride, size_t column_stride, T *y, int accumulate); \
  void (*softmax_f##BITS)(size_t rows, size_t lanes, const T *z, T *y); \
  void (*softmax_derivative_f##BITS)( \
      size_t rows, size_t lanes, const T *y, const T *g, T *out); \
  void (*combine_f##BITS)( \
      size_t count, size_t terms, const T *coefficients, const T *const *vectors, T *out); \
  void (*scale_add_f##BITS)( \
      size_t rows, size_t lanes, const T *scale, const T *a, const T *b, T *out); \
  void (*affine_one_f##BITS)( \
      size_t m, size_t k, const T *w, const T *bias, const T *x, T *y); \
  void (*pullback_one_f##BITS)( \
      size_t m, size_t k, const T *w, const T *g, T *out, int accumulate); \
  void (*row_products_f##BITS)( \
      size_t m, size_t n, size_t k, const T *a, const T *b, T *out, int accumulate);

typedef struct {
  const char *level;
  KERNELS_TABLE_OF(float, 32)
  KERNELS_TABLE_OF(double, 64)
  void (*affine_direct_f32)(
      size_t m, size_t k, size_t lanes, const float *w, const float *bias, const float *x,
      float *y, int accumulate);
  void (*transpose_f32)(
      size_t rows, size_t columns, const float *from, size_t from_stride, float *to,
      size_t to_stride);
  void (*lane_dot_f64)(
      size_t rows, size_t lanes, double scale, const double *a, const double *b, double *out);
  void (*lane_dot_split_f64)(
      size_t rows, size_t lanes, double scale, const double *a, const double *b, double *positive,
      double *negative);
  void (*normals_f32)(size_t rows, size_t lanes, uint32_t *generators, float *out);
  void (*spring_f32)(
      size_t count, float stiffness, const float *x, const float *centre, float *pull,
      float *force);
  void (*spring_to_rows_f32)(
      size_t rows, size_t lanes, float stiffness, const float *x, const float *centres,
      float *force);
  void (*lane_sum_f32)(
      size_t rows, size_t lanes, float scale, const float *a, const float *b, double *out);
  void (*row_sum_f32)(
      size_t rows, size_t lanes, const float *coefficients, const float *a, double *out);
  void (*langevin_step_f32)(
      size_t rows, size_t lanes, float mobility, float noise, uint32_t *generators,
      const float *force, float *x, float *normals, float *moves, double *heat, double *kicks);
} KernelsTable;

#define KERNELS_HIDDEN __attribute__((visibility("hidden")))

extern const KernelsTable kernels_table_baseline KERNELS_HIDDEN;
#if KERNELS_HAS_X86_LEVELS
extern const KernelsTable kernels_table_v3 KERNELS_HIDDEN;
extern const KernelsTable kernels_table_v4 KERNELS_HIDDEN;
#endif

#endif
