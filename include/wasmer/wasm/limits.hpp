#pragma once
/// \file
/// Implementation limits, all in one place: those that the JavaScript API gives to every engine, and a few of ours beside them. A module beyond one
/// is refused with `ErrorId::implementation_limit`. No count in a module sizes an allocation before the bytes behind it have been seen.

#include <cstdint>

namespace wasmer::limit {

inline constexpr std::uint64_t module_size = std::uint64_t{1} << 30;  ///< bytes
inline constexpr std::uint32_t types = 1'000'000;
inline constexpr std::uint32_t recursion_groups = 1'000'000;
inline constexpr std::uint32_t supertype_depth = 63;
inline constexpr std::uint32_t functions = 1'000'000;
inline constexpr std::uint32_t imports = 1'000'000;
inline constexpr std::uint32_t exports = 1'000'000;
inline constexpr std::uint32_t globals = 1'000'000;
inline constexpr std::uint32_t tags = 1'000'000;
inline constexpr std::uint32_t data_segments = 100'000;
inline constexpr std::uint32_t element_segments = 10'000'000;
inline constexpr std::uint32_t tables = 100'000;
inline constexpr std::uint32_t memories = 100;
inline constexpr std::uint64_t table_size = 10'000'000;       ///< elements, when a table is made; a type may say more
inline constexpr std::uint32_t segment_elements = 10'000'000;
inline constexpr std::uint32_t params = 1'000;
inline constexpr std::uint32_t results = 1'000;
inline constexpr std::uint32_t struct_fields = 10'000;
inline constexpr std::uint32_t array_new_fixed = 10'000;
inline constexpr std::uint32_t function_size = 7'654'321;     ///< bytes of a body
inline constexpr std::uint32_t locals = 50'000;               ///< parameters included
inline constexpr std::uint32_t branch_table = 65'520;         ///< labels, the default left out
inline constexpr std::uint32_t catch_clauses = 65'520;
inline constexpr std::uint32_t name_length = 100'000;         ///< bytes of a name in an import or export

inline constexpr std::uint32_t nesting = 100'000;             ///< blocks within blocks of one function
inline constexpr std::uint32_t operands = 1'000'000;          ///< values on a function's operand stack

}  // namespace wasmer::limit
