#include <wasmer/vm/tag.hpp>

#include <array>

#include "../catch.hpp"
#include "guest.hpp"

using namespace wasmer;

namespace {
constexpr std::array<ValueType, 2> values{ValueType::i32, ValueType::f64};
}

TEST_CASE("tags of one type are two tags") {
  const auto a = vm::Tag::create(values, "a"), b = vm::Tag::create(values);
  CHECK(a != b);
  CHECK(a->type_id().value() == b->type_id().value());
  CHECK(a->type() == FunctionType(values, {}));
  CHECK((a->name() == "a" && b->name().empty()));
}

TEST_CASE("a tag is imported and exported as the same object, and is called after its export") {
  Store store;
  Instance& a = tests::instantiate(store, R"((module (tag (export "e") (param i32 f64))))");
  const auto tag = a.tag("e").value();
  CHECK(tag->name() == "e");
  Instance& b = tests::instantiate(store, R"((module (import "" "" (tag $t (param i32 f64))) (export "x" (tag $t))))", {tag});
  CHECK(b.tag("x").value() == tag);
  CHECK(b.tags()[0] == tag);
  CHECK(a.tag("f").error().id() == ErrorId::unknown_export);
}

TEST_CASE("an imported tag has exactly the type that is asked for") {
  Store store;
  const Extern tag = vm::Tag::create(values);
  CHECK(type_text(tag) == "(tag (param i32 f64))");
  const auto link = [&](std::string_view text) {
    return vm::Instantiation::run(store, tests::compile(text), std::array{tag}).error().message();
  };
  CHECK(link(R"((module (import "m" "t" (tag (param i32)))))") ==
        "unlinkable: incompatible import type: \"m\" \"t\": expected (tag (param i32)), got (tag (param i32 f64))");
  CHECK(link(R"((module (import "m" "t" (func))))").starts_with("unlinkable: incompatible import type: \"m\" \"t\": expected "));
}
