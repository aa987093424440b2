#pragma once
/// \file
/// A random module, and calls of its exports: all of WebAssembly 2.0, tail calls and exceptions, valid by construction, ending soon, and the same for one seed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bytes.hpp"
#include "plan.hpp"
#include "random.hpp"
#include "statements.hpp"

namespace wasmer::fuzz {

/// A call of the export "f<function>" with arguments by their bits.
struct PlannedCall {
  std::uint32_t function;
  std::vector<Type> types;
  std::vector<std::uint64_t> arguments;
  std::vector<Type> results;
};

struct Program {
  std::vector<std::byte> bytes;
  std::vector<PlannedCall> calls;
};

namespace detail {

inline void value_types(Bytes& out, const std::vector<Type>& types) {
  out.unsigned_leb(types.size());
  for (const Type type : types) out.byte(static_cast<std::uint8_t>(type));
}

inline Bytes types_of(const Plan& plan) {
  Bytes out;
  out.unsigned_leb(plan.types.size());
  for (const Signature& signature : plan.types) out.byte(0x60), value_types(out, signature.params), value_types(out, signature.results);
  return out;
}

inline Bytes imports_of(const Plan& plan) {
  Bytes out;
  out.unsigned_leb(plan.imported_functions + 3);
  for (std::uint32_t i = 0; i < plan.imported_functions; ++i) {
    out.name("env"), out.name(Plan::hosts()[i].name);
    out.byte(0), out.unsigned_leb(plan.functions[i]);
  }
  const char* const names[] = {"counter", "factor", "salt"};
  for (std::uint32_t i = 0; i < 3; ++i) {
    out.name("env"), out.name(names[i]);
    out.byte(3), out.byte(static_cast<std::uint8_t>(plan.globals[i].type)), out.byte(plan.globals[i].is_mutable);
  }
  return out;
}

inline Bytes tables() {
  Bytes out;
  out.unsigned_leb(2);
  out.byte(0x70), out.byte(0), out.unsigned_leb(Plan::table_size);
  out.byte(0x70), out.byte(1), out.unsigned_leb(Plan::small_table_size), out.unsigned_leb(Plan::small_table_limit);
  return out;
}

inline Bytes tags_of(const Plan& plan) {
  Bytes out;
  out.unsigned_leb(plan.tags.size());
  for (const std::uint32_t type : plan.tags) out.byte(0), out.unsigned_leb(type);
  return out;
}

inline Bytes globals_of(const Plan& plan, Random& random) {
  Bytes out;
  out.unsigned_leb(plan.globals.size() - 3);
  for (std::size_t i = 3; i < plan.globals.size(); ++i) {
    const auto [type, is_mutable] = plan.globals[i];
    out.byte(static_cast<std::uint8_t>(type)), out.byte(is_mutable);
    switch (type) {
      case Type::i32: out.byte(0x41), out.signed_leb(static_cast<std::int32_t>(i == Plan::fuel_global ? Plan::fuel : random.integer())); break;
      case Type::i64: out.byte(0x42), out.signed_leb(static_cast<std::int64_t>(random.integer())); break;
      case Type::f32: out.byte(0x43), out.word(random.f32(), 4); break;
      case Type::f64: out.byte(0x44), out.word(random.f64(), 8); break;
      case Type::v128: out.byte(0xFD), out.byte(0x0C), out.word(random.integer(), 8), out.word(random.integer(), 8); break;
      case Type::funcref: out.byte(0xD0), out.byte(0x70); break;
    }
    out.byte(0x0B);
  }
  return out;
}

inline Bytes exports_of(const Plan& plan) {
  Bytes out, list;
  std::size_t count = 1;
  list.name("memory"), list.byte(2), list.unsigned_leb(0);
  for (auto i = plan.imported_functions; i < plan.functions.size(); ++i) {
    if (!plan.signature_of(i).is_for_all()) continue;
    list.name("f" + std::to_string(i)), list.byte(0), list.unsigned_leb(i), ++count;
  }
  for (std::uint32_t i = 0; i < plan.globals.size(); ++i) {
    if (plan.globals[i].type < Type::f64) continue;
    list.name("g" + std::to_string(i)), list.byte(3), list.unsigned_leb(i), ++count;
  }
  out.unsigned_leb(count), out.append(list);
  return out;
}

/// The first table's elements, a passive segment, and a declaration of all functions, so that any may be referred to.
inline Bytes elements_of(const Plan& plan) {
  Bytes out;
  out.unsigned_leb(3);
  out.byte(0), out.byte(0x41), out.byte(0), out.byte(0x0B);
  out.unsigned_leb(plan.elements.size());
  for (const std::uint32_t function : plan.elements) out.unsigned_leb(function);
  out.byte(1), out.byte(0), out.unsigned_leb(5);
  for (std::uint32_t i = 0; i < 5; ++i) out.unsigned_leb(i % plan.functions.size());
  out.byte(3), out.byte(0), out.unsigned_leb(plan.functions.size());
  for (std::uint32_t i = 0; i < plan.functions.size(); ++i) out.unsigned_leb(i);
  return out;
}

inline Bytes data_of(Random& random) {
  Bytes out;
  out.unsigned_leb(2);
  out.byte(1), out.unsigned_leb(Plan::segment_bytes);
  for (std::uint32_t i = 0; i < Plan::segment_bytes; ++i) out.byte(random.next());
  out.byte(0), out.byte(0x41), out.signed_leb(16), out.byte(0x0B), out.unsigned_leb(256);
  for (std::uint32_t i = 0; i < 256; ++i) out.byte(random.next());
  return out;
}

}  // namespace detail

/// The program of a seed.
inline Program generate(std::uint64_t seed) {
  Random random(seed);
  Plan plan(random);
  const auto defined = static_cast<std::uint32_t>(plan.functions.size()) - plan.imported_functions;

  Bytes code;
  code.unsigned_leb(defined);
  for (std::uint32_t i = 0; i < defined; ++i) code.sized(Statements(random, plan, plan.imported_functions + i).run());

  Bytes functions, memories, data_count, module;
  functions.unsigned_leb(defined);
  for (std::uint32_t i = 0; i < defined; ++i) functions.unsigned_leb(plan.functions[plan.imported_functions + i]);
  memories.unsigned_leb(1), memories.byte(1), memories.unsigned_leb(Plan::pages), memories.unsigned_leb(Plan::most_pages);
  data_count.unsigned_leb(2);

  module.word(0x6D73'6100, 4), module.word(1, 4);
  module.section(1, detail::types_of(plan));
  module.section(2, detail::imports_of(plan));
  module.section(3, functions);
  module.section(4, detail::tables());
  module.section(5, memories);
  if (!plan.tags.empty()) module.section(13, detail::tags_of(plan));
  module.section(6, detail::globals_of(plan, random));
  module.section(7, detail::exports_of(plan));
  module.section(9, detail::elements_of(plan));
  module.section(12, data_count);
  module.section(10, code);
  module.section(11, detail::data_of(random));

  Program program{module.take(), {}};
  for (std::uint32_t round = 0; round < 3; ++round)
    for (auto i = plan.imported_functions; i < plan.functions.size(); ++i) {
      if (!plan.signature_of(i).is_for_all()) continue;
      PlannedCall call{i, plan.signature_of(i).params, {}, plan.signature_of(i).results};
      for (const Type type : call.types)
        call.arguments.push_back(type == Type::i32   ? random.integer() & 0xFFFF'FFFF
                                 : type == Type::i64 ? random.integer()
                                 : type == Type::f32 ? random.f32()
                                                     : random.f64());
      program.calls.push_back(std::move(call));
    }
  return program;
}

}  // namespace wasmer::fuzz
