#include <wasmer/text/word.hpp>

#include "../catch.hpp"

using namespace wasmer;
using namespace wasmer::text;

static_assert(find_word("module") == Word::module);
static_assert(op_of(find_word("i32.add")) == Op::i32_add);
static_assert(find_word("i32.ad") == Word::unknown);
static_assert(!op_of(Word::module));

TEST_CASE("every instruction is found by its keyword") {
  for (std::size_t i = 0; i < ops.size(); ++i) {
    const std::optional<Op> found = op_of(find_word(ops[i].text));
    REQUIRE(found);
    CHECK(info(*found).text == ops[i].text);
  }
}

TEST_CASE("of two instructions with one keyword, the first of the table is found") {
  CHECK(op_of(find_word("select")) == Op::select);
  CHECK(op_of(find_word("ref.test")) == Op::ref_test);
  CHECK(op_of(find_word("ref.cast")) == Op::ref_cast);
}

TEST_CASE("the words of words.def are found, each as itself") {
#define WASM_WORD(id, text) CHECK(find_word(text) == Word::id);
#include <wasmer/text/words.def>
#undef WASM_WORD
}
