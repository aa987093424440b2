#include <wasmer/abi/emscripten/calls/process.hpp>

#include "../world.hpp"

using namespace wasmer;
using namespace wasmer::emscripten;
using namespace wasmer::tests;

TEST_CASE("a program that exits has its functions run and its output flushed first") {
  EmWorld world;
  emscripten::at_exit(world.state, world.guest(), 2, 5);
  emscripten::at_exit_of_one(world.state, world.guest(), 1);
  const auto ended = emscripten::exit(world.state, world.guest(), 7);
  CHECK(ended.error().exit_code() == 7);
  CHECK(world.load<std::uint32_t>(16) == 2);
  CHECK(world.load<std::uint32_t>(20) == 5);
  CHECK(world.load<std::uint32_t>(32) == 1);
  CHECK(emscripten::exit_at_once(world.state, world.guest(), 3).error().exit_code() == 3);
}

TEST_CASE("an assertion that fails says where") {
  EmWorld world;
  const auto failed = emscripten::assert_fail(world.state, world.guest(), world.text("a == b"), world.text("file.c"), 12, world.text("main"));
  CHECK(failed.error().id() == ErrorId::unreachable);
  CHECK(failed.error().detail().find("`a == b` failed at file.c:12, main") != std::string_view::npos);
}

TEST_CASE("there are no other processes and no shell") {
  EmWorld world({}, false, true);
  const auto refused = [&](std::int32_t answer, int error) { CHECK((answer == -1 && world.error() == error)); };
  refused(emscripten::fork(world.state, world.guest()), ENOSYS);
  refused(emscripten::exec(world.state, world.guest(), 0, 0), ENOEXEC);
  refused(emscripten::waitpid(world.state, world.guest(), -1, 0, 0), ECHILD);
  refused(emscripten::system(world.state, world.guest(), world.text("ls").address), ENOSYS);
  CHECK(emscripten::system(world.state, world.guest(), 0) == 0);
  CHECK(emscripten::getpid(world.state, world.guest()).value() == 42);
  CHECK(error_of(emscripten::getpgid(world.state, world.guest(), 1)) == Errno::srch);
}

TEST_CASE("the system is Emscripten") {
  EmWorld world({}, false, true);
  const std::uint32_t where = world.take(400);
  CHECK(emscripten::uname(world.state, world.guest(), where).value() == 0);
  CHECK(world.string_at(where) == "Emscripten");
  CHECK(world.string_at(where + 65) == "emscripten");
  CHECK(world.string_at(where + 4 * 65) == "x86-JS");
  CHECK(emscripten::uname_today(world.state, world.guest(), where).value() == 0);
  CHECK(world.string_at(where + 4 * 65) == "wasm32");
  CHECK(error_of(emscripten::uname(world.state, world.guest(), 0xFFFF'FFF0)) == Errno::fault);
}

TEST_CASE("a handler is set, told, and run by raise") {
  EmWorld world({}, false, true);
  std::array<std::uint32_t, 35> action{};
  action[0] = 2;
  const std::uint32_t wanted = world.put(action), old = world.take(140);
  CHECK(emscripten::sigaction(world.state, world.guest(), SIGTERM, wanted, 0) == 0);
  CHECK(emscripten::sigaction(world.state, world.guest(), SIGTERM, 0, old) == 0);
  CHECK(world.load<std::uint32_t>(old) == 2);
  CHECK(emscripten::sigaction(world.state, world.guest(), SIGKILL, wanted, 0) == -1);
  CHECK(world.error() == EINVAL);
  CHECK(emscripten::raise(world.state, world.guest(), SIGTERM).value() == 0);
  CHECK(world.load<std::uint32_t>(20) == SIGTERM);
  CHECK(world.state.signals()->raise(SIGTERM));
  CHECK(emscripten::signal(world.state, world.guest(), SIGTERM, 0) == 2);
  CHECK(emscripten::raise(world.state, world.guest(), SIGTERM).error().exit_code() == 128 + SIGTERM);
  CHECK(emscripten::raise(world.state, world.guest(), SIGCHLD).value() == 0);
  CHECK(emscripten::kill(world.state, world.guest(), 1, SIGTERM).value() == -1);
}

TEST_CASE("sets of signals are kept as C has them, and hold signals back") {
  EmWorld world;
  const std::uint32_t set = world.take(128), old = world.take(128);
  CHECK(emscripten::sigemptyset(world.state, world.guest(), set) == 0);
  CHECK(emscripten::sigaddset(world.state, world.guest(), set, SIGINT) == 0);
  CHECK(emscripten::sigismember(world.state, world.guest(), set, SIGINT) == 1);
  CHECK(emscripten::sigismember(world.state, world.guest(), set, SIGTERM) == 0);
  CHECK(emscripten::sigprocmask(world.state, world.guest(), 0, set, old) == 0);
  CHECK(world.load<std::uint64_t>(old) == 0);
  CHECK(world.state.signals()->blocked() == std::uint64_t{1} << SIGINT);
  CHECK(emscripten::sigdelset(world.state, world.guest(), set, SIGINT) == 0);
  CHECK(emscripten::sigprocmask(world.state, world.guest(), 2, set, 0) == 0);
  CHECK(world.state.signals()->blocked() == 0);
  CHECK(emscripten::sigaddset(world.state, world.guest(), set, 65) == -1);
}

TEST_CASE("one thread has its values, and what it waits for it would wait for for ever") {
  EmWorld world;
  const std::uint32_t key_at = world.take(4);
  CHECK(emscripten::pthread_key_create(world.state, world.guest(), {key_at}, 0) == 0);
  const auto key = world.load<std::uint32_t>(key_at);
  CHECK(emscripten::pthread_getspecific(world.state, world.guest(), key) == 0);
  CHECK(emscripten::pthread_setspecific(world.state, world.guest(), key, 5) == 0);
  CHECK(emscripten::pthread_getspecific(world.state, world.guest(), key) == 5);
  CHECK(emscripten::pthread_setspecific(world.state, world.guest(), key + 1, 5) != 0);
  CHECK(emscripten::pthread_key_delete(world.state, world.guest(), key) == 0);
  const std::uint32_t once = world.put(std::uint32_t{0});
  CHECK(emscripten::pthread_once(world.state, world.guest(), {once}, 1).value() == 0);
  CHECK(emscripten::pthread_once(world.state, world.guest(), {once}, 1).value() == 0);
  CHECK(world.load<std::uint32_t>(16) == 1);
  CHECK(emscripten::thread_create(world.state, world.guest(), 0, 0, 0, 0) != 0);
  const std::uint32_t semaphore = world.take(16);
  CHECK(emscripten::sem_init(world.state, world.guest(), {semaphore}, 0, 1) == 0);
  CHECK(emscripten::sem_wait(world.state, world.guest(), {semaphore}) == 0);
  CHECK(emscripten::sem_wait(world.state, world.guest(), {semaphore}) == -1);
  CHECK(emscripten::sem_post(world.state, world.guest(), {semaphore}) == 0);
  CHECK(emscripten::sem_trywait(world.state, world.guest(), {semaphore}) == 0);
}

TEST_CASE("functions for the end, and keys of threads, have a limit") {
  EmWorld world;
  std::size_t functions = 0, keys = 0;
  while (functions < 100'000 && emscripten::at_exit_of_one(world.state, world.guest(), 1) == 0) ++functions;
  CHECK(functions == most_records);
  const GuestPointer<std::uint32_t> key{world.take(4)};
  while (keys < 1000 && emscripten::pthread_key_create(world.state, world.guest(), key, 0) == 0) ++keys;
  CHECK(keys == most_thread_keys);
}
