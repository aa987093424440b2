#pragma once
/// \file
/// A file of one of two kinds. Which of them a call is for is told by a branch, and both are known to the compiler.

#include <cassert>
#include <cstdint>
#include <utility>
#include <variant>

#include <wasmer/abi/wasi/filesystem.hpp>

namespace wasmer::wasi {

template <class A, class B> class EitherFile {
 public:
  EitherFile(A file) : file_(std::move(file)) {}
  EitherFile(B file) : file_(std::move(file)) {}
  // Out of line, or GCC 12 warns of a variant's other kind as uninitialized.
  [[gnu::noinline]] EitherFile(EitherFile&& other) noexcept : file_(std::move(other.file_)) {}
  EitherFile& operator=(EitherFile&&) = default;
  [[gnu::noinline]] ~EitherFile() {}

  static EitherFile borrow(int descriptor) {
    if constexpr (requires { A::borrow(descriptor); }) return A::borrow(descriptor);
    else return B::borrow(descriptor);
  }

  /// For what takes the first kind alone, where it is known to be that: a directory, which no stream is.
  operator const A&() const {
    assert(as<A>() != nullptr);
    return *as<A>();
  }
  /// The file, if it is of this kind; null otherwise.
  template <class Kind> const Kind* as() const { return std::get_if<Kind>(&file_); }
  template <class Kind> Kind* as() { return std::get_if<Kind>(&file_); }

  Expected<Size> read(Buffers buffers) const {
    return visit([&](const auto& file) { return file.read(buffers); });
  }
  Expected<Size> write(Buffers buffers) const {
    return visit([&](const auto& file) { return file.write(buffers); });
  }
  Expected<Size> read_at(Buffers buffers, Filesize offset) const {
    return visit([&](const auto& file) { return file.read_at(buffers, offset); });
  }
  Expected<Size> write_at(Buffers buffers, Filesize offset) const {
    return visit([&](const auto& file) { return file.write_at(buffers, offset); });
  }
  Expected<Filesize> seek(std::int64_t delta, Whence whence) const {
    return visit([&](const auto& file) { return file.seek(delta, whence); });
  }
  Expected<Stat> stat() const {
    return visit([&](const auto& file) { return file.stat(); });
  }
  Expected<void> resize(Filesize bytes) const {
    return visit([&](const auto& file) { return file.resize(bytes); });
  }
  Expected<void> set_times(const Times& times) const {
    return visit([&](const auto& file) { return file.set_times(times); });
  }
  Fdflags flags() const {
    return visit([&](const auto& file) { return file.flags(); });
  }
  Expected<void> set_flags(Fdflags flags) {
    if (A* const file = as<A>()) return file->set_flags(flags);
    return as<B>()->set_flags(flags);
  }
  /// Of a kind that has nothing to say when it is closed: success.
  Expected<void> close() {
    const auto close_one = [](auto& file) -> Expected<void> {
      if constexpr (requires { file.close(); }) return file.close();
      else return success();
    };
    if (A* const file = as<A>()) return close_one(*file);
    return close_one(*as<B>());
  }
  bool is_terminal() const {
    return visit([&](const auto& file) { return file.is_terminal(); });
  }
  Expected<void> sync() const {
    return visit([&](const auto& file) { return file.sync(); });
  }
  Expected<void> sync_data() const {
    return visit([&](const auto& file) { return file.sync_data(); });
  }
  Expected<void> allocate(Filesize offset, Filesize bytes) const {
    return visit([&](const auto& file) { return file.allocate(offset, bytes); });
  }
  Expected<void> advise(Filesize offset, Filesize bytes, Advice advice) const {
    return visit([&](const auto& file) { return file.advise(offset, bytes, advice); });
  }
  template <class Sink> Expected<void> list(std::uint64_t cookie, Sink&& sink) const {
    return visit([&](const auto& file) { return file.list(cookie, sink); });
  }
  /// \name Sockets; notsock: its kind has none
  Expected<EitherFile> accept(bool is_nonblocking) const {
    return visit([&](const auto& file) -> Expected<EitherFile> {
      if constexpr (requires { file.accept(is_nonblocking); }) {
        WASMER_TRY(auto connection, file.accept(is_nonblocking));
        return EitherFile(std::move(connection));
      } else {
        return Errno::notsock;
      }
    });
  }
  Expected<Size> receive(Buffers buffers, bool peeks, bool& truncated) const {
    return visit([&](const auto& file) -> Expected<Size> {
      if constexpr (requires { file.receive(buffers, peeks, truncated); }) return file.receive(buffers, peeks, truncated);
      else return Errno::notsock;
    });
  }
  Expected<Size> send(Buffers buffers) const {
    return visit([&](const auto& file) -> Expected<Size> {
      if constexpr (requires { file.send(buffers); }) return file.send(buffers);
      else return Errno::notsock;
    });
  }
  Expected<void> shutdown(bool reading, bool writing) const {
    return visit([&](const auto& file) -> Expected<void> {
      if constexpr (requires { file.shutdown(reading, writing); }) return file.shutdown(reading, writing);
      else return Errno::notsock;
    });
  }

  Filesize readable_bytes() const {
    return visit([&](const auto& file) { return file.readable_bytes(); });
  }
  int pollable() const {
    return visit([&](const auto& file) { return file.pollable(); });
  }

 private:
  template <class Call> [[gnu::always_inline]] auto visit(Call call) const {
    if (const A* const file = as<A>()) return call(*file);
    return call(*as<B>());
  }

  std::variant<A, B> file_;
};

}  // namespace wasmer::wasi
