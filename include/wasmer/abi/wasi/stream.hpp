#pragma once
/// \file
/// Standard input and output as the embedder wants them: descriptors of its own, strings, or functions of its own.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <wasmer/abi/wasi/filesystem.hpp>

namespace wasmer::wasi {

/// A stream whose other end is the embedder's code. To the guest it is like a pipe that is always ready. One call of its code at a time, from whichever thread.
class Stream {
 public:
  /// Moves bytes from or to the embedder: how many, of those that there is room for; 0 ends what is read.
  using Move = Expected<Size> (*)(void* end, Buffers buffers);
  enum class Way : bool { in, out };

  Stream(Way way, std::shared_ptr<void> end, Move move) : shared_(std::make_shared<Shared>(way, std::move(end), move)) {}

  Expected<Size> read(Buffers buffers) const { return shared_->way == Way::in ? move(buffers) : Errno::badf; }
  Expected<Size> write(Buffers buffers) const { return shared_->way == Way::out ? move(buffers) : Errno::badf; }
  Expected<Size> read_at(Buffers, Filesize) const { return Errno::spipe; }
  Expected<Size> write_at(Buffers, Filesize) const { return Errno::spipe; }
  Expected<Filesize> seek(std::int64_t, Whence) const { return Errno::spipe; }
  Expected<Stat> stat() const { return Stat{0, 0, Filetype::unknown, 1, 0, 0, 0, 0}; }
  Expected<void> resize(Filesize) const { return Errno::inval; }
  Expected<void> set_times(const Times&) const { return Errno::inval; }
  Fdflags flags() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->flags;
  }
  /// notsup: what is written here is nowhere synchronous.
  Expected<void> set_flags(Fdflags flags) {
    if (any(flags & (Fdflags::dsync | Fdflags::rsync | Fdflags::sync))) return Errno::notsup;
    const std::lock_guard lock(shared_->mutex);
    shared_->flags = flags;
    return success();
  }
  bool is_terminal() const { return false; }
  Expected<void> sync() const { return Errno::inval; }
  Expected<void> sync_data() const { return Errno::inval; }
  Expected<void> allocate(Filesize, Filesize) const { return Errno::spipe; }
  Expected<void> advise(Filesize, Filesize, Advice) const { return Errno::spipe; }
  template <class Sink> Expected<void> list(std::uint64_t, Sink&&) const { return Errno::notdir; }
  Filesize readable_bytes() const { return 0; }
  int pollable() const { return -1; }

 private:
  struct Shared {
    Shared(Way its_way, std::shared_ptr<void> its_end, Move its_move) : way(its_way), end(std::move(its_end)), move(its_move) {}
    const Way way;
    const std::shared_ptr<void> end;
    const Move move;
    Fdflags flags = Fdflags::none;
    std::mutex mutex;
  };

  Expected<Size> move(Buffers buffers) const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->move(shared_->end.get(), buffers);
  }

  std::shared_ptr<Shared> shared_;
};

static_assert(File<Stream>);

/// A descriptor of the embedder's, which stays its own (-1: closed), or a stream.
class Endpoint {
 public:
  Endpoint(int descriptor) : descriptor_(descriptor) {}

  /// Where there is no stream.
  int descriptor() const { return descriptor_; }
  /// Null: it is a descriptor.
  const Stream* stream() const { return stream_.get(); }

 protected:
  Endpoint(Stream::Way way, std::shared_ptr<void> end, Stream::Move move) : stream_(std::make_shared<const Stream>(way, std::move(end), move)) {}

 private:
  int descriptor_ = -1;
  std::shared_ptr<const Stream> stream_;  // shared by all programs that the options are given to
};

/// What a guest reads: `Input in = 0`, a descriptor; `= "some text"`; or a function that fills a `std::span<std::byte>` and returns how many bytes these are, 0 at
/// the end, or an Expected<Size> of that. A function is never interrupted.
class Input : public Endpoint {
 public:
  Input(int descriptor) : Endpoint(descriptor) {}
  Input(std::string text) : Endpoint(Stream::Way::in, std::make_shared<Text>(Text{std::move(text)}), &read_text) {}
  Input(const char* text) : Input(std::string(text)) {}
  template <class F>
    requires std::invocable<F&, std::span<std::byte>>
  Input(F function) : Endpoint(Stream::Way::in, std::make_shared<F>(std::move(function)), &call<F>) {}

 private:
  struct Text {
    std::string text;
    std::size_t position = 0;
  };

  static Expected<Size> read_text(void* end, Buffers buffers) {
    Text& text = *static_cast<Text*>(end);
    const std::size_t begin = text.position;
    for (const iovec& buffer : buffers) {
      const std::size_t count = std::min(buffer.iov_len, text.text.size() - text.position);
      std::memcpy(buffer.iov_base, text.text.data() + text.position, count);
      text.position += count;
    }
    return static_cast<Size>(text.position - begin);
  }
  /// As a read of a pipe, it gives what is there: one call, for the first piece.
  template <class F> static Expected<Size> call(void* end, Buffers buffers) {
    if (buffers.empty()) return Size{0};
    const std::span room(static_cast<std::byte*>(buffers.front().iov_base), buffers.front().iov_len);
    const Expected<Size> filled = (*static_cast<F*>(end))(room);
    return filled && filled.assume_value() > room.size() ? Errno::io : filled;
  }
};

/// What a guest writes to: `Output out = 1`, a descriptor; the address of a `std::string`, which it is added to; or a function that takes a `std::string_view`
/// and returns nothing, or an Expected<Size>: how many bytes it took, or why none. Errno::pipe, nobody wants more, ends the guest.
class Output : public Endpoint {
 public:
  Output(int descriptor) : Endpoint(descriptor) {}
  Output(std::string* text) : Endpoint(Stream::Way::out, std::shared_ptr<void>(std::shared_ptr<void>(), text), &append_text) {}
  template <class F>
    requires std::invocable<F&, std::string_view>
  Output(F function) : Endpoint(Stream::Way::out, std::make_shared<F>(std::move(function)), &call<F>) {}

 private:
  static Expected<Size> append_text(void* end, Buffers buffers) {
    std::string& text = *static_cast<std::string*>(end);
    const std::size_t begin = text.size();
    for (const iovec& buffer : buffers) text.append(static_cast<const char*>(buffer.iov_base), buffer.iov_len);
    return static_cast<Size>(text.size() - begin);
  }
  template <class F> static Expected<Size> call(void* end, Buffers buffers) {
    F& function = *static_cast<F*>(end);
    Size taken = 0;
    for (const iovec& buffer : buffers) {
      // Another thread of the guest may write where the function reads: what it sees is a copy.
      const std::string text(static_cast<const char*>(buffer.iov_base), buffer.iov_len);
      if constexpr (std::is_void_v<std::invoke_result_t<F&, std::string_view>>) {
        function(std::string_view(text));
        taken += static_cast<Size>(text.size());
      } else {
        const Expected<Size> some = function(std::string_view(text));
        if (!some) return taken != 0 ? Expected<Size>(taken) : some;
        if (some.assume_value() > text.size()) return Errno::io;
        taken += some.assume_value();
        if (some.assume_value() < text.size()) break;
      }
    }
    return taken;
  }
};

}  // namespace wasmer::wasi
