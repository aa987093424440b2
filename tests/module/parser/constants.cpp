#include <wasmer/module/parser/constants.hpp>

#include "../../catch.hpp"
#include "../binary.hpp"

using namespace wasmer;
using namespace wasmer::tests;

namespace {

/// What is read of one expression: its instructions with their values, and what is left behind it.
struct Read {
  Module module;
  ConstantExpression expression;
  std::size_t left = 0;
  std::optional<Error> error;

  explicit Read(Pieces code, Features features = Features::all()) {
    module.bytes = std::make_shared<const std::vector<std::byte>>(as_bytes(join(code)));
    Decoder in(*module.bytes, 0, features);
    expression = parser::ConstantReader(in, module).read();
    left = in.remaining();
    if (in.failed()) error = in.error();
  }
  /// "i32.const:1@0", an instruction's value and its offset.
  std::string text() const {
    std::string text;
    for (std::uint32_t i = expression.begin; i < expression.end; ++i) {
      const ConstantInstruction& each = module.constants[i];
      text.append(text.empty() ? "" : " ").append(info(each.op).text).append(":" + std::to_string(each.value) + "@" + std::to_string(each.offset));
    }
    return text;
  }
};
std::string text(Pieces code) { return Read(code).text(); }
std::string message(Pieces code, Features features = Features::all()) { return Read(code, features).error.value().message(); }

}  // namespace

TEST_CASE("an expression is read up to its end, which is left out") {
  const Read read({Op::i32_const, 7, Op::end, 0x55});
  CHECK(read.text() == "i32.const:7@0");
  CHECK(read.left == 1);
  CHECK_FALSE(read.error);
  CHECK(text({Op::end}).empty());  // that it leaves no value is for the validator to say
}

TEST_CASE("numbers are kept by their bits") {
  CHECK(text({Op::i32_const, 0x7F, Op::end}) == "i32.const:4294967295@0");
  CHECK(text({Op::i64_const, 0x7F, Op::end}) == "i64.const:18446744073709551615@0");
  CHECK(text({Op::f32_const, 0, 0, 0x80, 0x3F, Op::end}) == "f32.const:1065353216@0");
  CHECK(text({Op::f64_const, 1, Bytes(7, 0), Op::end}) == "f64.const:1@0");
}

TEST_CASE("a vector is kept beside the instructions") {
  const Read read({Op::v128_const, Bytes(16, 3), Op::v128_const, Bytes(16, 4), Op::end});
  CHECK(read.text() == "v128.const:0@0 v128.const:1@18");
  CHECK(read.module.vectors.at(1).bytes[15] == 4);
}

TEST_CASE("references, globals and arithmetic keep their index or nothing") {
  CHECK(text({Op::ref_func, 9, Op::end}) == "ref.func:9@0");
  CHECK(text({Op::global_get, 3, Op::end}) == "global.get:3@0");
  CHECK(text({Op::ref_null, 0x6F, Op::end}) == "ref.null:" + std::to_string(HeapType(HeapType::extern_).bits()) + "@0");
  CHECK(text({Op::i32_const, 1, Op::i32_const, 2, Op::i32_mul, Op::end}) == "i32.const:1@0 i32.const:2@2 i32.mul:0@4");
  CHECK(text({Op::array_new_fixed, 2, 5, Op::end}) == "array.new_fixed:" + std::to_string(2 | std::uint64_t{5} << 32) + "@0");
}

TEST_CASE("expressions stand one behind the other") {
  Module module;
  const auto bytes = as_bytes(join({Op::i32_const, 1, Op::end, Op::i32_const, 2, Op::end}));
  module.bytes = std::make_shared<const std::vector<std::byte>>(bytes);
  Decoder in(*module.bytes, 0, Features::all());
  parser::ConstantReader reader(in, module);
  const ConstantExpression first = reader.read(), second = reader.read();
  CHECK((first.begin == 0 && first.end == 1 && second.begin == 1 && second.end == 2));
  CHECK(module.constants[1].value == 2);
}

TEST_CASE("what is not constant is refused by its name, once the rest can be decoded") {
  CHECK(message({Op::i32_const, 1, Op::i32_eqz, Op::end}) == "invalid: constant expression required at byte 0x2: i32.eqz");
  CHECK(message({Op::block, 0x40, Op::end, Op::end}) == "invalid: constant expression required at byte 0x0: block");
  CHECK(message({Op::call, 0, 0x27, Op::end}) == "malformed: illegal opcode at byte 0x2: 27");
  CHECK(message({Op::nop}) == "malformed: unexpected end of section or function at byte 0x1");
}

TEST_CASE("an instruction of a proposal that is off says which") {
  CHECK(message({Op::ref_func, 0, Op::end}, Features::wasm1()) == "invalid: unsupported proposal at byte 0x0: needs reference-types");
  CHECK(message({Op::i32_const, 0, Op::i32_const, 0, Op::i32_add, Op::end}, Features::wasm2()) ==
        "invalid: unsupported proposal at byte 0x4: needs extended-const");
  CHECK(message({Op::v128_const, Bytes(16, 0), Op::end}, Features::wasm1()) == "invalid: unsupported proposal at byte 0x0: needs simd");
  CHECK(message({Op::ref_i31, Op::end}, Features::wasm2()) == "invalid: unsupported proposal at byte 0x0: needs gc");
}

TEST_CASE("an illegal opcode, and one that is cut off, are malformed") {
  CHECK(message({0x27, Op::end}) == "malformed: illegal opcode at byte 0x0: 27");
  CHECK(message({0xFC, 0x7F, Op::end}) == "malformed: illegal opcode at byte 0x0: fc 7f");
  CHECK(message({Op::i32_const}) == "malformed: unexpected end of section or function at byte 0x1");
  CHECK(message({}) == "malformed: unexpected end of section or function at byte 0x0");
}
