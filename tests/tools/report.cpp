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

TEST_CASE("where frames are left out, that is told, and the others keep their numbers") {
  std::vector<Frame> frames(64, Frame{1, 2, "f"});
  frames[56].omitted = 936;
  const std::string text = tools::describe_trap(Error(ErrorId::call_stack_exhausted).with_backtrace(frames));
  CHECK(text.starts_with("error: trap: call stack exhausted\n  0: f (function 1) at byte 0x2\n"));
  CHECK(text.find("  55: f (function 1) at byte 0x2\n  ... 936 more\n  992: f") != std::string::npos);
  CHECK(text.ends_with("  999: f (function 1) at byte 0x2\n"));
}

TEST_CASE("what the host is to blame for speaks for itself") {
  CHECK(tools::describe_failure(Error(ErrorId::cannot_read_file, Error::no_offset, "a.wasm: no"), "a.wasm") == "error: cannot read file: a.wasm: no\n");
  CHECK(tools::describe_failure(Error(ErrorId::out_of_memory), "a.wasm") == "error: a.wasm: out of memory\n");
  CHECK(tools::describe_failure(Error(ErrorId::invalid_option, Error::no_offset, "no such directory"), "a.wasm") == "error: no such directory\n");
}

TEST_CASE("what the module is to blame for is told with the file, the stage and the place") {
  CHECK(tools::describe_failure(Error(ErrorId::type_mismatch, 8), "a.wasm") == "error: a.wasm: invalid: type mismatch at byte 0x8\n");
  CHECK(tools::describe_failure(Error::in_text(ErrorId::unknown_operator, 8, "a.wat:1:9", "nope"), "a.wat") == "error: a.wat:1:9: unknown operator nope\n");
}

TEST_CASE("names in errors and frames are harmless to a terminal") {
  const Error error = Error(ErrorId::unreachable).with_backtrace({{4, 0x5c, "\x1b[31m"}});
  CHECK(tools::describe_trap(error) == "error: trap: unreachable\n  0: \\1b[31m (function 4) at byte 0x5c\n");
  CHECK(tools::describe_failure(Error(ErrorId::unknown_import, Error::no_offset, "a\nb"), "a.wasm") == "error: a.wasm: unlinkable: unknown import: a\\0ab\n");
}

TEST_CASE("each kind of error has its exit code") {
  CHECK(tools::report(Error::exit(7), "a.wasm") == 7);
  CHECK(tools::report(Error::exit(256 + 3), "a.wasm") == 3);
  CHECK(tools::report(Error(ErrorId::unreachable), "a.wasm") == 134);
  CHECK(tools::report(Error(ErrorId::call_stack_exhausted), "a.wasm") == 134);
  CHECK(tools::report(Error(ErrorId::type_mismatch, 8), "a.wasm") == 1);
  CHECK(tools::report(Error(ErrorId::unknown_import), "a.wasm") == 1);
  CHECK(tools::report(Error(ErrorId::out_of_memory), "a.wasm") == 1);
  CHECK(tools::report(Error(ErrorId::out_of_code_memory), "a.wasm") == 1);
}
