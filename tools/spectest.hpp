#pragma once
/// \file
/// The module "spectest" that the official test suite imports from.

#include <cstdint>
#include <memory>

#include <wasmer/error.hpp>
#include <wasmer/imports.hpp>
#include <wasmer/vm/bounds.hpp>
#include <wasmer/vm/global.hpp>
#include <wasmer/vm/memory.hpp>
#include <wasmer/vm/table.hpp>
#include <wasmer/vm/value.hpp>
#include <wasmer/wasm/features.hpp>

namespace wasmer::tools {

/// What spectest exports, made afresh. Its functions print nothing: a script's output is its result.
inline Result<Imports> spectest(Features features, Bounds bounds) {
  const auto global = [](const Value& value) { return vm::Global::create({.value = value.type(), .is_mutable = false}, value); };
  Imports imports{
      {"spectest", "print", [] {}},
      {"spectest", "print_i32", [](std::int32_t) {}},
      {"spectest", "print_i64", [](std::int64_t) {}},
      {"spectest", "print_f32", [](float) {}},
      {"spectest", "print_f64", [](double) {}},
      {"spectest", "print_i32_f32", [](std::int32_t, float) {}},
      {"spectest", "print_f64_f64", [](double, double) {}},
      {"spectest", "global_i32", global(std::int32_t{666})},
      {"spectest", "global_i64", global(std::int64_t{666})},
      {"spectest", "global_f32", global(666.6f)},
      {"spectest", "global_f64", global(666.6)},
  };
  const auto add_table = [&](const char* name, AddressType address) -> Result<void> {
    WASMER_TRY(auto table, vm::Table::create({.element = funcref, .limits = {.minimum = 10, .maximum = 20, .address = address}}));
    imports.add("spectest", name, std::move(table));
    return success();
  };
  const auto add_memory = [&](const char* name, bool shared) -> Result<void> {
    WASMER_TRY(auto memory, vm::Memory::create({.limits = {.minimum = 1, .maximum = 2, .address = AddressType::i32}, .shared = shared}, bounds));
    imports.add("spectest", name, std::move(memory));
    return success();
  };
  WASMER_CHECK(add_table("table", AddressType::i32));
  WASMER_CHECK(add_memory("memory", false));
  if (features.has(Proposal::memory64)) WASMER_CHECK(add_table("table64", AddressType::i64));
  if (features.has(Proposal::threads)) WASMER_CHECK(add_memory("shared_memory", true));
  return imports;
}

}  // namespace wasmer::tools
