#pragma once
/// \file
/// What an ABI is: the host that a module was built for, as a table of functions and a way to start. The concepts are the porting manual.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/vm/bounds.hpp>
#include <wasmer/vm/extern.hpp>
#include <wasmer/vm/host.hpp>
#include <wasmer/vm/instance.hpp>

namespace wasmer {

/// What a guest ends with, as `main` returns it.
using ExitCode = int;

/// A row of an ABI's table: a host function whose state is the ABI's State.
struct HostImport {
  std::string_view module;
  std::string_view name;
  vm::Signature type;
  vm::Entry (*adapter)();
};

/// A string as a template argument.
template <std::size_t size> struct FixedString {
  char text[size] = {};
  consteval FixedString(const char (&literal)[size]) { std::copy_n(literal, size, text); }
  constexpr std::string_view view() const { return {text, size - 1}; }
};

/// The row for a callee (see vm/host.hpp): its type follows from its C++ signature.
template <FixedString module, FixedString name, class Callee> consteval HostImport host() {
  return {module.view(), name.view(), vm::signature_of<Callee>(), &vm::adapter<Callee>};
}
/// The row for a member function of the State's: `host<"env", "log", &State::log>()`.
template <FixedString module, FixedString name, auto member> consteval HostImport host() { return host<module, name, vm::MemberCallee<member>>(); }

namespace detail {
template <class T> inline constexpr bool is_import_table = false;
template <std::size_t size> inline constexpr bool is_import_table<std::array<HostImport, size>> = true;
}  // namespace detail

/// What a module may ask of its host, and how such a module is started.
template <class A>
concept Abi = requires(const Module& module, Instance& instance, typename A::State& state, typename A::Options options) {
  /// What users call it: "wasi".
  { A::name } -> std::convertible_to<std::string_view>;
  /// What the embedder chooses, an aggregate (`{.args = …}`); and from it what the host functions work on: open files, a heap of foreign values.
  { A::make(std::move(options)) } -> std::same_as<Result<typename A::State>>;
  /// Whether the module was built for this ABI; decided by its imports and exports.
  { A::matches(module) } -> std::same_as<bool>;
  /// The functions that it provides, a std::array of HostImport. Constant, so that two ABIs that answer for one name do not compile.
  requires detail::is_import_table<decltype(A::imports())>;
  /// Runs the program. A guest that exits by itself gives its code, as does one that returns.
  { A::start(instance, state) } -> std::same_as<Result<ExitCode>>;
};

/// An ABI with imports that no table can list, such as Emscripten's `invoke_*`.
template <class A>
concept ResolvesByPattern = Abi<A> && requires(const Import& import, const FunctionType& type) {
  /// The function for an import that is not in the table, if the ABI provides it.
  { A::resolve(import, type) } -> std::same_as<std::optional<HostImport>>;
};

/// An ABI whose modules import memories, tables and globals, or one function in several forms: what stands for an import it makes itself.
template <class A>
concept MakesExterns = Abi<A> && requires(const Module& module, const Import& import, Bounds bounds, const std::shared_ptr<typename A::State>& state) {
  /// What the ABI provides for an import of any kind, nothing if that is what its table says; `bounds` is how the module's code checks memory.
  { A::provide(module, import, bounds, state) } -> std::same_as<Result<Extern>>;
};

/// An ABI that can tell a user why it does not run a module, better than by the first import that is missing.
template <class A>
concept Explains = Abi<A> && requires(const Module& module) {
  /// Why the module is not for this ABI, if there is something to say.
  { A::refusal(module) } -> std::same_as<std::optional<Error>>;
};

/// An ABI whose programs come with threads: a shared memory that a module imports, and nobody has, is made for it.
template <class A>
concept MakesSharedMemories = Abi<A> && A::makes_shared_memories;

/// An ABI's table, as a constant.
template <Abi A> inline constexpr auto imports_of = A::imports();

/// No two of the ABIs provide a function of the same name. Decided while compiling.
template <Abi... A> consteval bool disjoint() {
  std::array<std::pair<std::string_view, std::string_view>, (0 + ... + imports_of<A>.size())> names;
  [[maybe_unused]] auto* out = names.data();
  [[maybe_unused]] const auto append = [&](const auto& table) {
    for (const HostImport& row : table) *out++ = {row.module, row.name};
  };
  (..., append(imports_of<A>));
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) == names.end();
}

namespace detail {
/// What `A` provides for an import, as an external value; nothing if it does not.
template <Abi A> Result<Extern> provide(const Module& module, const Import& import, [[maybe_unused]] Bounds bounds, const std::shared_ptr<typename A::State>& state) {
  if constexpr (MakesExterns<A>) {
    WASMER_TRY(Extern made, A::provide(module, import, bounds, state));
    if (!std::holds_alternative<std::monostate>(made)) return made;
  }
  if (import.kind != ExternKind::function) return Extern();
  for (const HostImport& row : imports_of<A>)
    if (row.name == import.name && row.module == import.module) return Extern(HostFunction(row.adapter(), row.type, state));
  if constexpr (ResolvesByPattern<A>)
    if (const auto row = A::resolve(import, module.function_type(import.index))) return Extern(HostFunction(row->adapter(), row->type, state));
  return Extern();
}
}  // namespace detail

}  // namespace wasmer
