// References that a collection did not see: random programs that move objects between all places where one can be, while every allocation collects.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <wasmer/vm/heap.hpp>

#include "../../catch.hpp"
#include "../../fuzz/random.hpp"
#include "../guest.hpp"

using namespace wasmer;

namespace {

constexpr std::uint32_t locals = 6, elements = 5, globals = 3, externs = 3, fields = 4;

/// A function that moves objects about as its seed says, and a model of where they are. It returns the number of the first step that finds another object than
/// the model, else 0.
class Program {
 public:
  explicit Program(std::uint64_t seed) : random_(seed) {
    for (step_ = 1; step_ <= 250; ++step_) step();
    for (std::uint32_t i = 0; i < locals; ++i) check(local(i), model_local_[i]);
    for (std::uint32_t i = 0; i < elements; ++i) check(element(i), model_element_[i]);
    for (std::uint32_t i = 0; i < globals; ++i) check(global(i), model_global_[i]);
    for (std::uint32_t i = 0; i < externs; ++i) check(external(i), model_extern_[i]);
    for (std::uint32_t i = 0; i < fields; ++i) check(field(i), model_field_[i]);
  }
  std::string text() const {
    std::string all = R"((module (type $t (struct (field i32) (field (mut (ref null $t))))) (type $a (array (mut (ref null $t))))
      (tag $e (param (ref null $t)))
      (table $table 5 (ref null $t)) (table $externs 3 externref) (elem $segment (ref null $t) (struct.new $t (i32.const -7) (ref.null $t)))
      (func $make (param i32) (result (ref $t)) (local.get 0) (ref.null $t) (struct.new $t))
      (func $pass (param (ref null $t) i32) (result (ref null $t)) (drop (call $make (local.get 1))) (local.get 0))
      (func $throw (param (ref null $t)) (drop (call $make (i32.const -1))) (throw $e (local.get 0)))
      (func $id (param (ref null $t)) (result i32) (if (result i32) (ref.is_null (local.get 0)) (then (i32.const 0)) (else (struct.get $t 0 (local.get 0)))))
    )";
    for (std::uint32_t i = 0; i < globals; ++i) all += "(global $g" + std::to_string(i) + " (mut (ref null $t)) (ref.null $t))\n";
    all += "(global $array (mut (ref null $a)) (array.new_default $a (i32.const 4)))\n(func (export \"run\") (result i32) (local";
    for (std::uint32_t i = 0; i < locals; ++i) all += " (ref null $t)";
    return all + ")\n" + code_ + "(i32.const 0)))";
  }

 private:
  /// An object by its number; 0 is null.
  using Object = std::uint32_t;

  std::string local(std::uint32_t i) const { return "(local.get " + std::to_string(i) + ")"; }
  std::string element(std::uint32_t i) const { return "(table.get $table (i32.const " + std::to_string(i) + "))"; }
  std::string global(std::uint32_t i) const { return "(global.get $g" + std::to_string(i) + ")"; }
  std::string external(std::uint32_t i) const { return "(ref.cast (ref null $t) (any.convert_extern (table.get $externs (i32.const " + std::to_string(i) + "))))"; }
  std::string field(std::uint32_t i) const { return "(array.get $a (global.get $array) (i32.const " + std::to_string(i) + "))"; }

  void check(const std::string& what, Object object) {
    code_ += "(if (i32.ne (call $id " + what + ") (i32.const " + std::to_string(object) + ")) (then (return (i32.const " + std::to_string(step_) + "))))\n";
  }
  Object fresh() { return next_.push_back(0), static_cast<Object>(next_.size() - 1); }
  std::string made(Object object) {
    const std::string id = "(i32.const " + std::to_string(object) + ")";
    return random_.chance(50) ? "(call $make " + id + ")" : "(struct.new $t " + id + " (ref.null $t))";
  }

  void step() {
    const std::uint32_t to = random_.below(locals), from = random_.below(locals), at = random_.below(elements), other = random_.below(3);
    const std::string set = "(local.set " + std::to_string(to) + " ", number = std::to_string(at), third = std::to_string(other);
    Object &target = model_local_[to], &source = model_local_[from];
    switch (random_.below(16)) {
      case 0:
      case 1: target = fresh(), code_ += set + made(target) + ")\n"; break;
      case 2: code_ += set + local(from) + ")\n", target = source; break;
      case 3: code_ += "(table.set $table (i32.const " + number + ") " + local(from) + ")\n", model_element_[at] = source; break;
      case 4: code_ += set + element(at) + ")\n", target = model_element_[at]; break;
      case 5: code_ += "(global.set $g" + third + " " + local(from) + ")\n", model_global_[other] = source; break;
      case 6: code_ += set + global(other) + ")\n", target = model_global_[other]; break;
      case 7: code_ += "(table.set $externs (i32.const " + third + ") (extern.convert_any " + local(from) + "))\n", model_extern_[other] = source; break;
      case 8: code_ += set + external(other) + ")\n", target = model_extern_[other]; break;
      case 9: code_ += "(array.set $a (global.get $array) (i32.const " + third + ") " + local(from) + ")\n", model_field_[other] = source; break;
      case 10:
        if (target != 0) code_ += "(struct.set $t 1 " + local(to) + " " + local(from) + ")\n", next_[target] = source;
        break;
      case 11:
        if (source != 0) code_ += set + "(struct.get $t 1 " + local(from) + "))\n", target = next_[source];
        break;
      case 12: {  // an operand waits below a call that collects
        const Object object = fresh();
        code_ += local(from) + " " + made(object) + " (local.set " + std::to_string(from) + ") (local.set " + std::to_string(to) + ")\n";
        const Object old = source;
        source = object, target = old;
        break;
      }
      case 13: code_ += set + "(call $pass " + local(from) + " (i32.const -2)))\n", target = source; break;
      case 14:  // an exception carries it
        code_ += set + "(block $h (result (ref null $t)) (try_table (catch $e $h) (call $throw " + local(from) + ")) (unreachable)))\n", target = source;
        break;
      case 15: code_ += set + "(ref.null $t))\n", target = 0; break;
    }
    check(local(to), target);
  }

  fuzz::Random random_;
  std::string code_;
  std::uint32_t step_ = 0;
  std::vector<Object> next_{0};  ///< what each object refers to
  Object model_local_[locals] = {}, model_element_[elements] = {}, model_global_[globals] = {}, model_extern_[externs] = {}, model_field_[fields] = {};
};

}  // namespace

TEST_CASE("no reference is missed by a collection, wherever it is: every allocation collects", "[bugs]") {
  for (std::uint64_t seed = 0; seed < 25; ++seed) {
    INFO("seed " << seed);
    Store store;
    store.set_heap({.stress = true});
    Instance& guest = tests::instantiate(store, Program(seed).text());
    const auto run = guest.function<std::int32_t()>("run").value();
    CHECK(run().value() == 0);
    CHECK(store.heap().collections() > 40);
  }
}

TEST_CASE("a host's reference that the guest alone knows comes back after collections", "[bugs]") {
  Store store;
  store.set_heap({.stress = true});
  Instance& guest = tests::instantiate(store, R"((module (type $t (struct (field i32))) (table $table 4 externref) (global $g (mut externref) (ref.null extern))
    (func $noise (param i32) (loop (drop (struct.new $t (local.get 0))) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "put") (param externref) (table.set $table (i32.const 2) (local.get 0)) (global.set $g (local.get 0)) (call $noise (i32.const 50)))
    (func (export "get") (result externref externref externref) (local externref)
      (local.set 0 (table.get $table (i32.const 2))) (call $noise (i32.const 50))
      (local.get 0) (call $noise (i32.const 50)) (global.get $g) (table.get $table (i32.const 2)))))");
  const Function put = guest.function("put").value(), get = guest.function("get").value();
  for (const std::uint64_t word : {0x1234'5678'9ABCull, 0x7FFF'0000'0008ull, 3ull}) {
    REQUIRE(put.call(std::vector{Value(ExternRef{word})}).has_value());
    const std::vector<Value> values = get.call({}).value();
    for (const Value& value : values) CHECK(value.extern_ref() == ExternRef{word});
  }
}
