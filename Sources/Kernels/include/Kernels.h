// Vector kernels: the arithmetic that is too hot for portable code generation.
//
// What belongs here: loops over plain arrays of numbers. What does not: anything that knows a
// network, a substrate or an energy.
//
// Layout. A *block* holds `rows` values for each of `lanes` samples, samples contiguous: element
// (row, lane) stands at `row * lanes + lane`. `lanes` is a multiple of `KERNELS_LANE_MULTIPLE`;
// pointers need only the alignment of their element. No argument may overlap another unless it says
// so.
//
// The instruction set is chosen once, at load time, from what the processor offers. Results are the
// same bits for one binary on one such choice, in whatever lane a sample stands.
#ifndef SUBSTRATA_KERNELS_H
#define SUBSTRATA_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#define KERNELS_LANE_MULTIPLE 16

/// Elementwise functions, with the constants p and q of those that have any.
typedef enum {
  KernelsActivationReLU = 0,
  /// z, below zero p z.
  KernelsActivationLeakyReLU = 1,
  KernelsActivationTanh = 2,
  KernelsActivationSigmoid = 3,
  /// z, below zero p (exp z - 1).
  KernelsActivationELU = 4,
  /// q z, below zero q p (exp z - 1).
  KernelsActivationSELU = 5,
  /// p z + q held between 0 and 1.
  KernelsActivationHardSigmoid = 6,
  KernelsActivationHardSwish = 7,
  KernelsActivationSiLU = 8,
  KernelsActivationSoftplus = 9,
  KernelsActivationGELU = 10,
  KernelsActivationGELUTanh = 11,
  /// z held between p and q; q where they cross.
  KernelsActivationClip = 12,
  KernelsActivationErf = 13,
  KernelsActivationExponential = 14,
  KernelsActivationAbsolute = 15,
  KernelsActivationReciprocal = 16,
  KernelsActivationSquareRoot = 17,
} KernelsActivation;

/// The instruction set chosen: "x86-64-v4", "x86-64-v3" or "baseline".
const char *kernels_level(void);

// MARK: Matrix products

/// c[m][n] = a[m][k] b[k][n], row-major and dense. 2 m n k flops; packs what it needs inside, in
/// scratch memory of about 1 MB at most.
void kernels_matmul_f32(size_t m, size_t n, size_t k, const float *a, const float *b, float *c);
void kernels_matmul_f64(size_t m, size_t n, size_t k, const double *a, const double *b, double *c);

/// How many elements `kernels_pack_*` writes for an m × k matrix. The layout depends on the
/// instruction set: packed matrices are not for keeping.
size_t kernels_packed_count_f32(size_t m, size_t k);
size_t kernels_packed_count_f64(size_t m, size_t k);

/// Packs the m × k matrix whose element (i, j) stands at `w[i * row_stride + j * column_stride]`,
/// so that a transpose is packed by exchanging the strides.
void kernels_pack_f32(
    size_t m, size_t k, const float *w, size_t row_stride, size_t column_stride, float *packed);
void kernels_pack_f64(
    size_t m, size_t k, const double *w, size_t row_stride, size_t column_stride, double *packed);

/// y = W x (+ bias, one per row, when `bias` is not null) (+ the old y when `accumulate` is not 0),
/// for a packed m × k matrix W, a block x of k rows and a block y of m rows.
void kernels_affine_f32(
    size_t m, size_t k, size_t lanes, const float *packed, const float *bias, const float *x,
    float *y, int accumulate);
void kernels_affine_f64(
    size_t m, size_t k, size_t lanes, const double *packed, const double *bias, const double *x,
    double *y, int accumulate);

/// The same as `kernels_affine_f32`, to the bit, for an m × k matrix that stands row after row and is not
/// packed.
void kernels_affine_direct_f32(
    size_t m, size_t k, size_t lanes, const float *w, const float *bias, const float *x, float *y,
    int accumulate);

/// The transpose of a rows × columns matrix: to[j * to_stride + i] = from[i * from_stride + j]. It makes
/// a block of samples that stand one after another, and the other way round.
void kernels_transpose_f32(
    size_t rows, size_t columns, const float *from, size_t from_stride, float *to,
    size_t to_stride);

// MARK: Weights that change

/// y = W x + bias for one sample, W an m x k matrix that stands row after row.
void kernels_affine_one_f32(
    size_t m, size_t k, const float *w, const float *bias, const float *x, float *y);
void kernels_affine_one_f64(
    size_t m, size_t k, const double *w, const double *bias, const double *x, double *y);

/// out = W^T g (+ the old out when `accumulate` is not 0) for one sample and that same matrix.
void kernels_pullback_one_f32(
    size_t m, size_t k, const float *w, const float *g, float *out, int accumulate);
void kernels_pullback_one_f64(
    size_t m, size_t k, const double *w, const double *g, double *out, int accumulate);

/// out = a b^T (+ the old out when `accumulate` is not 0) for a of m and b of n rows of k numbers: with
/// gradients in a and what a matrix reads in b, one lane a sample, the gradient with respect to the matrix.
void kernels_row_products_f32(
    size_t m, size_t n, size_t k, const float *a, const float *b, float *out, int accumulate);
void kernels_row_products_f64(
    size_t m, size_t n, size_t k, const double *a, const double *b, double *out, int accumulate);

// MARK: Nonlinearities

/// y = f(z), elementwise; y may be z. `p` and `q` are f's constants in the order in which they are
/// written above.
void kernels_activate_f32(
    KernelsActivation f, float p, float q, size_t count, const float *z, float *y);
void kernels_activate_f64(
    KernelsActivation f, double p, double q, size_t count, const double *z, double *y);

/// out = g f'(z), elementwise, from z and the function's own output y = f(z); out may be g. Where
/// two pieces meet the derivative is the lower side's.
void kernels_activate_derivative_f32(
    KernelsActivation f, float p, float q, size_t count, const float *z, const float *y,
    const float *g, float *out);
void kernels_activate_derivative_f64(
    KernelsActivation f, double p, double q, size_t count, const double *z, const double *y,
    const double *g, double *out);

/// y = softmax over the rows, for each lane; y may be z.
void kernels_softmax_f32(size_t rows, size_t lanes, const float *z, float *y);
void kernels_softmax_f64(size_t rows, size_t lanes, const double *z, double *y);

/// out = (diag(y) - y y^T) g for each lane: the Jacobian of softmax, which is symmetric, so this is
/// its product from either side; out may be g.
void kernels_softmax_derivative_f32(
    size_t rows, size_t lanes, const float *y, const float *g, float *out);
void kernels_softmax_derivative_f64(
    size_t rows, size_t lanes, const double *y, const double *g, double *out);

/// y = x - log sum exp x over the rows, for each lane; y may be x.
void kernels_log_softmax_f32(size_t rows, size_t lanes, const float *x, float *y);
void kernels_log_softmax_f64(size_t rows, size_t lanes, const double *x, double *y);

/// out = g - exp y sum g, the product with the transposed Jacobian of that function, or if
/// `is_transposed` is 0 out = g - sum (exp y) g, the product with the Jacobian; out may be g.
void kernels_log_softmax_derivative_f32(
    size_t rows, size_t lanes, const float *y, const float *g, int is_transposed, float *out);
void kernels_log_softmax_derivative_f64(
    size_t rows, size_t lanes, const double *y, const double *g, int is_transposed, double *out);

/// y = (x - mean)/sqrt(variance + epsilon) over the rows, for each lane; y may be x.
void kernels_normalize_f32(size_t rows, size_t lanes, float epsilon, const float *x, float *y);
void kernels_normalize_f64(size_t rows, size_t lanes, double epsilon, const double *x, double *y);

/// out = (g - mean g - y mean(g y))/sqrt(variance + epsilon) for each lane: the Jacobian is
/// symmetric; out may be g.
void kernels_normalize_derivative_f32(
    size_t rows, size_t lanes, float epsilon, const float *x, const float *y, const float *g,
    float *out);
void kernels_normalize_derivative_f64(
    size_t rows, size_t lanes, double epsilon, const double *x, const double *y, const double *g,
    double *out);

// MARK: Windows

/// y = W x (+ bias, one per row, when `bias` is not null) (+ the old y when `accumulate` is not 0)
/// with a window: for each of `positions` positions a matrix times the rows that its taps see.
///
/// x holds `channels` planes of `places` rows, y `rows` planes of `positions` rows. Positions come in
/// segments of six numbers: the first position, the step to the next, how many, the shift, and where
/// entries begin and end. The segment's position number n sees at tap entries[2 e] the place
/// entries[2 e + 1] + n shift, for begin <= e < end; taps in padding do not occur. W is a packed
/// matrix of `rows` rows; its column t channels + c is tap t's for channel c.
void kernels_convolve_f32(
    size_t rows, size_t channels, size_t taps, size_t lanes, const float *packed,
    const float *bias, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, const float *x, float *y, int accumulate);
void kernels_convolve_f64(
    size_t rows, size_t channels, size_t taps, size_t lanes, const double *packed,
    const double *bias, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, const double *x, double *y, int accumulate);

/// The greatest of the rows that each position sees (see `kernels_convolve_*`; which tap it is does
/// not matter), for `planes` planes. Each position sees something. What is no number is the
/// greatest.
void kernels_pool_max_f32(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const float *x, float *y);
void kernels_pool_max_f64(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const double *x, double *y);

/// out = the pullback of g: the first of the greatest takes it.
void kernels_pool_max_pullback_f32(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const float *x, const float *y,
    const float *g, float *out);
void kernels_pool_max_pullback_f64(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const double *x, const double *y,
    const double *g, double *out);

/// dy = how the greatest moves when x moves by dx: as the first of the greatest does.
void kernels_pool_max_pushforward_f32(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const float *x, const float *y,
    const float *dx, float *dy);
void kernels_pool_max_pushforward_f64(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const double *x, const double *y,
    const double *dx, double *dy);

/// y = made_shares[o] times the sum over what position o sees of read_shares[place] x; shares that
/// are null are 1.
void kernels_pool_sum_f32(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const float *made_shares,
    const float *read_shares, const float *x, float *y);
void kernels_pool_sum_f64(
    size_t planes, size_t positions, size_t segments, const int32_t *segment,
    const int32_t *entries, size_t places, size_t lanes, const double *made_shares,
    const double *read_shares, const double *x, double *y);

// MARK: Components

/// y = a x + b with constants by rows: row r takes number (r / inner) mod count of factors and
/// offsets, which are 1 and 0 where null; y may be x.
void kernels_scale_rows_f32(
    size_t rows, size_t lanes, size_t inner, size_t count, const float *factors,
    const float *offsets, const float *x, float *y);
void kernels_scale_rows_f64(
    size_t rows, size_t lanes, size_t inner, size_t count, const double *factors,
    const double *offsets, const double *x, double *y);

/// y = a b, elementwise, or y += a b if `accumulate` is not 0; y may be a or b.
void kernels_multiply_f32(size_t count, const float *a, const float *b, float *y, int accumulate);
void kernels_multiply_f64(
    size_t count, const double *a, const double *b, double *y, int accumulate);

/// y = a b (+ the old y when `accumulate` is not 0) for matrices of which each lane has its own:
/// element (i, k) of a is row i row_stride + k a_stride, (k, j) of b row k b_stride + j
/// column_stride, (i, j) of y row i columns + j.
void kernels_lane_matrices_f32(
    size_t rows, size_t inner, size_t columns, size_t lanes, const float *a, size_t row_stride,
    size_t a_stride, const float *b, size_t b_stride, size_t column_stride, float *y,
    int accumulate);
void kernels_lane_matrices_f64(
    size_t rows, size_t inner, size_t columns, size_t lanes, const double *a, size_t row_stride,
    size_t a_stride, const double *b, size_t b_stride, size_t column_stride, double *y,
    int accumulate);

// MARK: Sums over blocks

/// out = sum over t of coefficients[t] vectors[t], elementwise over `count`; 1 <= terms <= 6;
/// out may be one of the vectors.
void kernels_combine_f32(
    size_t count, size_t terms, const float *coefficients, const float *const *vectors, float *out);
void kernels_combine_f64(
    size_t count, size_t terms, const double *coefficients, const double *const *vectors,
    double *out);

/// The same for a few vectors given one by one, without arrays on the caller's side.
static inline void kernels_combine2_f32(
    size_t count, float c0, const float *v0, float c1, const float *v1, float *out) {
  const float coefficients[] = {c0, c1};
  const float *const vectors[] = {v0, v1};
  kernels_combine_f32(count, 2, coefficients, vectors, out);
}
static inline void kernels_combine1_f64(size_t count, double c0, const double *v0, double *out) {
  kernels_combine_f64(count, 1, &c0, &v0, out);
}
static inline void kernels_combine2_f64(
    size_t count, double c0, const double *v0, double c1, const double *v1, double *out) {
  const double coefficients[] = {c0, c1};
  const double *const vectors[] = {v0, v1};
  kernels_combine_f64(count, 2, coefficients, vectors, out);
}
static inline void kernels_combine3_f64(
    size_t count, double c0, const double *v0, double c1, const double *v1, double c2,
    const double *v2, double *out) {
  const double coefficients[] = {c0, c1, c2};
  const double *const vectors[] = {v0, v1, v2};
  kernels_combine_f64(count, 3, coefficients, vectors, out);
}
static inline void kernels_combine5_f64(
    size_t count, double c0, const double *v0, double c1, const double *v1, double c2,
    const double *v2, double c3, const double *v3, double c4, const double *v4, double *out) {
  const double coefficients[] = {c0, c1, c2, c3, c4};
  const double *const vectors[] = {v0, v1, v2, v3, v4};
  kernels_combine_f64(count, 5, coefficients, vectors, out);
}

/// out = a scale[lane] + b, for blocks a, b, out of `rows` rows; out may be a or b.
void kernels_scale_add_f32(
    size_t rows, size_t lanes, const float *scale, const float *a, const float *b, float *out);
void kernels_scale_add_f64(
    size_t rows, size_t lanes, const double *scale, const double *a, const double *b, double *out);

/// out[lane] += scale * sum over rows of a b.
void kernels_lane_dot_f64(
    size_t rows, size_t lanes, double scale, const double *a, const double *b, double *out);

/// The positive and the negative terms of that sum apart, both as magnitudes:
/// positive[lane] += sum of max(scale a b, 0), negative[lane] += sum of max(-scale a b, 0).
void kernels_lane_dot_split_f64(
    size_t rows, size_t lanes, double scale, const double *a, const double *b, double *positive,
    double *negative);

// MARK: Random motion

/// Standard normal numbers for a block. Lane l draws from the generator whose four words of state,
/// not all 0, stand at `generators[l]`, `generators[lanes + l]`... and are left where it stopped;
/// rows are drawn in pairs, so an odd number of rows discards one number.
void kernels_normals_f32(size_t rows, size_t lanes, uint32_t *generators, float *out);

/// pull = stiffness (x - centre) and force = -pull, elementwise.
void kernels_spring_f32(
    size_t count, float stiffness, const float *x, const float *centre, float *pull, float *force);

/// force = -stiffness (x - centre) with one centre for each row.
void kernels_spring_to_rows_f32(
    size_t rows, size_t lanes, float stiffness, const float *x, const float *centres,
    float *force);

/// out[lane] += scale * sum over rows of a b; the sums in single precision.
void kernels_lane_sum_f32(
    size_t rows, size_t lanes, float scale, const float *a, const float *b, double *out);

/// out[lane] += sum over rows of coefficients[row] a; the sums in single precision.
void kernels_row_sum_f32(
    size_t rows, size_t lanes, const float *coefficients, const float *a, double *out);

/// One step of overdamped motion with friction and noise, of `rows` coordinates that share both:
///
///     move = mobility force + noise (previous normals + new normals)/2,  x += move.
///
/// `normals` holds the previous normal numbers and is left with the new ones (see
/// `kernels_normals_f32`), `moves` the previous moves. Also, for each lane,
/// heat += sum over rows of force (previous move + move)/2 and
/// kicks += sum over rows of force (noise previous normals + mobility force).
void kernels_langevin_step_f32(
    size_t rows, size_t lanes, float mobility, float noise, uint32_t *generators,
    const float *force, float *x, float *normals, float *moves, double *heat, double *kicks);

#endif
