#include <cstdint>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// The first bytes of the memory, as text.
std::string begin_of_memory(const Guests& guests, std::size_t count) {
  return guests.agreed([&](const Guest& guest) { return std::string(reinterpret_cast<const char*>(guest.memory().data()), count); });
}

/// Arguments that are i32s with rubbish in their upper halves.
std::string call(const Guests& guests, const char* name, std::initializer_list<std::uint32_t> numbers) {
  std::vector<Value> arguments;
  for (const std::uint32_t number : numbers) arguments.push_back(dirty(number));
  return guests.call(name, arguments);
}

}  // namespace

TEST_CASE("memory.grow answers with the old size, or -1 beyond the maximum, and memory.size follows", "[singlepass]") {
  const Guests guests(R"((module (memory (export "memory") 1 3)
    (func (export "grow") (param i32) (result i32 i32) local.get 0 memory.grow memory.size)
    (func (export "size to a local") (param i32) (result i32) memory.size local.set 0 local.get 0)))");
  CHECK(call(guests, "grow", {0}) == "1 1");
  CHECK(call(guests, "grow", {1}) == "1 2");
  CHECK(call(guests, "grow", {2}) == "-1 2");
  CHECK(call(guests, "grow", {0xFFFF'FFFF}) == "-1 2");
  CHECK(call(guests, "size to a local", {9}) == "2");
}

TEST_CASE("memory.fill writes the lowest byte of its value, up to the memory's end and no farther", "[singlepass]") {
  const Guests guests(R"((module (memory (export "memory") 1) (data (i32.const 0) "abcdefgh")
    (func (export "fill") (param i32 i32 i32) local.get 0 local.get 1 local.get 2 memory.fill)))");
  CHECK(call(guests, "fill", {2, 0x1'78, 3}) == "");
  CHECK(begin_of_memory(guests, 8) == "abxxxfgh");
  CHECK(call(guests, "fill", {65535, 0, 1}) == "");
  CHECK(call(guests, "fill", {65536, 0, 0}) == "");
  CHECK(call(guests, "fill", {65537, 0, 0}) == "out of bounds memory access");
  CHECK(call(guests, "fill", {0, 0x79, 65537}) == "out of bounds memory access");
  CHECK(call(guests, "fill", {0xFFFF'FFFF, 0, 0xFFFF'FFFF}) == "out of bounds memory access");
  CHECK(begin_of_memory(guests, 8) == "abxxxfgh");
}

TEST_CASE("memory.copy reads all before it writes, in either direction", "[singlepass]") {
  const Guests guests(R"((module (memory (export "memory") 1) (data (i32.const 0) "abcdefgh")
    (func (export "copy") (param i32 i32 i32) local.get 0 local.get 1 local.get 2 memory.copy)))");
  CHECK(call(guests, "copy", {2, 0, 4}) == "");
  CHECK(begin_of_memory(guests, 8) == "ababcdgh");
  CHECK(call(guests, "copy", {1, 2, 4}) == "");
  CHECK(begin_of_memory(guests, 8) == "aabcddgh");
  CHECK(call(guests, "copy", {65536, 0, 0}) == "");
  CHECK(call(guests, "copy", {65535, 0, 2}) == "out of bounds memory access");
  CHECK(call(guests, "copy", {0, 65535, 2}) == "out of bounds memory access");
  CHECK(begin_of_memory(guests, 8) == "aabcddgh");
}

TEST_CASE("memory.init takes from its segment until that is dropped, and then nothing but nothing", "[singlepass]") {
  const Guests guests(R"((module (memory (export "memory") 1) (data $other "zz") (data $bytes "abcd")
    (func (export "init") (param i32 i32 i32) local.get 0 local.get 1 local.get 2 memory.init $bytes)
    (func (export "drop") data.drop $bytes)))");
  CHECK(call(guests, "init", {0, 1, 3}) == "");
  CHECK(begin_of_memory(guests, 3) == "bcd");
  CHECK(call(guests, "init", {0, 4, 0}) == "");
  CHECK(call(guests, "init", {0, 2, 3}) == "out of bounds memory access");
  CHECK(call(guests, "init", {65535, 0, 2}) == "out of bounds memory access");
  CHECK(guests.call("drop") == "");
  CHECK(guests.call("drop") == "");
  CHECK(call(guests, "init", {0, 0, 0}) == "");
  CHECK(call(guests, "init", {0, 0, 1}) == "out of bounds memory access");
  CHECK(begin_of_memory(guests, 3) == "bcd");
}

TEST_CASE("a table's elements are read and written within its bounds", "[singlepass]") {
  const Guests guests(R"((module (table $other 1 externref) (table $t 3 funcref) (elem (table $t) (i32.const 1) func $f) (func $f)
    (func (export "null") (param i32) (result i32) local.get 0 table.get $t ref.is_null)
    (func (export "set") (param i32 i32) local.get 0 local.get 1 table.get $t table.set $t)
    (func (export "constant") (result i32) i32.const 3 table.get $t ref.is_null)))");
  CHECK(call(guests, "null", {1}) == "0");
  CHECK(call(guests, "set", {2, 1}) == "");
  CHECK(call(guests, "null", {2}) == "0");
  CHECK(call(guests, "set", {1, 0}) == "");
  CHECK(call(guests, "null", {1}) == "1");
  for (const std::uint32_t beyond : {3u, 0x8000'0000u, 0xFFFF'FFFFu}) {
    CHECK(call(guests, "null", {beyond}) == "out of bounds table access");
    CHECK(call(guests, "set", {beyond, 0}) == "out of bounds table access");
  }
  CHECK(guests.call("constant") == "out of bounds table access");
}

TEST_CASE("table.grow fills what is new, and answers as memory.grow does", "[singlepass]") {
  const Guests guests(R"((module (table $t 1 4 funcref) (func $f) (elem declare func $f)
    (func (export "grow") (param i32) (result i32 i32) ref.func $f local.get 0 table.grow $t table.size $t)
    (func (export "null") (param i32) (result i32) local.get 0 table.get $t ref.is_null)))");
  CHECK(call(guests, "grow", {2}) == "1 3");
  CHECK(call(guests, "null", {0}) == "1");
  CHECK(call(guests, "null", {2}) == "0");
  CHECK(call(guests, "grow", {2}) == "-1 3");
  CHECK(call(guests, "grow", {0xFFFF'FFFF}) == "-1 3");
  CHECK(call(guests, "null", {3}) == "out of bounds table access");
}

TEST_CASE("tables are filled, copied and initialized in bounds or not at all", "[singlepass]") {
  const Guests guests(R"((module (table $a 4 funcref) (table $b 4 funcref) (elem $e func $f $f) (func $f)
    (func (export "fill") (param i32 i32) local.get 0 ref.func $f local.get 1 table.fill $a)
    (func (export "copy") (param i32 i32 i32) local.get 0 local.get 1 local.get 2 table.copy $b $a)
    (func (export "init") (param i32 i32 i32) local.get 0 local.get 1 local.get 2 table.init $b $e)
    (func (export "drop") elem.drop $e)
    (func $bit (param i32 i32) (result i32) local.get 0 i32.eqz local.get 1 i32.shl)
    (func (export "see") (result i32 i32)
      i32.const 0 table.get $a ref.is_null i32.const 0 call $bit i32.const 1 table.get $a ref.is_null i32.const 1 call $bit i32.or
      i32.const 2 table.get $a ref.is_null i32.const 2 call $bit i32.or i32.const 3 table.get $a ref.is_null i32.const 3 call $bit i32.or
      i32.const 0 table.get $b ref.is_null i32.const 0 call $bit i32.const 1 table.get $b ref.is_null i32.const 1 call $bit i32.or
      i32.const 2 table.get $b ref.is_null i32.const 2 call $bit i32.or i32.const 3 table.get $b ref.is_null i32.const 3 call $bit i32.or)))");
  CHECK(call(guests, "fill", {1, 2}) == "");
  CHECK(guests.call("see") == "6 0");
  CHECK(call(guests, "copy", {0, 2, 2}) == "");
  CHECK(guests.call("see") == "6 1");
  CHECK(call(guests, "init", {2, 1, 1}) == "");
  CHECK(guests.call("see") == "6 5");
  CHECK(call(guests, "fill", {3, 2}) == "out of bounds table access");
  CHECK(call(guests, "copy", {3, 0, 2}) == "out of bounds table access");
  CHECK(call(guests, "init", {0, 1, 2}) == "out of bounds table access");
  CHECK(guests.call("see") == "6 5");
  CHECK(guests.call("drop") == "");
  CHECK(call(guests, "init", {4, 0, 0}) == "");
  CHECK(call(guests, "init", {0, 0, 1}) == "out of bounds table access");
}

TEST_CASE("locals and operands outlive calls of the runtime", "[singlepass]") {
  const Guests guests(R"((module (memory (export "memory") 1) (table $t 2 funcref)
    (func (export "f") (param i32 i64 f32 f64) (result i32 i64 f32 f64 i64 i32 i32)
      local.get 1 i64.const 1 i64.add local.set 1
      local.get 0 local.get 1 local.get 2 local.get 3 local.get 1 i64.const 5 i64.mul
      i32.const 0 i32.const 65 local.get 0 memory.fill
      i32.const 8 i32.const 0 local.get 0 memory.copy
      i32.const 0 memory.grow
      ref.null func i32.const 1 table.grow $t)))");
  CHECK(guests.call("f", {dirty(4), Value(std::int64_t{6}), Value(0.5f), Value(0.25)}) == "4 7 0.5 0.25 35 1 2");
  CHECK(begin_of_memory(guests, 12) == std::string("AAAA\0\0\0\0AAAA", 12));
}

TEST_CASE("sizes of memories and tables with 64-bit addresses have 64 bits", "[singlepass]") {
  const Guests guests(R"((module (memory 1) (memory $m i64 1 3) (table $t i64 2 5 funcref)
    (func (export "memory") (param i64) (result i64 i64) (memory.grow $m (local.get 0)) (memory.size $m))
    (func (export "table") (param i64) (result i64 i64) (table.grow $t (ref.null func) (local.get 0)) (table.size $t))))");
  for (const char* const name : {"memory", "table"}) {
    const std::string size = name == std::string("memory") ? "1" : "2";
    for (const std::uint64_t delta : {std::uint64_t{0x1'0000'0000}, ~std::uint64_t{0}, std::uint64_t{1} << 48, ~std::uint64_t{0} - 1})
      CHECK(guests.call(name, {Value(delta)}) == "-1 " + size);
    CHECK(guests.call(name, {Value(std::int64_t{1})}) == size + (name == std::string("memory") ? " 2" : " 3"));
  }
}

TEST_CASE("bulk operations between memories of both address types take each address as wide as it is", "[singlepass]") {
  const Guests guests(R"((module (memory $a (export "memory") 1) (memory $b i64 1) (data $d "0123456789")
    (func (export "init") (param i64 i32 i32) (memory.init $b $d (local.get 0) (local.get 1) (local.get 2)))
    (func (export "fill") (param i64 i32 i64) (memory.fill $b (local.get 0) (local.get 1) (local.get 2)))
    (func (export "out") (param i32 i64 i32) (memory.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
    (func (export "in") (param i64 i32 i32) (memory.copy $b $a (local.get 0) (local.get 1) (local.get 2)))
    (func (export "within") (param i64 i64 i64) (memory.copy $b $b (local.get 0) (local.get 1) (local.get 2)))))");
  const auto wide = [](std::uint64_t value) { return Value(value); };
  const std::string out_of_bounds = "out of bounds memory access";
  CHECK(guests.call("init", {wide(100), dirty(2), dirty(5)}) == "");
  CHECK(guests.call("out", {dirty(0), wide(100), dirty(5)}) == "");
  CHECK(begin_of_memory(guests, 5) == "23456");
  CHECK(guests.call("fill", {wide(101), dirty('x'), wide(2)}) == "");
  CHECK(guests.call("within", {wide(103), wide(100), wide(2)}) == "");
  CHECK(guests.call("out", {dirty(0), wide(100), dirty(5)}) == "");
  CHECK(begin_of_memory(guests, 5) == "2xx2x");
  CHECK(guests.call("in", {wide(65535), dirty(3), dirty(1)}) == "");
  CHECK(guests.call("in", {wide(65535), dirty(3), dirty(2)}) == out_of_bounds);
  constexpr std::uint64_t four_gib = 0x1'0000'0000;
  CHECK(guests.call("out", {dirty(0), wide(four_gib), dirty(1)}) == out_of_bounds);
  CHECK(guests.call("init", {wide(four_gib), dirty(0), dirty(1)}) == out_of_bounds);
  CHECK(guests.call("fill", {wide(four_gib), dirty(0), wide(0)}) == out_of_bounds);
  CHECK(guests.call("fill", {wide(0), dirty(0), wide(four_gib)}) == out_of_bounds);
  CHECK(guests.call("within", {wide(1), wide(~std::uint64_t{0}), wide(2)}) == out_of_bounds);
  CHECK(guests.call("within", {wide(~std::uint64_t{0}), wide(1), wide(2)}) == out_of_bounds);
}

TEST_CASE("a table with 64-bit addresses is indexed with all of them", "[singlepass]") {
  const Guests guests(R"((module (table $a 4 funcref) (table $b i64 4 funcref) (type $t (func (result i32))) (func $f (type $t) i32.const 7) (elem $e func $f $f)
    (func (export "init") (param i64 i32 i32) (table.init $b $e (local.get 0) (local.get 1) (local.get 2)))
    (func (export "set") (param i64) (table.set $b (local.get 0) (ref.func $f)))
    (func (export "null") (param i64) (result i32) (ref.is_null (table.get $b (local.get 0))))
    (func (export "fill") (param i64 i64) (table.fill $b (local.get 0) (ref.func $f) (local.get 1)))
    (func (export "copy") (param i32 i64 i32) (table.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
    (func (export "narrow") (param i32) (result i32) (call_indirect $a (type $t) (local.get 0)))
    (func (export "call") (param i64) (result i32) (call_indirect $b (type $t) (local.get 0)))))");
  const auto wide = [](std::uint64_t value) { return Value(value); };
  constexpr std::uint64_t four_gib = 0x1'0000'0000;
  CHECK(guests.call("init", {wide(1), dirty(0), dirty(2)}) == "");
  CHECK(guests.call("call", {wide(2)}) == "7");
  CHECK(guests.call("call", {wide(four_gib + 2)}) == "undefined element");
  CHECK(guests.call("call", {wide(3)}) == "uninitialized element");
  CHECK(guests.call("null", {wide(2)}) == "0");
  CHECK(guests.call("null", {wide(four_gib + 2)}) == "out of bounds table access");
  CHECK(guests.call("set", {wide(four_gib)}) == "out of bounds table access");
  CHECK(guests.call("fill", {wide(four_gib), wide(0)}) == "out of bounds table access");
  CHECK(guests.call("fill", {wide(0), wide(four_gib)}) == "out of bounds table access");
  CHECK(guests.call("init", {wide(four_gib), dirty(0), dirty(1)}) == "out of bounds table access");
  CHECK(guests.call("copy", {dirty(0), wide(four_gib + 1), dirty(1)}) == "out of bounds table access");
  CHECK(guests.call("copy", {dirty(0), wide(1), dirty(2)}) == "");
  CHECK(guests.call("narrow", {dirty(1)}) == "7");
}

TEST_CASE("a memory or table of 64-bit addresses that no host has room for is refused with a limit's error", "[singlepass]") {
  CHECK(Guests("(module (memory i64 0x8000_0000_0000))").call("f") == "exhausted: out of memory: memory too large");
  CHECK(Guests("(module (memory i64 0x1_0000_0000_0000))").call("f") == "exhausted: out of memory: memory too large");
  CHECK(Guests("(module (table i64 0xFFFF_FFFF_FFFF_FFFF funcref))").call("f") == "exhausted: out of memory: table too large");
  CHECK(Guests("(module (memory i64 0x1_0000_0000_0001))").call("f").find("memory size must be at most") != std::string::npos);
}
