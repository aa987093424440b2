// Segments that were used after they had been dropped: then they are empty, whatever they held and whoever asks.
#include <cstdint>
#include <string>
#include <vector>

#include "../../catch.hpp"
#include "../guest.hpp"

using namespace wasmer;

namespace {

/// A segment of two elements, and the type of tables and arrays that take it.
struct Kind {
  const char* elements;
  const char* type;
};
constexpr Kind kinds[] = {
    {"func $f $f", "funcref"},
    {"funcref (ref.func $f) (ref.null func)", "funcref"},
    {"externref (ref.null extern) (ref.null extern)", "externref"},
    {"externref (global.get $host) (global.get $host)", "externref"},
    {"externref (extern.convert_any (ref.i31 (i32.const 1))) (ref.null extern)", "externref"},
    {"(ref $t) (ref.func $f) (ref.func $f)", "(ref null $t)"},
    {"(ref null $s) (struct.new $s (i32.const 1)) (ref.null $s)", "(ref null $s)"},
    {"(ref null $a) (array.new $a (i64.const 1) (i32.const 3)) (array.new_default $a (i32.const 4))", "(ref null $a)"},
    {"i31ref (ref.i31 (i32.const 1)) (ref.i31 (i32.const 2))", "i31ref"},
    {"eqref (struct.new $s (i32.const 1)) (ref.i31 (i32.const 1))", "eqref"},
    {"anyref (ref.i31 (i32.const 7)) (array.new_default $a (i32.const 1))", "anyref"},
    {"exnref (ref.null exn) (ref.null exn)", "exnref"},
};

std::string module_of(const Kind& kind) {
  const std::string type = kind.type;
  std::string text = "(module (import \"\" \"host\" (global $host externref)) (type $t (func)) (type $s (struct (field i32))) (type $a (array i64)) (type $l (array (mut " + type +
                     "))) (func $f (type $t)) (table $table 4 " + type + ")\n(global $array (ref $l) (array.new_default $l (i32.const 4)))\n(elem $passive " + kind.elements +
                     ") (elem $active (table $table) (i32.const 1) " + kind.elements + ") (elem $declared declare " + kind.elements + ")\n";
  for (const std::string name : {"passive", "active", "declared"}) {
    text += "(func (export \"" + name + " table\") (param i32 i32 i32) (table.init $table $" + name + " (local.get 0) (local.get 1) (local.get 2)))\n";
    text += "(func (export \"" + name + " array\") (param i32 i32 i32) (array.init_elem $l $" + name + " (global.get $array) (local.get 0) (local.get 1) (local.get 2)))\n";
    text += "(func (export \"" + name + " new\") (param i32 i32 i32) (drop (array.new_elem $l $" + name + " (local.get 1) (local.get 2))))\n";
    text += "(func (export \"" + name + " drop\") (elem.drop $" + name + "))\n";
  }
  return text + "(func (export \"noise\") (param i32) (loop (drop (struct.new $s (local.get 0))) (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))";
}

}  // namespace

TEST_CASE("a dropped element segment of any kind is empty, for tables and for arrays", "[bugs]") {
  for (const Kind& kind : kinds)
    for (const bool stress : {false, true}) {
      INFO(kind.elements << (stress ? ", collecting at every allocation" : ""));
      Store store;
      store.set_heap({.stress = stress});
      const auto host = vm::Global::create({externref, false}, Value(ExternRef{24}));
      Instance& guest = tests::instantiate(store, module_of(kind), {host});
      const auto call = [&](const std::string& segment, const std::string& use, int to, int from, int length) {
        const auto result = guest.function<void(std::int32_t, std::int32_t, std::int32_t)>(segment + " " + use).value()(to, from, length);
        return result.has_value() ? std::string() : std::string(result.error().words());
      };
      const auto is_empty = [&](const std::string& segment) {
        const std::string outside = "out of bounds table access";
        for (const std::string use : {"table", "array", "new"}) {
          INFO(segment << ", " << use);
          CHECK(call(segment, use, 0, 0, 0) == "");
          CHECK(call(segment, use, 0, 0, 1) == outside);
          CHECK(call(segment, use, 0, 1, 0) == outside);
          CHECK(call(segment, use, 0, 1, 1) == outside);
          CHECK(call(segment, use, 0, -1, 2) == outside);
          CHECK(call(segment, use, 0, 0, -1) != "");
        }
      };
      is_empty("active");
      is_empty("declared");
      for (const std::string use : {"table", "array", "new"}) CHECK(call("passive", use, 2, 0, 2) == "");
      CHECK(call("passive", "table", 2, 1, 2) == "out of bounds table access");
      for (int round = 0; round < 2; ++round) {  // dropping twice is dropping
        for (const std::string segment : {"passive", "active", "declared"}) {
          REQUIRE(guest.function<void()>(segment + " drop").value()().has_value());
          REQUIRE(guest.function<void(std::int32_t)>("noise").value()(5).has_value());
          is_empty(segment);
        }
      }
    }
}

TEST_CASE("a dropped data segment is empty, for memories and for arrays", "[bugs]") {
  for (const char* const address : {"", "i64"}) {
    const std::string type = *address == '\0' ? "i32" : "i64";
    Store store;
    std::string text = "(module (memory " + std::string(address) + " 1) (type $a (array (mut i32))) (global $array (ref $a) (array.new_default $a (i32.const 8)))\n" +
                       "(data $passive \"abcdefgh\") (data $active (" + type + ".const 5) \"abcdefgh\")\n";
    for (const std::string name : {"passive", "active"}) {
      text += "(func (export \"" + name + " memory\") (param i32 i32) (memory.init $" + name + " (" + type + ".const 0) (local.get 0) (local.get 1)))\n";
      text += "(func (export \"" + name + " array\") (param i32 i32) (array.init_data $a $" + name + " (global.get $array) (i32.const 0) (local.get 0) (local.get 1)))\n";
      text += "(func (export \"" + name + " new\") (param i32 i32) (drop (array.new_data $a $" + name + " (local.get 0) (local.get 1))))\n";
      text += "(func (export \"" + name + " drop\") (data.drop $" + name + "))\n";
    }
    Instance& guest = tests::instantiate(store, text + ")");
    const auto call = [&](const std::string& name, int from, int length) {
      const auto result = guest.function<void(std::int32_t, std::int32_t)>(name).value()(from, length);
      return result.has_value() ? std::string() : std::string(result.error().words());
    };
    for (const std::string use : {"memory", "array", "new"}) CHECK(call("passive " + use, 0, use == "memory" ? 8 : 2) == "");
    REQUIRE(guest.function<void()>("passive drop").value()().has_value());
    for (int round = 0; round < 2; ++round) {
      for (const std::string segment : {"passive", "active"})
        for (const std::string use : {" memory", " array", " new"}) {
          INFO(segment << use);
          CHECK(call(segment + use, 0, 0) == "");
          for (const auto& [from, length] : {std::pair{0, 1}, std::pair{1, 0}, std::pair{-1, 2}, std::pair{-4, 1}}) CHECK(call(segment + use, from, length) == "out of bounds memory access");
          CHECK(call(segment + use, 0, -1) != "");
          CHECK(call(segment + use, 0, 0x4000'0000) != "");
        }
      REQUIRE(guest.function<void()>("active drop").value()().has_value());
    }
  }
}
