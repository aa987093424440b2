#pragma once
/// \file
/// From the text format to bytes.

#include <cstddef>
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

}  // namespace wasmer

#if !defined(WASMER_COMPILED)
#include <wasmer/text/parser.hpp>
#endif
