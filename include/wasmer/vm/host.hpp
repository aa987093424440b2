#pragma once
/// \file
/// Calling C++ from guest code: `adapter` turns any C++ callable into a function of the machine contract, and is the only C++ frame between the two.

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <cxxabi.h>
#include <memory>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <wasmer/error.hpp>
#include <wasmer/support/attributes.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/entry.hpp>
#include <wasmer/vm/native.hpp>
#include <wasmer/vm/raise.hpp>
#include <wasmer/vm/store.hpp>

namespace wasmer {

/// The instance that imports the host function which is being called; a host function takes one as `Caller&`, first, if it wants to.
class Caller {
 public:
  explicit Caller(vm::Context& importer) : importer_(&importer) {}

  /// The importer's memory 0, empty if it has none. Good until guest code runs again, which may grow it.
  std::span<std::byte> memory() const {
    // Another thread may let a shared one grow just now.
    return {importer_->memory.base, static_cast<std::size_t>(std::atomic_ref(importer_->memory.length).load(std::memory_order_relaxed))};
  }
  Instance& instance() const { return *importer_->instance; }
  Store& store() const { return *importer_->store; }

 private:
  vm::Context* importer_;
};

namespace vm {

/// The context of a host function that is imported: what the compiled code passes, and the adapter casts. Argument words lie below it, as below any context.
struct HostRecord {
  Context header;
  void* state = nullptr;      ///< a closure, or an ABI's State
  Context* importer = nullptr;
};

namespace detail {

template <class T> struct ResultValue { using type = T; };
template <class T> struct ResultValue<Result<T>> { using type = T; };
template <class T> inline constexpr bool is_result = false;
template <class T> inline constexpr bool is_result<Result<T>> = true;

/// A callable's signature with a leading Caller& taken off.
template <bool caller, class R, class... Args> struct Shape {
  using type = Call<typename ResultValue<R>::type, Args...>;
  using Returned = R;
  static constexpr bool takes_caller = caller;
};
template <class F> struct ShapeOf {};
template <class F> requires requires { &F::operator(); }
struct ShapeOf<F> : ShapeOf<decltype(&F::operator())> {};
template <class R, class... Args> struct ShapeOf<R(Args...)> : Shape<false, R, Args...> {};
template <class R, class... Args> struct ShapeOf<R(Caller&, Args...)> : Shape<true, R, Args...> {};
template <class R, class... Args> struct ShapeOf<R (*)(Args...)> : ShapeOf<R(Args...)> {};
template <class R, class... Args> struct ShapeOf<R (*)(Args...) noexcept> : ShapeOf<R(Args...)> {};
template <class C, class R, class... Args> struct ShapeOf<R (C::*)(Args...)> : ShapeOf<R(Args...)> {};
template <class C, class R, class... Args> struct ShapeOf<R (C::*)(Args...) const> : ShapeOf<R(Args...)> {};
template <class C, class R, class... Args> struct ShapeOf<R (C::*)(Args...) noexcept> : ShapeOf<R(Args...)> {};
template <class C, class R, class... Args> struct ShapeOf<R (C::*)(Args...) const noexcept> : ShapeOf<R(Args...)> {};

template <class M> struct ClassOf;
template <class C, class T> struct ClassOf<T C::*> { using type = C; };

}  // namespace detail

/// A callable object: the state is the object.
template <class F> struct ObjectCallee {
  using Shape = detail::ShapeOf<F>;
  template <class... Args> [[gnu::always_inline]] static decltype(auto) call(void* state, Args&&... args) {
    return (*static_cast<F*>(state))(std::forward<Args>(args)...);
  }
};

/// A member function that is known while compiling: the state is its object.
template <auto member> struct MemberCallee {
  using Shape = detail::ShapeOf<decltype(member)>;
  template <class... Args> [[gnu::always_inline]] static decltype(auto) call(void* state, Args&&... args) {
    return (static_cast<typename detail::ClassOf<decltype(member)>::type*>(state)->*member)(std::forward<Args>(args)...);
  }
};

namespace detail {

/// Leaves the guest code that called the host function at hand: it failed (`ok` is false), or its store was interrupted meanwhile.
[[noreturn, gnu::noinline]] WASMER_NO_TSAN inline void give_up(Store& store, bool ok) {
  if (ok) record_error(store, Error(ErrorId::interrupted));
  unwind(store);
}

template <class Callee, class Registers = std::make_index_sequence<Callee::Shape::type::in_registers>,
          class Hidden = std::conditional_t<(Callee::Shape::type::result_count > 1), std::tuple<std::byte*>, std::tuple<>>>
struct Adapter;

template <class Callee, std::size_t... R, class... Hidden> struct Adapter<Callee, std::index_sequence<R...>, std::tuple<Hidden...>> {
  using Shape = typename Callee::Shape;
  using Call = typename Shape::type;
  template <std::size_t I> using argument_t = typename Call::template argument_t<I>;
  template <std::size_t I> using result_t = std::tuple_element_t<I, typename Call::Results>;

  /// What returns in a register; nothing for functions without results.
  struct None {};
  template <std::size_t count, class = void> struct FirstResult { using type = carrier_t<result_t<0>>; };
  template <class V> struct FirstResult<0, V> { using type = None; };
  using First = typename FirstResult<Call::result_count>::type;
  using Returned = std::conditional_t<Call::result_count == 0, void, First>;

  /// The adapter itself: a function of the machine contract.
  WASMER_NO_TSAN static Returned run(Context* context, Hidden... rest, carrier_t<argument_t<Call::register_arguments[R]>>... registers) {
    context->store->exit = static_cast<std::uintptr_t*>(__builtin_frame_address(0));
    First first;
    const bool ok = attempt(context, first, std::tuple<carrier_t<argument_t<Call::register_arguments[R]>>...>(registers...),
                            std::make_index_sequence<Call::places.size()>{}, rest...);
    // From memory again, rather than out of a register that would have to be saved.
    __asm__("" : "+r"(context));
    Store& store = *context->store;
    if (!ok || store.interrupted()) [[unlikely]] {
      if (ok || store.thrown == nullptr) give_up(store, ok);
      throw_on_return(store, static_cast<std::uintptr_t*>(__builtin_frame_address(0)));
      return Returned();
    }
    if constexpr (Call::result_count != 0) return first;
  }

 private:
  using InRegisters = std::tuple<carrier_t<argument_t<Call::register_arguments[R]>>...>;

  /// Runs the callable and stores what it returns; false when it failed. All of its C++ objects are gone when this returns.
  template <std::size_t... I> static bool attempt(Context* context, First& first, const InRegisters& registers, std::index_sequence<I...>, Hidden... rest) {
    HostRecord& record = *reinterpret_cast<HostRecord*>(context);
    try {
      if constexpr (std::is_void_v<typename Shape::Returned>) {
        call(record, argument<I>(context, registers)...);
      } else if constexpr (is_result<typename Shape::Returned>) {
        auto result = call(record, argument<I>(context, registers)...);
        if (!result.has_value()) [[unlikely]] return record_error(*context->store, std::move(result).assume_error()), false;
        if constexpr (Call::result_count != 0) give(std::move(result).assume_value(), first, rest...);
      } else {
        give(call(record, argument<I>(context, registers)...), first, rest...);
      }
      return true;
    } catch (abi::__forced_unwind&) {
      throw;  // the thread is being cancelled
    } catch (...) {
      record_exception(*context->store);
      return false;
    }
  }

  template <class... Args> [[gnu::always_inline]] static decltype(auto) call(HostRecord& record, Args... args) {
    if constexpr (Shape::takes_caller) {
      Caller caller(*record.importer);
      return Callee::call(record.state, caller, args...);
    } else {
      return Callee::call(record.state, args...);
    }
  }

  template <std::size_t I> [[gnu::always_inline]] static argument_t<I> argument(const Context* context, const InRegisters& registers) {
    if constexpr (Call::places[I].kind == ArgumentPlace::below) {
      carrier_t<argument_t<I>> carrier;
      std::memcpy(&carrier, argument_below(context, Call::places[I].index), sizeof carrier);
      return from_carrier<argument_t<I>>(carrier);
    } else {
      constexpr std::size_t rank = static_cast<std::size_t>(std::ranges::find(Call::register_arguments, I) - Call::register_arguments.begin());
      return from_carrier<argument_t<I>>(std::get<rank>(registers));
    }
  }

  template <class T> [[gnu::always_inline]] static void give(const T& value, First& first) {
    if constexpr (Call::result_count == 1) {
      if constexpr (Native<T>) first = to_carrier(value);
      else first = to_carrier(std::get<0>(value));
    }
  }
  template <class T> static void give(const T& values, First& first, std::byte* rest) {
    first = to_carrier(std::get<0>(values));
    [&]<std::size_t... N>(std::index_sequence<N...>) {
      (..., store_word(rest + Call::rest_word(N + 1) * sizeof(std::uint64_t), to_carrier(std::get<N + 1>(values))));
    }(std::make_index_sequence<Call::result_count - 1>{});
  }
  template <class Carrier> static void store_word(std::byte* at, Carrier carrier) { std::memcpy(at, &carrier, sizeof carrier); }
};

}  // namespace detail

/// The address that an import of a host function is entered at.
template <class Callee> Entry adapter() { return reinterpret_cast<Entry>(&detail::Adapter<Callee>::run); }

/// The WebAssembly type of a host function.
template <class Callee> constexpr Signature signature_of() { return Callee::Shape::type::signature(); }

/// A C++ callable whose parameters and results stand for WebAssembly values.
template <class F>
concept HostCallable = requires { typename ObjectCallee<F>::Shape::type; };

}  // namespace vm

/// A host function, ready to be imported: shared, so that copies of it call the same object.
class HostFunction {
 public:
  template <class F> requires vm::HostCallable<std::decay_t<F>>
  explicit HostFunction(F&& function)
      : entry_(vm::adapter<vm::ObjectCallee<std::decay_t<F>>>()), type_(vm::signature_of<vm::ObjectCallee<std::decay_t<F>>>()),
        state_(std::make_shared<std::decay_t<F>>(std::forward<F>(function))) {}
  /// For those who make their own adapters: `type` refers to static data.
  HostFunction(vm::Entry entry, vm::Signature type, std::shared_ptr<void> state) : entry_(entry), type_(type), state_(std::move(state)) {}

  vm::Entry entry() const { return entry_; }
  const vm::Signature& type() const { return type_; }
  const std::shared_ptr<void>& state() const { return state_; }

 private:
  vm::Entry entry_;
  vm::Signature type_;
  std::shared_ptr<void> state_;
};

}  // namespace wasmer
