#pragma once
/// \file
/// A file's bytes, whole.

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>

namespace wasmer::support {

/// Reads all that is left of an open file, up to `most` bytes; fails with cannot_read_file and the name `path`.
WASMER_ONCE Result<std::vector<std::byte>> read_file(std::FILE* file, const std::string& path, std::uint64_t most);
/// Reads all of `path`.
WASMER_ONCE Result<std::vector<std::byte>> read_file(const std::string& path, std::uint64_t most);

#if !defined(WASMER_COMPILED)
namespace detail {
WASMER_ONCE Error cannot_read(const std::string& path, const char* why) { return Error(ErrorId::cannot_read_file, Error::no_offset, path + ": " + why); }
}  // namespace detail

WASMER_ONCE Result<std::vector<std::byte>> read_file(std::FILE* file, const std::string& path, std::uint64_t most) {
  std::vector<std::byte> bytes;
  constexpr std::size_t first_piece = 1 << 16;
  for (std::size_t size = 0;;) {
    bytes.resize(std::max(first_piece, 2 * size));
    const std::size_t read = std::fread(bytes.data() + size, 1, bytes.size() - size, file);
    size += read;
    if (size > most) return detail::cannot_read(path, "too large");
    if (size == bytes.size()) continue;
    if (std::ferror(file) != 0) return detail::cannot_read(path, std::strerror(errno));
    bytes.resize(size);
    return bytes;
  }
}

WASMER_ONCE Result<std::vector<std::byte>> read_file(const std::string& path, std::uint64_t most) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return detail::cannot_read(path, std::strerror(errno));
  return read_file(file.get(), path, most);
}
#endif

}  // namespace wasmer::support
