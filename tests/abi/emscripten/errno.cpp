#include <wasmer/abi/emscripten/errno.hpp>

#include <cerrno>

#include "../../catch.hpp"

using namespace wasmer::emscripten;

TEST_CASE("fastcomp's programs know Linux's error numbers, today's know WASI's") {
  CHECK(number_of(Errno::acces, Dialect::fastcomp) == EACCES);
  CHECK(number_of(Errno::acces, Dialect::upstream) == 2);
  CHECK(number_of(Errno::nosys, Dialect::fastcomp) == ENOSYS);
  CHECK(number_of(Errno::nosys, Dialect::upstream) == 52);
  CHECK(number_of(Errno::success, Dialect::upstream) == 0);
}
