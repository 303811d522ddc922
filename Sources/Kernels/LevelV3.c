// The kernels for x86-64-v3: 256-bit vectors and fused multiply-add.
#include <stdlib.h>
#include <string.h>

#include "Table.h"

#if KERNELS_HAS_X86_LEVELS

#define LEVEL_NAME "x86-64-v3"
#define LEVEL_TABLE kernels_table_v3
#define VECTOR_BYTES 32
#define TILE_VECTORS 2
#define TILE_ROWS 6  // 12 sums of the 16 registers
#define LANE_DOT_VECTORS 4

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,bmi,bmi2"), min_vector_width(256))), apply_to = function)
#include "Level.inc.h"
#pragma clang attribute pop

#endif
