#pragma once
/// \file
/// Decodes element and data segments (spec sections 5.5.12 and 5.5.14).

#include <wasmer/module/decoder.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/module/parser/constants.hpp>

namespace wasmer::parser {

/// An element segment. Three bits say its form: not active, with an index (or, when not active, declarative), and with expressions.
inline ElementSegment element_segment(Decoder& in, Module& module) {
  ElementSegment segment;
  const std::uint64_t start = in.offset();
  const std::uint32_t flags = in.u32();
  if (flags > 7) return in.fail(ErrorId::malformed_elements_segment_kind, start), segment;
  const bool active = (flags & 1) == 0;
  const bool indexed = (flags & 2) != 0;
  const bool expressions = (flags & 4) != 0;
  segment.by_expressions = expressions;
  if (flags != 0 && !in.require(Proposal::bulk_memory, start)) return segment;

  segment.mode = active ? SegmentMode::active : indexed ? SegmentMode::declarative : SegmentMode::passive;
  if (active) {
    if (indexed) segment.table = in.u32();
    segment.offset = ConstantReader(in, module).read();
  }
  // Function indices are never null; before function references there was no type to say so.
  if (!expressions && in.features().has(Proposal::function_references)) segment.type = ValueType::reference(HeapType::func, false);
  if (!active || indexed) {
    const std::uint64_t kind_start = in.offset();
    if (expressions)
      segment.type = in.reference_type();
    else if (in.u8() != 0)
      in.fail(ErrorId::malformed_element_kind, kind_start);
  }

  const std::uint64_t count_start = in.offset();
  const std::uint32_t count = in.length();
  if (!in.within(count, limit::segment_elements, "elements", count_start)) return segment;
  for (std::uint32_t i = 0; i < count && !in.failed(); ++i)
    if (expressions)
      segment.expressions.push_back(ConstantReader(in, module).read());
    else
      segment.functions.push_back(in.u32());
  return segment;
}

inline DataSegment data_segment(Decoder& in, Module& module) {
  DataSegment segment;
  const std::uint64_t start = in.offset();
  const std::uint32_t flags = in.u32();
  if (flags > 2) return in.fail(ErrorId::malformed_data_segment_kind, start), segment;
  if (flags != 0 && !in.require(Proposal::bulk_memory, start)) return segment;
  if (flags != 1) {
    segment.mode = SegmentMode::active;
    if (flags == 2) segment.memory = in.u32();
    segment.offset = ConstantReader(in, module).read();
  }
  segment.bytes = in.bytes(in.length());
  return segment;
}

}  // namespace wasmer::parser
