#pragma once
/// \file
/// Proposals, and sets of them: what a backend handles and what a module is allowed to use.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace wasmer {

/// A proposal to the language, finished or not; `mvp` stands for WebAssembly 1.0.
enum class Proposal : std::uint8_t {
#define WASM_PROPOSAL(id, text, version) id,
#include <wasmer/wasm/proposals.def>
#undef WASM_PROPOSAL
};

/// A proposal's name as users know it, and the first version of the language that includes it (0: none).
struct ProposalInfo {
  std::string_view text;
  std::uint8_t version;
};

inline constexpr auto proposals = std::to_array<ProposalInfo>({
#define WASM_PROPOSAL(id, text, version) {text, version},
#include <wasmer/wasm/proposals.def>
#undef WASM_PROPOSAL
});

constexpr const ProposalInfo& info(Proposal proposal) { return proposals[static_cast<std::size_t>(proposal)]; }

/// The proposal called `text` ("bulk-memory"), if there is one.
constexpr std::optional<Proposal> proposal_named(std::string_view text) {
  for (std::size_t i = 0; i < proposals.size(); ++i)
    if (proposals[i].text == text) return static_cast<Proposal>(i);
  return std::nullopt;
}

/// A set of proposals.
class Features {
 public:
  constexpr Features() = default;
  constexpr Features(std::initializer_list<Proposal> list) {
    for (const Proposal proposal : list) bits_ |= bit(proposal);
  }

  /// All that version `version` (1, 2 or 3) of the language includes.
  static constexpr Features version(std::uint8_t version) {
    Features features;
    for (std::size_t i = 0; i < proposals.size(); ++i)
      if (proposals[i].version != 0 && proposals[i].version <= version) features.bits_ |= std::uint64_t{1} << i;
    return features;
  }
  static constexpr Features wasm1() { return version(1); }
  static constexpr Features wasm2() { return version(2); }
  static constexpr Features wasm3() { return version(3); }

  /// Every proposal of the table, finished or not.
  static constexpr Features all() {
    Features features;
    features.bits_ = (std::uint64_t{1} << proposals.size()) - 1;
    return features;
  }

  constexpr bool has(Proposal proposal) const { return (bits_ & bit(proposal)) != 0; }
  constexpr Features with(Proposal proposal) const { return from_bits(bits_ | bit(proposal)); }
  constexpr Features without(Proposal proposal) const { return from_bits(bits_ & ~bit(proposal)); }
  constexpr Features operator&(Features other) const { return from_bits(bits_ & other.bits_); }
  constexpr Features operator|(Features other) const { return from_bits(bits_ | other.bits_); }
  constexpr bool operator==(const Features&) const = default;

  /// One bit a proposal, in the table's order.
  constexpr std::uint64_t bits() const { return bits_; }

 private:
  static constexpr std::uint64_t bit(Proposal proposal) { return std::uint64_t{1} << static_cast<unsigned>(proposal); }
  static constexpr Features from_bits(std::uint64_t bits) {
    Features features;
    features.bits_ = bits;
    return features;
  }
  std::uint64_t bits_ = 0;
};

}  // namespace wasmer
