#pragma once
/// \file
/// An Emscripten program's surroundings with a program that does nothing but what its host asks of it: an allocator, errno, and a table of callbacks.

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <wasmer/abi/emscripten/state.hpp>
#include <wasmer/backend/singlepass.hpp>
#include <wasmer/runtime.hpp>

#include "../../catch.hpp"
#include "../../process.hpp"

namespace wasmer::tests {

/// Its errno is at 8, its heap begins at 64 KiB and never gives anything back. Callbacks 1 and 2 count at 16 and note their argument at 20,
/// and so does what fastcomp's programs have for all callbacks of a type.
inline constexpr std::string_view em_program = R"((module
  (memory (export "memory") 4 8)
  (table (export "__indirect_function_table") 8 funcref)
  (global $top (mut i32) (i32.const 65536))
  (func (export "malloc") (param $n i32) (result i32)
    (global.get $top)
    (global.set $top (i32.and (i32.add (i32.add (global.get $top) (local.get $n)) (i32.const 15)) (i32.const -16))))
  (func (export "free") (param i32))
  (func (export "__errno_location") (result i32) (i32.const 8))
  (func (export "___errno_location") (result i32) (i32.const 8))
  (func $count (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (i32.const 1))))
  (func $note (param i32) (call $count) (i32.store (i32.const 20) (local.get 0)))
  (func (export "setThrew") (param i32 i32) (i32.store (i32.const 24) (local.get 0)) (i32.store (i32.const 28) (local.get 1)))
  (func (export "fflush") (param i32) (result i32) (i32.store (i32.const 32) (i32.const 1)) (i32.const 0))
  (func (export "dynCall_v") (param i32) (call $count))
  (func (export "dynCall_vi") (param i32 i32) (call $note (local.get 1)))
  (elem (i32.const 1) $count $note)))";

inline std::string read_file(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// `inside` is a directory of the host's that the program finds as /inside; `outside` lies beside it.
class EmWorld {
 public:
  explicit EmWorld(emscripten::Options options = {}, bool read_only = false, bool is_fastcomp = false)
      : inside(prepared(directory.path())), outside(directory.path() / "outside"), instance(instantiate()), state(make(std::move(options), inside, read_only)), caller_(instance.context()) {
    if (is_fastcomp) {
      Module old;
      old.imports.push_back({"env", "DYNAMICTOP_PTR", ExternKind::global, 0});
      state.learn(old, 4 << 16);
    }
  }

  TemporaryDirectory directory;
  std::filesystem::path inside, outside;
  Store store;
  Instance& instance;
  emscripten::State state;

  emscripten::Guest guest() { return emscripten::Guest(caller_); }
  Caller& caller() { return caller_; }

  emscripten::GuestString text(std::string_view string) {
    const std::uint32_t at = take(string.size() + 1);
    const auto bytes = guest().bytes(at, string.size() + 1);
    std::memcpy(bytes->data(), string.data(), string.size());
    (*bytes)[string.size()] = std::byte{0};
    return {at};
  }
  std::uint32_t take(std::size_t size) {
    if (next_ + size > 60'000) next_ = 64;
    const std::uint32_t at = next_;
    next_ += static_cast<std::uint32_t>((size + 15) & ~std::size_t{15});
    return at;
  }
  template <class T> T load(std::uint32_t at) { return guest().load(GuestPointer<T>{at}).value(); }
  template <class T> std::uint32_t put(const T& value) {
    const std::uint32_t at = take(sizeof(T));
    (void)guest().store(GuestPointer<T>{at}, value);
    return at;
  }
  /// Not inline, since g++ 12 would warn of bytes that nobody reads.
  [[gnu::noinline]] std::string string_at(std::uint32_t at) { return emscripten::text_of(guest(), {at}).value(); }
  std::string bytes_at(std::uint32_t at, std::size_t size) { return {reinterpret_cast<const char*>(guest().bytes(at, size)->data()), size}; }
  std::int32_t error() { return load<std::int32_t>(8); }

 private:
  static std::filesystem::path prepared(const std::filesystem::path& directory) {
    std::filesystem::create_directories(directory / "inside");
    std::filesystem::create_directories(directory / "outside");
    return directory / "inside";
  }
  static emscripten::State make(emscripten::Options options, const std::filesystem::path& inside, bool read_only) {
    options.preopens.push_back({inside.string(), "/inside", read_only});
    return emscripten::State::make(options).value();
  }
  Instance& instantiate() {
    const Runtime<Singlepass> runtime;
    return runtime.instantiate(store, runtime.compile(em_program).value()).value();
  }

  Caller caller_;
  std::uint32_t next_ = 64;
};

/// The errno of a call, `success` where it succeeded.
template <class T> wasi::Errno error_of(const wasi::Expected<T>& result) { return result ? wasi::Errno::success : result.assume_error(); }

}  // namespace wasmer::tests

namespace Catch {
template <> struct StringMaker<wasmer::wasi::Errno> {
  static std::string convert(wasmer::wasi::Errno error) { return std::string(to_string(error)); }
};
}  // namespace Catch
