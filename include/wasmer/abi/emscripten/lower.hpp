#pragma once
/// \file
/// From WebAssembly's numbers to what the calls of Emscripten's ABI take: `Expected<std::int32_t> chdir(State&, Guest, GuestString)` becomes the host function that a
/// program imports. Programs say the same call in several ways, which are told apart by the type that they import.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/abi/wasi/lower.hpp>
#include <wasmer/vm/host.hpp>

namespace wasmer::emscripten {

/// How a call's numbers cross.
enum class Form : std::uint8_t {
  plain,    ///< as the call says
  legal,    ///< 64 bits as two numbers of 32, the lower first; of a result, the upper is the program's to ask for
  doubles,  ///< every float as a double
};

/// How a parameter of type P crosses in a form: as which numbers, and how it is made of their bits.
template <class P, Form form> struct Crossing : wasi::Lift<P> {};
template <Form form> struct Crossing<float, form> {
  using Crosses = wasi::Numbers<std::conditional_t<form == Form::doubles, double, float>>;
  static constexpr float make(const std::uint64_t* bits) {
    if constexpr (form == Form::doubles) return static_cast<float>(std::bit_cast<double>(*bits));
    else return std::bit_cast<float>(static_cast<std::uint32_t>(*bits));
  }
};
template <Form form> struct Crossing<double, form> {
  using Crosses = wasi::Numbers<double>;
  static constexpr double make(const std::uint64_t* bits) { return std::bit_cast<double>(*bits); }
};
template <class P>
  requires(sizeof(P) == 8 && std::integral<P>)
struct Crossing<P, Form::legal> {
  using Crosses = wasi::Numbers<std::uint32_t, std::uint32_t>;
  static constexpr P make(const std::uint64_t* bits) { return static_cast<P>(bits[0] | bits[1] << 32); }
};
template <Form form> struct Crossing<Split, form> {
  using Crosses = wasi::Numbers<std::uint32_t, std::uint32_t>;
  static constexpr Split make(const std::uint64_t* bits) { return {static_cast<std::int64_t>(bits[0] | bits[1] << 32)}; }
};
template <Form form> struct Crossing<GuestString, form> {
  using Crosses = wasi::Numbers<std::uint32_t>;
  static constexpr GuestString make(const std::uint64_t* bits) { return {static_cast<std::uint32_t>(*bits)}; }
};
template <Form form> struct Crossing<Unused, form> {
  using Crosses = wasi::Numbers<std::uint32_t>;
  static constexpr Unused make(const std::uint64_t*) { return {}; }
};

constexpr std::uint64_t bits_of(std::uint32_t number) { return number; }
constexpr std::uint64_t bits_of(std::uint64_t number) { return number; }
constexpr std::uint64_t bits_of(float number) { return std::bit_cast<std::uint32_t>(number); }
constexpr std::uint64_t bits_of(double number) { return std::bit_cast<std::uint64_t>(number); }

/// What a call's result crosses as.
template <class R, Form form> struct Answer { using type = R; };
template <class R, Form form> struct Answer<Result<R>, form> { using type = typename Answer<R, form>::type; };
template <class R, Form form> struct Answer<Expected<R>, form> { using type = std::int32_t; };
template <> struct Answer<float, Form::doubles> { using type = double; };
template <> struct Answer<std::int64_t, Form::legal> { using type = std::uint32_t; };

/// A call that answers with an errno runs the handlers of signals that have come in meanwhile: it is a safe point.
template <class R> inline constexpr bool is_safe_point = false;
template <class T> inline constexpr bool is_safe_point<Expected<T>> = true;
template <class T> inline constexpr bool is_safe_point<Result<Expected<T>>> = true;

template <Form form, class T> auto answer_with(State& state, T value) {
  if constexpr (std::same_as<T, float> && form == Form::doubles) return static_cast<double>(value);
  else if constexpr (std::same_as<T, std::int64_t> && form == Form::legal) {
    state.temp_ret0 = static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> 32);
    return static_cast<std::uint32_t>(value);
  } else return value;
}
template <Form, class T> std::int32_t answer_with(State& state, const Expected<T>& result) {
  if (!result) return -state.number(result.assume_error());
  if constexpr (std::is_void_v<T>) return 0;
  else return static_cast<std::int32_t>(result.assume_value());
}

/// The host function for a call in a form; a callee of vm::adapter, whose state is the State.
template <auto function, Form form = Form::plain, class Signature = decltype(function)> struct Lowered;
template <auto function, Form form, class R, class... Parameters> struct Lowered<function, form, R (*)(State&, Guest, Parameters...)> {
  using Returned = Result<typename Answer<R, form>::type>;

  template <class Crossed> struct SignatureOf;
  template <class... Number> struct SignatureOf<wasi::Numbers<Number...>> { using type = Returned(Caller&, Number...); };
  using Shape = vm::detail::ShapeOf<typename SignatureOf<decltype((wasi::Numbers<>() + ... + typename Crossing<Parameters, form>::Crosses()))>::type>;

  template <class... Given> static Returned call(void* state, Caller& caller, Given... given) {
    const std::uint64_t bits[]{bits_of(given)..., 0};
    return lifted(*static_cast<State*>(state), caller, bits, std::index_sequence_for<Parameters...>());
  }
  /// With the numbers' bits, as a program may have them in its memory.
  static Returned call_with(State& state, Caller& caller, const std::uint64_t* bits) { return lifted(state, caller, bits, std::index_sequence_for<Parameters...>()); }
  static constexpr std::size_t words = decltype((wasi::Numbers<>() + ... + typename Crossing<Parameters, form>::Crosses()))::size;

 private:
  template <std::size_t... I> static Returned lifted(State& state, Caller& caller, [[maybe_unused]] const std::uint64_t* bits, std::index_sequence<I...>) {
    const Guest guest(caller);
    const auto run = [&] { return function(state, guest, Crossing<Parameters, form>::make(bits + begins[I])...); };
    if constexpr (std::is_void_v<R>) {
      run();
      return success();
    } else if constexpr (vm::detail::is_result<R>) {
      auto result = run();
      if (!result) return std::move(result).assume_error();
      if constexpr (std::is_void_v<typename Answer<R, form>::type>) return success();
      else {
        auto answer = answer_with<form>(state, std::move(result).assume_value());
        if constexpr (is_safe_point<R>) if (state.has_signals()) [[unlikely]] WASMER_CHECK(state.deliver(guest.again()));
        return answer;
      }
    } else {
      auto answer = answer_with<form>(state, run());
      if constexpr (is_safe_point<R>) if (state.has_signals()) [[unlikely]] WASMER_CHECK(state.deliver(guest.again()));
      return answer;
    }
  }

  /// Where the numbers of each parameter begin.
  static constexpr auto begins = [] {
    std::array<std::size_t, sizeof...(Parameters) + 1> at{};
    std::size_t parameter = 0;
    ((at[parameter + 1] = at[parameter] + Crossing<Parameters, form>::Crosses::size, ++parameter), ...);
    return at;
  }();
};

/// `__syscallN(number, where)` of fastcomp: the call's words lie in the program's memory.
template <auto function> struct OldSyscall {
  using Shape = vm::detail::ShapeOf<Result<std::int32_t>(Caller&, std::uint32_t, std::uint32_t)>;
  using Call = Lowered<function, Form::legal>;

  static Result<std::int32_t> call(void* pointer, Caller& caller, std::uint32_t /*number*/, std::uint32_t where) {
    State& state = *static_cast<State*>(pointer);
    std::uint64_t bits[Call::words + 1]{};
    const GuestMemory memory(caller.memory());
    for (std::size_t i = 0; i < Call::words; ++i) {
      const auto word = memory.load(GuestPointer<std::uint32_t>{static_cast<std::uint32_t>(where + 4 * i)});
      if (!word) return -state.number(Errno::fault);
      bits[i] = *word;
    }
    return Call::call_with(state, caller, bits);
  }
};

/// A call of WASI's own, on what the two ABIs share, as one of these calls. Its errno is positive, as WASI's are.
template <auto function, class Signature = decltype(function)> struct Shared;
template <auto function, class R, class S, class Memory, class... Parameters> struct Shared<function, R (*)(S&, Memory, Parameters...)> {
  static auto call(State& state, Guest guest, Parameters... parameters) {
    if constexpr (std::same_as<R, Expected<void>>) {
      const Expected<void> done = function(state.host(), guest, parameters...);
      return static_cast<std::int32_t>(done ? Errno::success : done.assume_error());
    } else {
      return function(state.host(), guest, parameters...);
    }
  }
};

}  // namespace wasmer::emscripten
