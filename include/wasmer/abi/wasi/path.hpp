#pragma once
/// \file
/// A path as the guest gave it, made fit for system calls.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include <wasmer/abi/wasi/errno.hpp>

namespace wasmer::wasi {

/// A relative path, terminated, copied out of the guest's memory before anything is decided by it. Whether it stays beneath its directory only resolving tells.
class Path {
 public:
  /// The longest path, its terminator included: Linux's PATH_MAX.
  static constexpr std::size_t limit = 4096;

  /// noent: empty; perm: absolute; inval: a NUL inside; nametoolong: longer than `limit`.
  [[gnu::noinline]] Expected<void> assign(std::string_view text) {
    if (text.size() >= limit) return Errno::nametoolong;
    std::memcpy(text_.data(), text.data(), text.size());
    text_[text.size()] = '\0';
    size_ = text.size();
    if (size_ == 0) return Errno::noent;
    if (std::memchr(text_.data(), '\0', size_) != nullptr) return Errno::inval;
    if (text_[0] == '/') return Errno::perm;
    return success();
  }

  const char* c_str() const { return text_.data(); }
  std::string_view view() const { return {text_.data(), size_}; }
  /// A path that ends in a slash names a directory, and its last component is followed if it is a symbolic link.
  bool ends_in_slash() const { return text_[size_ - 1] == '/'; }

  /// A path cut before its last component. `name` keeps the slashes that end the path.
  struct Parts {
    const char* parent;
    const char* name;
    bool is_dot = false;      ///< the name is `.`
    bool is_dot_dot = false;  ///< the name is `..`
  };

  /// Cuts the path in place: afterwards it is its own parent. (Where there is no parent, that is `.`.)
  Parts cut() {
    std::size_t end = size_;
    while (end > 0 && text_[end - 1] == '/') --end;
    std::size_t begin = end;
    while (begin > 0 && text_[begin - 1] != '/') --begin;
    const std::string_view name(text_.data() + begin, end - begin);
    Parts parts{begin == 0 ? "." : text_.data(), text_.data() + begin, name == ".", name == ".."};
    if (begin != 0) text_[size_ = begin - 1] = '\0';
    return parts;
  }

 private:
  std::array<char, limit> text_;
  std::size_t size_ = 0;
};

/// One name on the way that a path leads, for those who walk it themselves.
struct Component {
  std::string name;
  bool last;   ///< nothing but slashes follows
  bool slash;  ///< a slash follows
};

/// Takes the first component off the path `rest`, with the slashes around it; `.` where there is nothing else.
inline Component take_component(std::string& rest) {
  const std::size_t begin = std::min(rest.find_first_not_of('/'), rest.size());
  const std::size_t end = std::min(rest.find('/', begin), rest.size());
  const std::size_t after = rest.find_first_not_of('/', end);
  Component component{rest.substr(begin, end - begin), after == std::string::npos, end != rest.size()};
  if (component.name.empty()) component.name = ".";
  rest.erase(0, component.last ? rest.size() : after);
  return component;
}

}  // namespace wasmer::wasi
