#pragma once
/// \file
/// The name section (spec section 7.4.1 and the extended-name-section proposal), from the identifiers of a text.

#include <cstddef>
#include <cstdint>

#include <wasmer/text/draft.hpp>

namespace wasmer::text {

namespace detail {

inline void name_map(Encoder& out, const IndexSpace& space) {
  out.u32(static_cast<std::uint32_t>(space.named().size()));
  for (const IndexSpace::Named& each : space.named()) out.u32(each.index), out.name(each.name);
}

inline Entries field_names(const Draft& draft) {
  Entries types;
  for (std::size_t i = 0; i < draft.types.size(); ++i) {
    if (draft.types[i].fields.named().empty()) continue;
    types.add().u32(static_cast<std::uint32_t>(i));
    name_map(types.body, draft.types[i].fields);
  }
  return types;
}

}  // namespace detail

/// The name section's content, "name" included; nothing when nothing has a name.
inline Encoder name_section(const Draft& draft) {
  Encoder section;
  const auto subsection = [&](std::uint8_t id, const Encoder& body) { section.u8(id), section.sized(body.bytes()); };
  const auto map = [&](std::uint8_t id, Space of) {
    const IndexSpace& space = draft.spaces[static_cast<std::size_t>(of)];
    Encoder body;
    if (!space.named().empty()) detail::name_map(body, space), subsection(id, body);
  };
  const auto indirect = [&](std::uint8_t id, const Entries& entries) {
    Encoder body;
    if (entries.count != 0) entries.write_to(body), subsection(id, body);
  };
  section.name("name");
  const std::size_t head = section.size();
  if (!draft.module_name.empty()) {
    Encoder body;
    body.name(draft.module_name);
    subsection(0, body);
  }
  map(1, Space::function);
  indirect(2, draft.local_names);
  map(4, Space::type);
  map(5, Space::table);
  map(6, Space::memory);
  map(7, Space::global);
  map(8, Space::element);
  map(9, Space::data);
  indirect(10, detail::field_names(draft));
  map(11, Space::tag);
  if (section.size() == head) section.clear();
  return section;
}

}  // namespace wasmer::text
