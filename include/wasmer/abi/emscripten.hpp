#pragma once
/// \file
/// Emscripten's programs as an ABI: those of fastcomp (1.37 and 1.38), which import their memory, and those of today (3.x), which bring it.

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include <wasmer/abi/abi.hpp>
#include <wasmer/abi/emscripten/options.hpp>
#include <wasmer/abi/emscripten/program.hpp>
#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/support/once.hpp>

namespace wasmer {

namespace emscripten {

/// What the ABI has for an import of such a program's; nothing for another module's.
WASMER_ONCE Result<Extern> provide(const Module& module, const Import& import, Bounds bounds, const std::shared_ptr<State>& state);

/// Runs constructors, then `main` or the entry point that the options name. The code is the guest's own if it exits by itself, else what it returns.
WASMER_ONCE Result<ExitCode> start(Instance& instance, State& state);

}  // namespace emscripten

/// Emscripten. In one runtime with WASI it is named first, since its programs of today import from WASI's namespace too.
struct Emscripten {
  using Options = emscripten::Options;
  using State = emscripten::State;

  static constexpr std::string_view name = "emscripten";

  static Result<State> make(const Options& options) { return State::make(options); }
  static bool matches(const Module& module) { return emscripten::is_emscripten(module); }

  /// Says so when the module's names mean something only to the JavaScript beside it.
  static std::optional<Error> refusal(const Module& module) {
    if (!emscripten::is_minified(module)) return std::nullopt;
    return Error(ErrorId::wrong_abi, Error::no_offset,
                 "the module's imports have been given short names, such as \"a\" \"a\", that only the JavaScript beside it knows; link it with --profiling-funcs, or with -O2 "
                 "at most, to keep their own");
  }

  /// None that a table could list: which form a function has depends on the module.
  static consteval std::array<HostImport, 0> imports() { return {}; }
  static Result<Extern> provide(const Module& module, const Import& import, Bounds bounds, const std::shared_ptr<State>& state) {
    return emscripten::provide(module, import, bounds, state);
  }

  static Result<ExitCode> start(Instance& instance, State& state) { return emscripten::start(instance, state); }
};

static_assert(Abi<Emscripten> && MakesExterns<Emscripten> && Explains<Emscripten>);

}  // namespace wasmer

#if (!defined(WASMER_COMPILED) && !defined(WASMER_COMPILING)) || defined(WASMER_COMPILING_EMSCRIPTEN)
#include <wasmer/abi/emscripten/imports.hpp>
#include <wasmer/abi/emscripten/start.hpp>
#endif
