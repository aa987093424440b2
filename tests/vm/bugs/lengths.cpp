// Lengths that wrapped around when they were multiplied: arrays as long as can be said, in constant expressions and in code.
#include <cstdint>
#include <string>

#include "../../catch.hpp"
#include "../guest.hpp"

using namespace wasmer;

namespace {
constexpr const char* lengths[] = {"-1", "-2", "0x80000000", "0x7fffffff", "0x40000000", "0x20000000", "0xfffffff0"};
}  // namespace

TEST_CASE("an array of any length in a constant expression is made or is too large, and never too small", "[bugs]") {
  for (const std::string element : {"i64", "v128", "funcref"})
    for (const std::string length : lengths)
      for (const std::string& make : {"(array.new_default $a (i32.const " + length + "))",
                                      "(array.new $a " + std::string(element == "i64" ? "(i64.const 5)" : element == "v128" ? "(v128.const i64x2 1 2)" : "(ref.null func)") + " (i32.const " + length + "))"}) {
        INFO(element << " " << make);
        const auto code = tests::compile("(module (type $a (array (mut " + element + "))) (global (export \"g\") (ref $a) " + make + "))");
        Store store;
        store.set_heap({.limit = 32 << 20});
        CHECK(vm::Instantiation::run(store, code, {}).error().id() == ErrorId::out_of_memory);
      }
}

TEST_CASE("an array of any length in code is made or traps, and never is too small", "[bugs]") {
  for (const std::string element : {"i8", "i32", "i64", "v128", "funcref"}) {
    Store store;
    store.set_heap({.limit = 32 << 20});
    const std::string value = element == "i64" ? "(i64.const 5)" : element == "v128" ? "(v128.const i64x2 1 2)" : element == "funcref" ? "(ref.null func)" : "(i32.const 5)";
    Instance& guest = tests::instantiate(store, "(module (type $a (array (mut " + element + "))) (data $d \"abcdefgh\") (elem $e funcref (ref.null func))" +
                                                    "(func (export \"default\") (param i32) (result i32) (array.len (array.new_default $a (local.get 0))))" +
                                                    "(func (export \"new\") (param i32) (result i32) (array.len (array.new $a " + value + " (local.get 0))))" +
                                                    "(func (export \"segment\") (param i32) (result i32) (array.len (array.new_" + (element == "funcref" ? "elem $a $e" : "data $a $d") +
                                                    " (i32.const 0) (local.get 0)))))");
    for (const char* const name : {"default", "new", "segment"})
      for (const std::uint32_t length : {~0u, ~0u - 1, 0x8000'0000u, 0x7FFF'FFFFu, 0x4000'0000u, 0x2000'0000u, 0x1000'0000u, 0xFFFF'FFF0u}) {
        INFO(element << " " << name << " " << length);
        const auto result = guest.function<std::int32_t(std::uint32_t)>(name).value()(length);
        REQUIRE_FALSE(result.has_value());
        if (name != std::string_view("segment")) CHECK(result.error().id() == ErrorId::out_of_memory);
      }
  }
}
