#pragma once
/// \file
/// C++ types as WebAssembly types: which one stands for which, in what form the C ABI passes it, and where each argument of a call goes.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include <wasmer/error.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer::vm {

/// A vector as the C ABI passes it in one register.
using Vector = std::uint8_t __attribute__((vector_size(16)));

namespace detail {
template <class T> consteval ValueType value_type_of() {
  if constexpr (std::is_enum_v<T>) return value_type_of<std::underlying_type_t<T>>();
  else if constexpr (std::integral<T> && sizeof(T) <= 4) return ValueType::i32;
  else if constexpr (std::integral<T> && sizeof(T) == 8) return ValueType::i64;
  else if constexpr (std::same_as<T, float>) return ValueType::f32;
  else if constexpr (std::same_as<T, double>) return ValueType::f64;
  else if constexpr (std::same_as<T, V128>) return ValueType::v128;
  else if constexpr (std::same_as<T, ExternRef>) return externref;
  else if constexpr (std::same_as<T, const FuncRef*>) return funcref;
  else return ValueType::bottom;
}
}  // namespace detail

/// The WebAssembly type that a C++ type stands for; `bottom` when it stands for none.
template <class T> inline constexpr ValueType value_type_of = detail::value_type_of<std::remove_cvref_t<T>>();

/// A C++ type that a guest's function can take or give: integers and enums of up to 64 bits, float, double, V128, ExternRef, const FuncRef*.
template <class T>
concept Native = value_type_of<T> != ValueType(ValueType::bottom);

/// The C type that carries T across the border.
template <Native T> using carrier_t = std::conditional_t<value_type_of<T> == ValueType(ValueType::i32), std::uint32_t,
    std::conditional_t<value_type_of<T> == ValueType(ValueType::f32), float,
    std::conditional_t<value_type_of<T> == ValueType(ValueType::f64), double,
    std::conditional_t<value_type_of<T> == ValueType(ValueType::v128), Vector, std::uint64_t>>>>;

template <Native T> constexpr carrier_t<T> to_carrier(const T& value) {
  if constexpr (std::same_as<T, V128>) return std::bit_cast<Vector>(value);
  else if constexpr (std::same_as<T, ExternRef>) return value.value;
  else if constexpr (std::is_pointer_v<T>) return reinterpret_cast<std::uint64_t>(value);
  else return static_cast<carrier_t<T>>(value);
}
template <Native T> constexpr T from_carrier(carrier_t<T> carrier) {
  if constexpr (std::same_as<T, V128>) return std::bit_cast<V128>(carrier);
  else if constexpr (std::same_as<T, ExternRef>) return ExternRef{carrier};
  else if constexpr (std::is_pointer_v<T>) return reinterpret_cast<T>(carrier);
  else return static_cast<T>(carrier);
}

/// Words that a value takes below a context or among the further results.
constexpr std::uint32_t words_of(ValueType type) { return type.is_vector() ? 2 : 1; }

/// Where one argument of a call goes.
struct ArgumentPlace {
  enum Kind : std::uint8_t { integer, floating, below } kind = below;
  std::uint32_t index = 0;  ///< of the register, context and `rest` not counted; or the word below the context where the bytes start, 1 being the nearest
};

/// Gives out the places of a call's arguments, in order (the contract of context.hpp).
class ArgumentPlaces {
 public:
  constexpr explicit ArgumentPlaces(std::size_t results) : integer_count_(results > 1 ? 4 : 5) {}
  constexpr ArgumentPlace next(ValueType type) {
    const bool is_float = type == ValueType::f32 || type == ValueType::f64 || type.is_vector();
    if (is_float && floats_ < 8) return {ArgumentPlace::floating, floats_++};
    if (!is_float && integers_ < integer_count_) return {ArgumentPlace::integer, integers_++};
    words_ += words_of(type);
    return {ArgumentPlace::below, words_};
  }
  /// Words below the context that have been given out.
  constexpr std::uint32_t words() const { return words_; }

 private:
  std::uint32_t integer_count_, integers_ = 0, floats_ = 0, words_ = 0;
};

/// Where the bytes of an argument below `context` start.
inline std::byte* argument_below(const Context* context, std::uint32_t index) {
  return reinterpret_cast<std::byte*>(const_cast<Context*>(context)) - index * sizeof(std::uint64_t);
}

/// What a function gives back, as a list of C++ types: nothing, one value, or those of a tuple, pair or array.
template <class R> struct ResultTypes { using type = std::tuple<R>; };
template <> struct ResultTypes<void> { using type = std::tuple<>; };
template <class R> requires requires { std::tuple_size<R>::value; }
struct ResultTypes<R> {
  template <std::size_t... I> static std::tuple<std::tuple_element_t<I, R>...> list(std::index_sequence<I...>);
  using type = decltype(list(std::make_index_sequence<std::tuple_size_v<R>>{}));
};
template <class R> using results_t = typename ResultTypes<R>::type;

/// A signature whose parts are known while compiling: `results` and `params` are the WebAssembly types.
struct Signature {
  std::span<const ValueType> params, results;
  friend bool operator==(const Signature& signature, const FunctionType& type) {
    return std::ranges::equal(signature.params, type.params()) && std::ranges::equal(signature.results, type.results());
  }
};

/// All that follows from a C++ signature.
template <class R, class... Args> struct Call;
template <class R, Native... Args> struct Call<R, Args...> {
  using Results = results_t<R>;
  using Arguments = std::tuple<std::remove_cvref_t<Args>...>;
  static constexpr std::size_t result_count = std::tuple_size_v<Results>;
  static constexpr auto params = std::array<ValueType, sizeof...(Args)>{value_type_of<Args>...};
  static constexpr auto results = []<class... T>(std::type_identity<std::tuple<T...>>) {
    static_assert((... && Native<T>), "a result's type stands for no WebAssembly type");
    return std::array<ValueType, sizeof...(T)>{value_type_of<T>...};
  }(std::type_identity<Results>{});
  static constexpr auto places = [] {
    std::array<ArgumentPlace, sizeof...(Args)> all{};
    ArgumentPlaces given(result_count);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = given.next(params[i]);
    return all;
  }();
  static constexpr std::size_t in_registers = [] {
    std::size_t count = 0;
    for (const ArgumentPlace place : places) count += place.kind != ArgumentPlace::below;
    return count;
  }();
  /// Indices of the arguments that travel in registers, in order.
  static constexpr auto register_arguments = [] {
    std::array<std::size_t, in_registers> chosen{};
    for (std::size_t i = 0, n = 0; i < places.size(); ++i)
      if (places[i].kind != ArgumentPlace::below) chosen[n++] = i;
    return chosen;
  }();
  /// Word, counted from `rest`, where result `i` >= 1 is stored; for the number of results, how many words there are.
  static constexpr std::uint32_t rest_word(std::size_t i) {
    std::uint32_t words = 0;
    for (std::size_t n = 1; n < i; ++n) words += words_of(results[n]);
    return words;
  }
  static constexpr Signature signature() { return {params, results}; }
  template <std::size_t I> using argument_t = std::tuple_element_t<I, Arguments>;
};

}  // namespace wasmer::vm
