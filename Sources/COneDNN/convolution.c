#include "COneDNN.h"

#include <oneapi/dnnl/dnnl.h>
#include <stdlib.h>
#include <string.h>

#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t md_owned;         // to be destroyed
typedef const_dnnl_memory_desc_t md_borrowed;
#define MD_BORROW(md) (md)
#else
typedef dnnl_memory_desc_t md_owned;
typedef const dnnl_memory_desc_t *md_borrowed;
#define MD_BORROW(md) (&(md))
#endif

_Static_assert(TFN_UNIMPLEMENTED == dnnl_unimplemented, "oneDNN has renumbered its answers");

static _Thread_local const char *last_call = "none";

#define CHECK(call, name)                                                                          \
  do {                                                                                             \
    dnnl_status_t status_ = (call);                                                                \
    if (status_ != dnnl_success) {                                                                 \
      last_call = name;                                                                            \
      result = (int)status_;                                                                       \
      goto done;                                                                                   \
    }                                                                                              \
  } while (0)

const char *tfn_last_call(void) { return last_call; }

int tfn_onednn_version(void) {
  const dnnl_version_t *version = dnnl_version();
  return version->major * 10000 + version->minor * 100 + version->patch;
}

const char *tfn_onednn_instructions(void) {
  // By bits, because either version of the library has names that the other lacks.
  const unsigned isa = (unsigned)dnnl_get_effective_cpu_isa();
  if ((isa & 0x27) == 0x27) return "AVX-512";
  if ((isa & 0x7) == 0x7) return "AVX2";
  if ((isa & 0x3) == 0x3) return "AVX";
  if ((isa & 0x1) == 0x1) return "SSE4.1";
#if defined(__aarch64__)
  return "AArch64";
#else
  return "the baseline";
#endif
}

// Weak: a oneDNN or BLAS built without OpenMP has no such symbol.
extern void omp_set_num_threads(int) __attribute__((weak));

void tfn_single_thread(void) {
  if (omp_set_num_threads) omp_set_num_threads(1);
}

int tfn_sgemm(
    int transpose_a, int transpose_b, size_t rows, size_t columns, size_t inner, float alpha,
    const float *a, size_t a_stride, const float *b, size_t b_stride, float beta, float *c,
    size_t c_stride) {
#if defined(__x86_64__)
  tfn_single_thread();
  return dnnl_sgemm(
             transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', (dnnl_dim_t)rows,
             (dnnl_dim_t)columns, (dnnl_dim_t)inner, alpha, a, (dnnl_dim_t)a_stride, b,
             (dnnl_dim_t)b_stride, beta, c, (dnnl_dim_t)c_stride) == dnnl_success;
#else
  // Elsewhere this is a plain loop.
  return 0;
#endif
}

struct tfn_engine {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
};

int tfn_engine_create(tfn_engine **out) {
  int result = 0;
  tfn_engine *engine = calloc(1, sizeof *engine);
  *out = NULL;
  if (!engine) return (int)dnnl_out_of_memory;
  CHECK(dnnl_engine_create(&engine->engine, dnnl_cpu, 0), "dnnl_engine_create");
  CHECK(
      dnnl_stream_create(&engine->stream, engine->engine, dnnl_stream_default_flags),
      "dnnl_stream_create");
  *out = engine;
  return 0;
done:
  tfn_engine_destroy(engine);
  return result;
}

void tfn_engine_destroy(tfn_engine *engine) {
  if (!engine) return;
  if (engine->stream) dnnl_stream_destroy(engine->stream);
  if (engine->engine) dnnl_engine_destroy(engine->engine);
  free(engine);
}

// --- Memory descriptors --------------------------------------------------------------------------

static dnnl_status_t md_by_tag(
    md_owned *md, int rank, const dnnl_dims_t dims, dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl_memory_desc_create_with_tag(md, rank, dims, dnnl_f32, tag);
#else
  return dnnl_memory_desc_init_by_tag(md, rank, dims, dnnl_f32, tag);
#endif
}

static void md_free(md_owned *md) {
#if DNNL_VERSION_MAJOR >= 3
  if (*md) dnnl_memory_desc_destroy(*md);
  *md = NULL;
#else
  (void)md;
#endif
}

#if DNNL_VERSION_MAJOR >= 3
#define MD_EMPTY NULL
#else
#define MD_EMPTY {0}
#endif

static dnnl_format_tag_t activation_tag(int64_t block, int64_t channels) {
  if (block == 1) return dnnl_nchw;
  if (block == 16) return dnnl_nChw16c;
  if (block == 8) return dnnl_nChw8c;
  if (block == 4) return dnnl_nChw4c;
  return block == channels ? dnnl_nhwc : dnnl_format_tag_undef;
}

// Row-major weights have five dimensions where there are groups: [groups, out, in, height, width].
static int weight_dims(const tfn_convolution_shape *s, dnnl_dims_t dims) {
  int rank = 0;
  if (s->groups > 1) dims[rank++] = s->groups;
  dims[rank++] = s->out_channels / s->groups;
  dims[rank++] = s->in_channels / s->groups;
  dims[rank++] = s->kernel_height;
  dims[rank++] = s->kernel_width;
  return rank;
}

// --- Convolution ---------------------------------------------------------------------------------

struct tfn_convolution {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  tfn_direction direction;
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive, pack, unpack;
  dnnl_memory_t input, weights, output, plain, packed, scratch;
  size_t weight_count;
};

void tfn_convolution_destroy(tfn_convolution *c) {
  if (!c) return;
  if (c->input) dnnl_memory_destroy(c->input);
  if (c->weights) dnnl_memory_destroy(c->weights);
  if (c->output) dnnl_memory_destroy(c->output);
  if (c->plain) dnnl_memory_destroy(c->plain);
  if (c->packed) dnnl_memory_destroy(c->packed);
  if (c->scratch) dnnl_memory_destroy(c->scratch);
  if (c->pack) dnnl_primitive_destroy(c->pack);
  if (c->unpack) dnnl_primitive_destroy(c->unpack);
  if (c->primitive) dnnl_primitive_destroy(c->primitive);
  if (c->description) dnnl_primitive_desc_destroy(c->description);
  free(c);
}

static dnnl_status_t describe_with(
    const_dnnl_primitive_attr_t attributes, dnnl_primitive_desc_t *description,
    dnnl_engine_t engine, tfn_direction direction, dnnl_alg_kind_t algorithm, md_borrowed input,
    md_borrowed weights, md_borrowed output, const dnnl_dims_t strides,
    const dnnl_dims_t dilation, const dnnl_dims_t padding_begin, const dnnl_dims_t padding_end,
    const_dnnl_primitive_desc_t hint) {
#if DNNL_VERSION_MAJOR >= 3
  switch (direction) {
  case TFN_FORWARD:
    return dnnl_convolution_forward_primitive_desc_create(
        description, engine, dnnl_forward_training, algorithm, input, weights, NULL,
        output, strides, dilation, padding_begin, padding_end, attributes);
  case TFN_BACKWARD_DATA:
    return dnnl_convolution_backward_data_primitive_desc_create(
        description, engine, algorithm, input, weights, output, strides, dilation,
        padding_begin, padding_end, hint, attributes);
  default:
    return dnnl_convolution_backward_weights_primitive_desc_create(
        description, engine, algorithm, input, weights, NULL, output, strides,
        dilation, padding_begin, padding_end, hint, attributes);
  }
#else
  dnnl_convolution_desc_t operation;
  dnnl_status_t status;
  switch (direction) {
  case TFN_FORWARD:
    status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_training, algorithm, input, weights, NULL, output,
        strides, dilation, padding_begin, padding_end);
    break;
  case TFN_BACKWARD_DATA:
    status = dnnl_dilated_convolution_backward_data_desc_init(
        &operation, algorithm, input, weights, output, strides, dilation, padding_begin,
        padding_end);
    break;
  default:
    status = dnnl_dilated_convolution_backward_weights_desc_init(
        &operation, algorithm, input, weights, NULL, output, strides, dilation, padding_begin,
        padding_end);
  }
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(description, &operation, attributes, engine, hint);
#endif
}

// Scratch memory belongs to the primitive: the library's own belongs to the thread that made it, and
// a worker may be another thread each time.
static dnnl_status_t describe(
    dnnl_primitive_desc_t *description, dnnl_engine_t engine, tfn_direction direction,
    dnnl_alg_kind_t algorithm, md_borrowed input, md_borrowed weights, md_borrowed output,
    const dnnl_dims_t strides, const dnnl_dims_t dilation, const dnnl_dims_t padding_begin,
    const dnnl_dims_t padding_end, const_dnnl_primitive_desc_t hint) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success)
    status = describe_with(
        attributes, description, engine, direction, algorithm, input, weights, output, strides,
        dilation, padding_begin, padding_end, hint);
  dnnl_primitive_attr_destroy(attributes);
  return status;
}

static md_borrowed query_md(dnnl_primitive_desc_t description, dnnl_query_t what) {
  return dnnl_primitive_desc_query_md(description, what, 0);
}

// The padding after the last row that makes the stated output size come out.
static int64_t trailing(
    int64_t in, int64_t out, int64_t kernel, int64_t dilation, int64_t stride, int64_t leading) {
  return (out - 1) * stride + (kernel - 1) * dilation + 1 - in - leading;
}

int tfn_convolution_create(
    tfn_engine *engine, const tfn_convolution_shape *s, tfn_convolution **out) {
  int result = 0;
  *out = NULL;
  tfn_convolution *c = calloc(1, sizeof *c);
  if (!c) return (int)dnnl_out_of_memory;
  c->engine = engine->engine;
  c->stream = engine->stream;
  c->direction = s->direction;

  const dnnl_alg_kind_t algorithm = s->winograd ? dnnl_convolution_winograd : dnnl_convolution_direct;
  md_owned input = MD_EMPTY, weights = MD_EMPTY, output = MD_EMPTY, plain = MD_EMPTY;
  dnnl_primitive_desc_t forward = NULL, reorder = NULL;
  const dnnl_dims_t input_dims = {s->batch, s->in_channels, s->in_height, s->in_width};
  const dnnl_dims_t output_dims = {s->batch, s->out_channels, s->out_height, s->out_width};
  const dnnl_dims_t strides = {s->row_stride, s->column_stride};
  // The library counts the places that are left out.
  const dnnl_dims_t dilation = {s->row_dilation - 1, s->column_dilation - 1};
  const dnnl_dims_t before = {s->above, s->left};
  const dnnl_dims_t after = {
      trailing(
          s->in_height, s->out_height, s->kernel_height, s->row_dilation, s->row_stride, s->above),
      trailing(
          s->in_width, s->out_width, s->kernel_width, s->column_dilation, s->column_stride,
          s->left)};
  dnnl_dims_t dims;
  const int rank = weight_dims(s, dims);

  CHECK(
      md_by_tag(&input, 4, input_dims, activation_tag(s->in_block, s->in_channels)),
      "dnnl_memory_desc (input)");
  CHECK(
      md_by_tag(&output, 4, output_dims, activation_tag(s->out_block, s->out_channels)),
      "dnnl_memory_desc (output)");
  CHECK(md_by_tag(&weights, rank, dims, dnnl_format_tag_any), "dnnl_memory_desc (weights)");
  CHECK(
      md_by_tag(&plain, rank, dims, rank == 5 ? dnnl_goihw : dnnl_oihw),
      "dnnl_memory_desc (row-major weights)");

  CHECK(
      describe(
          &forward, c->engine, TFN_FORWARD, algorithm, MD_BORROW(input), MD_BORROW(weights), MD_BORROW(output),
          strides, dilation, before, after, NULL),
      "dnnl_primitive_desc_create (convolution forward)");
  if (s->direction == TFN_FORWARD) {
    c->description = forward;
    forward = NULL;
  } else {
    CHECK(
        describe(
            &c->description, c->engine, s->direction, algorithm, MD_BORROW(input),
            MD_BORROW(weights), MD_BORROW(output), strides, dilation, before, after, forward),
        "dnnl_primitive_desc_create (convolution backward)");
  }
  CHECK(dnnl_primitive_create(&c->primitive, c->description), "dnnl_primitive_create (convolution)");

  md_borrowed chosen = query_md(
      c->description,
      s->direction == TFN_BACKWARD_WEIGHTS ? dnnl_query_diff_weights_md : dnnl_query_weights_md);
  c->weight_count = dnnl_memory_desc_get_size(chosen) / sizeof(float);
  CHECK(
      dnnl_memory_create(&c->input, MD_BORROW(input), c->engine, DNNL_MEMORY_NONE),
      "dnnl_memory_create (input)");
  CHECK(
      dnnl_memory_create(&c->output, MD_BORROW(output), c->engine, DNNL_MEMORY_NONE),
      "dnnl_memory_create (output)");
  CHECK(
      dnnl_memory_create(&c->weights, chosen, c->engine, DNNL_MEMORY_NONE),
      "dnnl_memory_create (weights)");
  CHECK(
      dnnl_memory_create(&c->packed, chosen, c->engine, DNNL_MEMORY_NONE),
      "dnnl_memory_create (packed weights)");
  CHECK(
      dnnl_memory_create(&c->plain, MD_BORROW(plain), c->engine, DNNL_MEMORY_NONE),
      "dnnl_memory_create (row-major weights)");
  CHECK(
      dnnl_memory_create(
          &c->scratch, query_md(c->description, dnnl_query_scratchpad_md), c->engine,
          DNNL_MEMORY_ALLOCATE),
      "dnnl_memory_create (scratch)");

  CHECK(
      dnnl_reorder_primitive_desc_create(
          &reorder, MD_BORROW(plain), c->engine, chosen, c->engine, NULL),
      "dnnl_reorder_primitive_desc_create (pack)");
  CHECK(dnnl_primitive_create(&c->pack, reorder), "dnnl_primitive_create (pack)");
  dnnl_primitive_desc_destroy(reorder);
  reorder = NULL;
  CHECK(
      dnnl_reorder_primitive_desc_create(
          &reorder, chosen, c->engine, MD_BORROW(plain), c->engine, NULL),
      "dnnl_reorder_primitive_desc_create (unpack)");
  CHECK(dnnl_primitive_create(&c->unpack, reorder), "dnnl_primitive_create (unpack)");
  *out = c;
  c = NULL;

done:
  md_free(&input);
  md_free(&weights);
  md_free(&output);
  md_free(&plain);
  if (forward) dnnl_primitive_desc_destroy(forward);
  if (reorder) dnnl_primitive_desc_destroy(reorder);
  tfn_convolution_destroy(c);
  return result;
}

size_t tfn_convolution_weight_count(const tfn_convolution *c) { return c->weight_count; }

const char *tfn_convolution_implementation(const tfn_convolution *c) {
  const char *text = NULL;
  if (dnnl_primitive_desc_query(c->description, dnnl_query_impl_info_str, 0, &text) != dnnl_success)
    return "unknown";
  return text;
}

static int run_reorder(
    tfn_convolution *c, dnnl_primitive_t primitive, dnnl_memory_t from, float *source,
    dnnl_memory_t to, float *destination) {
  int result = 0;
  CHECK(dnnl_memory_set_data_handle(from, source), "dnnl_memory_set_data_handle (reorder)");
  CHECK(dnnl_memory_set_data_handle(to, destination), "dnnl_memory_set_data_handle (reorder)");
  const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  CHECK(dnnl_primitive_execute(primitive, c->stream, 2, arguments), "dnnl_primitive_execute (reorder)");
  CHECK(dnnl_stream_wait(c->stream), "dnnl_stream_wait");
done:
  return result;
}

int tfn_convolution_pack(tfn_convolution *c, float *plain, float *packed) {
  return run_reorder(c, c->pack, c->plain, plain, c->packed, packed);
}

int tfn_convolution_unpack(tfn_convolution *c, float *packed, float *plain) {
  return run_reorder(c, c->unpack, c->packed, packed, c->plain, plain);
}

int tfn_convolution_run(tfn_convolution *c, float *input, float *weights, float *output) {
  int result = 0;
  static const int names[3][3] = {
      {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
      {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
      {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST},
  };
  CHECK(dnnl_memory_set_data_handle(c->input, input), "dnnl_memory_set_data_handle (input)");
  CHECK(dnnl_memory_set_data_handle(c->weights, weights), "dnnl_memory_set_data_handle (weights)");
  CHECK(dnnl_memory_set_data_handle(c->output, output), "dnnl_memory_set_data_handle (output)");
  const dnnl_exec_arg_t arguments[] = {
      {names[c->direction][0], c->input},
      {names[c->direction][1], c->weights},
      {names[c->direction][2], c->output},
      {DNNL_ARG_SCRATCHPAD, c->scratch}};
  CHECK(
      dnnl_primitive_execute(c->primitive, c->stream, 4, arguments),
      "dnnl_primitive_execute (convolution)");
  CHECK(dnnl_stream_wait(c->stream), "dnnl_stream_wait");
done:
  return result;
}

// --- Preferred layout ----------------------------------------------------------------------------

// What a 3x3 convolution chooses for its output when it may choose.
static int block_of(md_borrowed md, int64_t channels, int64_t *block) {
#if DNNL_VERSION_MAJOR >= 3
  int count = 0;
  dnnl_dims_t sizes, indices, strides;
  int result = 0;
  CHECK(dnnl_memory_desc_query(md, dnnl_query_inner_nblks_s32, &count), "dnnl_memory_desc_query");
  const dnnl_dims_t *view = NULL;
  CHECK(dnnl_memory_desc_query(md, dnnl_query_strides, &view), "dnnl_memory_desc_query");
  memcpy(strides, *view, sizeof strides);
  if (count == 1) {
    CHECK(dnnl_memory_desc_query(md, dnnl_query_inner_blks, &view), "dnnl_memory_desc_query");
    memcpy(sizes, *view, sizeof sizes);
    CHECK(dnnl_memory_desc_query(md, dnnl_query_inner_idxs, &view), "dnnl_memory_desc_query");
    memcpy(indices, *view, sizeof indices);
  }
#else
  const int count = md->format_desc.blocking.inner_nblks;
  const dnnl_dim_t *sizes = md->format_desc.blocking.inner_blks;
  const dnnl_dim_t *indices = md->format_desc.blocking.inner_idxs;
  const dnnl_dim_t *strides = md->format_desc.blocking.strides;
  int result = 0;
#endif
  *block = 1;
  if (count == 1 && indices[0] == 1 && (sizes[0] == 4 || sizes[0] == 8 || sizes[0] == 16))
    *block = sizes[0];
  else if (count == 0 && strides[1] == 1)
    *block = channels;
#if DNNL_VERSION_MAJOR >= 3
done:
#endif
  return result;
}

int tfn_preferred_block(tfn_engine *engine, int64_t channels, int64_t *block) {
  int result = 0;
  md_owned input = MD_EMPTY, weights = MD_EMPTY, output = MD_EMPTY;
  dnnl_primitive_desc_t description = NULL;
  const dnnl_dims_t dims = {1, channels, 16, 16}, kernel = {channels, channels, 3, 3};
  const dnnl_dims_t ones = {1, 1}, zeros = {0, 0};
  *block = 1;
  CHECK(md_by_tag(&input, 4, dims, dnnl_format_tag_any), "dnnl_memory_desc (input)");
  CHECK(md_by_tag(&output, 4, dims, dnnl_format_tag_any), "dnnl_memory_desc (output)");
  CHECK(md_by_tag(&weights, 4, kernel, dnnl_format_tag_any), "dnnl_memory_desc (weights)");
  CHECK(
      describe(
          &description, engine->engine, TFN_FORWARD, dnnl_convolution_direct, MD_BORROW(input),
          MD_BORROW(weights), MD_BORROW(output), ones, zeros, ones, ones, NULL),
      "dnnl_primitive_desc_create (convolution forward)");
  result = block_of(query_md(description, dnnl_query_dst_md), channels, block);
done:
  md_free(&input);
  md_free(&weights);
  md_free(&output);
  if (description) dnnl_primitive_desc_destroy(description);
  return result;
}
