#include <wasmer/backend/singlepass/atomic.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../execute.hpp"

using namespace wasmer;
using namespace wasmer::tests;

using singlepass::atomic_operation, singlepass::atomic_size;
static_assert(atomic_operation(Op::i32_atomic_rmw8_add_u) == "add" && atomic_operation(Op::i64_atomic_load) == "load");
static_assert(atomic_size(Op::i64_atomic_rmw32_xor_u) == 4 && atomic_size(Op::i32_atomic_store) == 4 && atomic_size(Op::i64_atomic_load) == 8);

namespace {

/// How a memory is declared, how it is addressed, and what its accesses name it.
struct Place {
  const char* memories;
  const char* address;
  const char* name;
};
constexpr Place places[] = {
    {"(memory (export \"memory\") 1 2)", "i32", ""},
    {"(memory (export \"memory\") 1 2 shared)", "i32", ""},
    {"(memory (export \"memory\") i64 1 2 shared)", "i64", ""},
    {"(memory 1) (memory (export \"memory\") 1 2 shared)", "i32", " 1"},
    {"(memory 1) (memory (export \"memory\") 1 2)", "i32", " 1"},
    {"(memory (export \"memory\") 65536 131072 shared (pagesize 1))", "i32", ""},
};
struct Width {
  const char* type;
  const char* size;  ///< as it stands in the instruction's text
  unsigned bytes;
  std::string suffix() const { return *size == 0 ? "" : "_u"; }
  Value value(std::uint64_t bits) const { return std::string_view(type) == "i32" ? Value(static_cast<std::uint32_t>(bits)) : Value(bits); }
  std::uint64_t cut(std::uint64_t bits) const { return bytes == 8 ? bits : bits & ((std::uint64_t{1} << 8 * bytes) - 1); }
  std::string constant(std::uint64_t bits) const {
    return "(" + std::string(type) + ".const " + to_words(value(bits)) + ")";
  }
};
constexpr Width all_widths[] = {{"i32", "", 4}, {"i32", "8", 1}, {"i32", "16", 2}, {"i64", "", 8}, {"i64", "8", 1}, {"i64", "16", 2}, {"i64", "32", 4}};
constexpr const char* operations[] = {"add", "sub", "and", "or", "xor", "xchg"};
constexpr std::uint64_t numbers[] = {0, 1, 0x7F, 0x1234'5678'9ABC'DEF0, 0xFFFF'FFFF, 0x8000'0000'8000'8080, ~std::uint64_t{0}};
constexpr std::uint32_t cell = 1000;

std::uint64_t apply(std::string_view operation, std::uint64_t old, std::uint64_t value) {
  if (operation == "add") return old + value;
  if (operation == "sub") return old - value;
  if (operation == "and") return old & value;
  if (operation == "or") return old | value;
  return operation == "xor" ? old ^ value : value;
}
Value address(const Place& place, std::uint64_t at) { return place.address == std::string_view("i32") ? dirty(static_cast<std::uint32_t>(at)) : Value(at); }
std::string words(const Width& width, std::uint64_t result) { return to_words(std::vector<Value>{width.value(result)}); }

/// Functions that give what they take, in the register of all results.
std::string identities(const Place& place) {
  std::string text;
  for (const std::string name : {"one", "i32", "i64"}) {
    const std::string type = name == "one" ? place.address : name;
    text += "(func $" + name + " (param " + type + ") (result " + type + ") (local.get 0))\n";
  }
  return text;
}

/// Sixteen bytes around the cell, to see that no access does more than it shall.
struct Cell {
  std::uint64_t value, next;
  bool operator==(const Cell&) const = default;
};
Cell read(const Guest& guest) {
  Cell now;
  std::memcpy(&now, guest.memory().data() + cell, sizeof now);
  return now;
}
void write(const Guest& guest, Cell now) { std::memcpy(guest.memory().data() + cell, &now, sizeof now); }

/// What a call gives and leaves in a cell that held `before`.
std::string act(const Guests& guests, const std::string& name, std::vector<Value> arguments, std::uint64_t before) {
  return guests.agreed([&](const Guest& guest) {
    write(guest, {before, 0x5555'5555'5555'5555});
    std::string text = to_words(guest.call(name, arguments));
    const Cell after = read(guest);
    return text + " leaves " + std::to_string(after.value) + (after.next == 0x5555'5555'5555'5555 ? "" : " and more");
  });
}
std::string leaves(const Width& width, std::uint64_t before, std::uint64_t after) {
  return " leaves " + std::to_string((before & ~width.cut(~std::uint64_t{0})) | width.cut(after));
}

}  // namespace

TEST_CASE("atomic loads and stores touch their bytes and extend with zeros", "[singlepass]") {
  for (const Place& place : places) {
    std::string module = "(module " + std::string(place.memories);
    for (const Width& width : all_widths) {
      const std::string type = width.type, name = type + width.size, address_type = place.address;
      const std::string load = "(" + type + ".atomic.load" + width.size + width.suffix() + place.name;
      const std::string store = "(" + type + ".atomic.store" + width.size + place.name;
      const std::string fixed = " (" + address_type + ".const 1000) ";
      module += "(func (export \"load " + name + "\") (param " + address_type + ") (result " + type + ") " + load + " offset=200 (local.get 0)))\n";
      module += "(func (export \"store " + name + "\") (param " + address_type + " " + type + ") " + store + " offset=200 (local.get 0) (local.get 1)))\n";
      module += "(func (export \"constant " + name + "\") (param " + address_type + ") (result " + type + ") ";
      module += store + fixed + width.constant(numbers[3]) + ") " + load + fixed + "))\n";
    }
    const Guests guests(module + ")");
    for (const Width& width : all_widths)
      for (const std::uint64_t value : numbers) {
        const std::string name = std::string(width.type) + width.size;
        CHECK(act(guests, "load " + name, {address(place, cell - 200)}, value) == words(width, width.cut(value)) + " leaves " + std::to_string(value));
        CHECK(act(guests, "store " + name, {address(place, cell - 200), width.value(value)}, ~value) == leaves(width, ~value, value));
        CHECK(act(guests, "constant " + name, {address(place, 0)}, value) == words(width, width.cut(numbers[3])) + leaves(width, value, numbers[3]));
      }
  }
}

TEST_CASE("what reads and writes at once gives the old value and leaves the new one", "[singlepass]") {
  for (const Place& place : places) {
    std::string module = "(module " + std::string(place.memories);
    for (const Width& width : all_widths)
      for (const char* operation : operations) {
        const std::string type = width.type, name = std::string(operation) + " " + type + width.size;
        const std::string text = type + ".atomic.rmw" + width.size + "." + operation + width.suffix() + place.name + " offset=8";
        const std::string params = "(param " + std::string(place.address) + " " + type + ") (result " + type + ")";
        const std::string dropped = "(drop (" + text + " (local.get 0) ";
        module += "(func (export \"" + name + "\") " + params + " (" + text + " (local.get 0) (local.get 1)))\n";
        module += "(func (export \"" + name + " dropped\") " + params + dropped + "(local.get 1))) (local.get 1))\n";
        module += "(func (export \"" + name + " constant\") " + params + dropped + width.constant(numbers[3]) + ")) ";
        module += "(" + text + " (local.get 0) " + width.constant(numbers[1]) + "))\n";
        // rax is taken: the results of calls are there.
        module += "(func (export \"" + name + " busy\") " + params + " (call $one (local.get 0)) (call $" + type + " (local.get 1)) " + text + ")\n";
      }
    const Guests guests(module + identities(place) + ")");
    for (const Width& width : all_widths)
      for (const char* operation : operations)
        for (const std::uint64_t value : numbers) {
          const std::uint64_t old = 0x8765'4321'F0F0'8001;
          const std::string name = std::string(operation) + " " + width.type + width.size;
          const auto after = [&](std::uint64_t operand) { return apply(operation, old, operand); };
          const std::vector<Value> arguments{address(place, cell - 8), width.value(value)};
          CHECK(act(guests, name, arguments, old) == words(width, width.cut(old)) + leaves(width, old, after(value)));
          CHECK(act(guests, name + " busy", arguments, old) == words(width, width.cut(old)) + leaves(width, old, after(value)));
          CHECK(act(guests, name + " dropped", arguments, old) == words(width, value) + leaves(width, old, after(value)));
          const std::uint64_t middle = (old & ~width.cut(~std::uint64_t{0})) | width.cut(after(numbers[3]));
          const std::string last = leaves(width, middle, apply(operation, middle, numbers[1]));
          CHECK(act(guests, name + " constant", arguments, old) == words(width, width.cut(middle)) + last);
        }
  }
}

TEST_CASE("a compare-and-exchange compares as many bytes as it writes", "[singlepass]") {
  for (const Place& place : places) {
    std::string module = "(module " + std::string(place.memories);
    for (const Width& width : all_widths) {
      const std::string type = width.type, text = type + ".atomic.rmw" + width.size + ".cmpxchg" + width.suffix() + place.name;
      const std::string params = "(param " + std::string(place.address) + " " + type + " " + type + ") (result " + type + ")";
      module += "(func (export \"" + type + width.size + "\") " + params + " (" + text + " (local.get 0) (local.get 1) (local.get 2)))\n";
      module += "(func (export \"" + type + width.size + " busy\") " + params;
      module += " (call $one (local.get 0)) (call $" + type + " (local.get 1)) (call $" + type + " (local.get 2)) " + text + ")\n";
      module += "(func (export \"" + type + width.size + " same\") " + params + " (" + text + " (local.get 0) (local.get 1) (local.get 1)))\n";
    }
    const Guests guests(module + identities(place) + ")");
    for (const Width& width : all_widths)
      for (const std::uint64_t old : numbers)
        for (const std::uint64_t expected : {old, old ^ 1, old ^ 0x100, old ^ 0x1'0000, old ^ 0x1'0000'0000}) {
          const std::string name = std::string(width.type) + width.size;
          const std::uint64_t replacement = 0x0123'4567'89AB'CDEF;
          const bool equal = width.cut(old) == width.cut(expected);
          const std::vector<Value> arguments{address(place, cell), width.value(expected), width.value(replacement)};
          const std::string result = words(width, width.cut(old)) + leaves(width, old, equal ? replacement : old);
          CHECK(act(guests, name, arguments, old) == result);
          CHECK(act(guests, name + " busy", arguments, old) == result);
          CHECK(act(guests, name + " same", arguments, old) == words(width, width.cut(old)) + " leaves " + std::to_string(old));
        }
  }
}

TEST_CASE("atomic accesses trap where they are not aligned, and else where they are out of bounds", "[singlepass]") {
  for (const Place& place : places) {
    const std::string type = place.address, name = place.name;
    const std::string params = "(param " + type + ") ";
    const Guests guests("(module " + std::string(place.memories) +
                        "(func (export \"load\") " + params + "(result i64) (i64.atomic.load" + name + " (local.get 0)))"
                        "(func (export \"offset\") " + params + "(result i64) (i64.atomic.load" + name + " offset=4 (local.get 0)))"
                        "(func (export \"store\") " + params + "(i32.atomic.store16" + name + " (local.get 0) (i32.const 1)))"
                        "(func (export \"add\") " + params + "(result i32) (i32.atomic.rmw.add" + name + " offset=4 (local.get 0) (i32.const 1)))"
                        "(func (export \"dropped\") " + params + "(drop (i32.atomic.rmw.add" + name + " (local.get 0) (i32.const 1))))"
                        "(func (export \"or\") " + params + "(result i32) (i32.atomic.rmw.or" + name + " (local.get 0) (i32.const 1)))"
                        "(func (export \"cmpxchg\") " + params + "(result i32) (i32.atomic.rmw.cmpxchg" + name + " (local.get 0) (i32.const 1) (i32.const 1)))"
                        "(func (export \"constant\") " + params + "(result i32) (i32.atomic.load" + name + " offset=3 (" + type + ".const 2)))"
                        "(func (export \"far\") " + params + "(result i32) (i32.atomic.load" + name + " offset=0xfffffffc (local.get 0)))"
                        "(func (export \"byte\") " + params + "(result i32) (i32.atomic.rmw8.xchg_u" + name + " (local.get 0) (i32.const 1))))");
    const auto call = [&](const char* export_name, std::uint64_t at) { return guests.call(export_name, {address(place, at)}); };
    const std::string unaligned = "unaligned atomic", outside = "out of bounds memory access";
    CHECK(call("load", 4) == unaligned);
    CHECK(call("load", 65528) == "0");
    CHECK(call("load", 65536) == outside);
    CHECK(call("load", 65532) == unaligned);
    CHECK(call("offset", 4) == "0");
    CHECK(call("offset", 8) == unaligned);
    CHECK(call("offset", 65532) == outside);
    CHECK(call("store", 1) == unaligned);
    CHECK(call("store", 65536) == outside);
    CHECK(call("add", 65528) == "0");
    CHECK(call("store", 65534) == "");
    CHECK(call("add", 65532) == outside);
    CHECK(call("add", 65529) == unaligned);
    CHECK(call("dropped", 65536) == outside);
    CHECK(call("dropped", 2) == unaligned);
    CHECK(call("or", 65536) == outside);
    CHECK(call("or", 65534) == unaligned);
    CHECK(call("cmpxchg", 65536) == outside);
    CHECK(call("cmpxchg", 3) == unaligned);
    CHECK(call("constant", 0) == unaligned);
    CHECK(call("far", 0) == outside);
    CHECK(call("far", 1) == unaligned);
    CHECK(call("byte", 65535) != outside);
    CHECK(call("byte", 65536) == outside);
  }
}

TEST_CASE("a shared memory's size is what it has grown to", "[singlepass]") {
  for (const char* memory : {"(memory 1 3 shared)", "(memory i64 1 3 shared)"}) {
    const std::string type = memory[8] == 'i' ? "i64" : "i32";
    const Guests guests("(module " + std::string(memory) + "(func (export \"size\") (result " + type + ") memory.size)"
                        "(func (export \"grow\") (param " + type + ") (result " + type + ") (memory.grow (local.get 0)))"
                        "(func (export \"load\") (param " + type + ") (result i32) atomic.fence (i32.load (local.get 0))))");
    const auto number = [&](std::uint32_t value) { return type == "i32" ? Value(value) : Value(std::uint64_t{value}); };
    CHECK(guests.call("load", {number(65536)}) == "out of bounds memory access");
    CHECK(guests.call("grow", {number(1)}) == "1");
    CHECK(guests.call("size") == "2");
    CHECK(guests.call("load", {number(131068)}) == "0");
    CHECK(guests.call("load", {number(131069)}) == "out of bounds memory access");
    CHECK(guests.call("grow", {number(2)}) == "-1");
    CHECK(guests.call("grow", {number(1)}) == "2");
    CHECK(guests.call("size") == "3");
  }
}

TEST_CASE("code that has no atomic instruction is the same for a memory behind guard pages, shared or not", "[singlepass]") {
  const std::string body = R"((func (param i32 i32) (result i32)
    (i32.store offset=4 (local.get 0) (i32.add (i32.load (local.get 0)) (local.get 1))) (i32.load8_u (local.get 1))))";
  const auto plain = compile_object(settings[0], "(module (memory 1 2)" + body + ")").value();
  const auto shared = compile_object(settings[0], "(module (memory 1 2 shared)" + body + ")").value();
  CHECK(plain.code == shared.code);
}
