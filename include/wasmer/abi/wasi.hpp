#pragma once
/// \file
/// WASI preview 1 as an ABI: `Wasi<Latest>`, `Wasi<Snapshot0, Snapshot1>`, `Wasi<Latest, SomeFilesystem>`, `Wasi<Latest, wasi::TraceToStderr>`.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <wasmer/abi/abi.hpp>
#include <wasmer/abi/wasi/host_filesystem.hpp>
#include <wasmer/abi/wasi/imports.hpp>
#include <wasmer/abi/wasi/options.hpp>
#include <wasmer/abi/wasi/state.hpp>
#include <wasmer/abi/wasi/trace.hpp>
#include <wasmer/abi/wasi/version.hpp>
#include <wasmer/support/once.hpp>

namespace wasmer {

/// A version of WASI that a module was built for. (`Latest` is none: it is what an embedder allows, not what a module is.)
enum class WasiVersion { snapshot0, snapshot1 };

constexpr std::optional<WasiVersion> to_wasi_version(std::string_view import_namespace) {
  if (import_namespace == Snapshot0::import_namespace) return WasiVersion::snapshot0;
  if (import_namespace == Snapshot1::import_namespace) return WasiVersion::snapshot1;
  return std::nullopt;
}

/// The version of the first function import that is WASI's; nothing when there is none. Strictly, every function must be imported from that one namespace.
inline std::optional<WasiVersion> wasi_version(const Module& module, bool strict = false) {
  std::optional<WasiVersion> version;
  for (const Import& import : module.imports) {
    if (import.kind != ExternKind::function) continue;
    const auto found = to_wasi_version(import.module);
    if (!version) version = found;
    if (strict ? !found || found != version : found.has_value()) return strict ? std::nullopt : found;
  }
  return version;
}

namespace wasi {

/// The policies that stand where none is named.
template <class... Spec> struct FilesystemOf { using type = HostFilesystem; };
template <class First, class... Rest> struct FilesystemOf<First, Rest...> {
  using type = typename std::conditional_t<Filesystem<First>, std::type_identity<First>, FilesystemOf<Rest...>>::type;
};

template <class... Spec> struct TracerOf { using type = NoTrace; };
template <class First, class... Rest> struct TracerOf<First, Rest...> {
  using type = typename std::conditional_t<Tracer<First>, std::type_identity<First>, TracerOf<Rest...>>::type;
};

template <class V> constexpr std::string_view version_name() {
  if constexpr (std::same_as<V, Latest>) return "Latest";
  else return to_wasi_version(V::import_namespace) == WasiVersion::snapshot0 ? "Snapshot0" : "Snapshot1";
}

/// Runs `_start`, or `_initialize` of a library that has no program. The code is the guest's own if it exits by itself, and 0 if it returns. Where the program
/// has threads, they have ended when this returns.
WASMER_ONCE Result<ExitCode> start(Instance& instance, Threads& threads);

#if !defined(WASMER_COMPILED)
WASMER_ONCE Result<ExitCode> start(Instance& instance, Threads& threads) {
  const bool is_program = instance.function("_start").has_value() || !instance.function("_initialize").has_value();
  WASMER_TRY(const auto run, instance.function<void()>(is_program ? "_start" : "_initialize"));
  const Result<void> ended = is_program ? threads.run(instance.store(), run) : run();
  if (ended) return ExitCode{0};
  if (ended.assume_error().id() == ErrorId::exit) return static_cast<ExitCode>(ended.assume_error().exit_code());
  return ended.assume_error();
}
#endif

}  // namespace wasi

/// WASI, of the versions named, with the policies named; which is which their concepts tell. An import's namespace decides which version answers it, so
/// a module that imports from several is served by all of them over one State.
template <class... Spec>
  requires((wasi::Version<Spec> || wasi::Filesystem<Spec> || wasi::Tracer<Spec>) && ...) && (wasi::Version<Spec> || ...)
struct Wasi {
  using Filesystem = typename wasi::FilesystemOf<Spec...>::type;
  using Tracer = typename wasi::TracerOf<Spec...>::type;
  using Options = wasi::Options<Filesystem>;
  using State = wasi::State<Filesystem>;

  static constexpr std::string_view name = "wasi";
  static constexpr bool makes_shared_memories = true;

  static Result<State> make(const Options& options) { return State::make(options); }

  /// Whether the module imports from one of these versions.
  static bool matches(const Module& module) {
    return std::ranges::any_of(module.imports, [](const Import& import) { return import.kind == ExternKind::function && provides(import.module); });
  }

  /// Says so when the module asks for a version that is not among these.
  static std::optional<Error> refusal(const Module& module) {
    for (const Import& import : module.imports)
      if (import.module.starts_with("wasi_") && !provides(import.module))
        return Error(ErrorId::wrong_abi, Error::no_offset,
                     "this module asks for " + std::string(import.module) + "; Wasi<" + version_names() + "> runs " + namespaces() + " only");
    return std::nullopt;
  }

  static consteval std::array<HostImport, (0 + ... + wasi::call_count<Spec>)> imports() {
    std::array<HostImport, (0 + ... + wasi::call_count<Spec>)> all{};
    auto out = all.begin();
    const auto append = [&]<class S>(std::type_identity<S>) {
      if constexpr (wasi::Version<S>) out = std::ranges::copy(wasi::imports<S, Filesystem, Tracer>(), out).out;
    };
    (..., append(std::type_identity<Spec>{}));
    return all;
  }

  static Result<ExitCode> start(Instance& instance, State& state) { return wasi::start(instance, state.threads()); }

  /// Whether functions of that namespace are its.
  static constexpr bool provides(std::string_view import_namespace) {
    return std::ranges::any_of(imports_of<Wasi>, [&](const HostImport& row) { return row.module == import_namespace; });
  }

 private:
  static std::string version_names() {
    std::string text;
    const auto append = [&]<class S>(std::type_identity<S>) {
      if constexpr (wasi::Version<S>) (text += text.empty() ? "" : ", ") += wasi::version_name<S>();
    };
    (..., append(std::type_identity<Spec>{}));
    return text;
  }
  static std::string namespaces() {
    std::string text;
    const auto append = [&]<class S>(std::type_identity<S>) {
      if constexpr (wasi::Version<S>) (text += text.empty() ? "" : " and ") += S::import_namespace;
    };
    (..., append(std::type_identity<Spec>{}));
    return text;
  }
};

static_assert(Abi<Wasi<Latest>> && Explains<Wasi<Latest>>);

}  // namespace wasmer
