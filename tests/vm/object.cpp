#include <wasmer/vm/object.hpp>

#include <type_traits>

#include "../catch.hpp"

using namespace wasmer::vm;

// Plain data: what is cached on a disk is written and read row by row.
static_assert(std::is_aggregate_v<Object> && std::is_nothrow_move_constructible_v<Object>);
static_assert(std::is_trivially_copyable_v<Relocation> && std::is_trivially_copyable_v<TrapSite> && std::is_trivially_copyable_v<CallSite> &&
              std::is_trivially_copyable_v<FunctionRange>);
static_assert(TrapSite{}.kind == TrapSite::always && TrapSite{}.id == wasmer::ErrorId::unreachable && !FunctionRange{}.frameless);

TEST_CASE("a cleared object is empty, and keeps its memory for the next batch") {
  Object object;
  object.code.resize(1000);
  object.functions.resize(3), object.relocations.resize(4), object.traps.add({}), object.calls.resize(6);
  const std::byte* const memory = object.code.data();
  object.clear();
  CHECK(object.code.empty());
  CHECK(object.functions.empty());
  CHECK(object.relocations.empty());
  CHECK(object.traps.empty());
  CHECK(object.calls.empty());
  object.code.resize(1000);
  CHECK(object.code.data() == memory);
}
