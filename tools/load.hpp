#pragma once
/// \file
/// From a file's name to a module's bytes or to the module, whether the file holds the binary or the text format. The name `-` is standard input.

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/module/parse.hpp>
#include <wasmer/module/validate.hpp>
#include <wasmer/support/file.hpp>
#include <wasmer/text/wat.hpp>
#include <wasmer/wasm/limits.hpp>

namespace wasmer::tools {

/// What messages call a file.
inline std::string title(const std::string& path) { return path == "-" ? "<stdin>" : path; }

inline Result<std::vector<std::byte>> read(const std::string& path) {
  return path == "-" ? support::read_file(stdin, title(path), limit::module_size) : support::read_file(path, limit::module_size);
}

inline std::string_view as_text(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// A module's bytes: the file's own, or what its text encodes to.
inline Result<std::vector<std::byte>> read_binary(const std::string& path) {
  WASMER_TRY(auto bytes, read(path));
  if (!is_text(bytes)) return bytes;
  return wat(as_text(bytes), title(path));
}

/// A module, decoded and validated, its bodies included.
inline Result<Module> to_valid(std::vector<std::byte> bytes, Features features) {
  WASMER_TRY(Module module, parse(std::move(bytes), features));
  WASMER_CHECK(wasmer::validate(module, features));
  return module;
}
inline Result<Module> load_valid(const std::string& path, Features features) {
  WASMER_TRY(auto bytes, read_binary(path));
  return to_valid(std::move(bytes), features);
}

}  // namespace wasmer::tools
