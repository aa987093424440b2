#include <wasmer/text/extern_type.hpp>

#include "../catch.hpp"
#include "drafted.hpp"

using namespace wasmer::text;
using wasmer::tests::written;

namespace {
std::string memory(std::string_view source) {
  return written(source, [](Draft& draft, Encoder& out) { memory_type(draft.cursor, out); });
}
std::string table(std::string_view source) {
  return written(source, [](Draft& draft, Encoder& out) { encode(out, table_type(draft)); });
}
std::string global(std::string_view source) { return written(source, [](Draft& draft, Encoder& out) { global_type(draft, out); }); }
}  // namespace

TEST_CASE("a memory has a minimum, and the rest where it is written") {
  CHECK(memory("1") == "00 01");
  CHECK(memory("1 200") == "01 01 c8 01");
  CHECK(memory("i32 1") == "00 01");
  CHECK(memory("i64 1 2") == "05 01 02");
  CHECK(memory("1 2 shared") == "03 01 02");
  CHECK(memory("1 2 unshared") == "01 01 02");
  CHECK(memory("i64 1 2 shared (pagesize 1)") == "0f 01 02 00");
  CHECK(memory("18446744073709551615") == "00 ff ff ff ff ff ff ff ff ff 01");  // for the validator to refuse
}

TEST_CASE("a page's size is written as the power of two that it is") {
  CHECK(memory("0 (pagesize 1)") == "08 00 00");
  CHECK(memory("0 (pagesize 0x10000)") == "08 00 10");
  CHECK(memory("0 (pagesize 9223372036854775808)") == "08 00 3f");
  CHECK(memory("0 (pagesize 0)") == "<text>:1:13: invalid custom page size 0");
  CHECK(memory("0 (pagesize 65535)") == "<text>:1:13: invalid custom page size 65535");
  CHECK(memory("0 (pagesize 1 2)") == "<text>:1:15: unexpected token 2");
}

TEST_CASE("a memory without a minimum is no memory") {
  CHECK(memory("shared") == "<text>:1:1: unexpected token shared");
  CHECK(memory("i64") == "<text>:1:4: unexpected token at the end");
  CHECK(memory("-1") == "<text>:1:1: unexpected token -1");
  CHECK(memory("1 shared 2") == "02 01 before 2");
}

TEST_CASE("a table has limits before its element type, encoded the other way round") {
  CHECK(table("1 funcref") == "70 00 01");
  CHECK(table("i64 1 2 externref") == "6f 05 01 02");
  CHECK(table("0 (ref 3)") == "64 03 00 00");
  CHECK(table("1 2 shared funcref") == "70 03 01 02");
  CHECK(table("1 i32") == "<text>:1:3: unexpected token i32");
  CHECK(table("funcref") == "<text>:1:1: unexpected token funcref");
}

TEST_CASE("a global is a type, or a type that is mutable") {
  CHECK(global("f64") == "7c 00");
  CHECK(global("(mut i32)") == "7f 01");
  CHECK(global("(ref null any)") == "6e 00");
  CHECK(global("(mut (ref any))") == "64 6e 01");
  CHECK(global("(mut i32 i32)") == "<text>:1:10: unexpected token i32");
  CHECK(global("(mut)") == "<text>:1:5: unexpected token )");
}
