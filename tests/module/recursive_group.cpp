#include <wasmer/module/recursive_group.hpp>

#include <string_view>

#include <wasmer/module/parse.hpp>
#include <wasmer/text/wat.hpp>

#include "../catch.hpp"

using namespace wasmer;

namespace {

/// The key of the group that begins at `begin` in the module `text`, other types being named by their indices.
GroupKey key_of(std::string_view text, std::uint32_t begin) {
  const Module module = parse(wat(text).value(), Features::all()).value();
  GroupKey key;
  append_key(key, std::span(module.types).subspan(begin, module.types[begin].group_size), begin, [](std::uint32_t index) { return index; });
  return key;
}

}  // namespace

TEST_CASE("a group's key is the same wherever the group stands") {
  constexpr std::string_view group = "(rec (type $a (sub (struct (field (ref null $b))))) (type $b (sub $a (struct (field (ref null $b)) (field (mut i8))))))";
  const std::string alone = "(module " + std::string(group) + ")", behind = "(module (type (func)) " + std::string(group) + ")";
  CHECK(key_of(alone, 0) == key_of(behind, 1));
}

TEST_CASE("whatever a definition says is in the key") {
  const auto plain = key_of("(module (type (struct (field i32))))", 0);
  for (const auto* other : {"(module (type (struct (field i64))))", "(module (type (struct (field (mut i32)))))", "(module (type (struct (field i8))))",
                            "(module (type (array i32)))", "(module (type (sub (struct (field i32)))))", "(module (type (struct (field i32) (field i32))))",
                            "(module (type (struct)))", "(module (rec (type (struct (field i32))) (type (struct))))", "(module (type (func (param i32))))"}) {
    INFO(other);
    CHECK(key_of(other, 0) != plain);
  }
  CHECK(key_of("(module (type $t (struct (field (ref $t)))))", 0) != key_of("(module (type (func)) (type (struct (field (ref 0)))))", 1));
  CHECK(GroupKeyHash()(plain) == GroupKeyHash()(key_of("(module (type (struct (field i32))))", 0)));
}
