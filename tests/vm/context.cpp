#include <wasmer/vm/context.hpp>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"

using namespace wasmer;
using vm::Context, vm::ContextLayout, vm::GlobalAccess;

// What code is built from is where the fields are.
static_assert(std::is_standard_layout_v<Context> && std::is_standard_layout_v<vm::FuncRef>);
static_assert(offsetof(Context, stack_limit) == vm::offset::stack_limit && offsetof(Context, memory) == vm::offset::memory_base);
static_assert(offsetof(Context, memory) + offsetof(vm::MemoryView, length) == vm::offset::memory_length);
static_assert(offsetof(Context, libcalls) == vm::offset::libcalls && offsetof(Context, store) == vm::offset::store &&
              offsetof(Context, instance) == vm::offset::instance);
static_assert(offsetof(vm::FuncRef, entry) == vm::offset::func_ref_entry && offsetof(vm::FuncRef, context) == vm::offset::func_ref_context);
static_assert(offsetof(vm::FuncRef, type) == vm::offset::func_ref_type);
static_assert(offsetof(vm::ImportedFunction, entry) == vm::offset::import_entry &&
              offsetof(vm::ImportedFunction, context) == vm::offset::import_context);
static_assert(offsetof(vm::MemoryView, base) == vm::offset::view_pointer && offsetof(vm::MemoryView, length) == vm::offset::view_length);
static_assert(offsetof(vm::TableView, elements) == vm::offset::view_pointer && offsetof(vm::TableView, size) == vm::offset::view_length);
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free, "code compares with it as with a plain word");
static_assert(vm::no_trap >= error_infos.size());

namespace {

Module module_of(std::string_view text) { return parse(wat(text).value(), Features::all()).value(); }

std::uint32_t words(std::string_view type) {
  const Module module = module_of("(module (type (func " + std::string(type) + ")))");
  return ContextLayout::argument_words(module.types[0].function);
}

}  // namespace

TEST_CASE("an empty module's context is its head") {
  const ContextLayout layout{Module()};
  CHECK(layout.size() == sizeof(Context));
  CHECK(layout.words_below() == 0);
}

TEST_CASE("the fields of a context are aligned, and none lies in another") {
  const Module module = module_of(R"((module (type (func)) (type (func (param i32)))
    (import "" "f" (func)) (import "" "g" (func)) (import "" "a" (global (mut v128))) (import "" "b" (global v128)) (import "" "c" (global (mut i32)))
    (global i32 (i32.const 0)) (global (mut v128) (v128.const i64x2 0 0)) (global f32 (f32.const 0))
    (table 1 funcref) (table 1 externref) (memory 1) (memory 1) (memory 1)))");
  const ContextLayout layout(module);
  std::vector<std::pair<std::int32_t, std::int32_t>> fields;  // {offset, bytes}, each aligned to as much
  for (std::uint32_t i = 0; i < module.globals.size(); ++i) {
    const bool is_whole_vector = ContextLayout::access(module, i) == GlobalAccess::inline_ && module.globals[i].type.value.is_vector();
    fields.emplace_back(layout.global(i), is_whole_vector ? 16 : 8);
    CHECK(layout.global(i) % fields.back().second == 0);
  }
  for (std::uint32_t i = 0; i < 2; ++i) fields.emplace_back(layout.table(i), sizeof(vm::TableView));
  for (std::uint32_t i = 1; i < 3; ++i) fields.emplace_back(layout.memory(i), sizeof(vm::MemoryView));
  for (std::uint32_t i = 0; i < 2; ++i) fields.emplace_back(layout.import(i), sizeof(vm::ImportedFunction));
  for (std::uint32_t i = 0; i < 2; ++i) fields.emplace_back(layout.type_id(i), sizeof(std::uint32_t));
  std::ranges::sort(fields);
  std::int32_t end = vm::offset::fields;
  for (const auto& [at, bytes] : fields) {
    CHECK(at >= end);
    CHECK(at % std::min(bytes, 8) == 0);
    end = at + bytes;
  }
  CHECK(static_cast<std::int32_t>(layout.size()) >= end);
  CHECK(layout.size() % 16 == 0);
}

TEST_CASE("memory 0 is in the head") { CHECK(ContextLayout(module_of("(module (memory 1) (memory 1))")).memory(0) == vm::offset::memory_base); }

TEST_CASE("a global stands in the context itself, unless it is imported and mutable") {
  const Module module =
      module_of("(module (import \"\" \"a\" (global (mut i32))) (import \"\" \"b\" (global i32)) (global (mut i32) (i32.const 0)))");
  CHECK(ContextLayout::access(module, 0) == GlobalAccess::indirect);
  CHECK(ContextLayout::access(module, 1) == GlobalAccess::inline_);
  CHECK(ContextLayout::access(module, 2) == GlobalAccess::inline_);
}

TEST_CASE("arguments beyond five integers and eight floats take a word each, vectors two") {
  CHECK(words("(param i32 i64 i32 i64 funcref)") == 0);
  CHECK(words("(param i32 i64 i32 i64 funcref externref)") == 1);
  CHECK(words("(param f32 f64 f32 f64 f32 f64 f32 v128)") == 0);
  CHECK(words("(param f32 f64 f32 f64 f32 f64 f32 v128 f32)") == 1);
  CHECK(words("(param f32 f64 f32 f64 f32 f64 f32 v128 v128)") == 2);
  CHECK(words("(param i32 i32 i32 i32 i32) (result i32)") == 0);
  CHECK(words("(param i32 i32 i32 i32 i32) (result i32 i32)") == 1);  // a register points to the second result
}

TEST_CASE("below a context there is room for the longest arguments that its module knows") {
  const ContextLayout layout(module_of("(module (type (func (param i32 i32 i32 i32 i32 i32 i32))) (type (func)) (type (struct (field i32))))"));
  CHECK(layout.words_below() == 2);
}
