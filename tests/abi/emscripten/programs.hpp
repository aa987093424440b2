#pragma once
/// \file
/// Programs as text, run as Emscripten's.

#include <string_view>
#include <utility>

#include <wasmer/abi/emscripten.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "../../catch.hpp"

namespace wasmer::tests {

inline Result<ExitCode> run_em(std::string_view text, emscripten::Options options = {}) {
  const Runtime<Singlepass, Emscripten> runtime;
  WASMER_TRY(const auto module, runtime.compile(text));
  WASMER_TRY(const auto instance, runtime.instantiate(module, std::move(options)));
  return instance.start();
}

}  // namespace wasmer::tests
