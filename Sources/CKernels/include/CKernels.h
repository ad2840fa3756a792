// The loops between the convolutions, once for float and once for double.
//
// They are C and not Swift for one reason: on Linux/x86-64 each is compiled for several instruction
// sets and the processor's best is taken when the program starts, which Swift cannot ask for. Every
// loop has a plain Swift twin in the tests.
//
// Layout: activations are [batch, channel blocks, height, width, `block` channels]; the channels of
// the last block that do not exist are zero in every input and every output.
#pragma once

#include <stddef.h>
#include <stdint.h>

// How windows lie along a side: window u reads `kernel` places from stride u - before on, `dilation`
// apart; `after` places behind the image count as padding.
typedef struct {
  int64_t kernel, stride, dilation, before, after;
} tfn_window;

// Axes of a box.
#define TFN_AXES 8

// Functions of floats that are vectorised.
enum {
  TFN_SIGMOID,
  TFN_SILU,
  TFN_TANH,
  TFN_EXPONENTIAL,
  TFN_GELU,
  TFN_TANH_GELU,
  TFN_ELU,
  TFN_CLIPPED_LINE,
  TFN_LEAKY,
  TFN_HARD_SWISH
};

#define TFN_DECLARE(T, SUFFIX)                                                                     \
  /* y = max(x, 0), NaN where x is NaN; y may be x. */                                             \
  void tfn_relu_##SUFFIX(size_t count, const T *x, T *y);                                          \
                                                                                                   \
  /* y[r] = sum of plain[k][r] + (gate > 0 ? sum of gated[k][r] : 0), the gate shared by all rows. \
     Any number of each; y may be one of the terms. */                                             \
  void tfn_combine_##SUFFIX(                                                                       \
      size_t rows, size_t count, size_t plain_count, const T *const *plain, size_t gated_count,    \
      const T *const *gated, const T *gate, T *y);                                                 \
                                                                                                   \
  /* y = scale[c] x + shift[c]; both have blocks * block entries, and shift == NULL stands for     \
     zeros; y may be x. */                                                                         \
  void tfn_affine_##SUFFIX(                                                                        \
      size_t batch, size_t blocks, size_t area, size_t block, const T *x, const T *scale,          \
      const T *shift, T *y);                                                                       \
                                                                                                   \
  /* plane[b][i][j] = x[b image + i outer_step + j inner_step]. */                                 \
  void tfn_box_##SUFFIX(                                                                           \
      size_t batch, size_t image, size_t outer, size_t outer_step, size_t inner,                   \
      size_t inner_step, const T *x, T *plane);                                                    \
                                                                                                   \
  /* x[b image + i outer_step + j inner_step] += factor plane[i][j] + offset; plane == NULL stands \
     for zeros. */                                                                                 \
  void tfn_add_box_##SUFFIX(                                                                       \
      size_t batch, size_t image, size_t outer, size_t outer_step, size_t inner,                   \
      size_t inner_step, const T *plane, double factor, double offset, T *x);                      \
                                                                                                   \
  /* With d = x - mean[c] and w = u, or w = d where u == NULL, over batch and area:                \
     sum[c] += sum of w, product[c] += sum of w d. All have blocks * block entries. */             \
  void tfn_centred_moments_##SUFFIX(                                                               \
      size_t batch, size_t blocks, size_t area, size_t block, const T *x, const double *mean,      \
      const T *u, double *sum, double *product);                                                   \
                                                                                                   \
  /* y = offset[c] + sum over k of factor[k][c] (x[k] - mean[k][c]), at most 8 terms; y may be any \
     of them. Means and factors have blocks * block entries for each term. */                      \
  void tfn_affine_sum_##SUFFIX(                                                                    \
      size_t batch, size_t blocks, size_t area, size_t block, size_t terms, const T *const *x,     \
      const double *mean, const double *factor, const double *offset, T *y);                       \
                                                                                                   \
  /* With d = x - mean[c], in blocks of 16: sums[0] += u, [1] += u d, [2] += v, [3] += v d and     \
     [4] += u w, each with blocks * 16 entries. */                                                 \
  void tfn_dual_moments_##SUFFIX(                                                                  \
      size_t batch, size_t blocks, size_t area, const T *x, const double *mean, const T *u,        \
      const T *v, const T *w, double *sums);                                                       \
                                                                                                   \
  /* products[i][j] += sum over the places of y of (x[i] - mx[i]) (y[j] - my[j]), where x has stride\
     times as many rows and columns and place (row, column) of each square is read. */             \
  void tfn_channel_products_##SUFFIX(                                                              \
      size_t batch, size_t x_blocks, size_t y_blocks, size_t height, size_t width, size_t block,   \
      size_t stride, size_t row, size_t column, const T *x, const double *mx, const T *y,          \
      const double *my, double *products);                                                         \
                                                                                                   \
  /* Bit i of the words tells whether x[i] > 0; returns whether every x is finite. */              \
  int tfn_sign_bits_##SUFFIX(size_t count, const T *x, uint64_t *words);                           \
  /* y = -1 where the bit of an element is set, else 1; bits are row-major from bit first on. */   \
  void tfn_write_signs_##SUFFIX(                                                                   \
      size_t batch, size_t channels, size_t area, size_t block, const uint64_t *words,             \
      size_t first, T *y);                                                                         \
  /* The sum of |x - y|. */                                                                        \
  double tfn_absolute_difference_##SUFFIX(size_t count, const T *x, const T *y);                   \
  /* The largest |x[i]|, infinite where one is no number. */                                       \
  double tfn_largest_##SUFFIX(size_t count, const T *x);                                           \
  /* counts[i] += sign of x[i], 0 where |x[i]| <= threshold. */                                    \
  void tfn_add_signs_##SUFFIX(size_t count, const T *x, double threshold, int16_t *counts);        \
                                                                                                   \
  /* result[r] = sum over i of x[r][i] y[i]; y == NULL stands for ones. */                         \
  void tfn_dot_rows_##SUFFIX(size_t rows, size_t count, const T *x, const T *y, double *result);   \
                                                                                                   \
  /* out[y, x] = plane[row_stride y + dy, column_stride x + dx], zero outside; neighbours in the   \
     plane are block elements apart. */                                                            \
  void tfn_tap_##SUFFIX(                                                                           \
      size_t height, size_t width, size_t block, const T *plane, size_t out_height,                \
      size_t out_width, size_t row_stride, size_t column_stride, int64_t dy, int64_t dx, T *out);  \
                                                                                                   \
  /* Mean over a window; the divisor is the window's size, or, where `counted` is 0, the number of \
     its places inside the image. Every window holds such a place: padding < kernel, and kernel <= \
     height + 2 padding, so for the width. `work` has tfn_pool_work(...) entries. */               \
  void tfn_pool_##SUFFIX(                                                                          \
      size_t planes, size_t height, size_t width, size_t out_height, size_t out_width,             \
      size_t block, size_t kernel, size_t stride, size_t padding, int counted, const T *x, T *y,   \
      T *work);                                                                                    \
  /* The transpose of the above: from cotangents of y to cotangents of x. */                       \
  void tfn_pool_back_##SUFFIX(                                                                     \
      size_t planes, size_t height, size_t width, size_t out_height, size_t out_width,             \
      size_t block, size_t kernel, size_t stride, size_t padding, int counted, const T *dy, T *dx, \
      T *work);                                                                                    \
                                                                                                   \
  /* The place of the largest element of each window of each plane and lane; every window has one. */\
  void tfn_window_maxima_##SUFFIX(                                                                 \
      size_t planes, size_t height, size_t width, size_t out_height, size_t out_width,             \
      size_t block, const tfn_window *rows, const tfn_window *columns, const T *x,                 \
      int32_t *index);                                                                             \
  /* y[o] = x[index[o]], and its transpose; the indices of images are index_stride apart. */       \
  void tfn_gather_places_##SUFFIX(                                                                 \
      size_t batch, size_t planes, size_t area, size_t out_area, size_t block, const T *x,         \
      const int32_t *index, size_t index_stride, T *y);                                            \
  void tfn_scatter_places_##SUFFIX(                                                                \
      size_t batch, size_t planes, size_t area, size_t out_area, size_t block, const T *dy,        \
      const int32_t *index, size_t index_stride, T *dx);                                           \
  /* y = the mean of each window of x, over the places inside or, where `counted` is not 0, those of\
     the padding as well; where `back` is not 0 the transpose, from y to x. */                     \
  void tfn_window_means_##SUFFIX(                                                                  \
      size_t planes, size_t height, size_t width, size_t out_height, size_t out_width,             \
      size_t block, const tfn_window *rows, const tfn_window *columns, int counted, int back,      \
      T *x, T *y);                                                                                 \
                                                                                                   \
  /* y[i] += sum over k of x[k][i], summed in double. */                                           \
  void tfn_accumulate_##SUFFIX(size_t count, size_t terms, const T *const *x, T *y);               \
                                                                                                   \
  /* y[b][c] = mean over the area; and its transpose. */                                           \
  void tfn_global_pool_##SUFFIX(                                                                   \
      size_t batch, size_t blocks, size_t area, size_t block, size_t channels, const T *x, T *y);  \
  void tfn_global_pool_back_##SUFFIX(                                                              \
      size_t batch, size_t blocks, size_t area, size_t block, size_t channels, const T *dy,        \
      T *dx);                                                                                      \
                                                                                                   \
  /* y = factor x over a box of 2 to TFN_AXES axes, or added to y. No place of y is written twice. */ \
  void tfn_copy_box_##SUFFIX(                                                                      \
      size_t rank, const size_t *extents, const ptrdiff_t *x_steps, const ptrdiff_t *y_steps,      \
      double factor, int adds, const T *x, T *y);                                                  \
  /* y = a b over such a box, or added to y, which may be a or b. */                               \
  void tfn_product_box_##SUFFIX(                                                                   \
      size_t rank, const size_t *extents, const ptrdiff_t *a_steps, const ptrdiff_t *b_steps,      \
      const ptrdiff_t *y_steps, int adds, const T *a, const T *b, T *y);                           \
  /* y[k] = factor times the sum over s of a[k, s] b[k, s], or added to y; b == NULL stands for    \
     ones. Both boxes have 1 to TFN_AXES axes. */                                                  \
  void tfn_dot_box_##SUFFIX(                                                                       \
      size_t kept, const size_t *kept_extents, const ptrdiff_t *kept_a, const ptrdiff_t *kept_b,   \
      const ptrdiff_t *kept_y, size_t summed, const size_t *summed_extents,                        \
      const ptrdiff_t *summed_a, const ptrdiff_t *summed_b, double factor, int adds, const T *a,   \
      const T *b, T *y);                                                                           \
  /* y[p][o][i] = sum over t of weights[o][t] x[p][index[o][t]][i], a negative index for nothing   \
     and weights == NULL for ones; and its transpose. */                                           \
  void tfn_table_##SUFFIX(                                                                         \
      size_t outer, size_t in, size_t out, size_t inner, size_t taps, const int32_t *index,        \
      const double *weights, const T *x, T *y);                                                    \
  void tfn_table_back_##SUFFIX(                                                                    \
      size_t outer, size_t in, size_t out, size_t inner, size_t taps, const int32_t *index,        \
      const double *weights, const T *y, T *x);                                                    \
                                                                                                   \
  /* Of each row of x [outer, n, inner]: the mean, and the sum of squares about it. */             \
  void tfn_row_moments_##SUFFIX(                                                                   \
      size_t outer, size_t n, size_t inner, const T *x, double *mean, double *squares);            \
  /* Of each row the sum of u, and that of u (x - mean); the images of x are x_stride apart, 0     \
     where one serves all, and so are its means. */                                                \
  void tfn_row_sums_##SUFFIX(                                                                      \
      size_t images, size_t outer, size_t n, size_t inner, const T *u, const T *x,                 \
      size_t x_stride, const double *mean, double *sum, double *product);                          \
  /* y = offset + sum over k of factors[k] (x[k] - means[k]) with a number for each row, or added  \
     to y; a list that is NULL stands for zeros, or for factors of one. */                         \
  void tfn_row_affine_##SUFFIX(                                                                    \
      size_t images, size_t outer, size_t n, size_t inner, size_t terms, const T *const *x,        \
      const size_t *strides, const double *const *factors, const double *const *means,             \
      const double *offset, int adds, T *y);                                                       \
  /* y = exp(x) / sum of exp(x) for each row, or its logarithm. */                                 \
  void tfn_softmax_##SUFFIX(                                                                       \
      size_t outer, size_t n, size_t inner, int logs, const T *x, T *y);                           \
  /* dx = y (u - sum of u y) for each row; the images of y are y_stride apart; dx may be u. */     \
  void tfn_softmax_derivative_##SUFFIX(                                                            \
      size_t images, size_t outer, size_t n, size_t inner, const T *u, const T *y,                 \
      size_t y_stride, T *dx);                                                                     \
                                                                                                   \
  /* Between NCHW and the blocked layout. */                                                       \
  void tfn_block_##SUFFIX(                                                                         \
      size_t batch, size_t channels, size_t area, size_t block, const T *x, T *y);                 \
  void tfn_unblock_##SUFFIX(                                                                       \
      size_t batch, size_t channels, size_t area, size_t block, const T *x, T *y);

// Remembers that memory was refused, for a program that tells of it when it stops.
void tfn_note_exhaustion(void);

// The instructions of the clones that the linker took.
const char *tfn_loop_instructions(void);

// The number of bits in which two lists of words differ.
uint64_t tfn_differing_bits(size_t count, const uint64_t *x, const uint64_t *y);

// The value (part 0), the first (1) or the second derivative (2) of a function with up to four numbers at each
// element; y may be x.
void tfn_function_f32(
    int function, const double *numbers, int part, size_t count, const float *x, float *y);

// Entries of the work space of both poolings.
static inline size_t tfn_pool_work(
    size_t width, size_t out_height, size_t out_width, size_t block, size_t kernel) {
  return (width + 2 * kernel + out_width) * block + out_height;
}

TFN_DECLARE(float, f32)
TFN_DECLARE(double, f64)

#undef TFN_DECLARE
