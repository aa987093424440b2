#pragma once
/// \file
/// Index spaces (spec section 6.1.2): names of things that are numbered in their order.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <wasmer/error.hpp>

namespace wasmer::text {

/// The index spaces of a module.
enum class Space : std::uint8_t { type, function, table, memory, global, tag, element, data };
inline constexpr std::size_t space_count = 8;

/// The word for what a space numbers, as in "duplicate func".
constexpr std::string_view word_for(Space space) {
  constexpr std::string_view words[space_count] = {"type", "func", "table", "memory", "global", "tag", "elem segment", "data segment"};
  return words[static_cast<std::size_t>(space)];
}
constexpr ErrorId unknown(Space space) {
  constexpr ErrorId ids[space_count] = {
      ErrorId::unknown_type,   ErrorId::unknown_function, ErrorId::unknown_table,        ErrorId::unknown_memory,
      ErrorId::unknown_global, ErrorId::unknown_tag,      ErrorId::unknown_elem_segment, ErrorId::unknown_data_segment,
  };
  return ids[static_cast<std::size_t>(space)];
}

/// Things numbered from 0, some of which have names.
class IndexSpace {
 public:
  struct Named {
    std::uint32_t index;
    std::string_view name;
  };

  std::uint32_t size() const { return size_; }
  void add() { ++size_; }
  void add(std::uint32_t count) { size_ += count; }
  /// False if the name is taken.
  bool add(std::string_view name) {
    named_.push_back({size_, name});
    return indices_.emplace(name, size_++).second;
  }
  /// Gives the last one another name, one that is for people to read and that nothing is found by.
  void rename(std::string_view name) {
    if (named_.empty() || named_.back().index != size_ - 1) named_.push_back({size_ - 1, name});
    else named_.back().name = name;
  }
  std::optional<std::uint32_t> find(std::string_view name) const {
    const auto found = indices_.find(name);
    if (found == indices_.end()) return std::nullopt;
    return found->second;
  }
  /// Those that have names, by index.
  const std::vector<Named>& named() const { return named_; }

  /// Makes it empty. A large table goes away, so that many small uses after a large one do not pay for it.
  void clear() {
    size_ = 0;
    named_.clear();
    if (indices_.bucket_count() > 64) indices_ = {};
    else if (!indices_.empty()) indices_.clear();
  }

 private:
  std::uint32_t size_ = 0;
  std::vector<Named> named_;
  std::unordered_map<std::string_view, std::uint32_t> indices_;
};

}  // namespace wasmer::text
