// A narrow door to BLAS and LAPACK: OpenBLAS (or another CBLAS) on Linux, Accelerate on macOS.
//
// Every function first keeps the library from starting threads under the calling one, so that the
// number of workers is ours to choose and never changes a digit.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// LAPACK's answer where the work space could not be had.
#define TFN_LAPACK_OUT_OF_MEMORY (-1010)

// Row-major C = alpha op(A) op(B) + beta C, with op(A) of rows x inner and op(B) of inner x columns.
// The strides are the distances between rows as they are stored.
void tfn_gemm_f64(
    int transpose_a, int transpose_b, size_t rows, size_t columns, size_t inner, double alpha,
    const double *a, size_t a_stride, const double *b, size_t b_stride, double beta, double *c,
    size_t c_stride);

void tfn_gemm_f32(
    int transpose_a, int transpose_b, size_t rows, size_t columns, size_t inner, float alpha,
    const float *a, size_t a_stride, const float *b, size_t b_stride, float beta, float *c,
    size_t c_stride);

// Row-major C = A^T A for A of rows x columns, both triangles alike to the bit.
void tfn_gram_f64(size_t rows, size_t columns, const double *a, double *c);

// Ascending eigenvalues of a symmetric matrix, which is overwritten. Returns dsyevd's `info`.
int tfn_symmetric_eigenvalues(size_t size, double *matrix, double *values);

// The min(rows, columns) singular values of a row-major matrix, which is overwritten, in descending
// order. Returns dgesdd's `info`.
int tfn_singular_values(size_t rows, size_t columns, double *matrix, double *values);

// The library with its version, and the processor that its kernels are for, NULL where it does not say.
const char *tfn_blas_name(void);
const char *tfn_blas_core(void);

// Keeps BLAS from starting threads under the calling one.
void tfn_blas_single_thread(void);

#ifdef __cplusplus
}
#endif
