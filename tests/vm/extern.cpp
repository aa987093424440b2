#include <wasmer/vm/extern.hpp>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"

using namespace wasmer;
using vm::fits;

namespace {

constexpr ValueType func_not_null = ValueType::reference(HeapType::func, false);

std::shared_ptr<vm::Memory> memory(const MemoryType& type, Bounds bounds = Bounds::guard_pages) { return vm::Memory::create(type, bounds).value(); }

/// Whether `value` fits the import of a module that has one, `(import "m" "n" DESCRIPTION)`.
bool fits_import(std::string_view description, const Extern& value, Bounds bounds = Bounds::guard_pages) {
  const Module module = parse(wat("(module (import \"m\" \"n\" " + std::string(description) + "))").value(), Features::all()).value();
  return fits(module, vm::canonical_types(module), module.imports[0], bounds, value);
}
std::string link_message(std::string_view description, const Extern& value) {
  const Module module = parse(wat("(module (import \"m\" \"n\" " + std::string(description) + "))").value(), Features::all()).value();
  return vm::link_error(module, module.imports[0], value).message();
}

}  // namespace

TEST_CASE("every external value has a type as text, and nothing has none") {
  CHECK(type_text(Extern()).empty());
  CHECK(type_text(HostFunction([](std::int32_t, double) { return std::int64_t{0}; })) == "(func (param i32 f64) (result i64))");
  CHECK(type_text(memory({{1, 2, AddressType::i32}, false, 16})) == "(memory 1 2)");
  CHECK(type_text(vm::Table::create({externref, {3, {}, AddressType::i32}}).value()) == "(table 3 externref)");
  CHECK(type_text(vm::Global::create({ValueType::f32, true}, 1.0f)) == "(global (mut f32))");
}

TEST_CASE("given limits lie within those that are wanted") {
  const Limits wanted{2, 5, AddressType::i32};
  CHECK(fits(Limits{2, 5, AddressType::i32}, wanted));
  CHECK(fits(Limits{3, 4, AddressType::i32}, wanted));
  CHECK_FALSE(fits(Limits{1, 5, AddressType::i32}, wanted));
  CHECK_FALSE(fits(Limits{2, 6, AddressType::i32}, wanted));
  CHECK_FALSE(fits(Limits{2, {}, AddressType::i32}, wanted));
  CHECK_FALSE(fits(Limits{2, 5, AddressType::i64}, wanted));
  CHECK(fits(Limits{2, 9, AddressType::i32}, Limits{2, {}, AddressType::i32}));
}

TEST_CASE("a reference that is never null may stand where it could be, not the other way round") {
  CHECK(fits(func_not_null, funcref));
  CHECK_FALSE(fits(funcref, func_not_null));
  CHECK_FALSE(fits(externref, funcref));
  CHECK_FALSE(fits(ValueType(ValueType::i32), ValueType(ValueType::i64)));
}

TEST_CASE("an import takes values of its own kind alone") {
  const Extern function = HostFunction([] {}), table = vm::Table::create({}).value(), global = vm::Global::create({ValueType::i32}, 1),
               pages = memory({});
  for (const auto& [description, own] : {std::pair<std::string_view, const Extern*>{"(func)", &function},
                                         {"(table 0 funcref)", &table},
                                         {"(global i32)", &global},
                                         {"(memory 0)", &pages}})
    for (const Extern* const each : {&function, &table, &global, &pages}) {
      INFO(description << ", " << type_text(*each));
      CHECK(fits_import(description, *each) == (each == own));
    }
  CHECK_FALSE(fits_import("(func)", Extern()));
}

TEST_CASE("a table's element type is the one that is wanted, since it is written as well as read") {
  CHECK(fits_import("(table 1 funcref)", vm::Table::create({funcref, {1, {}, AddressType::i32}}).value()));
  CHECK_FALSE(fits_import("(table 1 funcref)", vm::Table::create({func_not_null, {1, {}, AddressType::i32}}, 1).value()));
}

TEST_CASE("a memory is shared or not, and has pages of the size, that are wanted") {
  CHECK_FALSE(fits_import("(memory 0 1 shared)", memory({{0, 1, AddressType::i32}, false, 16})));
  CHECK(fits_import("(memory 0 1 shared)", memory({{0, 1, AddressType::i32}, true, 16})));
  CHECK_FALSE(fits_import("(memory 0 1)", memory({{0, 1, AddressType::i32}, true, 16})));
  CHECK_FALSE(fits_import("(memory 0)", memory({{}, false, 0})));
  CHECK(fits_import("(memory 0 (pagesize 1))", memory({{}, false, 0})));
  CHECK_FALSE(fits_import("(memory i64 0)", memory({})));
}

TEST_CASE("code that leaves checks to guard pages gets no memory without them, where it would") {
  CHECK_FALSE(fits_import("(memory 0)", memory({}, Bounds::explicit_), Bounds::guard_pages));
  CHECK(fits_import("(memory 0)", memory({}, Bounds::explicit_), Bounds::explicit_));
  CHECK(fits_import("(memory i64 0)", memory({{0, {}, AddressType::i64}, false, 16}, Bounds::explicit_), Bounds::guard_pages));
}

TEST_CASE("a mutable global has exactly the type that is wanted, an immutable one at least that") {
  const auto constant = vm::Global::create({func_not_null}, Value()), variable = vm::Global::create({func_not_null, true}, Value());
  CHECK(fits_import("(global funcref)", constant));
  CHECK_FALSE(fits_import("(global (mut funcref))", variable));
  CHECK(fits_import("(global (mut (ref func)))", variable));
  CHECK_FALSE(fits_import("(global (mut (ref func)))", constant));
  CHECK_FALSE(fits_import("(global funcref)", variable));
}

TEST_CASE("the error for an import names it and what it asks for, and what it was given instead") {
  CHECK(link_message("(memory 1 2)", Extern()) == "unlinkable: unknown import: \"m\" \"n\" (memory 1 2)");
  CHECK(link_message("(global (mut i64))", HostFunction([] {})) ==
        "unlinkable: incompatible import type: \"m\" \"n\": expected (global (mut i64)), got (func)");
  CHECK(link_message("(table 1 funcref)", Extern()) == "unlinkable: unknown import: \"m\" \"n\" (table 1 funcref)");
  CHECK(link_message("(tag)", Extern()) == "unlinkable: unknown import: \"m\" \"n\" (tag)");
}
