#pragma once
/// \file
/// From WebAssembly's numbers to WASI's types: makes of `Expected<void> fd_read(State&, GuestMemory, Fd, GuestSpan<Iovec>, GuestPointer<Size>)` the host
/// function `(Caller&, i32, i32, i32, i32) -> i32` that a module imports, with nothing between the two but casts.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

#include <wasmer/abi/guest.hpp>
#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/vm/host.hpp>

namespace wasmer::wasi {

/// How a parameter of type P crosses: the numbers that it crosses as, and itself made of them.
template <class P> struct Lift;

template <class P>
  requires std::integral<P> || std::is_enum_v<P>
struct Lift<P> {
  using Numbers = std::tuple<std::conditional_t<sizeof(P) == 8, std::uint64_t, std::uint32_t>>;

  template <class Number> static constexpr P make(Number number) {
    // A number too large for the type becomes its largest, which means nothing to any call, instead of something that it is not.
    if constexpr (sizeof(P) < sizeof(Number)) number = std::min<Number>(number, std::numeric_limits<std::make_unsigned_t<underlying<P>>>::max());
    return static_cast<P>(number);
  }

 private:
  template <class T, bool = std::is_enum_v<T>> struct Underlying { using type = T; };
  template <class T> struct Underlying<T, true> { using type = std::underlying_type_t<T>; };
  template <class T> using underlying = typename Underlying<T>::type;
};

template <class T> struct Lift<GuestPointer<T>> {
  using Numbers = std::tuple<std::uint32_t>;
  static constexpr GuestPointer<T> make(std::uint32_t address) { return {address}; }
};

template <class T> struct Lift<GuestSpan<T>> {
  using Numbers = std::tuple<std::uint32_t, std::uint32_t>;
  static constexpr GuestSpan<T> make(std::uint32_t address, std::uint32_t count) { return {address, count}; }
};

/// What the guest gets: an errno in an i32, or nothing, or the guest ends with an Error.
inline std::uint32_t lower_result(const Expected<void>& result) {
  return static_cast<std::uint32_t>(result ? Errno::success : result.assume_error());
}
inline Result<void> lower_result(Result<void> result) { return result; }
inline Result<std::uint32_t> lower_result(Result<Errno> result) {
  WASMER_TRY(const Errno error, std::move(result));
  return static_cast<std::uint32_t>(error);
}

/// The host function for a call of this file system's `S`; a callee of vm::adapter, whose state is the S.
template <auto function, class Signature = decltype(function)> struct Lowered;

template <auto function, class R, class S, class... Parameters> struct Lowered<function, R (*)(S&, GuestMemory, Parameters...)> {
  using Numbers = decltype(std::tuple_cat(std::declval<typename Lift<Parameters>::Numbers>()...));
  using Returned = decltype(lower_result(std::declval<R>()));

  template <class Indices> struct SignatureOf;
  template <std::size_t... I> struct SignatureOf<std::index_sequence<I...>> { using type = Returned(Caller&, std::tuple_element_t<I, Numbers>...); };
  using Shape = vm::detail::ShapeOf<typename SignatureOf<std::make_index_sequence<std::tuple_size_v<Numbers>>>::type>;

  template <class... Given> [[gnu::always_inline]] static Returned call(void* state, Caller& caller, Given... given) {
    return call(*static_cast<S*>(state), GuestMemory(caller.memory()), Numbers(given...), std::index_sequence_for<Parameters...>{});
  }

 private:
  template <std::size_t... P> [[gnu::always_inline]] static Returned call(S& state, GuestMemory memory, Numbers numbers, std::index_sequence<P...>) {
    return lower_result(function(state, memory, lift<Parameters, P>(numbers)...));
  }

  /// Where the numbers of each parameter begin.
  static constexpr auto begins = [] {
    std::array<std::size_t, sizeof...(Parameters) + 1> at{};
    std::size_t parameter = 0;
    ((at[parameter + 1] = at[parameter] + std::tuple_size_v<typename Lift<Parameters>::Numbers>, ++parameter), ...);
    return at;
  }();

  template <class P, std::size_t index> static P lift(const Numbers& numbers) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return Lift<P>::make(std::get<begins[index] + I>(numbers)...);
    }(std::make_index_sequence<std::tuple_size_v<typename Lift<P>::Numbers>>{});
  }
};

}  // namespace wasmer::wasi
