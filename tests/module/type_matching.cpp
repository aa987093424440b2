#include <wasmer/module/type_matching.hpp>

#include <string>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"

using namespace wasmer;

namespace {

Module module_of(std::string_view text) { return parse(wat(text).value(), Features::all()).value(); }
ValueType ref(std::uint32_t index) { return ValueType::reference(HeapType::index(index), false); }
ValueType ref_null(std::uint32_t index) { return ValueType::reference(HeapType::index(index), true); }

}  // namespace

TEST_CASE("a reference that is never null may stand for one that can be, not the other way round") {
  const Module module = module_of("(module (type (func)))");
  TypeMatching types(&module);
  CHECK(types.matches(ref(0), ref_null(0)));
  CHECK_FALSE(types.matches(ref_null(0), ref(0)));
  CHECK(types.matches(ref(0), funcref));
  CHECK_FALSE(types.matches(funcref, ref_null(0)));
  CHECK_FALSE(types.matches(ref(0), externref));
  CHECK_FALSE(types.matches(ref(0), ValueType::i32));
  CHECK(types.matches(ValueType::bottom, ref(0)));
  CHECK(types.matches(ValueType::reference(HeapType::bottom(), false), ref(0)));
  CHECK_FALSE(types.matches(ValueType::reference(HeapType::bottom(), false), ValueType::i64));
}

TEST_CASE("types are equivalent that are made in the same way of equivalent types") {
  const Module module = module_of(R"((module (type $a (func (param i32))) (type $b (func (param i32))) (type $c (func (param i64)))
    (type $ra (func (param (ref $a)))) (type $rb (func (param (ref $b)))) (type $rc (func (param (ref $c)))) (type $null (func (param (ref null $a))))
    (type $self (func (param (ref $self)))) (type $same (func (param (ref $same)))) (type $other (func (param (ref $same))))))");
  TypeMatching types(&module);
  CHECK(types.equivalent(0, 1));
  CHECK_FALSE(types.equivalent(0, 2));
  CHECK(types.equivalent(3, 4));
  CHECK_FALSE(types.equivalent(3, 5));
  CHECK_FALSE(types.equivalent(3, 6));
  CHECK(types.equivalent(7, 8));
  CHECK_FALSE(types.equivalent(7, 9));
  CHECK(types.matches(ref(1), ref_null(0)));
}

TEST_CASE("types that refer to earlier ones twice each are compared in no time") {
  std::string text = "(module (type (func)) (type (func))";
  for (int i = 2; i < 200; ++i) {
    const std::string parameter = " (ref " + std::to_string(i - 2) + ")";
    text += "(type (func (param" + parameter + parameter + ")))";
  }
  const Module module = module_of(text + ")");
  CHECK(TypeMatching(&module).equivalent(198, 199));
  CHECK_FALSE(TypeMatching(&module).equivalent(197, 199));
}

TEST_CASE("without a module, a type by index equals itself alone") {
  CHECK(TypeMatching().matches(ref(3), ref_null(3)));
  CHECK(TypeMatching().matches(ref(3), funcref));
  CHECK_FALSE(TypeMatching().matches(ref(3), ref(4)));
}
