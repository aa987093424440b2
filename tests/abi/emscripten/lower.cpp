#include <wasmer/abi/emscripten/lower.hpp>

#include "world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using wasmer::tests::EmWorld;

namespace {

Expected<std::int32_t> sum(State&, Guest, std::int32_t a, std::int64_t b, Split c) {
  if (a < 0) return Errno::inval;
  return a + static_cast<std::int32_t>(b + c.value);
}
std::int64_t wide(State&, Guest, std::uint32_t a) { return std::int64_t{a} << 32 | 5; }
float half(State&, Guest, float x) { return x / 2; }
Result<void> stop(State&, Guest) { return Error::exit(3); }

template <class Callee> std::string type() {
  constexpr vm::Signature signature = vm::signature_of<Callee>();
  return to_string(FunctionType(signature.params, signature.results));
}

}  // namespace

TEST_CASE("a call has a type in each form") {
  CHECK(type<Lowered<&sum>>() == "(func (param i32 i64 i32 i32) (result i32))");
  CHECK(type<Lowered<&sum, Form::legal>>() == "(func (param i32 i32 i32 i32 i32) (result i32))");
  CHECK(type<Lowered<&wide>>() == "(func (param i32) (result i64))");
  CHECK(type<Lowered<&wide, Form::legal>>() == "(func (param i32) (result i32))");
  CHECK(type<Lowered<&half>>() == "(func (param f32) (result f32))");
  CHECK(type<Lowered<&half, Form::doubles>>() == "(func (param f64) (result f64))");
  CHECK(type<Lowered<&stop>>() == "(func)");
  CHECK(type<OldSyscall<&sum>>() == "(func (param i32 i32) (result i32))");
}

TEST_CASE("numbers cross in each form, and an errno is negative") {
  EmWorld world;
  CHECK(Lowered<&sum>::call(&world.state, world.caller(), 1u, std::uint64_t{20}, 300u, 0u).value() == 321);
  CHECK(Lowered<&sum, Form::legal>::call(&world.state, world.caller(), 1u, 20u, 0u, 300u, 0u).value() == 321);
  CHECK(Lowered<&sum>::call(&world.state, world.caller(), 0xFFFF'FFFFu, std::uint64_t{0}, 0u, 0u).value() == -28);
  CHECK(Lowered<&wide, Form::legal>::call(&world.state, world.caller(), 7u).value() == 5);
  CHECK(world.state.temp_ret0 == 7);
  CHECK(Lowered<&half, Form::doubles>::call(&world.state, world.caller(), 5.0).value() == 2.5);
  CHECK(Lowered<&stop>::call(&world.state, world.caller()).error().exit_code() == 3);
}

TEST_CASE("fastcomp's system calls find their words in the memory") {
  EmWorld world({}, false, true);
  const std::uint32_t where = world.put(std::array<std::uint32_t, 5>{1, 20, 0, 300, 0});
  CHECK(OldSyscall<&sum>::call(&world.state, world.caller(), 5, where).value() == 321);
  CHECK(OldSyscall<&sum>::call(&world.state, world.caller(), 5, 0xFFFF'FFF0).value() == -14);
  const std::uint32_t wrong = world.put(std::array<std::uint32_t, 5>{0xFFFF'FFFF, 0, 0, 0, 0});
  CHECK(OldSyscall<&sum>::call(&world.state, world.caller(), 5, wrong).value() == -22);
}

TEST_CASE("a call that answers with an errno is where signals are handled") {
  EmWorld world;
  world.state.actions[2] = {1 + 1, 0};
  world.state.signals()->set_caught(2, true);
  world.state.signals()->raise(2);
  CHECK(Lowered<&sum>::call(&world.state, world.caller(), 1u, std::uint64_t{0}, 0u, 0u).value() == 1);
  CHECK(world.load<std::uint32_t>(20) == 2);
}
