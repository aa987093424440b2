#pragma once
/// \file
/// What a program is started with: arguments and environment.

#include <cstddef>
#include <cstring>

#include <wasmer/abi/wasi/state.hpp>

namespace wasmer::wasi {

using GuestString = GuestPointer<std::uint32_t>;  ///< where the address of a string is to be put

namespace detail {

inline Expected<void> put_sizes(const StringBlock& strings, GuestMemory memory, GuestPointer<Size> count, GuestPointer<Size> bytes) {
  if (!memory.store(count, static_cast<Size>(strings.offsets.size()))) return Errno::fault;
  if (!memory.store(bytes, static_cast<Size>(strings.text.size()))) return Errno::fault;
  return success();
}

inline Expected<void> put_strings(const StringBlock& strings, GuestMemory memory, GuestString addresses, GuestPointer<char> text) {
  const auto table = memory.bytes(addresses.address, strings.offsets.size() * sizeof(std::uint32_t));
  const auto block = memory.bytes(text.address, strings.text.size());
  if (!table || !block) return Errno::fault;
  for (std::size_t i = 0; i < strings.offsets.size(); ++i) store_at<std::uint32_t>(*table, i, text.address + strings.offsets[i]);
  if (!block->empty()) std::memcpy(block->data(), strings.text.data(), block->size());
  return success();
}

}  // namespace detail

template <class FS> Expected<void> args_get(State<FS>& state, GuestMemory memory, GuestString argv, GuestPointer<char> text) {
  return detail::put_strings(state.args(), memory, argv, text);
}
template <class FS> Expected<void> args_sizes_get(State<FS>& state, GuestMemory memory, GuestPointer<Size> count, GuestPointer<Size> bytes) {
  return detail::put_sizes(state.args(), memory, count, bytes);
}
template <class FS> Expected<void> environ_get(State<FS>& state, GuestMemory memory, GuestString environ, GuestPointer<char> text) {
  return detail::put_strings(state.env(), memory, environ, text);
}
template <class FS> Expected<void> environ_sizes_get(State<FS>& state, GuestMemory memory, GuestPointer<Size> count, GuestPointer<Size> bytes) {
  return detail::put_sizes(state.env(), memory, count, bytes);
}

}  // namespace wasmer::wasi
