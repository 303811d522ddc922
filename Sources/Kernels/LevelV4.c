// The kernels for x86-64-v4: 512-bit vectors.
#include <stdlib.h>
#include <string.h>

#include "Table.h"

#if KERNELS_HAS_X86_LEVELS

#define LEVEL_NAME "x86-64-v4"
#define LEVEL_TABLE kernels_table_v4
#define VECTOR_BYTES 64
#define TILE_VECTORS 2
#define TILE_ROWS 12  // 24 sums of the 32 registers
#define LANE_DOT_VECTORS 2

// The width is stated because a compiler tuning for some of these processors would otherwise split
// every 512-bit operation in two.
#pragma clang attribute push( \
    __attribute__(( \
        target("avx2,fma,bmi,bmi2,avx512f,avx512bw,avx512cd,avx512dq,avx512vl"), \
        min_vector_width(512))), \
    apply_to = function)
#include "Level.inc.h"
#pragma clang attribute pop

#endif
