#pragma once
/// \file
/// A WASI program's surroundings without the program: a directory that is deleted afterwards, guest memory, and a state to call with.

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <wasmer/abi/wasi/calls/directory.hpp>
#include <wasmer/abi/wasi/calls/file.hpp>
#include <wasmer/abi/wasi/calls/path.hpp>
#include <wasmer/abi/wasi/host_filesystem.hpp>

#include "../../catch.hpp"
#include "../../process.hpp"

namespace wasmer::tests {

inline void write_file(const std::filesystem::path& path, std::string_view text) { std::ofstream(path) << text; }
inline std::string read_file(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

using FS = wasi::HostFilesystem;
inline constexpr wasi::Fd root{3};
inline constexpr wasi::Rights read_write = wasi::Rights::fd_read | wasi::Rights::fd_write;

/// Each way to resolve a path in turn: a test that calls it runs once for each.
inline wasi::Resolution any_resolution() { return GENERATE(wasi::Resolution::kernel, wasi::Resolution::walk); }

/// `inside` is preopened as `/`, descriptor 3, and what else is asked for from 4; `outside` lies beside it.
class World {
 public:
  explicit World(wasi::Resolution resolution = wasi::best_resolution(), bool read_only = false, wasi::Limits limits = {},
                 const std::vector<wasi::Preopen>& others = {})
      : inside(prepared(directory.path())), outside(directory.path() / "outside"), state(make(inside, resolution, read_only, limits, others)) {}

  TemporaryDirectory directory;
  std::filesystem::path inside, outside;
  std::vector<std::byte> bytes = std::vector<std::byte>(1 << 16);
  wasi::State<FS> state;

  Store store;

  wasi::WaitingGuest memory() { return {bytes, store}; }

  /// Puts text into the guest's memory.
  GuestText text(std::string_view string) {
    const GuestText at{take(string.size()), static_cast<std::uint32_t>(string.size())};
    std::memcpy(bytes.data() + at.address, string.data(), string.size());
    return at;
  }
  template <class T> GuestPointer<T> room() { return {take(sizeof(T))}; }
  GuestBytes buffer(std::uint32_t size) { return {take(size), size}; }
  template <class T> T load(GuestPointer<T> at) { return memory().load(at).value(); }
  std::string load(GuestBytes at, std::uint32_t size) { return {reinterpret_cast<const char*>(bytes.data()) + at.address, size}; }

  /// An array of one buffer.
  GuestSpan<wasi::Iovec> vector_of(std::uint32_t address, std::uint32_t size) {
    const auto at = room<wasi::Iovec>();
    (void)memory().store(at, {address, size});
    return {at.address, 1};
  }

  wasi::Expected<wasi::Fd> open(std::string_view path, wasi::Oflags oflags = wasi::Oflags::none, wasi::Rights rights = wasi::Rights::fd_read,
                                wasi::Lookupflags lookup = wasi::Lookupflags::none, wasi::Fdflags flags = wasi::Fdflags::none) {
    const auto opened = room<wasi::Fd>();
    WASMER_CHECK(wasi::path_open(state, memory(), root, lookup, text(path), oflags, rights, wasi::Rights::all, flags, opened));
    return load(opened);
  }
  wasi::Expected<wasi::Size> write(wasi::Fd fd, std::string_view string) {
    const auto written = room<wasi::Size>();
    const GuestText at = text(string);
    if (const wasi::Errno error = wasi::fd_write(state, memory(), fd, vector_of(at.address, at.count), written).value(); error != wasi::Errno::success) return error;
    return load(written);
  }
  wasi::Expected<std::string> read(wasi::Fd fd, std::uint32_t size) {
    const auto count = room<wasi::Size>();
    const GuestBytes at = buffer(size);
    WASMER_CHECK(wasi::fd_read(state, memory(), fd, vector_of(at.address, size), count));
    return load(at, load(count));
  }
  wasi::Expected<void> close(wasi::Fd fd) { return wasi::fd_close(state, memory(), fd); }

 private:
  static std::filesystem::path prepared(const std::filesystem::path& directory) {
    std::filesystem::create_directories(directory / "inside");
    std::filesystem::create_directories(directory / "outside");
    return directory / "inside";
  }
  static wasi::State<FS> make(const std::filesystem::path& inside, wasi::Resolution resolution, bool read_only, wasi::Limits limits,
                              const std::vector<wasi::Preopen>& others) {
    wasi::Options<FS> options;
    options.preopens = {{inside.string(), "/", read_only}};
    options.preopens.insert(options.preopens.end(), others.begin(), others.end());
    options.limits = limits;
    options.filesystem.resolution = resolution;
    return wasi::State<FS>::make(options).value();
  }
  std::uint32_t take(std::size_t size) {
    // Reused from the beginning once it is full: no test keeps anything for that long.
    if (next_ + size > bytes.size()) next_ = 8;
    const std::uint32_t at = next_;
    next_ += static_cast<std::uint32_t>((size + 8) & ~std::size_t{7});
    return at;
  }
  std::uint32_t next_ = 8;
};

/// The errno of a call, `success` where it succeeded.
template <class T> wasi::Errno errno_of(const wasi::Expected<T>& result) { return result ? wasi::Errno::success : result.assume_error(); }
/// Of a call that may end the program and has not done so.
inline wasi::Errno errno_of(const Result<wasi::Errno>& result) { return result.value(); }

}  // namespace wasmer::tests

namespace Catch {
template <> struct StringMaker<wasmer::wasi::Errno> {
  static std::string convert(wasmer::wasi::Errno error) { return std::string(to_string(error)); }
};
}  // namespace Catch
