#pragma once
/// \file
/// Host functions whose type is known only at run time: one adapter for all of them. It is entered with whatever registers the type puts arguments in, and
/// leaves its result where either kind of result is looked for.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <cxxabi.h>
#include <memory>
#include <utility>

#include <wasmer/error.hpp>
#include <wasmer/support/attributes.hpp>
#include <wasmer/vm/host.hpp>
#include <wasmer/vm/native.hpp>
#include <wasmer/vm/raise.hpp>
#include <wasmer/vm/store.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::vm {

/// The arguments of a call as they came in. Which of them are there, and where, the type tells by ArgumentPlaces.
struct DynamicArguments {
  std::array<std::uint64_t, 5> integers;
  std::array<Vector, 8> floats;
  const Context* context;

  /// The bits of the argument at a place; those beyond its type's size are undefined.
  std::uint64_t bits(ArgumentPlace place) const {
    std::uint64_t value = 0;
    switch (place.kind) {
      case ArgumentPlace::integer: return integers[place.index];
      case ArgumentPlace::floating: std::memcpy(&value, &floats[place.index], sizeof value); break;
      case ArgumentPlace::below: std::memcpy(&value, argument_below(context, place.index), sizeof value); break;
    }
    return value;
  }
};

/// The host function for `Callee::call(void* state, Caller&, const DynamicArguments&) -> Result<std::uint64_t>`, which gives the bits of its result: one
/// number, or whatever where there is none.
template <class Callee> struct DynamicAdapter {
  /// By the C ABI the first in rax and the second in xmm0.
  struct Returned {
    std::uint64_t integer;
    double floating;
  };

  WASMER_NO_TSAN static Returned run(Context* context, std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d, std::uint64_t e, Vector f0, Vector f1,
                                     Vector f2, Vector f3, Vector f4, Vector f5, Vector f6, Vector f7) {
    context->store->exit = static_cast<std::uintptr_t*>(__builtin_frame_address(0));
    std::uint64_t bits = 0;
    const bool ok = attempt(context, {{a, b, c, d, e}, {f0, f1, f2, f3, f4, f5, f6, f7}, context}, bits);
    __asm__("" : "+r"(context));
    Store& store = *context->store;
    if (!ok || store.interrupted()) [[unlikely]] {
      if (ok || store.thrown == nullptr) detail::give_up(store, ok);
      throw_on_return(store, static_cast<std::uintptr_t*>(__builtin_frame_address(0)));
      return {};
    }
    return {bits, std::bit_cast<double>(bits)};
  }

 private:
  /// False when it failed. All of the callable's C++ objects are gone when this returns.
  [[gnu::noinline]] static bool attempt(Context* context, const DynamicArguments& arguments, std::uint64_t& bits) {
    HostRecord& record = *reinterpret_cast<HostRecord*>(context);
    try {
      Caller caller(*record.importer);
      Result<std::uint64_t> result = Callee::call(record.state, caller, arguments);
      if (!result.has_value()) [[unlikely]] return record_error(*context->store, std::move(result).assume_error()), false;
      bits = result.assume_value();
      return true;
    } catch (abi::__forced_unwind&) {
      throw;  // the thread is being cancelled
    } catch (...) {
      record_exception(*context->store);
      return false;
    }
  }
};

/// What a host function of a type that is known at run time works on: derive from it.
struct DynamicRecord {
  explicit DynamicRecord(FunctionType function) : type(std::move(function)) {}
  FunctionType type;
};

/// A host function of `record`'s type, which has at most one result, a number, and takes numbers.
template <class Callee, class Record> HostFunction dynamic_host(std::shared_ptr<Record> record) {
  const Signature signature{record->type.params(), record->type.results()};
  return HostFunction(reinterpret_cast<Entry>(&DynamicAdapter<Callee>::run), signature, std::move(record));
}

}  // namespace wasmer::vm
