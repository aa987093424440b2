#include <wasmer/text/script.hpp>

#include <type_traits>

#include "../catch.hpp"

using namespace wasmer;
using namespace wasmer::text;

// Plain data: a runner copies commands to other threads.
static_assert(std::is_copy_constructible_v<Script> && std::is_nothrow_move_constructible_v<ScriptModule> && std::is_aggregate_v<ScriptCommand>);

namespace {
template <class What> bool asserts(What what) { return ScriptCommand{1, std::move(what)}.is_assertion(); }
}  // namespace

TEST_CASE("the commands that a script is there for are its assertions") {
  CHECK(asserts(AssertReturn{}));
  CHECK(asserts(AssertTrap{}));
  CHECK(asserts(AssertException{}));
  CHECK(asserts(AssertRefused{}));
  CHECK_FALSE(asserts(DefineModule{}));
  CHECK_FALSE(asserts(InstantiateModule{}));
  CHECK_FALSE(asserts(RegisterInstance{}));
  CHECK_FALSE(asserts(Perform{}));
  CHECK_FALSE(asserts(StartThread{}));
  CHECK_FALSE(asserts(WaitThread{}));
}

TEST_CASE("a thread's commands are commands, threads among them") {
  StartThread inner{"inner", {}, {{3, WaitThread{"x"}}}};
  const ScriptCommand outer{1, StartThread{"outer", {"m"}, {{2, inner}}}};
  const ScriptCommand copy = outer;
  const auto& commands = std::get<StartThread>(copy.what).commands;
  CHECK(std::get<StartThread>(commands.at(0).what).commands.at(0).line == 3);
}

TEST_CASE("a trap is asserted of an action or of a module's instantiation") {
  AssertTrap trap;
  CHECK(std::holds_alternative<ScriptAction>(trap.subject));
  CHECK(trap.stage == Stage::trap);
  trap.subject = ScriptModule{};
  CHECK_FALSE(std::get<ScriptModule>(trap.subject).is_definition);
}
