#pragma once
/// \file
/// Functions whose types a program makes up: `invoke_*`, which call back into it and stop what unwinds it; those that match an exception with types; and those that
/// end it, whatever they are given.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/abi/emscripten/calls/exception.hpp>
#include <wasmer/abi/emscripten/calls/script.hpp>
#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/vm/dynamic_host.hpp>
#include <wasmer/vm/entry.hpp>
#include <wasmer/vm/function.hpp>
#include <wasmer/vm/native.hpp>
#include <wasmer/vm/type_registry.hpp>

namespace wasmer::emscripten {

/// A host function of a type that the module says.
struct DynamicCall : vm::DynamicRecord {
  DynamicCall(FunctionType function, std::shared_ptr<State> owner, std::string import) : DynamicRecord(std::move(function)), state(std::move(owner)), name(std::move(import)) {
    vm::ArgumentPlaces given(type.results().size());
    for (const ValueType param : type.params()) places.push_back(given.next(param));
  }

  std::shared_ptr<State> state;
  std::string name;
  std::vector<vm::ArgumentPlace> places;
};

/// `invoke_vii(function, a, b)`.
struct Invoke : DynamicCall {
  /// An argument of the function's; of one of 64 bits that comes in two words, where the upper is.
  struct Argument {
    vm::ArgumentPlace from, upper, to;
    bool is_split = false;
  };

  Invoke(FunctionType function, std::shared_ptr<State> owner, std::string import) : DynamicCall(std::move(function), std::move(owner), std::move(import)) {
    // The name has a letter for the result and one for each argument. It is needed where 64 bits come as two words, which the type does not tell.
    const std::string_view letters = std::string_view(name).substr(std::min(name.size(), name.find('_') + 1));
    const auto params = type.params().subspan(type.params().empty() ? 0 : 1);
    std::vector<ValueType> types(params.begin(), params.end()), results(type.results().begin(), type.results().end());
    std::size_t wide = 0;
    for (std::size_t i = 1; i < letters.size(); ++i) wide += letters[i] == 'j';
    const bool splits = wide != 0 && letters.size() - 1 + wide == params.size();
    gives_wide = !letters.empty() && letters[0] == 'j' && results.size() == 1 && results[0] == ValueType(ValueType::i32);
    if (splits) {
      types.clear();
      std::size_t at = 0;
      for (std::size_t i = 1; i < letters.size(); ++i) {
        types.push_back(letters[i] == 'j' ? ValueType(ValueType::i64) : params[at]);
        at += letters[i] == 'j' ? 2 : 1;
      }
    }
    if (gives_wide) results = {ValueType(ValueType::i64)};
    callee = FunctionType(types, results);
    vm::ArgumentPlaces given(callee.results().size());
    std::size_t at = 1;
    for (std::size_t i = 0; i < types.size(); ++i) {
      Argument argument;
      argument.from = places[at++];
      argument.is_split = splits && letters[i + 1] == 'j';
      if (argument.is_split) argument.upper = places[at++];
      argument.to = given.next(types[i]);
      arguments.push_back(argument);
    }
  }

  FunctionType callee;
  std::vector<Argument> arguments;
  bool gives_wide = false;
  std::uint32_t checked = 0;  ///< a type's id that is known to be the callee's; 0: none yet
  const Instance* of = nullptr;             ///< of which the next is known
  const vm::FuncRef* dynamic = nullptr;     ///< `dynCall_vii`, if the instance exports one that takes what this does

  const vm::FuncRef* dynamic_of(Instance& instance) {
    if (of == &instance) return dynamic;
    of = &instance, dynamic = nullptr;
    const auto found = instance.function("dynCall_" + name.substr(std::min(name.size(), name.find('_') + 1)));
    if (found && found.assume_value().type() == type) dynamic = &found.assume_value().reference();
    return dynamic;
  }

  static Result<std::uint64_t> call(void* pointer, Caller& caller, const vm::DynamicArguments& given) {
    Invoke& self = *static_cast<Invoke*>(pointer);
    State& state = *self.state;
    const Guest guest(caller);
    // What knows fastcomp's pointers, or 64 bits in two words, is an export of the same type.
    const vm::FuncRef* const dynamic = self.dynamic_of(guest.instance());
    const vm::FuncRef* function = dynamic;
    if (dynamic == nullptr) {
      const auto pointer = static_cast<std::uint32_t>(given.bits(self.places.front()));
      function = State::function_at(guest.instance(), pointer);
      if (function == nullptr) return Error(ErrorId::uninitialized_element, Error::no_offset, self.name + " of " + std::to_string(pointer));
      if (function->type != self.checked) {
        if (!(vm::TypeRegistry::instance().type(function->type) == self.callee)) return Error(ErrorId::indirect_call_type_mismatch, Error::no_offset, self.name);
        self.checked = function->type;
      }
    }

    const Exports& exports = state.exports(guest.instance());
    std::uint32_t stack = 0;
    if (exports.stack_save) {
      WASMER_TRY(stack, (*exports.stack_save)());
    }
    vm::Registers registers;
    registers.integers[0] = reinterpret_cast<std::uint64_t>(function->context);
    const auto put = [&](vm::ArgumentPlace to, std::uint64_t bits) {
      if (to.kind == vm::ArgumentPlace::integer) registers.integers[1 + to.index] = bits;
      else if (to.kind == vm::ArgumentPlace::floating) std::memcpy(registers.floats[to.index].bytes, &bits, sizeof bits);
      else std::memcpy(vm::argument_below(function->context, to.index), &bits, sizeof bits);
    };
    if (dynamic != nullptr) {
      for (const vm::ArgumentPlace place : self.places) put(place, given.bits(place));
    } else {
      for (const Argument& argument : self.arguments)
        put(argument.to, argument.is_split ? (given.bits(argument.from) & 0xFFFF'FFFF) | given.bits(argument.upper) << 32 : given.bits(argument.from));
    }
    Store& store = *function->context->store;
    {
      const vm::Entered entered(store);
      store.target = function->entry;
      vm::enter_with(&registers);
    }
    if (!store.failed) [[likely]] {
      if (self.callee.results().empty()) return std::uint64_t{0};
      const ValueType result = self.callee.results()[0];
      if (result == ValueType::f32 || result == ValueType::f64) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, registers.floats[0].bytes, sizeof bits);
        return bits;
      }
      if (self.gives_wide && dynamic == nullptr) state.temp_ret0 = static_cast<std::uint32_t>(registers.integers[0] >> 32);
      return registers.integers[0];
    }

    Error error = store.take_failure();
    if (state.unwinding(error) == Unwinding::nothing) return error;
    state.caught();
    if (exports.stack_restore) WASMER_CHECK((*exports.stack_restore)(stack));
    if (exports.set_threw) WASMER_CHECK((*exports.set_threw)(1, 0));
    return std::uint64_t{0};
  }
};

/// `__cxa_find_matching_catch_N(types…)`.
struct FindMatchingCatch : DynamicCall {
  using DynamicCall::DynamicCall;
  static Result<std::uint64_t> call(void* pointer, Caller& caller, const vm::DynamicArguments& given) {
    const FindMatchingCatch& self = *static_cast<const FindMatchingCatch*>(pointer);
    std::vector<std::uint64_t> types;
    for (const vm::ArgumentPlace place : self.places) types.push_back(given.bits(place));
    WASMER_TRY(const std::uint32_t object, find_matching_catch(*self.state, Guest(caller), types.data(), types.size()));
    return std::uint64_t{object};
  }
};

/// `_emscripten_asm_const_iii(code, arguments…)` of fastcomp.
struct AsmConst : DynamicCall {
  using DynamicCall::DynamicCall;
  static Result<std::uint64_t> call(void* pointer, Caller& caller, const vm::DynamicArguments& given) {
    const AsmConst& self = *static_cast<const AsmConst*>(pointer);
    const auto number = [&](std::size_t i) -> double {
      const std::uint64_t bits = given.bits(self.places[i]);
      const ValueType type = self.type.params()[i];
      if (type == ValueType::f64) return std::bit_cast<double>(bits);
      if (type == ValueType::f32) return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
      if (type == ValueType::i64) return static_cast<double>(static_cast<std::int64_t>(bits));
      return static_cast<double>(static_cast<std::int32_t>(bits));
    };
    const std::uint32_t code = self.places.empty() ? 0 : static_cast<std::uint32_t>(given.bits(self.places.front()));
    std::vector<double> arguments;
    for (std::size_t i = 1; i < self.places.size(); ++i) arguments.push_back(number(i));
    const Guest guest(caller);
    WASMER_TRY(const double result, run_snippet(*self.state, guest, snippet_name(*self.state, guest, code), arguments));
    if (self.type.results().empty()) return std::uint64_t{0};
    const ValueType type = self.type.results()[0];
    if (type == ValueType::f64) return std::bit_cast<std::uint64_t>(result);
    if (type == ValueType::f32) return std::uint64_t{std::bit_cast<std::uint32_t>(static_cast<float>(result))};
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(result));
  }
};

/// Ends the program, saying why.
struct Abort : DynamicCall {
  using DynamicCall::DynamicCall;
  static Result<std::uint64_t> call(void* pointer, Caller&, const vm::DynamicArguments&) {
    const std::string_view name = static_cast<const Abort*>(pointer)->name;
    if (name.find("nullFunc") != name.npos) return aborted("it called a function pointer that is null or of another type");
    if (name.find("StackOverflow") != name.npos) return aborted("its stack has overflowed");
    return aborted({});
  }
};
/// What a program imports and nobody has: it may never ask for it.
struct Missing : DynamicCall {
  using DynamicCall::DynamicCall;
  static Result<std::uint64_t> call(void* pointer, Caller&, const vm::DynamicArguments&) {
    return Error(ErrorId::unsupported_import, Error::no_offset, static_cast<const Missing*>(pointer)->name);
  }
};
/// Answers 0, whatever it is asked.
struct Zero : DynamicCall {
  using DynamicCall::DynamicCall;
  static Result<std::uint64_t> call(void*, Caller&, const vm::DynamicArguments&) { return std::uint64_t{0}; }
};

}  // namespace wasmer::emscripten
