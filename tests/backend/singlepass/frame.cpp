#include <wasmer/backend/singlepass/frame.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "../../catch.hpp"

using namespace wasmer::singlepass;

namespace {

// No register has two roles.
static_assert((general & vector).empty() && general.size() == 11 && vector.size() == 15);
static_assert((callee_saved - general).empty() && (callee_saved & caller_saved).empty() && (callee_saved | caller_saved) == (general | vector));
static_assert(!general.has(context_register) && !general.has(memory_register) && !general.has(scratch) && !vector.has(float_scratch));
static_assert(!general.has(Gp::rsp) && !general.has(Gp::rbp));
static_assert(context_register != memory_register && memory_register != scratch && scratch != context_register);

// System V: the context goes first, in rdi; the others follow, and none of them outlives a call.
static_assert(context_register == Gp::rdi && std::size(integer_arguments) == 5 && float_argument_count == 8);
static_assert(integer_arguments[0] == Gp::rsi && integer_arguments[1] == Gp::rdx && integer_arguments[4] == Gp::r9);
static_assert(std::ranges::all_of(integer_arguments, [](Gp reg) { return caller_saved.has(reg); }));

// From the top: the context, then room for each callee-saved register, then homes.
static_assert(saved_context.base == Gp::rbp && saved_context.disp == -8);
static_assert(saved_register(Gp::rbx).disp == -16 && saved_register(Gp::r12).disp == -24 && saved_register(Gp::r15).disp == -homes_begin);
static_assert(home(0, narrow_home).base == Gp::rbp && home(0, narrow_home).disp == -56 && home(1, narrow_home).disp == -64);
static_assert(home(0, wide_home).disp == -64 && home(1, wide_home).disp == -80 && homes_begin % wide_home == 0, "aligned as rbp is");
static_assert(home(49'999, narrow_home).disp == -homes_begin - 8 * 50'000, "as many locals as a function may have");

}  // namespace

TEST_CASE("no two parts of a frame share a word", "[singlepass]") {
  std::vector<std::int32_t> places{0, 8, saved_context.disp};  // the caller's rbp, the return address
  callee_saved.for_each([&](Reg reg) { places.push_back(saved_register(reg.gp()).disp); });
  for (std::uint32_t slot = 0; slot < 8; ++slot) places.push_back(home(slot, narrow_home).disp);
  CHECK(std::ranges::all_of(places, [](std::int32_t at) { return at % 8 == 0; }));
  std::ranges::sort(places);
  CHECK(std::ranges::adjacent_find(places) == places.end());
}
