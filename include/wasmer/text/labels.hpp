#pragma once
/// \file
/// The labels of the blocks around an instruction (spec section 6.5.2).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wasmer::text {

/// A stack of labels, some of which have names; the innermost of a name is found in constant time, however deep the nesting.
class Labels {
 public:
  /// Enters a block; an empty name is none.
  void push(std::string_view name) {
    Label label{name, none};
    if (!name.empty()) {
      const auto [found, is_new] = innermost_.try_emplace(name, labels_.size());
      if (!is_new) label.hidden = std::exchange(found->second, labels_.size());
    }
    labels_.push_back(label);
  }
  /// Leaves the innermost block.
  void pop() {
    const Label& label = labels_.back();
    if (!label.name.empty()) {
      if (label.hidden == none) innermost_.erase(label.name);
      else innermost_[label.name] = label.hidden;
    }
    labels_.pop_back();
  }
  void clear() { labels_.clear(), innermost_ = {}; }

  /// The name of the innermost label.
  std::string_view name() const { return labels_.back().name; }
  /// How many labels are inside of the innermost one that is called `name`.
  std::optional<std::uint32_t> find(std::string_view name) const {
    const auto found = innermost_.find(name);
    if (found == innermost_.end()) return std::nullopt;
    return static_cast<std::uint32_t>(labels_.size() - 1 - found->second);
  }

 private:
  static constexpr std::size_t none = ~std::size_t{0};
  struct Label {
    std::string_view name;
    std::size_t hidden;  ///< the next outer label of the same name
  };
  std::vector<Label> labels_;
  std::unordered_map<std::string_view, std::size_t> innermost_;
};

}  // namespace wasmer::text
