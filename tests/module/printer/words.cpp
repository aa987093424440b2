#include <wasmer/module/printer/words.hpp>

#include "../../catch.hpp"

using namespace wasmer;
using namespace wasmer::printer;

namespace {

template <class T> std::string text(const T& value) {
  std::string out;
  print(out, value);
  return out;
}

}  // namespace

TEST_CASE("floats are the shortest decimals that read back as the same") {
  CHECK(text(F32{0x3F800000}) == "1");
  CHECK(text(F32{0x3DCCCCCD}) == "0.1");
  CHECK(text(F32{0x80000000}) == "-0");
  CHECK(text(F32{0x00000001}) == "1e-45");
  CHECK(text(F64{0x3FB999999999999A}) == "0.1");
  CHECK(text(F64{0x7FEFFFFFFFFFFFFF}) == "1.7976931348623157e+308");
  CHECK(text(F64{0xC000000000000000}) == "-2");
}

TEST_CASE("what is no number is a word, with the payload of a NaN that is not canonical") {
  CHECK(text(F32{0x7F800000}) == "inf");
  CHECK(text(F64{0xFFF0000000000000}) == "-inf");
  CHECK(text(F32{0x7FC00000}) == "nan");
  CHECK(text(F32{0xFFC00000}) == "-nan");
  CHECK(text(F32{0x7FA00000}) == "nan:0x200000");
  CHECK(text(F64{0x7FF0000000000001}) == "nan:0x0000000000001");
}

TEST_CASE("vectors are four lanes in hexadecimal") {
  V128 value;
  for (std::uint8_t i = 0; i < 16; ++i) value.bytes[i] = i;
  CHECK(text(value) == "i32x4 0x03020100 0x07060504 0x0b0a0908 0x0f0e0d0c");
}

TEST_CASE("strings escape what is not printable, quotes and backslashes") {
  std::string out;
  print_string(out, std::string_view("a\"b\\c\n\xFF\0", 8));
  CHECK(out == R"("a\22b\5cc\0a\ff\00")");
}

TEST_CASE("types read as they are written in a module") {
  CHECK(text(MemoryType{{1, 2}}) == "1 2");
  CHECK(text(MemoryType{{1, 2, AddressType::i64}, true}) == "i64 1 2 shared");
  CHECK(text(MemoryType{{1, std::nullopt}, false, 0}) == "1 (pagesize 1)");
  CHECK(text(TableType{externref, {3, std::nullopt}}) == "3 externref");
  CHECK(text(GlobalType{ValueType::f64, true}) == "(mut f64)");
}
