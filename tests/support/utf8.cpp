#include <wasmer/support/utf8.hpp>

#include "../catch.hpp"

using wasmer::is_utf8;

// Each length, at both ends of its range.
static_assert(is_utf8("") && is_utf8("\x01\x7F") && is_utf8("\xC2\x80") && is_utf8("\xDF\xBF"));
static_assert(is_utf8("\xE0\xA0\x80") && is_utf8("\xED\x9F\xBF") && is_utf8("\xEE\x80\x80") && is_utf8("\xEF\xBF\xBF"));
static_assert(is_utf8("\xF0\x90\x80\x80") && is_utf8("\xF4\x8F\xBF\xBF"));

TEST_CASE("overlong forms are not UTF-8") {
  for (const auto* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF"}) CHECK_FALSE(is_utf8(text));
}

TEST_CASE("surrogates and what lies beyond U+10FFFF are not UTF-8") {
  for (const auto* text : {"\xED\xA0\x80", "\xED\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) CHECK_FALSE(is_utf8(text));
}

TEST_CASE("a character cut off, or a tail without a lead, is not UTF-8") {
  for (const auto* text : {"\x80", "a\xBF", "\xC2", "\xC2z", "\xE1\x80", "\xE1\x80z", "\xF1\x80\x80", "\xF1\x80\x80z"}) CHECK_FALSE(is_utf8(text));
}
