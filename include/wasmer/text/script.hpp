#pragma once
/// \file
/// Scripts of the official test suite (WAST) as plain data: modules, what to do with them, and what must come of it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::text {

/// A module in a script. Text is encoded while the script is parsed; what is wrong with it is the module's, not the script's.
struct ScriptModule {
  enum Form : std::uint8_t { text, binary, quote };
  Form form = text;
  std::string name;            ///< its identifier without the dollar, or empty
  bool is_definition = false;  ///< not to be instantiated
  std::vector<std::byte> bytes;
  std::optional<Error> error;  ///< why there are no bytes
};

/// An argument of an invocation.
struct ScriptValue {
  enum Kind : std::uint8_t { i32, i64, f32, f64, v128, null, extern_, host };
  Kind kind = i32;
  V128 bits;                              ///< of a number, lowest bytes first; the number of an `extern_` or `host` reference
  HeapType heap = HeapType::any;          ///< of a null
};

/// What a result must be.
struct ScriptPattern {
  enum Kind : std::uint8_t { i32, i64, f32, f64, v128, null, func, extern_, host, any, eq, i31, struct_, array, exn };
  enum class Nan : std::uint8_t { no, canonical, arithmetic };
  Kind kind = i32;
  std::uint8_t lanes = 1;                 ///< of a v128
  bool has_bits = true;                   ///< false where any value of the kind will do: `(ref.extern)`
  V128 bits;
  std::array<Nan, 4> nans{};              ///< for each lane, whether it must be a NaN of some kind instead of its bits
  std::optional<HeapType> heap;           ///< of a null, when it is written
};

/// What one result must be: one of these.
using ScriptExpectation = std::vector<ScriptPattern>;

/// A call of an exported function, or a look at an exported global.
struct ScriptAction {
  bool is_invocation = true;
  std::string module;  ///< empty: the last one
  std::string name;
  std::vector<ScriptValue> arguments;
};

struct ScriptCommand;

/// `(module ...)`
struct DefineModule {
  ScriptModule module;
};
/// `(module instance $name? $module?)`
struct InstantiateModule {
  std::string name;
  std::string module;
};
/// `(register "as" $instance?)`
struct RegisterInstance {
  std::string as;
  std::string instance;
};
/// An action by itself.
struct Perform {
  ScriptAction action;
};
struct AssertReturn {
  ScriptAction action;
  std::vector<ScriptExpectation> results;
};
/// The action, or instantiating the module, must trap, or exhaust the stack.
struct AssertTrap {
  std::variant<ScriptAction, ScriptModule> subject;
  Stage stage = Stage::trap;
  std::string words;
};
struct AssertException {
  ScriptAction action;
};
/// The module must be refused at the stage: malformed, invalid or unlinkable. `is_custom`: because of a custom section or annotation.
struct AssertRefused {
  ScriptModule module;
  Stage stage = Stage::malformed;
  bool is_custom = false;
  std::string words;
};
/// `(thread $name (shared (module $m)*) command*)`: commands for another thread, which sees just the modules that are shared.
struct StartThread {
  std::string name;
  std::vector<std::string> shared;
  std::vector<ScriptCommand> commands;
};
/// `(wait $thread)`
struct WaitThread {
  std::string name;
};

struct ScriptCommand {
  std::uint32_t line = 0;
  std::variant<DefineModule, InstantiateModule, RegisterInstance, Perform, AssertReturn, AssertTrap, AssertException, AssertRefused, StartThread,
               WaitThread>
      what;

  /// True of the commands that a script is there for.
  bool is_assertion() const {
    return std::holds_alternative<AssertReturn>(what) || std::holds_alternative<AssertTrap>(what) || std::holds_alternative<AssertException>(what) ||
           std::holds_alternative<AssertRefused>(what);
  }
};

struct Script {
  std::vector<ScriptCommand> commands;
};

}  // namespace wasmer::text
