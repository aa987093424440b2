#pragma once
/// \file
/// Feature sets as users write them: `2.0`, `3.0-gc`, `all+threads`.

#include <algorithm>
#include <optional>
#include <string_view>

#include <wasmer/wasm/features.hpp>

namespace wasmer::tools {

/// `1.0`, `2.0`, `3.0` or `all`, then any number of `+name` and `-name` with the names of proposals.
inline std::optional<Features> parse_features(std::string_view text) {
  const std::size_t base_end = std::min(text.find_first_of("+-"), text.size());
  const std::string_view base = text.substr(0, base_end);
  Features features;
  if (base == "1.0") features = Features::wasm1();
  else if (base == "2.0") features = Features::wasm2();
  else if (base == "3.0") features = Features::wasm3();
  else if (base == "all") features = Features::all();
  else return std::nullopt;

  text.remove_prefix(base_end);
  while (!text.empty()) {
    // A name contains '-' itself, so the longest one that fits is meant.
    std::size_t length = 0;
    Proposal proposal = Proposal::mvp;
    for (std::size_t i = 0; i < proposals.size(); ++i) {
      const std::string_view name = proposals[i].text;
      const std::string_view rest = text.substr(1);
      if (name.size() > length && rest.starts_with(name) && (rest.size() == name.size() || rest[name.size()] == '+' || rest[name.size()] == '-'))
        length = name.size(), proposal = static_cast<Proposal>(i);
    }
    if (length == 0) return std::nullopt;
    features = text.front() == '+' ? features.with(proposal) : features.without(proposal);
    text.remove_prefix(1 + length);
  }
  return features;
}

}  // namespace wasmer::tools
