// Springs and the step of overdamped motion, single precision; sums over a block go to doubles.

typedef double Wide __attribute__((vector_size(2 * VECTOR_BYTES)));
typedef double UnalignedWide
    __attribute__((vector_size(2 * VECTOR_BYTES), aligned(8), may_alias));

INLINE void add_to_doubles(double *p, Vector_f32 v) {
  *(UnalignedWide *)p = *(const UnalignedWide *)p + __builtin_convertvector(v, Wide);
}

static void spring(
    size_t count, float stiffness, const float *x, const float *centre, float *pull,
    float *force) {
  size_t i = 0;
  for (; i + VECTOR_BYTES / 4 <= count; i += VECTOR_BYTES / 4) {
    Vector_f32 v = stiffness * (load_f32(x + i) - load_f32(centre + i));
    store_f32(pull + i, v);
    store_f32(force + i, -v);
  }
  for (; i < count; i++) {
    pull[i] = stiffness * (x[i] - centre[i]);
    force[i] = -pull[i];
  }
}

static void spring_to_rows(
    size_t rows, size_t lanes, float stiffness, const float *x, const float *centres,
    float *force) {
  for (size_t row = 0; row < rows; row++) {
    Vector_f32 centre = splat_f32(centres[row]);
    for (size_t i = row * lanes; i < (row + 1) * lanes; i += VECTOR_BYTES / 4) {
      store_f32(force + i, stiffness * (centre - load_f32(x + i)));
    }
  }
}

static void lane_sum(
    size_t rows, size_t lanes, float scale, const float *a, const float *b, double *out) {
  for (size_t lane = 0; lane < lanes; lane += VECTOR_BYTES / 4) {
    Vector_f32 sum = {0};
    for (size_t i = lane; i < rows * lanes; i += lanes) {
      sum += load_f32(a + i) * load_f32(b + i);
    }
    add_to_doubles(out + lane, scale * sum);
  }
}

static void row_sum(
    size_t rows, size_t lanes, const float *coefficients, const float *a, double *out) {
  for (size_t lane = 0; lane < lanes; lane += VECTOR_BYTES / 4) {
    Vector_f32 sum = {0};
    for (size_t row = 0; row < rows; row++) {
      sum += coefficients[row] * load_f32(a + row * lanes + lane);
    }
    add_to_doubles(out + lane, sum);
  }
}

/// What one row of a step does to a vector of lanes.
INLINE void step_row(
    size_t i, float mobility, float noise, Vector_f32 fresh, const float *force, float *x,
    float *normals, float *moves, Vector_f32 *heat, Vector_f32 *kicks) {
  Vector_f32 f = load_f32(force + i);
  Vector_f32 before = noise * load_f32(normals + i);
  Vector_f32 drift = mobility * f;
  Vector_f32 move = drift + 0.5f * (before + noise * fresh);
  *kicks += f * (before + drift);
  *heat += f * (load_f32(moves + i) + move);
  store_f32(x + i, load_f32(x + i) + move);
  store_f32(moves + i, move);
  store_f32(normals + i, fresh);
}

static void langevin_step(
    size_t rows, size_t lanes, float mobility, float noise, uint32_t *generators,
    const float *force, float *x, float *normals, float *moves, double *heat, double *kicks) {
  for (size_t lane = 0; lane < lanes; lane += VECTOR_BYTES / 4) {
    Generators g = load_generators(generators + lane, lanes);
    Vector_f32 heat_sum = {0};
    Vector_f32 kick_sum = {0};
    size_t row = 0;
    for (; row + 2 <= rows; row += 2) {
      size_t i = row * lanes + lane;
      Vector_f32 first, second;
      normal_pair(&g, &first, &second);
      step_row(
          i, mobility, noise, first, force, x, normals, moves, &heat_sum, &kick_sum);
      step_row(
          i + lanes, mobility, noise, second, force, x, normals, moves, &heat_sum, &kick_sum);
    }
    if (row < rows) {
      Vector_f32 first, second;
      normal_pair(&g, &first, &second);
      step_row(
          row * lanes + lane, mobility, noise, first, force, x, normals, moves, &heat_sum,
          &kick_sum);
    }
    store_generators(generators + lane, lanes, &g);
    add_to_doubles(heat + lane, 0.5f * heat_sum);
    add_to_doubles(kicks + lane, kick_sum);
  }
}
