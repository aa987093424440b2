#pragma once
/// \file
/// C++ exceptions of programs that leave them to JavaScript, and what longjmp unwinds. The host keeps what Emscripten keeps: which exception was thrown last, which
/// are caught, how often each is referred to.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace wasmer::emscripten {

/// What unwinds the guest up to the nearest `invoke_*`.
enum class Unwinding : std::uint8_t { nothing, jump, exception };

/// What is known of one exception object.
struct ExceptionInfo {
  std::uint32_t type = 0;        ///< its std::type_info
  std::uint32_t destructor = 0;  ///< in the table; 0: none
  std::uint32_t adjusted = 0;    ///< as the type that caught it sees it
  std::uint32_t references = 0;
  bool is_caught = false, is_rethrown = false;
};

/// A program's exceptions, by the addresses of their objects.
class Exceptions {
 public:
  std::uint32_t last() const { return last_; }
  void set_last(std::uint32_t object) { last_ = object; }
  std::uint32_t uncaught() const { return uncaught_; }

  /// The one at an address, as it was thrown or as it was adjusted; null: there is none.
  ExceptionInfo* find(std::uint32_t object) {
    const auto found = infos_.find(original(object));
    return found == infos_.end() ? nullptr : &found->second;
  }
  /// The address that an exception was thrown at, given that or the one that it was adjusted to.
  std::uint32_t original(std::uint32_t object) const {
    if (infos_.contains(object)) return object;
    for (const auto& [address, info] : infos_)
      if (info.adjusted == object) return address;
    return object;
  }

  /// How many are known, or are handled at this moment, whichever is more.
  std::size_t size() const { return std::max(infos_.size(), caught_.size()); }

  void thrown(std::uint32_t object, std::uint32_t type, std::uint32_t destructor) {
    infos_[object] = {type, destructor, object, 0, false, false};
    last_ = object;
    ++uncaught_;
  }

  /// A handler begins.
  void begin_catch(std::uint32_t object) {
    object = original(object);
    ExceptionInfo* const info = find(object);
    if (info != nullptr && !info->is_caught) {
      info->is_caught = true;
      if (uncaught_ != 0) --uncaught_;
    }
    if (info != nullptr) info->is_rethrown = false, ++info->references;
    caught_.push_back(object);
  }
  /// A handler ends; gives the exception that it handled.
  std::optional<std::uint32_t> end_catch() {
    last_ = 0;
    if (caught_.empty()) return std::nullopt;
    const std::uint32_t object = caught_.back();
    caught_.pop_back();
    return object;
  }
  /// The one that is handled is thrown on; 0: none is. One that has been thrown on already is handled no longer.
  std::uint32_t rethrow() {
    if (caught_.empty()) return 0;
    const std::uint32_t object = caught_.back();
    ExceptionInfo* const info = find(object);
    if (info != nullptr && info->is_rethrown) {
      caught_.pop_back();
    } else {
      if (info != nullptr) info->is_rethrown = true, info->is_caught = false;
      ++uncaught_;
    }
    return last_ = object;
  }
  /// One that somebody has kept is thrown again.
  void throw_again(std::uint32_t object) {
    if (ExceptionInfo* const info = find(object)) info->is_rethrown = true;
    last_ = object;
  }
  std::uint32_t current() const { return caught_.empty() ? 0 : caught_.back(); }

  /// One reference less; true: it was the last, so that the object is to be destroyed.
  bool release(std::uint32_t object) {
    ExceptionInfo* const info = find(object);
    if (info == nullptr) return false;
    if (info->references != 0) --info->references;
    return info->references == 0 && !info->is_rethrown;
  }
  void forget(std::uint32_t object) { infos_.erase(original(object)); }

 private:
  std::map<std::uint32_t, ExceptionInfo> infos_;
  std::vector<std::uint32_t> caught_;
  std::uint32_t last_ = 0, uncaught_ = 0;
};

}  // namespace wasmer::emscripten
