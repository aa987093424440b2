#include <wasmer/module/parser/types.hpp>

#include <wasmer/module/printer/words.hpp>

#include "../../catch.hpp"
#include "../binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// What `read(decoder)` gives, as it is printed; or the error's message.
template <class Read> std::string text(Read read, Pieces pieces, Features features) {
  const auto bytes = as_bytes(join(pieces));
  Decoder in(bytes, 0, features);
  std::string text;
  printer::print(text, read(in));
  return in.failed() ? in.error().message() : in.at_end() ? text : text + " and more";
}
std::string memory(Pieces bytes, Features features = Features::all()) { return text(parser::memory_type, bytes, features); }
std::string table(Pieces bytes, Features features = Features::all()) { return text(parser::table_type, bytes, features); }
std::string global(Pieces bytes, Features features = Features::all()) { return text(parser::global_type, bytes, features); }

/// The types of a section, and what is wrong with it.
struct Types {
  Module module;
  std::string error;
  explicit Types(Pieces pieces, Features features = Features::all()) {
    const auto bytes = as_bytes(join(pieces));
    Decoder in(bytes, 0, features);
    parser::TypeSection(in, module).read();
    if (in.failed()) error = in.error().message();
  }
  const TypeDefinition& operator[](std::size_t index) const { return module.types.at(index); }
};

constexpr int mutable_ = 1, immutable = 0;

}  // namespace

TEST_CASE("limits have a maximum when a flag says so, and are 64 bits wide") {
  CHECK(memory({0, 1}) == "1");
  CHECK(memory({1, 1, 0x80, 1}) == "1 128");
  CHECK(memory({4, Bytes(9, 0xFF), 1}) == "i64 18446744073709551615");
  CHECK(memory({0, Bytes(4, 0xFF), 0x0F}) == "4294967295");
  CHECK(memory({0, Bytes(5, 0xFF), 1}) == "68719476735");  // out of range, which the validator says
}

TEST_CASE("a memory may be shared, wide, and have pages of another size") {
  CHECK(memory({3, 1, 2}) == "1 2 shared");
  CHECK(memory({15, 1, 2, 0}) == "i64 1 2 shared (pagesize 1)");
  CHECK(memory({8, 1, 16}) == "1");
}

TEST_CASE("flags of a memory that nothing gives a meaning are malformed") {
  CHECK(memory({16, 1}) == "malformed: malformed limits flags at byte 0x0");
  CHECK(memory({0x80, 0, 1}) == "malformed: malformed limits flags at byte 0x0");
  CHECK(memory({8, 1, 64}) == memory({8, 1, 63}));  // the validator says that it is neither 1 nor 65536 bytes
  CHECK(memory({8, 1, 65}) == "malformed: invalid custom page size at byte 0x2");
  CHECK(memory({0}) == "malformed: unexpected end of section or function at byte 0x1");
}

TEST_CASE("a memory of a proposal that is off says which") {
  CHECK(memory({2, 1}, Features::wasm3()) == "invalid: unsupported proposal at byte 0x0: needs threads");
  CHECK(memory({4, 1}, Features::wasm2()) == "invalid: unsupported proposal at byte 0x0: needs memory64");
  CHECK(memory({8, 1, 0}, Features::wasm3()) == "invalid: unsupported proposal at byte 0x0: needs custom-page-sizes");
  CHECK(memory({8, 1}, Features::wasm3()) == "malformed: malformed limits flags at byte 0x0");  // too short to be one of those
}

TEST_CASE("a table has an element type before its limits") {
  CHECK(table({0x70, 0, 1}) == "1 funcref");
  CHECK(table({0x70, 0, 1}, Features::wasm1()) == "1 funcref");  // older than all other reference types
  CHECK(table({0x6F, 5, 1, 2}) == "i64 1 2 externref");
  CHECK(table({0x64, 0x70, 0, 1}) == "1 (ref func)");
  CHECK(table({ValueType::i32, 0, 1}) == "malformed: malformed reference type at byte 0x0");
  CHECK(table({0x70, 8, 1}) == "malformed: malformed limits flags at byte 0x1");
  CHECK(table({0x6F, 0, 1}, Features::wasm1()) == "invalid: unsupported proposal at byte 0x0: needs reference-types");
}

TEST_CASE("a global is mutable or not, and nothing else") {
  CHECK(global({ValueType::i32, immutable}) == "i32");
  CHECK(global({0x63, 0x70, mutable_}) == "(mut funcref)");
  CHECK(global({ValueType::i32, 2}) == "malformed: malformed mutability at byte 0x1");
  CHECK(global({0x40, immutable}) == "malformed: malformed value type at byte 0x0");
}

TEST_CASE("a tag has an attribute that is zero, and a type") {
  const auto bytes = as_bytes({0, 7}), bad = as_bytes({1, 7});
  Decoder in(bytes, 0, Features::all()), bad_in(bad, 0, Features::all());
  CHECK(parser::tag(in).type == 7);
  parser::tag(bad_in);
  CHECK(bad_in.error().message() == "malformed: malformed tag attribute at byte 0x0");
}

TEST_CASE("function types are parameters and results") {
  const Types types({2, 0x60, 2, ValueType::i32, ValueType::f64, 1, ValueType::i64, 0x60, 0, 0});
  constexpr ValueType params[] = {ValueType::i32, ValueType::f64}, results[] = {ValueType::i64};
  CHECK(types[0].function == FunctionType(params, results));
  CHECK(types[1].function == FunctionType());
  CHECK(types[0].is_final);
  CHECK(types[1].group_begin == 1);
  CHECK(Types({1, 0x60, 0, 2, ValueType::i32, ValueType::i32}, Features::wasm1()).error ==
        "invalid: unsupported proposal at byte 0x3: needs multi-value");
}

TEST_CASE("structures and arrays have fields, some of them packed") {
  const Types types({2, 0x5F, 2, 0x78, mutable_, ValueType::f32, immutable, 0x5E, 0x77, immutable});
  CHECK(types[0].kind == CompositeKind::structure);
  CHECK(types[0].fields == std::vector{FieldType{ValueType::i32, 8, true}, FieldType{ValueType::f32, 0, false}});
  CHECK(types[1].kind == CompositeKind::array);
  CHECK(types[1].fields == std::vector{FieldType{ValueType::i32, 16, false}});
}

TEST_CASE("the types of a recursive group know where it begins and how large it is") {
  const Types types({2, 0x60, 0, 0, 0x4E, 2, 0x50, 0, 0x5F, 0, 0x4F, 1, 1, 0x5F, 0});
  CHECK((types[0].group_begin == 0 && types[0].group_size == 1));
  CHECK((types[1].group_begin == 1 && types[1].group_size == 2));
  CHECK((types[2].group_begin == 1 && types[2].group_size == 2));
  CHECK_FALSE(types[1].is_final);
  CHECK_FALSE(types[1].supertype.has_value());
  CHECK(types[2].is_final);
  CHECK(types[2].supertype == 1u);
}

TEST_CASE("a type of no known form is malformed, and one of the third version needs its proposal") {
  CHECK(Types({1, 0x61}).error == "malformed: malformed definition type at byte 0x1");
  CHECK(Types({1, 0xE0, 0x7F}).error == "malformed: integer representation too long at byte 0x1");
  CHECK(Types({1, 0x5F, 0}, Features::wasm2()).error == "invalid: unsupported proposal at byte 0x1: needs gc");
  CHECK(Types({1, 0x4E, 0}, Features::wasm2()).error == "invalid: unsupported proposal at byte 0x1: needs gc");
  CHECK(Types({1, 0x50, 2, 0, 0, 0x60, 0, 0}).error == "invalid: implementation limit exceeded at byte 0x1: 2 supertypes, at most 1");
}

TEST_CASE("more parameters than the limit are refused before they are read") {
  CHECK(Types({1, 0x60, 0xE9, 7, Bytes(1001, ValueType::i32), 0}).error ==
        "invalid: implementation limit exceeded at byte 0x2: 1001 parameters, at most 1000");
  CHECK(Types({1, 0x60, 0xE8, 7, Bytes(1000, ValueType::i32), 0})[0].function.params().size() == 1000);
}
