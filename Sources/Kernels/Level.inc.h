// Everything one level holds: both element types, and the table. Included once by each Level*.c,
// which states the width of a vector and the size of a matrix tile.

// A product and the sum it goes into may be fused where the processor can: the same for every
// sample, so no result depends on where in a block a sample stands.
#pragma STDC FP_CONTRACT ON

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)

// How the left operand of a matrix tile lies in memory.
#define LEFT_PACKED 0  // a packed panel: element (i, k) at a[k * rows + i]
#define LEFT_DIRECT 1  // a matrix, rows contiguous: element (i, k) at a[i * a_stride + k]

// Rows of the right operand a direct tile asks for ahead of their use: packed, it comes in order
// from the second-level cache, a line every few cycles.
#define AHEAD 8

#define ELEMENT_BITS 32
#define T float
#define U uint32_t
#define FN(name) PASTE(name, _f32)
#include "Element.inc.h"
#include "Matrix.inc.h"
#include "Products.inc.h"
#include "Windows.inc.h"
#include "Exponential.inc.h"
#include "Special.inc.h"
#include "Activations.inc.h"
#include "LaneMatrices.inc.h"
#include "Sums.inc.h"
#include "Gradients.inc.h"
#include "Direct.inc.h"
#undef ELEMENT_BITS
#undef T
#undef U
#undef FN
#include "Noise.inc.h"
#include "Langevin.inc.h"

#define ELEMENT_BITS 64
#define T double
#define U uint64_t
#define FN(name) PASTE(name, _f64)
#include "Element.inc.h"
#include "Matrix.inc.h"
#include "Products.inc.h"
#include "Windows.inc.h"
#include "Exponential.inc.h"
#include "Special.inc.h"
#include "Activations.inc.h"
#include "LaneMatrices.inc.h"
#include "Sums.inc.h"
#include "Gradients.inc.h"
#include "LaneDots.inc.h"
#undef ELEMENT_BITS
#undef T
#undef U
#undef FN

#define ENTRIES(SUFFIX) \
  .matmul##SUFFIX = matmul##SUFFIX, .pack##SUFFIX = pack##SUFFIX, \
  .affine##SUFFIX = affine##SUFFIX, .activate##SUFFIX = activate##SUFFIX, \
  .activate_derivative##SUFFIX = activate_derivative##SUFFIX, \
  .softmax##SUFFIX = softmax##SUFFIX, .softmax_derivative##SUFFIX = softmax_derivative##SUFFIX, \
  .log_softmax##SUFFIX = log_softmax##SUFFIX, \
  .log_softmax_derivative##SUFFIX = log_softmax_derivative##SUFFIX, \
  .normalize##SUFFIX = normalize##SUFFIX, \
  .normalize_derivative##SUFFIX = normalize_derivative##SUFFIX, \
  .convolve##SUFFIX = convolve##SUFFIX, .pool_max##SUFFIX = pool_max##SUFFIX, \
  .pool_max_pullback##SUFFIX = pool_max_pullback##SUFFIX, \
  .pool_max_pushforward##SUFFIX = pool_max_pushforward##SUFFIX, \
  .pool_sum##SUFFIX = pool_sum##SUFFIX, .scale_rows##SUFFIX = scale_rows##SUFFIX, \
  .multiply##SUFFIX = multiply##SUFFIX, .lane_matrices##SUFFIX = lane_matrices##SUFFIX, \
  .combine##SUFFIX = combine##SUFFIX, .scale_add##SUFFIX = scale_add##SUFFIX, \
  .affine_one##SUFFIX = affine_one##SUFFIX, .pullback_one##SUFFIX = pullback_one##SUFFIX, \
  .row_products##SUFFIX = row_products##SUFFIX

const KernelsTable LEVEL_TABLE = {
  .level = LEVEL_NAME,
  ENTRIES(_f32),
  ENTRIES(_f64),
  .affine_direct_f32 = affine_direct_f32,
  .transpose_f32 = transpose_matrix_f32,
  .lane_dot_f64 = lane_dot_f64,
  .lane_dot_split_f64 = lane_dot_split_f64,
  .normals_f32 = normals,
  .spring_f32 = spring,
  .spring_to_rows_f32 = spring_to_rows,
  .lane_sum_f32 = lane_sum,
  .row_sum_f32 = row_sum,
  .langevin_step_f32 = langevin_step,
};
