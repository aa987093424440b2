#pragma once
/// \file
/// longjmp and C++ exceptions as JavaScript does them, with the names that its C++ runtime has for them. What is thrown unwinds the guest to the nearest `invoke_*`.

#include <cstdint>
#include <string>

#include <wasmer/abi/emscripten/calls/process.hpp>
#include <wasmer/abi/emscripten/exceptions.hpp>
#include <wasmer/abi/emscripten/state.hpp>

namespace wasmer::emscripten {

inline void set_temp_ret0(State& state, Guest, std::uint32_t value) { state.temp_ret0 = value; }
inline std::uint32_t get_temp_ret0(State& state, Guest) { return state.temp_ret0; }

/// fastcomp's and early 3.x's: the program notes where to go on and is unwound.
inline Result<void> longjmp(State& state, Guest guest, std::uint32_t environment, std::uint32_t value) {
  const auto& set_threw = state.exports(guest.instance()).set_threw;
  if (!set_threw) return Error(ErrorId::unknown_export, Error::no_offset, "the program exports no setThrew, without which there is no longjmp");
  WASMER_CHECK((*set_threw)(environment, value == 0 ? 1 : value));
  return state.unwind(Unwinding::jump);
}
/// Today's: it has noted it.
inline Result<void> throw_longjmp(State& state, Guest) { return state.unwind(Unwinding::jump); }

/// Bytes before an exception's object where the program keeps what it knows of it.
inline constexpr std::uint32_t exception_header = 24;

/// The host keeps a record for each exception that lives: out_of_memory beyond `most_records`.
inline Result<void> has_room_for_exception(State& state) {
  if (state.exceptions().size() < most_records && state.own_exceptions.size() < most_records) return success();
  return Error(ErrorId::out_of_memory, Error::no_offset, "the program has more than " + std::to_string(most_records) + " exceptions at once");
}

inline Result<std::uint32_t> allocate_exception(State& state, Guest guest, std::uint32_t bytes) {
  WASMER_CHECK(has_room_for_exception(state));
  WASMER_TRY(const std::uint32_t block, state.allocate(guest, bytes + exception_header));
  if (block == 0) return 0u;
  if (const auto header = guest.again().bytes(block, exception_header)) std::ranges::fill(*header, std::byte{0});
  state.own_exceptions.insert(block + exception_header);
  return block + exception_header;
}
inline Result<void> free_exception(State& state, Guest guest, std::uint32_t object) {
  state.exceptions().forget(object);
  const auto& free = state.exports(guest.instance()).free;
  if (state.own_exceptions.erase(object) != 0 && free) WASMER_CHECK((*free)(object - exception_header));
  return success();
}

inline Result<void> cxa_throw(State& state, Guest guest, std::uint32_t object, std::uint32_t type, std::uint32_t destructor) {
  WASMER_CHECK(has_room_for_exception(state));
  state.exceptions().thrown(object, type, destructor);
  // Where today's programs look for it.
  if (!state.own_exceptions.contains(object) && object >= exception_header) {
    (void)guest.store(GuestPointer<std::uint32_t>{object - exception_header + 4}, type);
    (void)guest.store(GuestPointer<std::uint32_t>{object - exception_header + 8}, destructor);
  }
  return state.unwind(Unwinding::exception);
}

/// One reference more or less: of the program's own count, if it has one, else of ours. The last one destroys the exception.
inline Result<void> acquire(State& state, const Guest& guest, std::uint32_t object) {
  static_cast<void>(state);
  if (const auto increment = guest.instance().function<void(std::uint32_t)>("__cxa_increment_exception_refcount")) WASMER_CHECK(increment.assume_value()(object));
  return success();
}
inline Result<void> release(State& state, const Guest& guest, std::uint32_t object) {
  if (const auto decrement = guest.instance().function<void(std::uint32_t)>("__cxa_decrement_exception_refcount")) {
    const bool is_last = state.exceptions().release(object);
    WASMER_CHECK(decrement.assume_value()(object));
    if (is_last) state.exceptions().forget(object);
    return success();
  }
  if (!state.exceptions().release(object)) return success();
  const ExceptionInfo info = *state.exceptions().find(object);
  if (info.destructor != 0) {
    // fastcomp's give nothing back, today's the object.
    const vm::FuncRef* const function = state.dialect() == Dialect::fastcomp ? nullptr : State::function_at(guest.instance(), info.destructor);
    if (function == nullptr || Function(*function).type().results().empty()) WASMER_CHECK(state.call<void(std::uint32_t)>(guest, info.destructor, object));
    else WASMER_CHECK(state.call<std::uint32_t(std::uint32_t)>(guest, info.destructor, object));
  }
  return free_exception(state, guest, object);
}

inline Result<std::uint32_t> begin_catch(State& state, Guest guest, std::uint32_t object) {
  WASMER_CHECK(has_room_for_exception(state));
  state.exceptions().begin_catch(object);
  WASMER_CHECK(acquire(state, guest, state.exceptions().original(object)));
  const ExceptionInfo* const info = state.exceptions().find(object);
  return info != nullptr ? info->adjusted : object;
}
inline Result<void> end_catch(State& state, Guest guest) {
  if (const auto& set_threw = state.exports(guest.instance()).set_threw) WASMER_CHECK((*set_threw)(0, 0));
  if (const auto object = state.exceptions().end_catch()) WASMER_CHECK(release(state, guest, *object));
  return success();
}
inline Result<void> rethrow(State& state, Guest) {
  if (state.exceptions().rethrow() == 0) return aborted("no exception to throw");
  return state.unwind(Unwinding::exception);
}
inline Result<void> resume_exception(State& state, Guest, std::uint32_t object) {
  if (state.exceptions().last() == 0) state.exceptions().set_last(state.exceptions().original(object));
  return state.unwind(Unwinding::exception);
}
inline std::uint32_t uncaught_exception(State& state, Guest) { return state.exceptions().uncaught() != 0 ? 1 : 0; }
inline std::uint32_t uncaught_exceptions(State& state, Guest) { return state.exceptions().uncaught(); }
inline std::uint32_t typeid_for(State&, Guest, std::uint32_t type) { return type; }
inline std::uint32_t get_exception_ptr(State& state, Guest, std::uint32_t object) {
  const ExceptionInfo* const info = state.exceptions().find(object);
  return info != nullptr ? info->adjusted : object;
}

inline Result<std::uint32_t> current_primary_exception(State& state, Guest guest) {
  const std::uint32_t object = state.exceptions().current();
  if (object == 0) return 0u;
  if (ExceptionInfo* const info = state.exceptions().find(object)) ++info->references;
  WASMER_CHECK(acquire(state, guest, object));
  return object;
}
inline Result<void> rethrow_primary_exception(State& state, Guest, std::uint32_t object) {
  if (object == 0) return success();
  state.exceptions().throw_again(object);
  return state.unwind(Unwinding::exception);
}
inline Result<void> increment_refcount(State& state, Guest, std::uint32_t object) {
  if (ExceptionInfo* const info = object == 0 ? nullptr : state.exceptions().find(object)) ++info->references;
  return success();
}
inline Result<void> decrement_refcount(State& state, Guest guest, std::uint32_t object) { return object == 0 ? Result<void>(success()) : release(state, guest, object); }

/// Which of some types catches what was thrown last: gives the object as that type sees it, and the type beside it.
inline Result<std::uint32_t> find_matching_catch(State& state, const Guest& guest, const std::uint64_t* types, std::size_t count) {
  const std::uint32_t object = state.exceptions().last();
  state.temp_ret0 = 0;
  ExceptionInfo* info = object == 0 ? nullptr : state.exceptions().find(object);
  if (info == nullptr || info->type == 0) return object;  // a longjmp, or an exception of another language: it is a cleanup
  const std::uint32_t thrown = info->type;
  const auto& can_catch = state.exports(guest.instance()).can_catch;
  WASMER_TRY(const std::uint32_t cell, state.catch_cell(guest));
  for (std::size_t i = 0; i < count; ++i) {
    const auto type = static_cast<std::uint32_t>(types[i]);
    if (type == 0 || type == thrown) {  // everything, or just that
      if (type == 0) continue;
      if (!can_catch) {
        state.temp_ret0 = type;
        return object;
      }
    }
    if (!can_catch || cell == 0) continue;
    (void)guest.again().store(GuestPointer<std::uint32_t>{cell}, object);
    WASMER_TRY(const std::uint32_t catches, (*can_catch)(type, thrown, cell));
    if (catches == 0) continue;
    const std::uint32_t adjusted = guest.again().load(GuestPointer<std::uint32_t>{cell}).value_or(object);
    if ((info = state.exceptions().find(object)) != nullptr) info->adjusted = adjusted;
    state.temp_ret0 = type;
    return adjusted;
  }
  state.temp_ret0 = thrown;
  return object;
}

}  // namespace wasmer::emscripten
