#include <wasmer/vm/bounds.hpp>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;
using vm::has_guard_pages;

namespace {
constexpr MemoryType ordinary{};
constexpr MemoryType wide{{0, {}, AddressType::i64}, false, 16};
constexpr MemoryType bytewise{{}, false, 0};
}  // namespace

static_assert(has_guard_pages(ordinary, Bounds::guard_pages) && !has_guard_pages(ordinary, Bounds::explicit_));
static_assert(!has_guard_pages(wide, Bounds::guard_pages), "64 bits reach further than any reservation");
static_assert(!has_guard_pages(bytewise, Bounds::guard_pages), "a memory may end in the middle of a system page");
static_assert(vm::guarded_offset <= 0x8000'0000, "a 32-bit displacement, which is signed, reaches what needs no check");

TEST_CASE("an access whose offset is as large as can go unchecked, or larger, is out of bounds and no more") {
  for (const Bounds bounds : {Bounds::guard_pages, Bounds::explicit_}) {
    for (const std::string_view offset : {"0x7FFFFFFC", "0x7FFFFFFD", "0x80000000", "0xFFFFFFFF"}) {
      Store store;
      const auto code = tests::compile(
          "(module (memory 1) (func (export \"f\") (param i32) (result i32) (i32.load offset=" + std::string(offset) + " (local.get 0))))", bounds);
      const auto load = vm::Instantiation::run(store, code, {}).value()->function<std::int32_t(std::uint32_t)>("f").value();
      INFO(offset);
      for (const std::uint32_t index : {0u, 0x8000'0000u, 0xFFFF'FFFFu}) CHECK(load(index).error().id() == ErrorId::out_of_bounds_memory_access);
    }
  }
}
