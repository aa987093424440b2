#pragma once
/// \file
/// Which guest functions are on the stack: walks frame pointers through guest code, and over host frames from each entry to the exit before it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/activation.hpp>

namespace wasmer::vm {

/// A backtrace has at most this many frames. Of a deeper stack, such as one that overflowed, those between its two ends are left out.
inline constexpr std::size_t most_frames = 64;
/// How many of them are then the outermost.
inline constexpr std::size_t outermost_frames = 8;

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

/// The frames from `place` outwards, innermost first, through all of the store's entries.
WASMER_ONCE std::vector<Frame> backtrace(const Activation& activation, GuestPlace place);

/// The frames outside the host function that runs now.
WASMER_ONCE std::vector<Frame> backtrace(const Activation& activation);

}  // namespace wasmer::vm

#if !defined(WASMER_COMPILED)
#include <wasmer/vm/code.hpp>
#include <wasmer/vm/code_registry.hpp>
#include <wasmer/vm/function_names.hpp>

namespace wasmer::vm {

namespace detail {
/// The guest frame that a place is in; nothing if it is in no code of ours.
inline std::optional<Frame> frame_at(const GuestPlace& place) {
  // A call that never returns may be its function's last instruction: the byte before a return address is surely in the function.
  const std::byte* const inside = place.pc - (place.trapped ? 0 : 1);
  const Code* const code = CodeRegistry::find(inside);
  const FunctionRange* const function = code == nullptr ? nullptr : code->function_at(inside);
  if (function == nullptr) return std::nullopt;
  std::uint64_t offset = Error::no_offset;
  if (place.trapped) {
    if (const std::optional<TrapSite> site = code->trap_at(place.pc)) offset = site->wasm_offset;
  } else if (const CallSite* const site = code->call_at(place.pc)) {
    offset = site->wasm_offset;
  } else if (function->has_ranges) {
    if (const std::optional<TrapSite> range = code->trap_at(inside)) offset = range->wasm_offset;
  }
  const std::uint32_t index = function->has_ranges ? code->function_of(offset, function->function) : function->function;
  return Frame{index, offset, std::string(code->names()[index])};
}

/// The two ends of a row of places, as frames.
class Ends {
 public:
  void add(const GuestPlace& place) {
    if (count_ >= innermost) return void(outermost_[count_++ % outermost_frames] = place);
    if (auto frame = frame_at(place)) frames_.push_back(std::move(*frame)), ++count_;
  }
  std::vector<Frame> frames() && {
    std::size_t next = std::max(innermost, count_ - std::min(count_, outermost_frames)), omitted = next - innermost;
    for (; next < count_; ++next)
      if (auto frame = frame_at(outermost_[next % outermost_frames])) {
        frame->omitted = std::exchange(omitted, 0);
        frames_.push_back(std::move(*frame));
      }
    return std::move(frames_);
  }

 private:
  static constexpr std::size_t innermost = most_frames - outermost_frames;
  std::vector<Frame> frames_;
  std::array<GuestPlace, outermost_frames> outermost_;  ///< the latest, by their number
  std::size_t count_ = 0;
};
}  // namespace detail

WASMER_ONCE std::vector<Frame> backtrace(const Activation& activation, GuestPlace place) {
  detail::Ends frames;
  const std::uintptr_t* entry = activation.entry;
  if (place.frameless != nullptr) {
    frames.add(place);
    place = {reinterpret_cast<const std::byte*>(*place.frameless), place.frame};
  }
  while (entry != nullptr) {
    if (place.frame == frame_pointer(entry)) {  // what comes before was entered here; what comes next called the host that entered it
      const auto* const outer = reinterpret_cast<const EntryFrame*>(entry);
      entry = outer->outer_entry;
      if (entry != nullptr) place = GuestPlace::caller_of(outer->outer_exit);
      continue;
    }
    if (place.frame == nullptr || place.frame > frame_pointer(entry)) break;  // not a chain of ours
    frames.add(place);
    const GuestPlace caller = GuestPlace::caller_of(place.frame);
    if (caller.frame <= place.frame) break;
    place = caller;
  }
  return std::move(frames).frames();
}

WASMER_ONCE std::vector<Frame> backtrace(const Activation& activation) {
  if (activation.entry == nullptr || activation.exit == nullptr) return {};
  return backtrace(activation, GuestPlace::caller_of(activation.exit));
}

}  // namespace wasmer::vm
#endif
