#pragma once
/// \file
/// What a generated module consists of, before its functions have bodies.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "bytes.hpp"
#include "random.hpp"
#include "rows.hpp"

namespace wasmer::fuzz {

struct Signature {
  std::vector<Type> params;
  std::vector<Type> results;
  bool operator==(const Signature&) const = default;
  /// Without references and vectors, which JavaScript cannot pass.
  bool is_for_all() const {
    for (const Type type : params) if (type < Type::f64) return false;
    for (const Type type : results) if (type < Type::f64) return false;
    return true;
  }
};

struct GlobalPlan {
  Type type;
  bool is_mutable;
};

/// The functions that the embedder provides as "env".NAME.
struct HostPlan {
  std::string_view name;
  Signature signature;
};

/// The sizes of a module's parts, its signatures and globals: what a body may refer to. The same for one state of the random numbers.
struct Plan {
  static constexpr std::uint32_t table_size = 24, small_table_size = 8, small_table_limit = 12, segment_bytes = 64, pages = 1, most_pages = 4;
  static constexpr std::uint32_t fuel_global = 3, fuel = 400;

  bool has_vectors, has_tail_calls, has_exceptions;
  const Rows& rows;                     ///< what bodies consist of
  std::vector<Type> numbers{Type::i32, Type::i64, Type::f32, Type::f64};  ///< and vectors, if there are some
  std::vector<Signature> types;         ///< the type section; grows with the types of blocks
  std::vector<std::uint32_t> functions;  ///< the type of each, imports first
  std::vector<bool> is_leaf;            ///< by function: calls nothing
  std::vector<std::uint32_t> elements;  ///< what the first table holds
  std::vector<GlobalPlan> globals;
  std::vector<std::uint32_t> tags;      ///< the type of each
  std::uint32_t imported_functions = 0;

  static const std::vector<HostPlan>& hosts() {
    using enum Type;
    static const std::vector<HostPlan> list{{"scramble", {{i32}, {i32}}}, {"scale", {{i64, f64}, {f64}}}, {"mix", {{i32, i64, f32, f64, i32, i32, i64, i32}, {i64}}}, {"note", {{}, {}}}};
    return list;
  }

  explicit Plan(Random& random) : has_vectors(random.chance(40)), has_tail_calls(random.chance(30)), has_exceptions(random.chance(20)), rows(has_vectors ? Rows::of_numbers_and_vectors() : Rows::of_numbers()) {
    for (const HostPlan& host : hosts()) functions.push_back(type(host.signature)), is_leaf.push_back(true);
    imported_functions = static_cast<std::uint32_t>(functions.size());
    const std::uint32_t count = 1 + random.below(5);
    for (std::uint32_t i = 0; i < count; ++i) {
      functions.push_back(type(signature(random)));
      is_leaf.push_back(random.chance(30));
    }
    for (std::uint32_t i = 0; i < table_size; ++i)
      if (random.chance(90)) elements.push_back(random.below(functions.size()));
    globals = {{Type::i32, true}, {Type::f64, true}, {Type::i64, false}, {Type::i32, true}};
    for (const Type number : numbers) globals.push_back({number, true});
    globals.push_back({Type::f32, false});
    if (has_vectors) globals.push_back({Type::v128, true}), numbers.push_back(Type::v128);
    globals.push_back({Type::funcref, true});
    for (std::uint32_t i = 0; has_exceptions && i < 3; ++i) {
      Signature carried;
      for (std::uint32_t count = i == 0 ? 0 : random.below(5); count != 0; --count) carried.params.push_back(any_type(random));
      tags.push_back(type(carried));
    }
  }

  /// The index of a type in the type section.
  std::uint32_t type(const Signature& signature) {
    for (std::uint32_t i = 0; i < types.size(); ++i)
      if (types[i] == signature) return i;
    types.push_back(signature);
    return static_cast<std::uint32_t>(types.size() - 1);
  }
  const Signature& signature_of(std::uint32_t function) const { return types[functions[function]]; }

  Type any_type(Random& random) const { return random.chance(4) ? Type::funcref : has_vectors && random.chance(5) ? Type::v128 : random.pick(numbers); }

  Signature signature(Random& random) const {
    Signature made;
    const std::uint32_t shape = random.below(20);
    const std::uint32_t params = shape == 0 ? 30 + random.below(20) : shape < 5 ? random.below(14) : random.below(5);
    const std::uint32_t results = shape == 1 ? random.below(20) : shape < 8 ? random.below(4) : 1;
    for (std::uint32_t i = 0; i < params; ++i) made.params.push_back(any_type(random));
    for (std::uint32_t i = 0; i < results; ++i) made.results.push_back(any_type(random));
    return made;
  }
};

}  // namespace wasmer::fuzz
