#include "CZlib.h"

#include <string.h>
#include <zlib.h>

// zlib counts in 32 bits, so that larger buffers are handed over in pieces.
static const size_t piece = (size_t)1 << 30;

static inline uInt up_to_a_piece(size_t count) { return (uInt)(count < piece ? count : piece); }

int tfn_inflate(
    const uint8_t *source, size_t source_count, uint8_t *target, size_t target_count, size_t *read,
    size_t *written) {
  // zlib wants addresses even where there is nothing to read or to write.
  uint8_t nothing = 0;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  stream.next_in = (z_const Bytef *)(source ? source : &nothing);
  stream.next_out = target ? target : &nothing;
  *read = *written = 0;
  // Negative: raw data, with the largest window.
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return TFN_INFLATE_OUT_OF_MEMORY;

  int status = Z_OK;
  while (status == Z_OK) {
    const uInt in = up_to_a_piece(source_count - *read);
    const uInt out = up_to_a_piece(target_count - *written);
    stream.avail_in = in;
    stream.avail_out = out;
    status = inflate(&stream, Z_NO_FLUSH);
    *read += in - stream.avail_in;
    *written += out - stream.avail_out;
  }
  if (status == Z_BUF_ERROR && *written == target_count) {
    // No step was possible: either there is more than the target takes, or nothing is left to read.
    uint8_t more;
    stream.next_out = &more;
    stream.avail_in = up_to_a_piece(source_count - *read);
    stream.avail_out = 1;
    inflate(&stream, Z_NO_FLUSH);
    if (stream.avail_out == 0) {
      inflateEnd(&stream);
      return TFN_INFLATE_TARGET_FULL;
    }
  }
  inflateEnd(&stream);
  switch (status) {
    case Z_STREAM_END: return TFN_INFLATE_DONE;
    case Z_MEM_ERROR: return TFN_INFLATE_OUT_OF_MEMORY;
    case Z_BUF_ERROR: return TFN_INFLATE_TRUNCATED;
    default: return TFN_INFLATE_DAMAGED;
  }
}

uint32_t tfn_crc32(const uint8_t *bytes, size_t count) {
  uLong crc = crc32(0, Z_NULL, 0);
  for (size_t start = 0; start < count;) {
    const uInt length = up_to_a_piece(count - start);
    crc = crc32(crc, bytes + start, length);
    start += length;
  }
  return (uint32_t)crc;
}
