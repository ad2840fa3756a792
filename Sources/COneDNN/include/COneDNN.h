// A narrow door to oneDNN: convolution in three directions and layout changes, with the same
// signatures over oneDNN 2.x and 3.x, whose C interfaces differ in nearly every call used here.
//
// Every function returns 0 or oneDNN's status; `tfn_last_call` names the oneDNN call that failed.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Activations are [batch, channel blocks, height, width, channels in a block]; a block of 1 is NCHW
// and a block that holds every channel is NHWC.
typedef struct tfn_engine tfn_engine;
typedef struct tfn_convolution tfn_convolution;

typedef enum {
  TFN_FORWARD = 0,
  TFN_BACKWARD_DATA = 1,
  TFN_BACKWARD_WEIGHTS = 2,
} tfn_direction;

typedef struct {
  int64_t batch, groups;
  int64_t in_channels, in_height, in_width;
  int64_t out_channels, out_height, out_width;
  int64_t kernel_height, kernel_width;
  int64_t row_stride, column_stride;
  // Steps between the places of a window, 1 for neighbours.
  int64_t row_dilation, column_dilation;
  // Places outside the image above the first window and left of it.
  int64_t above, left;
  int64_t in_block, out_block;
  tfn_direction direction;
  // Whether minimal filtering is asked for instead of sums of products; creation fails where there is
  // no such kernel.
  int winograd;
} tfn_convolution_shape;

// oneDNN's status where it has no kernel for what is asked.
#define TFN_UNIMPLEMENTED 3

int tfn_engine_create(tfn_engine **engine);
void tfn_engine_destroy(tfn_engine *engine);

// The block size that this processor's convolutions like best: 16, 8 or 4, `channels` for NHWC, or 1.
int tfn_preferred_block(tfn_engine *engine, int64_t channels, int64_t *block);

int tfn_convolution_create(
    tfn_engine *engine, const tfn_convolution_shape *shape, tfn_convolution **convolution);
void tfn_convolution_destroy(tfn_convolution *convolution);

// Floats that the weights take in the layout that the primitive asked for.
size_t tfn_convolution_weight_count(const tfn_convolution *convolution);
const char *tfn_convolution_implementation(const tfn_convolution *convolution);

// Between row-major [out, in / groups, kernel_height, kernel_width] and the primitive's own layout.
int tfn_convolution_pack(tfn_convolution *convolution, float *plain, float *packed);
int tfn_convolution_unpack(tfn_convolution *convolution, float *packed, float *plain);

// Forward reads input and weights and writes output; backward by data reads output and weights and
// writes input; backward by weights reads input and output and writes weights.
int tfn_convolution_run(tfn_convolution *convolution, float *input, float *weights, float *output);

// Row-major C = alpha op(A) op(B) + beta C, which is faster here than BLAS where matrices are small or A is
// transposed. Returns 0, and does nothing, where it is not.
int tfn_sgemm(
    int transpose_a, int transpose_b, size_t rows, size_t columns, size_t inner, float alpha,
    const float *a, size_t a_stride, const float *b, size_t b_stride, float beta, float *c,
    size_t c_stride);

// The oneDNN call that failed last on this thread.
const char *tfn_last_call(void);
// oneDNN's version, as 10000 major + 100 minor + patch.
int tfn_onednn_version(void);
// The largest instruction set whose kernels are picked, after any limit of the environment.
const char *tfn_onednn_instructions(void);
// Keeps OpenMP, where oneDNN or BLAS use it, from starting threads under the calling one.
void tfn_single_thread(void);

#ifdef __cplusplus
}
#endif
