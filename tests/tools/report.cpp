#include <report.hpp>

#include "../catch.hpp"

using namespace wasmer;

TEST_CASE("a trap is told with its words and its frames, innermost first") {
  const Error error = Error(ErrorId::integer_divide_by_zero, 0x5c).with_backtrace({{4, 0x5c, "divide"}, {5, 0x61, ""}});
  CHECK(tools::describe_trap(error) ==
        "error: trap: integer divide by zero\n"
        "  0: divide (function 4) at byte 0x5c\n"
        "  1: function 5 at byte 0x61\n");
}

TEST_CASE("of a deep stack both ends are told") {
  const Error error = Error(ErrorId::call_stack_exhausted).with_backtrace(std::vector<Frame>(1000, Frame{1, 2, "f"}));
  const std::string text = tools::describe_trap(error);
  CHECK(text.starts_with("error: trap: call stack exhausted\n  0: f (function 1) at byte 0x2\n"));
  CHECK(text.find("  23: f (function 1) at byte 0x2\n  ... 968 more\n  992: f") != std::string::npos);
  CHECK(text.ends_with("  999: f (function 1) at byte 0x2\n"));
}

TEST_CASE("a stack that just fits is told whole") {
  const Error error = Error(ErrorId::unreachable).with_backtrace(std::vector<Frame>(32, Frame{1, 2, "f"}));
  CHECK(tools::describe_trap(error).find("more") == std::string::npos);
}

TEST_CASE("each kind of error has its exit code") {
  CHECK(tools::report(Error::exit(7), "a.wasm") == 7);
  CHECK(tools::report(Error::exit(256 + 3), "a.wasm") == 3);
  CHECK(tools::report(Error(ErrorId::unreachable), "a.wasm") == 134);
  CHECK(tools::report(Error(ErrorId::call_stack_exhausted), "a.wasm") == 134);
  CHECK(tools::report(Error(ErrorId::type_mismatch, 8), "a.wasm") == 1);
  CHECK(tools::report(Error(ErrorId::unknown_import), "a.wasm") == 1);
}
