#pragma once
/// \file
/// From bytes to a module.

#include <cstddef>
#include <memory>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/support/once.hpp>

namespace wasmer {

/// Decodes `bytes`; what it refuses is malformed, over a limit, or in need of a proposal that `features` lacks. The module shares the bytes.
WASMER_ONCE Result<Module> parse(std::shared_ptr<const std::vector<std::byte>> bytes, Features features);

inline Result<Module> parse(std::vector<std::byte> bytes, Features features) {
  return parse(std::make_shared<const std::vector<std::byte>>(std::move(bytes)), features);
}

}  // namespace wasmer

#if !defined(WASMER_COMPILED)
#include <wasmer/module/parser.hpp>
#endif
