#pragma once
/// \file
/// From a file's name to a module's bytes or to the module, whether the file holds the binary or the text format.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/module/parser.hpp>
#include <wasmer/module/validate.hpp>
#include <wasmer/support/file.hpp>
#include <wasmer/text/parser.hpp>
#include <wasmer/wasm/limits.hpp>

namespace wasmer::tools {

inline Result<std::vector<std::byte>> read(const std::string& path) { return support::read_file(path, limit::module_size); }

inline std::string_view as_text(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// A module's bytes: the file's own, or, of a file that does not begin as a binary module does, what its text encodes to.
inline Result<std::vector<std::byte>> read_binary(const std::string& path) {
  WASMER_TRY(auto bytes, read(path));
  if (bytes.empty() || bytes.front() == std::byte{0}) return bytes;
  return wat(as_text(bytes), path);
}

/// The module in a file, decoded and validated, its bodies included.
inline Result<Module> load_valid(const std::string& path, Features features) {
  WASMER_TRY(auto bytes, read_binary(path));
  WASMER_TRY(Module module, parse(std::move(bytes), features));
  WASMER_CHECK(wasmer::validate(module, features));
  return module;
}

}  // namespace wasmer::tools
