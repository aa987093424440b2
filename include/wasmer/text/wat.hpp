#pragma once
/// \file
/// From the text format to bytes.

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>

namespace wasmer {

struct WatOptions {
  bool names = true;  ///< keep identifiers, in a name section
};

/// Encodes a module of the text format: `(module ...)`, or its fields alone. Errors begin with `file`:LINE:COLUMN. The result is decodable, not yet
/// validated.
WASMER_ONCE Result<std::vector<std::byte>> wat(std::string_view source, std::string_view file = "<text>", const WatOptions& options = {});

/// Whether bytes are meant as text: they begin, after white space, with a parenthesis or a comment. A binary module begins with a zero byte; what is
/// neither is for the binary format to refuse.
inline bool is_text(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && (text[first] == '(' || text[first] == ';');
}

}  // namespace wasmer

#if !defined(WASMER_COMPILED)
#include <wasmer/text/parser.hpp>
#endif
