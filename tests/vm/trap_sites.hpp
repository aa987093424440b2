#pragma once
/// \file
/// The trap sites of an object, spread out.

#include <vector>

#include <wasmer/vm/object.hpp>

namespace wasmer::tests {

/// Of all functions; of the one at hand, which begins at 0, when none has ended.
inline std::vector<vm::TrapSite> trap_sites(const vm::Object& object) {
  std::vector<vm::TrapSite> sites;
  const auto add = [&](const vm::TrapSite& site) { return sites.push_back(site), true; };
  for (std::size_t i = 0; i < object.functions.size(); ++i) object.each_trap(i, add);
  if (object.functions.empty()) object.traps.each(0, object.traps.size(), 0, add);
  return sites;
}

}  // namespace wasmer::tests
