#include <wasmer/abi/emscripten/exceptions.hpp>

#include "../../catch.hpp"

using namespace wasmer::emscripten;

TEST_CASE("an exception is thrown, caught and released") {
  Exceptions exceptions;
  exceptions.thrown(100, 7, 3);
  CHECK(exceptions.last() == 100);
  CHECK(exceptions.uncaught() == 1);
  CHECK(exceptions.find(100)->type == 7);
  exceptions.begin_catch(100);
  CHECK(exceptions.uncaught() == 0);
  CHECK(exceptions.current() == 100);
  CHECK(exceptions.end_catch() == 100u);
  CHECK(exceptions.last() == 0);
  CHECK(exceptions.release(100));
  exceptions.forget(100);
  CHECK(exceptions.find(100) == nullptr);
}

TEST_CASE("one is found by the address that it was adjusted to") {
  Exceptions exceptions;
  exceptions.thrown(100, 7, 0);
  exceptions.find(100)->adjusted = 108;
  CHECK(exceptions.original(108) == 100);
  CHECK(exceptions.find(108) == exceptions.find(100));
  CHECK(exceptions.original(5) == 5);
  CHECK(exceptions.find(5) == nullptr);
}

TEST_CASE("one that is thrown on lives through the end of its handler") {
  Exceptions exceptions;
  exceptions.thrown(100, 7, 0);
  exceptions.begin_catch(100);
  CHECK(exceptions.rethrow() == 100);
  CHECK(exceptions.uncaught() == 1);
  CHECK(exceptions.end_catch() == 100u);
  CHECK_FALSE(exceptions.release(100));
  exceptions.begin_catch(100);
  CHECK(exceptions.end_catch() == 100u);
  CHECK(exceptions.release(100));
}

TEST_CASE("one that was kept is thrown again, and counts as it did") {
  Exceptions exceptions;
  exceptions.thrown(100, 7, 0);
  exceptions.begin_catch(100);
  ++exceptions.find(100)->references;  // whoever keeps it
  CHECK(exceptions.end_catch() == 100u);
  CHECK_FALSE(exceptions.release(100));
  exceptions.throw_again(100);
  CHECK(exceptions.last() == 100);
  CHECK(exceptions.uncaught() == 0);
  exceptions.begin_catch(100);
  CHECK(exceptions.uncaught() == 0);
}

TEST_CASE("what is not there cannot be ended, thrown on or released") {
  Exceptions exceptions;
  CHECK_FALSE(exceptions.end_catch());
  CHECK(exceptions.rethrow() == 0);
  CHECK_FALSE(exceptions.release(1));
  CHECK(exceptions.current() == 0);
}
