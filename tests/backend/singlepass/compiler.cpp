#include <algorithm>
#include <cstddef>
#include <string>

#include "../../catch.hpp"
#include "../engine.hpp"
#include "../../vm/trap_sites.hpp"

using namespace wasmer;
using namespace wasmer::tests;
using vm::TrapSite;

namespace {

constexpr Setting guard = settings[0], checked = settings[2];

vm::Object compiled(std::string_view fields, Setting setting = guard) { return compile_object(setting, "(module " + std::string(fields) + ")").value(); }

std::ptrdiff_t traps(const vm::Object& object, TrapSite::Kind kind) {
  return std::ranges::count(trap_sites(object), kind, &TrapSite::kind);
}
/// Bytes from the entry to the end of a function.
std::uint32_t size(const vm::Object& object, std::size_t function = 0) { return object.functions[function].end - object.functions[function].entry; }
bool is_frameless(const vm::Object& object) {
  return std::ranges::all_of(object.functions, &vm::FunctionRange::frameless);
}

}  // namespace

TEST_CASE("a batch becomes one object, its tables sorted by their places in the code", "[singlepass]") {
  const vm::Object object = compiled(R"((memory 1)
    (func $a (param i32) (result i32) local.get 0 i32.load local.get 0 i32.load offset=8 i32.div_s)
    (func $b (param i32) (result i32) local.get 0 call $a local.get 0 call $b i32.add)
    (func $c))");
  REQUIRE(object.functions.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(object.functions[i].function == i);
    CHECK(object.functions[i].begin % 16 == 0);
    CHECK(object.functions[i].begin <= object.functions[i].entry);
    CHECK(object.functions[i].entry < object.functions[i].end);
    CHECK(object.functions[i].end <= (i == 2 ? object.code.size() : object.functions[i + 1].begin));
  }
  CHECK(std::ranges::is_sorted(trap_sites(object), {}, &TrapSite::at));
  REQUIRE(object.relocations.size() == 2);
  REQUIRE(object.calls.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(object.relocations[i].function == i);
    CHECK(object.calls[i].return_address == object.relocations[i].at + 4);
    CHECK(object.code[object.relocations[i].at - 1] == std::byte{0xE8});
  }
}

TEST_CASE("an empty function is a return", "[singlepass]") {
  const vm::Object object = compiled("(func)");
  CHECK(size(object) == 1);
  CHECK(object.code[object.functions[0].entry] == std::byte{0xC3});
}

TEST_CASE("a leaf function has no stack check, one that calls has", "[singlepass]") {
  CHECK(traps(compiled("(func (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)"), TrapSite::stack_check) == 0);
  CHECK(traps(compiled("(func $f call $f)"), TrapSite::stack_check) == 1);
}

TEST_CASE("a leaf with a large frame checks the stack all the same", "[singlepass]") {
  std::string locals, sum;
  for (int i = 0; i < 200; ++i) locals += " i64", sum += " local.get " + std::to_string(i) + " i64.add";
  CHECK(traps(compiled("(func (result i64) (local" + locals + ") i64.const 0" + sum + ")"), TrapSite::stack_check) == 1);
}

TEST_CASE("a loop's head looks at the stack limit, which is how it is interrupted", "[singlepass]") {
  CHECK(traps(compiled("(func (loop br 0))"), TrapSite::stack_check) == 1);
  CHECK(traps(compiled("(func (loop (loop br 0)))"), TrapSite::stack_check) == 2);
}

TEST_CASE("a counted loop needs no frame: everything it works on is in registers", "[singlepass]") {
  const vm::Object object = compiled(R"((memory 1) (func (param i32 i32) (result i32) (local i32)
    (loop $l
      local.get 2 local.get 0 i32.load i32.add local.set 2
      local.get 0 i32.const 4 i32.add local.set 0
      local.get 1 i32.const 1 i32.sub local.tee 1 br_if $l)
    local.get 2))");
  CHECK(is_frameless(object));
  CHECK(traps(object, TrapSite::memory) == 1);
}

TEST_CASE("guard pages check accesses by themselves, explicit bounds by a trap out of line", "[singlepass]") {
  const char* const text = "(memory 1) (func (param i32 i32) (result i32) local.get 0 local.get 1 i32.store local.get 0 i32.load offset=4)";
  CHECK(traps(compiled(text, guard), TrapSite::memory) == 2);
  CHECK(traps(compiled(text, guard), TrapSite::always) == 0);
  CHECK(traps(compiled(text, checked), TrapSite::memory) == 0);
  CHECK(traps(compiled(text, checked), TrapSite::always) == 2);
  for (const TrapSite& site : trap_sites(compiled(text, checked))) CHECK(site.id == ErrorId::out_of_bounds_memory_access);
}

TEST_CASE("an offset that guard pages cannot cover is checked explicitly", "[singlepass]") {
  CHECK(traps(compiled("(memory 1) (func (param i32) (result i32) local.get 0 i32.load offset=0x7ffffffb)"), TrapSite::memory) == 1);
  const vm::Object object = compiled("(memory 1) (func (param i32) (result i32) local.get 0 i32.load offset=0x80000000)");
  CHECK(traps(object, TrapSite::memory) == 0);
  CHECK(traps(object, TrapSite::always) == 1);
}

TEST_CASE("a division by a constant can trap only if the constant is 0 or -1", "[singlepass]") {
  const auto traps_of = [](const std::string& op, const std::string& divisor) { return trap_sites(compiled("(func (param i32) (result i32) local.get 0 i32.const " + divisor + " i32." + op + ")")).size(); };
  CHECK(traps_of("div_u", "8") == 0);
  CHECK(traps_of("div_u", "10") == 0);
  CHECK(traps_of("div_s", "10") == 0);
  CHECK(traps_of("rem_s", "-1") == 0);
  CHECK(traps_of("div_s", "-1") == 1);
  CHECK(traps_of("div_u", "0") == 1);
  CHECK(trap_sites(compiled("(func (param i32 i32) (result i32) local.get 0 local.get 1 i32.div_s)")).size() == 2);
  CHECK(trap_sites(compiled("(func (param i32 i32) (result i32) local.get 0 local.get 1 i32.div_u)")).size() == 1);
}

TEST_CASE("constant operands are computed while compiling", "[singlepass]") {
  CHECK(size(compiled("(func (result i32) i32.const 2 i32.const 3 i32.add i32.const 4 i32.mul i32.const 1 i32.shl)")) == size(compiled("(func (result i32) i32.const 40)")));
}

TEST_CASE("local.get and an assignment of the local to itself are free", "[singlepass]") {
  const std::uint32_t plain = size(compiled("(func (param i32) (result i32) local.get 0 i32.const 1 i32.add)"));
  CHECK(size(compiled("(func (param i32) (result i32) local.get 0 drop local.get 0 local.set 0 local.get 0 i32.const 1 i32.add)")) == plain);
}

TEST_CASE("a comparison and the branch on it are one compare and one jump", "[singlepass]") {
  const std::uint32_t fused = size(compiled("(func (param i32 i32) local.get 0 local.get 1 i32.lt_s br_if 0)"));
  CHECK(fused <= 2 + 6 + 1);
  CHECK(size(compiled("(func (param i32 i32) local.get 0 local.get 1 i32.lt_s i32.eqz br_if 0)")) == fused);
}

TEST_CASE("a small function is small", "[singlepass]") {
  CHECK(size(compiled("(func (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)")) <= 6);
  CHECK(size(compiled("(memory 1) (func (param i32) (result i32) local.get 0 i32.load)")) <= 16);
  CHECK(size(compiled("(func $f (param i32) (result i32) local.get 0 call $f)")) <= 64);
}

TEST_CASE("the same compiler compiles batch after batch as if each were its first", "[singlepass]") {
  const char* const text = "(module (func (param f64) (result f64) local.get 0 f64.const 2.5 f64.mul))";
  const vm::Object once = compile_object(guard, text).value(), again = compile_object(guard, text).value();
  CHECK(once.code == again.code);
}

TEST_CASE("a body that is not valid gives the validator's error and no code", "[singlepass]") {
  const auto result = compile_object(guard, "(module (func (result i32)) (func (result i32) i64.const 0))");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().words() == "type mismatch");
}
