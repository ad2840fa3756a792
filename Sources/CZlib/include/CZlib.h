// A narrow door to zlib: raw deflate data in whole buffers, and the checksum of zip files.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The data ended, and all of them were read.
#define TFN_INFLATE_DONE 0
// They are not deflate data at the place where reading stopped.
#define TFN_INFLATE_DAMAGED 1
// They stop before their end.
#define TFN_INFLATE_TRUNCATED 2
// They go on where the target is full.
#define TFN_INFLATE_TARGET_FULL 3
// There is no memory for the window.
#define TFN_INFLATE_OUT_OF_MEMORY 4

// Inflates raw deflate data (RFC 1951), without a header around them, and says how many bytes were
// read and written.
int tfn_inflate(
    const uint8_t *source, size_t source_count, uint8_t *target, size_t target_count, size_t *read,
    size_t *written);

// The CRC-32 of zip files and PNG.
uint32_t tfn_crc32(const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif
