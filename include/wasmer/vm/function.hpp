#pragma once
/// \file
/// Calling guest functions from C++: with a signature checked once, or with values whose types are known only at run time.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/attributes.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/entry.hpp>
#include <wasmer/vm/native.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/vm/type_text.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer {

namespace vm {
/// The entry thunk as a function of type F. The compiler must not see through it: its assembly does what no prototype says.
template <class F> [[gnu::always_inline]] inline F* enter_as() {
  void (*thunk)() = &enter;
  __asm__("" : "+r"(thunk));
  return reinterpret_cast<F*>(thunk);
}
}  // namespace vm

template <class Signature> class TypedFunction;

/// A guest function of a known C++ signature. Good while its Store lives; calling it costs a few nanoseconds.
/// Of several results, R is a tuple. A C++ exception out of a host function that the guest calls is thrown on to the caller.
template <class R, vm::Native... Args> class TypedFunction<R(Args...)> {
  using Call = vm::Call<R, Args...>;

 public:
  explicit TypedFunction(const vm::FuncRef& function) : entry_(function.entry), context_(function.context) {}

  /// The results, or the trap that ended the call.
  Result<R> operator()(Args... args) const { return call(std::make_index_sequence<Call::in_registers>{}, std::tuple<Args...>(args...)); }

 private:
  template <std::size_t... I> WASMER_ANY_CALLEE Result<R> call(std::index_sequence<I...>, const typename Call::Arguments& args) const {
    Store& store = *context_->store;
    const vm::Entered entered(store);
    store_below(args, std::index_sequence_for<Args...>{});
    store.target = entry_;
    if constexpr (Call::result_count == 0) {
      vm::enter_as<void(vm::Context*, vm::carrier_t<typename Call::template argument_t<Call::register_arguments[I]>>...)>()(
          context_, vm::to_carrier(std::get<Call::register_arguments[I]>(args))...);
      if (store.failed) [[unlikely]] return store.take_failure();
      return success();
    } else if constexpr (Call::result_count == 1) {
      using First = std::tuple_element_t<0, typename Call::Results>;
      const auto first =
          vm::enter_as<vm::carrier_t<First>(vm::Context*, vm::carrier_t<typename Call::template argument_t<Call::register_arguments[I]>>...)>()(
              context_, vm::to_carrier(std::get<Call::register_arguments[I]>(args))...);
      if (store.failed) [[unlikely]] return store.take_failure();
      if constexpr (std::is_same_v<R, First>) return vm::from_carrier<First>(first);
      else return R{vm::from_carrier<First>(first)};
    } else {
      using First = std::tuple_element_t<0, typename Call::Results>;
      std::byte rest[Call::rest_word(Call::result_count) * sizeof(std::uint64_t)];
      const auto first = vm::enter_as<vm::carrier_t<First>(
          vm::Context*, std::byte*, vm::carrier_t<typename Call::template argument_t<Call::register_arguments[I]>>...)>()(
          context_, rest, vm::to_carrier(std::get<Call::register_arguments[I]>(args))...);
      if (store.failed) [[unlikely]] return store.take_failure();
      return [&]<std::size_t... N>(std::index_sequence<N...>) {
        return R{vm::from_carrier<First>(first), load<N + 1>(rest)...};
      }(std::make_index_sequence<Call::result_count - 1>{});
    }
  }

  template <std::size_t... I> void store_below(const typename Call::Arguments& args, std::index_sequence<I...>) const {
    (..., store_below(Call::places[I], vm::to_carrier(std::get<I>(args))));
  }
  template <class Carrier> void store_below(vm::ArgumentPlace place, Carrier carrier) const {
    if (place.kind == vm::ArgumentPlace::below) std::memcpy(vm::argument_below(context_, place.index), &carrier, sizeof carrier);
  }
  template <std::size_t I> static auto load(const std::byte* rest) {
    using T = std::tuple_element_t<I, typename Call::Results>;
    vm::carrier_t<T> carrier;
    std::memcpy(&carrier, rest + Call::rest_word(I) * sizeof(std::uint64_t), sizeof carrier);
    return vm::from_carrier<T>(carrier);
  }

  vm::Entry entry_;
  vm::Context* context_;
};

/// A guest's or host's function of any type, as a handle that is good while its Store lives.
class Function {
 public:
  explicit Function(const vm::FuncRef& function) : function_(&function) {}

  const FunctionType& type() const;
  /// What stands in tables and globals for this function.
  const vm::FuncRef& reference() const { return *function_; }
  Store& store() const { return *function_->context->store; }

  /// The function with a C++ signature; fails with incompatible_export_type when that is not its type.
  template <class S> Result<TypedFunction<S>> typed() const { return typed(std::type_identity<S>{}); }

  /// Calls it; fails with the trap that ended the call, or with wrong_arguments when `args` do not match the type.
  Result<std::vector<Value>> call(std::span<const Value> args) const;

 private:
  template <class R, class... Args> Result<TypedFunction<R(Args...)>> typed(std::type_identity<R(Args...)>) const {
    constexpr vm::Signature wanted = vm::Call<R, Args...>::signature();
    if (wanted != type())
      return Error(ErrorId::incompatible_export_type, Error::no_offset, "expected " + to_string(FunctionType(wanted.params, wanted.results)) + ", got " + to_string(type()));
    return TypedFunction<R(Args...)>(*function_);
  }

  static std::size_t rest_words(const FunctionType& type);
  std::vector<Value> results(const FunctionType& type, const vm::Registers& registers, const std::vector<std::uint64_t>& rest) const;

  const vm::FuncRef* function_;
};

}  // namespace wasmer

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/type_registry.hpp>
#include <wasmer/vm/value_matching.hpp>

namespace wasmer {

WASMER_ONCE const FunctionType& Function::type() const { return vm::TypeRegistry::instance().type(function_->type); }

WASMER_ONCE Result<std::vector<Value>> Function::call(std::span<const Value> args) const {
  const FunctionType& type = this->type();
  if (args.size() != type.params().size())
    return Error(ErrorId::wrong_arguments, Error::no_offset, "expected " + std::to_string(type.params().size()) + ", got " + std::to_string(args.size()));
  vm::Registers registers;
  registers.integers[0] = reinterpret_cast<std::uint64_t>(function_->context);
  std::vector<std::uint64_t> rest(rest_words(type));
  const std::size_t first_integer = type.results().size() > 1 ? 2 : 1;
  if (first_integer == 2) registers.integers[1] = reinterpret_cast<std::uint64_t>(rest.data());
  vm::ArgumentPlaces places(type.results().size());
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (!vm::matches(&store(), args[i], type.params()[i]))
      return Error(ErrorId::wrong_arguments, Error::no_offset, "expected " + to_string(type.params()[i]) + ", got " + to_string(args[i].type()));
    const vm::ArgumentPlace place = places.next(type.params()[i]);
    if (place.kind == vm::ArgumentPlace::integer) registers.integers[first_integer + place.index] = args[i].bits();
    else if (place.kind == vm::ArgumentPlace::floating) registers.floats[place.index] = args[i].v128();
    else std::memcpy(vm::argument_below(function_->context, place.index), args[i].v128().bytes, vm::words_of(type.params()[i]) * 8);
  }
  const vm::Entered entered(store());
  store().target = function_->entry;
  vm::enter_with(&registers);
  if (store().failed) return store().take_failure();
  return results(type, registers, rest);
}

WASMER_ONCE std::size_t Function::rest_words(const FunctionType& type) {
  std::size_t words = 0;
  for (const ValueType result : type.results()) words += vm::words_of(result);
  return words;
}

WASMER_ONCE std::vector<Value> Function::results(const FunctionType& type, const vm::Registers& registers, const std::vector<std::uint64_t>& rest) const {
  std::vector<Value> values;
  values.reserve(type.results().size());
  const std::uint64_t* next = rest.data();
  for (const ValueType result : type.results()) {
    V128 bits;
    const bool is_float = result == ValueType::f32 || result == ValueType::f64 || result.is_vector();
    if (!values.empty()) std::memcpy(bits.bytes, next, vm::words_of(result) * 8), next += vm::words_of(result);
    else if (is_float) bits = registers.floats[0];
    else std::memcpy(bits.bytes, &registers.integers[0], 8);
    std::memset(bits.bytes + size_of(result), 0, sizeof bits.bytes - size_of(result));  // no more of a register or word than belongs to the value
    values.emplace_back(result, bits);
    vm::Exceptions::give_out(values.back());
  }
  return values;
}

}  // namespace wasmer
#endif
