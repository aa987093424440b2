#pragma once
/// \file
/// The backends behind a narrow interface, compiled once for all tests that execute code: every tuning that changes the code they make.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wasmer/backend/llvm/tuning.hpp>
#include <wasmer/error.hpp>
#include <wasmer/vm/bounds.hpp>
#include <wasmer/vm/object.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer::tests {

/// One tuning of a backend: all optional instruction sets that the machine has, or none (for Singlepass SSE4.1, where there are vectors); and how memory is
/// checked.
struct Setting {
  bool optional_instructions;
  Bounds bounds;
  enum Compiler : std::uint8_t { singlepass, llvm } compiler = singlepass;
};

/// Those of Singlepass.
inline constexpr std::array<Setting, 4> settings{{
    {true, Bounds::guard_pages},
    {false, Bounds::guard_pages},
    {true, Bounds::explicit_},
    {false, Bounds::explicit_},
}};

/// Those of LLVM; none where the tests are built without it.
std::span<const Setting> llvm_settings();
/// All of them, Singlepass's first.
std::span<const Setting> all_settings();

std::string to_string(Setting setting);

/// A module that was compiled with one tuning, and its instance. It may import from "env" what `fuzz::Plan` lists, and "callback" (i32) -> (i32), which
/// calls the export "callee" of the same instance.
class Guest {
 public:
  /// Of a module in the binary or the text format.
  static Result<Guest> make(Setting setting, std::span<const std::byte> module);
  static Result<Guest> make(Setting setting, std::string_view text) { return make(setting, std::as_bytes(std::span(text))); }

  Result<std::vector<Value>> call(std::string_view name, std::span<const Value> arguments = {}) const;
  Result<std::vector<Value>> call(std::string_view name, std::initializer_list<Value> arguments) const {
    return call(name, std::span(arguments.begin(), arguments.size()));
  }
  /// The bytes of the export "memory"; none if there is no such thing.
  std::span<std::byte> memory() const;
  Value global(std::string_view name) const;

 private:
  struct State;
  explicit Guest(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

/// What compiling the bodies of a module in one batch gives, without making it executable.
Result<vm::Object> compile_object(Setting setting, std::string_view text);

/// What LLVM is given for the bodies of a module, or makes of them. Only where the tests are built with it.
Result<std::string> list_llvm(std::string_view text, llvm_backend::Listing listing, llvm_backend::Tuning tuning = {});

}  // namespace wasmer::tests
