#pragma once
/// \file
/// Decodes the types that sections are made of: limits, tables, memories, globals, tags, and the type section (spec sections 5.3 and 5.5.4).

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <wasmer/module/decoder.hpp>
#include <wasmer/module/module.hpp>

namespace wasmer::parser {

/// The bits of the byte before limits.
enum LimitFlags : std::uint8_t { has_maximum = 1, is_shared = 2, has_64_bits = 4, has_page_size = 8 };

/// Bounds are 64 bits wide here whatever the addresses are; validation knows their range.
inline Limits limits_after(Decoder& in, std::uint8_t flags) {
  Limits limits;
  limits.address = (flags & has_64_bits) != 0 ? AddressType::i64 : AddressType::i32;
  limits.minimum = in.u64();
  if ((flags & has_maximum) != 0) limits.maximum = in.u64();
  return limits;
}

inline MemoryType memory_type(Decoder& in) {
  const std::uint64_t start = in.offset();
  const std::uint8_t flags = in.u8();
  MemoryType type;
  // Where pages have one size, a flag for another is only taken for the proposal's when what it announces can follow: a minimum and a size.
  const bool sized = (flags & has_page_size) != 0 && (in.features().has(Proposal::custom_page_sizes) || in.remaining() >= 2);
  if (flags >= (sized ? 16 : 8)) return in.fail(ErrorId::malformed_limits_flags, start), type;
  if ((flags & has_64_bits) != 0 && !in.require(Proposal::memory64, start)) return type;
  if ((flags & is_shared) != 0 && !in.require(Proposal::threads, start)) return type;
  if (sized && !in.require(Proposal::custom_page_sizes, start)) return type;
  type.limits = limits_after(in, flags);
  type.shared = (flags & is_shared) != 0;
  if (sized) {
    const std::uint64_t size_start = in.offset();
    const std::uint32_t log2 = in.u32();
    if (log2 > 64) in.fail(ErrorId::malformed_custom_page_size, size_start);
    type.page_size_log2 = static_cast<std::uint8_t>(std::min<std::uint32_t>(log2, 63));  // what is not valid is still printed
  }
  return type;
}

/// A table's type. The element type `funcref` is older than the others.
inline TableType table_type(Decoder& in) {
  std::uint8_t code = 0;
  if (!in.peek(code)) return {};
  TableType type;
  type.element = code == HeapType::func ? (in.u8(), funcref) : in.reference_type();
  const std::uint64_t start = in.offset();
  const std::uint8_t flags = in.u8();
  if (flags >= 8) return in.fail(ErrorId::malformed_limits_flags, start), type;
  if ((flags & is_shared) != 0 && !in.require(Proposal::threads, start)) return type;
  if ((flags & has_64_bits) != 0 && !in.require(Proposal::memory64, start)) return type;
  type.limits = limits_after(in, flags);
  return type;
}

/// Whether what follows is mutable, as a byte.
inline bool mutability(Decoder& in) {
  const std::uint64_t start = in.offset();
  const std::uint8_t flag = in.u8();
  if (flag > 1) in.fail(ErrorId::malformed_mutability, start);
  return flag == 1;
}

inline GlobalType global_type(Decoder& in) {
  GlobalType type;
  type.value = in.value_type();
  type.is_mutable = mutability(in);
  return type;
}

inline Tag tag(Decoder& in) {
  const std::uint64_t start = in.offset();
  if (in.u8() != 0) in.fail(ErrorId::malformed_tag_attribute, start);
  return {in.u32()};
}

/// Decodes the type section into a module.
class TypeSection {
 public:
  TypeSection(Decoder& in, Module& module) : in_(in), types_(module.types) {}

  void read() {
    const std::uint64_t start = in_.offset();
    const std::uint32_t groups = in_.length();
    if (!in_.within(groups, limit::recursion_groups, "types", start)) return;
    for (std::uint32_t i = 0; i < groups && !in_.failed(); ++i) group();
  }

 private:
  enum Code : std::uint8_t { function = 0x60, structure = 0x5F, array = 0x5E, sub = 0x50, sub_final = 0x4F, recursive = 0x4E };
  enum Packed : std::uint8_t { i8 = 0x78, i16 = 0x77 };

  void group() {
    const std::uint64_t start = in_.offset();
    const auto begin = static_cast<std::uint32_t>(types_.size());
    std::uint8_t code = 0;
    if (!in_.peek(code)) return;
    std::uint32_t size = 1;
    if (code == recursive) {
      if (!in_.require(Proposal::gc, start)) return;
      in_.u8();
      size = in_.length();
    }
    if (!in_.within(std::uint64_t{begin} + size, limit::types, "types", start)) return;
    for (std::uint32_t i = 0; i < size && !in_.failed(); ++i) {
      TypeDefinition& type = types_.emplace_back();
      type.group_begin = begin;
      type.group_size = size;
      definition(type);
    }
  }

  void definition(TypeDefinition& type) {
    const std::uint64_t start = in_.offset();
    std::uint8_t code = in_.u8();
    if (code == sub || code == sub_final) {
      if (!in_.require(Proposal::gc, start)) return;
      type.is_final = code == sub_final;
      const std::uint32_t supertypes = in_.length();
      if (!in_.within(supertypes, 1, "supertypes", start)) return;
      if (supertypes == 1) type.supertype = in_.u32();
      code = in_.u8();
    }
    switch (code) {
      case function: return function_type(type);
      case structure: return structure_type(type, start);
      case array:
        if (!in_.require(Proposal::gc, start)) return;
        type.kind = CompositeKind::array;
        type.fields = {field()};
        return;
      default:
        // A type's form is a signed 7-bit integer, and more bytes than one are one too many.
        in_.fail(code >= 0x80 ? ErrorId::integer_too_long : ErrorId::malformed_definition_type, start);
    }
  }

  void function_type(TypeDefinition& type) {
    values_.clear();
    values(limit::params, "parameters");
    const std::size_t params = values_.size();
    const std::uint64_t start = in_.offset();
    values(limit::results, "results");
    if (values_.size() > params + 1 && !in_.require(Proposal::multi_value, start)) return;
    const std::span<const ValueType> all(values_);
    type.function = FunctionType(all.first(params), all.subspan(params));
  }

  void structure_type(TypeDefinition& type, std::uint64_t start) {
    if (!in_.require(Proposal::gc, start)) return;
    type.kind = CompositeKind::structure;
    const std::uint32_t count = in_.length();
    if (!in_.within(count, limit::struct_fields, "fields", start)) return;
    for (std::uint32_t i = 0; i < count && !in_.failed(); ++i) type.fields.push_back(field());
  }

  FieldType field() {
    FieldType field;
    std::uint8_t code = 0;
    if (!in_.peek(code)) return field;
    if (code == i8 || code == i16) {
      in_.u8();
      field.value = ValueType::i32;
      field.packed_bits = code == i8 ? 8 : 16;
    } else {
      field.value = in_.value_type();
    }
    field.is_mutable = mutability(in_);
    return field;
  }

  void values(std::uint32_t limit, std::string_view what) {
    const std::uint64_t start = in_.offset();
    const std::uint32_t count = in_.length();
    if (!in_.within(count, limit, what, start)) return;
    for (std::uint32_t i = 0; i < count && !in_.failed(); ++i) values_.push_back(in_.value_type());
  }

  Decoder& in_;
  std::vector<TypeDefinition>& types_;
  std::vector<ValueType> values_;  ///< of the function type at hand
};

}  // namespace wasmer::parser
