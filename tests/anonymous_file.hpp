#pragma once
/// \file
/// A file without a name, for a program to read or to write to.

#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace wasmer::tests {

class AnonymousFile {
 public:
  /// Of some text, at whose beginning it is read or written.
  explicit AnonymousFile(std::string_view text = {}) : descriptor_(::memfd_create("anonymous", MFD_CLOEXEC)) {
    if (::pwrite(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) throw std::runtime_error("no memory for a file");
  }
  AnonymousFile(const AnonymousFile&) = delete;
  AnonymousFile& operator=(const AnonymousFile&) = delete;
  ~AnonymousFile() { ::close(descriptor_); }

  int descriptor() const { return descriptor_; }
  /// All that is in it by now.
  std::string text() const {
    const off_t size = ::lseek(descriptor_, 0, SEEK_END);
    std::string text(size < 0 ? 0 : static_cast<std::size_t>(size), '\0');
    return ::pread(descriptor_, text.data(), text.size(), 0) == size ? text : std::string();
  }

 private:
  int descriptor_;
};

}  // namespace wasmer::tests
