#include "COpenBLAS.h"

#include <stdio.h>
#include <stdlib.h>

// LAPACK is called through its Fortran names on both systems: the row-major wrappers of LAPACKE
// would only transpose what is symmetric, or what has the same singular values either way.
#if defined(__APPLE__)
#define ACCELERATE_NEW_LAPACK
#include <Accelerate/Accelerate.h>
typedef __LAPACK_int blas_int;
#define LAPACK_dsyevd dsyevd_
#define LAPACK_dgesdd dgesdd_
#else
#include <cblas.h>
#include <lapacke.h>
typedef lapack_int blas_int;
// Weak: another CBLAS has no such symbol, and threads of its own are then its user's to switch off.
extern void openblas_set_num_threads(int) __attribute__((weak));
extern char *openblas_get_config(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));
#endif

const char *tfn_blas_name(void) {
#if defined(__APPLE__)
  return "Accelerate";
#else
  static _Thread_local char name[64];
  char version[32] = "";
  if (!openblas_get_config) return "another CBLAS";
  // The configuration begins with name and version.
  if (sscanf(openblas_get_config(), "OpenBLAS %31s", version) != 1) return "OpenBLAS";
  snprintf(name, sizeof name, "OpenBLAS %s", version);
  return name;
#endif
}

const char *tfn_blas_core(void) {
#if defined(__APPLE__)
  return NULL;
#else
  return openblas_get_corename ? openblas_get_corename() : NULL;
#endif
}

void tfn_blas_single_thread(void) {
  static _Thread_local int done = 0;
  if (done) return;
  done = 1;
#if defined(__APPLE__)
  BLASSetThreading(BLAS_THREADING_SINGLE_THREADED);
#else
  if (openblas_set_num_threads) openblas_set_num_threads(1);
#endif
}

static inline enum CBLAS_TRANSPOSE flag(int transpose) { return transpose ? CblasTrans : CblasNoTrans; }

void tfn_gemm_f64(
    int transpose_a, int transpose_b, size_t rows, size_t columns, size_t inner, double alpha,
    const double *a, size_t a_stride, const double *b, size_t b_stride, double beta, double *c,
    size_t c_stride) {
  tfn_blas_single_thread();
  cblas_dgemm(
      CblasRowMajor, flag(transpose_a), flag(transpose_b), (blas_int)rows, (blas_int)columns,
      (blas_int)inner, alpha, a, (blas_int)a_stride, b, (blas_int)b_stride, beta, c,
      (blas_int)c_stride);
}

void tfn_gemm_f32(
    int transpose_a, int transpose_b, size_t rows, size_t columns, size_t inner, float alpha,
    const float *a, size_t a_stride, const float *b, size_t b_stride, float beta, float *c,
    size_t c_stride) {
  tfn_blas_single_thread();
  cblas_sgemm(
      CblasRowMajor, flag(transpose_a), flag(transpose_b), (blas_int)rows, (blas_int)columns,
      (blas_int)inner, alpha, a, (blas_int)a_stride, b, (blas_int)b_stride, beta, c,
      (blas_int)c_stride);
}

void tfn_gram_f64(size_t rows, size_t columns, const double *a, double *c) {
  tfn_blas_single_thread();
  cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, (blas_int)columns, (blas_int)rows, 1, a,
      (blas_int)columns, 0, c, (blas_int)columns);
  for (size_t i = 1; i < columns; i++)
    for (size_t j = 0; j < i; j++) c[i * columns + j] = c[j * columns + i];
}

int tfn_symmetric_eigenvalues(size_t size, double *matrix, double *values) {
  tfn_blas_single_thread();
  const blas_int n = (blas_int)size, query = -1;
  blas_int info = 0, whole_need = 0;
  double need = 0;
  LAPACK_dsyevd("N", "U", &n, matrix, &n, values, &need, &query, &whole_need, &query, &info);
  if (info != 0) return (int)info;
  const blas_int count = (blas_int)need, whole_count = whole_need;
  double *work = malloc((size_t)count * sizeof *work);
  blas_int *whole = malloc((size_t)whole_count * sizeof *whole);
  if (work && whole)
    LAPACK_dsyevd("N", "U", &n, matrix, &n, values, work, &count, whole, &whole_count, &info);
  else
    info = TFN_LAPACK_OUT_OF_MEMORY;
  free(work);
  free(whole);
  return (int)info;
}

int tfn_singular_values(size_t rows, size_t columns, double *matrix, double *values) {
  tfn_blas_single_thread();
  // Read by columns, a row-major matrix is its own transpose.
  const blas_int m = (blas_int)columns, n = (blas_int)rows, one = 1, query = -1;
  blas_int info = 0;
  double need = 0, unused = 0;
  const size_t smaller = rows < columns ? rows : columns;
  blas_int *whole = malloc(8 * smaller * sizeof *whole);
  if (!whole) return TFN_LAPACK_OUT_OF_MEMORY;
  LAPACK_dgesdd(
      "N", &m, &n, matrix, &m, values, &unused, &one, &unused, &one, &need, &query, whole, &info);
  if (info == 0) {
    const blas_int count = (blas_int)need;
    double *work = malloc((size_t)count * sizeof *work);
    if (work)
      LAPACK_dgesdd(
          "N", &m, &n, matrix, &m, values, &unused, &one, &unused, &one, work, &count, whole,
          &info);
    else
      info = TFN_LAPACK_OUT_OF_MEMORY;
    free(work);
  }
  free(whole);
  return (int)info;
}
