#include <wasmer/support/attributes.hpp>

#include <cstring>
#include <type_traits>

#include "../catch.hpp"

namespace {

#if defined(__x86_64__)
/// mov eax, 42; ret
WASMER_ASSEMBLY int answer() {
  __asm__("movl $42, %eax\n\tret");
}
#endif

int twice(int value) { return 2 * value; }
/// Calls a function whose type has been forgotten, as the entry thunk calls guests.
WASMER_ANY_CALLEE int call(void (*function)(), int value) { return reinterpret_cast<int (*)(int)>(function)(value); }

WASMER_NO_TSAN int watched_by_nobody() { return 7; }

}  // namespace

// They change no type, so that addresses of such functions can be taken and called as ever.
static_assert(std::is_same_v<decltype(&watched_by_nobody), int (*)()> && std::is_same_v<decltype(&call), int (*)(void (*)(), int)>);

#if defined(__x86_64__)
TEST_CASE("a function of assembly is its assembly and nothing else") {
  CHECK(answer() == 42);
#if !defined(__CET__)  // which marks where an indirect call may go to
  constexpr unsigned char expected[] = {0xB8, 42, 0, 0, 0, 0xC3};
  CHECK(std::memcmp(reinterpret_cast<const void*>(&answer), expected, sizeof expected) == 0);
#endif
}
#endif

TEST_CASE("a function is called through a type that is not its own") { CHECK(call(reinterpret_cast<void (*)()>(&twice), 21) == 42); }

TEST_CASE("frames that are to be left can still return") {
  wasmer::support::forget_frames();
  CHECK(watched_by_nobody() == 7);
}
