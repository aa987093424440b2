#pragma once
/// \file
/// What was probably meant by a word that means nothing.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasmer::tools {

/// How many characters have to be added, removed or replaced to make `b` of `a`.
inline std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);  // from the part of `a` so far to each part of `b`
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = i;
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = corner + (a[i] != b[j]);
      corner = row[j + 1];
      row[j + 1] = std::min({replaced, corner + 1, row[j] + 1});
    }
  }
  return row.back();
}

/// The candidate that a slip of the hand or two makes `word` of.
inline std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  const auto distance = [&](const std::string& candidate) { return edits(word, candidate); };
  const auto best = std::ranges::min_element(candidates, {}, distance);
  if (best == candidates.end() || distance(*best) > 2 || 2 * distance(*best) >= best->size()) return std::nullopt;
  return *best;
}

}  // namespace wasmer::tools
