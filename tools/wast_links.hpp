#pragma once
/// \file
/// What instances of a script share, so that a module that had to be skipped does not make assertions fail that depend on what it would have done.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include <wasmer/module/module.hpp>
#include <wasmer/wasm/features.hpp>

namespace wasmer::tools {

/// Who imports from whom, and what skipped modules would have had access to. Owners of state are told apart by address.
class WastLinks {
 public:
  using Owner = const void*;

  /// Imports from `module` come from `owner`.
  void name(const std::string& module, Owner owner) {
    owners_[module] = owner;
    reach_[owner].insert(owner);
  }
  /// `owner` has the imports.
  void link(Owner owner, std::span<const Import> imports) {
    std::set<Owner> reach{owner};
    each(imports, [&](Owner from) { reach.insert(reach_[from].begin(), reach_[from].end()); });
    reach_[owner] = std::move(reach);
  }
  /// A module with these imports would have run, were it not for `needed`.
  void skip(std::span<const Import> imports, Proposal needed) {
    each(imports, [&](Owner from) {
      for (const Owner owner : reach_[from]) missed_.emplace(owner, needed);
    });
  }
  /// The proposal without which something has not happened that what `owner` does may depend on.
  std::optional<Proposal> missed_by(Owner owner) const {
    const auto reach = reach_.find(owner);
    if (reach == reach_.end()) return std::nullopt;
    for (const Owner reached : reach->second)
      if (const auto found = missed_.find(reached); found != missed_.end()) return found->second;
    return std::nullopt;
  }
  /// The same for a module that imports.
  std::optional<Proposal> missed_by(std::span<const Import> imports) const {
    std::optional<Proposal> needed;
    each(imports, [&](Owner from) {
      if (!needed) needed = missed_by(from);
    });
    return needed;
  }

 private:
  void each(std::span<const Import> imports, auto&& use) const {
    for (const Import& import : imports)
      if (const auto found = owners_.find(import.module); found != owners_.end()) use(found->second);
  }

  std::map<std::string, Owner, std::less<>> owners_;
  std::map<Owner, std::set<Owner>> reach_;  ///< whose state an owner may read or change, its own included
  std::map<Owner, Proposal> missed_;
};

}  // namespace wasmer::tools
