#pragma once
/// \file
/// From WebAssembly's numbers to WASI's types: makes of `Expected<void> fd_read(State&, GuestMemory, Fd, GuestSpan<Iovec>, GuestPointer<Size>)` the host
/// function `(Caller&, i32, i32, i32, i32) -> i32` that a module imports, with nothing between the two but casts. A call that may wait takes a WaitingGuest.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/abi/wasi/waiting.hpp>
#include <wasmer/vm/host.hpp>

namespace wasmer::wasi {

/// The WebAssembly types, as those of C++, that something crosses as.
template <class... Number> struct Numbers {
  static constexpr std::size_t size = sizeof...(Number);
};
template <class... A, class... B> Numbers<A..., B...> operator+(Numbers<A...>, Numbers<B...>);

/// How a parameter of type P crosses: as which numbers, and how it is made of their bits.
template <class P> struct Lift;

template <class P>
  requires std::integral<P> || std::is_enum_v<P>
struct Lift<P> {
  using Crosses = Numbers<std::conditional_t<sizeof(P) == 8, std::uint64_t, std::uint32_t>>;

  static constexpr P make(const std::uint64_t* bits) {
    // A number too large for the type becomes its largest, which means nothing to any call, instead of something that it is not.
    constexpr std::uint64_t largest = ~std::uint64_t{0} >> (64 - 8 * sizeof(P));
    return static_cast<P>(*bits < largest ? *bits : largest);
  }
};

template <class T> struct Lift<GuestPointer<T>> {
  using Crosses = Numbers<std::uint32_t>;
  static constexpr GuestPointer<T> make(const std::uint64_t* bits) { return {static_cast<std::uint32_t>(*bits)}; }
};

template <class T> struct Lift<GuestSpan<T>> {
  using Crosses = Numbers<std::uint32_t, std::uint32_t>;
  static constexpr GuestSpan<T> make(const std::uint64_t* bits) { return {static_cast<std::uint32_t>(bits[0]), static_cast<std::uint32_t>(bits[1])}; }
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

/// The host function for a call; a callee of vm::adapter, whose state is the S.
template <auto function, class Signature = decltype(function)> struct Lowered;

template <auto function, class R, class S, std::derived_from<GuestMemory> Memory, class... Parameters>
struct Lowered<function, R (*)(S&, Memory, Parameters...)> {
  using Returned = decltype(lower_result(std::declval<R>()));

  template <class Crossing> struct SignatureOf;
  template <class... Number> struct SignatureOf<Numbers<Number...>> { using type = Returned(Caller&, Number...); };
  using Shape = vm::detail::ShapeOf<typename SignatureOf<decltype((Numbers<>() + ... + typename Lift<Parameters>::Crosses()))>::type>;

  template <class... Given> [[gnu::always_inline]] static Returned call(void* state, Caller& caller, Given... given) {
    const std::uint64_t bits[]{given..., 0};
    return lifted(*static_cast<S*>(state), memory_of(caller), bits, std::index_sequence_for<Parameters...>());
  }

 private:
  [[gnu::always_inline]] static Memory memory_of(Caller& caller) {
    if constexpr (std::same_as<Memory, WaitingGuest>) return WaitingGuest(caller.memory(), caller.store());
    else return Memory(caller.memory());
  }

  template <std::size_t... I>
  [[gnu::always_inline]] static Returned lifted(S& state, Memory memory, [[maybe_unused]] const std::uint64_t* bits, std::index_sequence<I...>) {
    return lower_result(function(state, memory, Lift<Parameters>::make(bits + begins[I])...));
  }

  /// Where the numbers of each parameter begin.
  static constexpr auto begins = [] {
    std::array<std::size_t, sizeof...(Parameters) + 1> at{};
    std::size_t parameter = 0;
    ((at[parameter + 1] = at[parameter] + Lift<Parameters>::Crosses::size, ++parameter), ...);
    return at;
  }();
};

}  // namespace wasmer::wasi
