#pragma once
/// \file
/// Which guest functions are on the stack: walks frame pointers through guest code, and over host frames from each entry to the exit before it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/vm/activation.hpp>
#include <wasmer/vm/code.hpp>
#include <wasmer/vm/code_registry.hpp>

namespace wasmer::vm {

/// Frames beyond this many are left out: a stack that overflowed says nothing new further on.
inline constexpr std::size_t most_frames = 64;

/// A place in guest code, and how to go on from there.
struct GuestPlace {
  const std::byte* pc = nullptr;           ///< a return address, or an instruction that trapped
  const std::uintptr_t* frame = nullptr;   ///< {caller's frame, return address}
  bool trapped = false;
  const std::uintptr_t* frameless = nullptr;  ///< where the return address lies, when `frame` is still the caller's

  /// The place that a frame returns to.
  static GuestPlace caller_of(const std::uintptr_t* frame) {
    return {reinterpret_cast<const std::byte*>(frame[1]), reinterpret_cast<const std::uintptr_t*>(frame[0])};
  }
};

namespace detail {
inline void add_frame(std::vector<Frame>& frames, const GuestPlace& place) {
  const Code* const code = CodeRegistry::find(place.pc - (place.trapped ? 0 : 1));
  if (code == nullptr) return;
  // A call that never returns may be its function's last instruction: the byte before a return address is surely in the function.
  const FunctionRange* const function = code->function_at(place.pc - (place.trapped ? 0 : 1));
  if (function == nullptr) return;
  std::uint64_t offset = Error::no_offset;
  if (place.trapped) {
    if (const TrapSite* const site = code->trap_at(place.pc)) offset = site->wasm_offset;
  } else if (const CallSite* const site = code->call_at(place.pc)) {
    offset = site->wasm_offset;
  }
  frames.push_back({function->function, offset, std::string(code->names()[function->function])});
}
}  // namespace detail

/// The frames from `place` outwards, innermost first, through all of the store's entries.
inline std::vector<Frame> backtrace(const Activation& activation, GuestPlace place) {
  std::vector<Frame> frames;
  const std::uintptr_t* entry = activation.entry;
  if (place.frameless != nullptr) {
    detail::add_frame(frames, place);
    place = {reinterpret_cast<const std::byte*>(*place.frameless), place.frame};
  }
  while (entry != nullptr && frames.size() < most_frames) {
    if (place.frame == frame_pointer(entry)) {  // what comes before was entered here; what comes next called the host that entered it
      const auto* const outer = reinterpret_cast<const EntryFrame*>(entry);
      entry = outer->outer_entry;
      if (entry != nullptr) place = GuestPlace::caller_of(outer->outer_exit);
      continue;
    }
    if (place.frame == nullptr || place.frame > frame_pointer(entry)) break;  // not a chain of ours
    detail::add_frame(frames, place);
    const GuestPlace caller = GuestPlace::caller_of(place.frame);
    if (caller.frame <= place.frame) break;
    place = caller;
  }
  return frames;
}

/// The frames outside the host function that runs now.
inline std::vector<Frame> backtrace(const Activation& activation) {
  if (activation.entry == nullptr || activation.exit == nullptr) return {};
  return backtrace(activation, GuestPlace::caller_of(activation.exit));
}

}  // namespace wasmer::vm
