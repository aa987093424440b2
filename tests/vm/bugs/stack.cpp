// Stacks that ran over: endless recursion of every kind, on stacks of every size, is a trap that nothing in the guest catches, and the instance goes on.
#include <pthread.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <wasmer/vm/host.hpp>

#include "../../catch.hpp"
#include "../guest.hpp"
#include "../stack.hpp"

using namespace wasmer;

namespace {

std::string repeated(unsigned count, const std::string& text) {
  std::string all;
  for (unsigned i = 0; i < count; ++i) all += text;
  return all;
}

/// A way to call oneself without end: the export "f", which takes an i32 and gives one.
struct Recursion {
  const char* name;
  std::string fields;
};

std::vector<Recursion> recursions() {
  const std::string head = "(param i32) (result i32) ", more = "(i32.add (local.get 0) (i32.const 1))";
  const std::string many = repeated(400, " i64"), zeros = repeated(400, " (i64.const 0)"), vectors = repeated(30, " v128"), no_vectors = repeated(30, " (local.get $v)");
  return {
      {"direct", "(func $f (export \"f\") " + head + "(i32.add (call $f " + more + ") (i32.const 1)))"},
      {"mutual", "(func $f (export \"f\") " + head + "(i32.add (call $g " + more + ") (i32.const 1))) (func $g " + head + "(i32.mul (call $f " + more + ") (i32.const 3)))"},
      {"indirect", "(type $t (func (param i32) (result i32))) (table funcref (elem $f)) (func $f (export \"f\") " + head +
                       "(i32.add (call_indirect (type $t) " + more + " (i32.const 0)) (i32.const 1)))"},
      {"by reference", "(type $t (func (param i32) (result i32))) (func $f (export \"f\") (type $t) (i32.add (call_ref $t " + more + " (ref.func $f)) (i32.const 1)))"},
      {"through the host", "(func $f (export \"f\") " + head + "(i32.add (call $back " + more + ") (i32.const 1)))"},
      {"a tail call between two calls", "(func $f (export \"f\") " + head + "(i32.add (call $g " + more + ") (i32.const 1))) (func $g " + head + "(return_call $h " + more +
                                            ")) (func $h " + head + "(return_call $f (local.get 0)))"},
      {"an indirect tail call between two calls",
       "(type $t (func (param i32) (result i32))) (table funcref (elem $f $g)) (func $f (export \"f\") " + head +
           "(i32.add (call_indirect (type $t) " + more + " (i32.const 1)) (i32.const 1))) (func $g " + head + "(return_call_indirect (type $t) " + more + " (i32.const 0)))"},
      {"a tail call of a larger frame", "(func $f (export \"f\") " + head + "(return_call $g " + more + ")) (func $g " + head + "(local " + repeated(3000, "i64 ") +
                                            ") (i32.add (call $f " + more + ") (i32.const 1)))"},
      {"a frame of 64 KiB", "(func $f (export \"f\") " + head + "(local " + repeated(8192, "i64 ") + ") (local.set 8000 (i64.const 1)) (i32.add (call $f " + more +
                                ") (i32.wrap_i64 (local.get 8000))))"},
      {"four hundred parameters", "(func $f (export \"f\") " + head + "(call $g" + zeros + ")) (func $g (param" + many + ") (result i32) (i32.add (call $g" + zeros +
                                      ") (i32.wrap_i64 (local.get 399))))"},
      {"four hundred parameters, by tail calls", "(func $f (export \"f\") " + head + "(return_call $g" + zeros + ")) (func $g (param" + many +
                                                     ") (result i32) (i32.add (call $f (i32.const 0)) (i32.wrap_i64 (local.get 399))))"},
      {"four hundred results", "(func $f (export \"f\") " + head + "(call $g)" + repeated(400, " drop") + " (i32.const 1)) (func $g (result" + many + ") (call $g))"},
      {"vectors", "(func $f (export \"f\") " + head + "(local $v v128) (call $g" + no_vectors + ")) (func $g (param" + repeated(29, " v128") +
                      ") (param $v v128) (result i32) (i32.add (call $g" + no_vectors + ") (i32x4.extract_lane 3 (local.get 7))))"},
      {"within handlers", "(func $f (export \"f\") " + head + "(block $h (try_table (catch_all $h) (return (call $f " + more + ")))) (i32.const -1))"},
      {"while a result is computed", "(func $f (export \"f\") " + head + "(call $f (call $f (call $f " + more + "))))"},
  };
}

constexpr const char* head = R"((module (import "" "back" (func $back (param i32) (result i32))) (memory 1) (elem declare func $f)
  (func (export "fine") (result i32) (i32.store (i32.const 8) (i32.const 4)) (i32.load (i32.const 8))) )";

struct Task {
  std::shared_ptr<const vm::Code> code;
  std::string wrong;
  void operator()() {
    Store store;
    const HostFunction back([](Caller& caller, std::int32_t value) -> Result<std::int32_t> { return caller.instance().function<std::int32_t(std::int32_t)>("f").value()(value); });
    Instance& guest = *vm::Instantiation::run(store, code, std::vector<Extern>{back}).value();
    const auto f = guest.function<std::int32_t(std::int32_t)>("f").value();
    const auto fine = guest.function<std::int32_t()>("fine").value();
    for (int round = 0; round < 3; ++round) {
      const auto result = f(0);
      if (result.has_value()) wrong += "a result; ";
      else if (result.error().id() != ErrorId::call_stack_exhausted) wrong += result.error().message() + "; ";
      if (!(fine().has_value() && fine().value() == 4)) wrong += "not fine; ";
    }
  }
};

}  // namespace

TEST_CASE("endless recursion of every kind is a trap, on stacks of 128 KB too, and the instance goes on", "[bugs]") {
  for (const Recursion& recursion : recursions()) {
    INFO(recursion.name);
    Task task{tests::compile(head + recursion.fields + ")"), {}};
    task();
    for (const std::size_t stack : {128u << 10, 300u << 10, 1u << 20}) tests::run_on_stack_of(stack, task);
    CHECK(task.wrong == "");
  }
}

TEST_CASE("endless recursion of a start function is a trap of the instantiation", "[bugs]") {
  for (const Recursion& recursion : recursions()) {
    if (recursion.name == std::string_view("through the host")) continue;  // which looks for the instance's exports
    INFO(recursion.name);
    Store store;
    const HostFunction back([](std::int32_t value) { return value; });
    const auto code = tests::compile(head + recursion.fields + "(func $start (drop (call $f (i32.const 0)))) (start $start))");
    for (int round = 0; round < 2; ++round) CHECK(vm::Instantiation::run(store, code, std::vector<Extern>{back}).error().id() == ErrorId::call_stack_exhausted);
  }
}

TEST_CASE("two instances that call each other without end trap", "[bugs]") {
  Store store;
  Instance& first = tests::instantiate(store, R"((module (type $t (func (param i64) (result i64))) (table (export "table") 2 funcref) (elem (i32.const 0) $f)
    (func $f (export "f") (type $t) (i64.add (call_indirect (type $t) (local.get 0) (i32.const 1)) (i64.const 1)))))");
  tests::instantiate(store, R"((module (type $t (func (param i64) (result i64))) (import "" "table" (table 2 funcref)) (elem (i32.const 1) $g)
    (func $g (type $t) (local f64 f64 f64) (i64.add (call_indirect (type $t) (local.get 0) (i32.const 0)) (i64.const 1)))))", {first.table("table").value()});
  const auto f = first.function<std::int64_t(std::int64_t)>("f").value();
  for (int round = 0; round < 3; ++round) CHECK(f(1).error().id() == ErrorId::call_stack_exhausted);
}
