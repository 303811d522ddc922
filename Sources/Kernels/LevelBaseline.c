// The kernels for what every processor of the architecture offers: SSE2 on x86-64, NEON on arm64.
#include <stdlib.h>
#include <string.h>

#include "Table.h"

#define LEVEL_NAME "baseline"
#define LEVEL_TABLE kernels_table_baseline
#define VECTOR_BYTES 16
#define TILE_VECTORS 2
#if defined(__aarch64__)
#define TILE_ROWS 8  // 16 sums of the 32 registers
#else
#define TILE_ROWS 6  // 12 sums of the 16 registers
#endif
#define LANE_DOT_VECTORS 4

#include "Level.inc.h"
