#pragma once
/// \file
/// Builds small modules byte by byte, for tests of what reads them.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

#include <wasmer/module/parser.hpp>
#include <wasmer/wasm/opcode.hpp>

namespace wasmer::tests {

using Bytes = std::vector<std::uint8_t>;

/// Some bytes of a body or section: an opcode, a byte, or bytes already made.
class Piece {
 public:
  Piece(Op op) {
    if (info(op).prefix != 0) bytes_.push_back(info(op).prefix);
    std::uint32_t code = info(op).code;
    for (; info(op).prefix != 0 && code >= 0x80; code >>= 7) bytes_.push_back(static_cast<std::uint8_t>(code | 0x80));
    bytes_.push_back(static_cast<std::uint8_t>(code));
  }
  Piece(int byte) : bytes_{static_cast<std::uint8_t>(byte)} {}
  Piece(ValueType::Kind type) : Piece(static_cast<int>(type)) {}
  Piece(Bytes bytes) : bytes_(std::move(bytes)) {}
  Piece(std::string_view name) : bytes_{static_cast<std::uint8_t>(name.size())} { bytes_.insert(bytes_.end(), name.begin(), name.end()); }
  Piece(const char* name) : Piece(std::string_view(name)) {}
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

using Pieces = std::initializer_list<Piece>;

inline Bytes join(Pieces pieces) {
  Bytes bytes;
  for (const Piece& piece : pieces) bytes.insert(bytes.end(), piece.bytes().begin(), piece.bytes().end());
  return bytes;
}

inline Bytes u32(std::uint32_t value) {
  Bytes bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<std::uint8_t>(value | 0x80));
  bytes.push_back(static_cast<std::uint8_t>(value));
  return bytes;
}

/// A length and as many bytes.
inline Bytes sized(const Bytes& contents) { return join({u32(static_cast<std::uint32_t>(contents.size())), contents}); }
inline Bytes section(SectionId id, Pieces contents) { return join({static_cast<int>(id), sized(join(contents))}); }
inline Bytes body(Pieces code) { return sized(join(code)); }

/// The bytes of a module: the header and these sections.
inline Bytes module_bytes(Pieces sections) { return join({Bytes{0, 'a', 's', 'm', 1, 0, 0, 0}, join(sections)}); }

inline std::vector<std::byte> as_bytes(const Bytes& bytes) {
  std::vector<std::byte> result;
  for (const std::uint8_t byte : bytes) result.push_back(std::byte{byte});
  return result;
}
inline Result<Module> parse(const Bytes& bytes, Features features = Features::wasm2()) { return wasmer::parse(as_bytes(bytes), features); }

/// A module of one function, of type `type` (spelled "ii:l" as in the table of opcodes): no locals but its parameters. It also has a memory, a table of
/// functions, a mutable i32 as global 0, and as type 1 [i32 i64] -> [i64 i32].
inline Bytes function_bytes(std::string_view type, Pieces code) {
  const auto values = [](std::string_view letters) {
    Bytes bytes = u32(static_cast<std::uint32_t>(letters.size()));
    for (const char letter : letters) {
      const ValueType::Kind kinds[] = {ValueType::i32, ValueType::i64, ValueType::f32, ValueType::f64, ValueType::v128};
      bytes.push_back(kinds[std::string_view("ilfdv").find(letter)]);
    }
    return bytes;
  };
  const std::size_t colon = type.find(':');
  return module_bytes({
      section(SectionId::type, {2, 0x60, values(type.substr(0, colon)), values(type.substr(colon + 1)), 0x60, values("il"), values("li")}),
      section(SectionId::function, {1, 0}),
      section(SectionId::table, {1, 0x70, 0, 4}),
      section(SectionId::memory, {1, 0, 1}),
      section(SectionId::global, {1, ValueType::i32, 1, Op::i32_const, 0, Op::end}),
      section(SectionId::code, {1, sized(join({0, join(code)}))}),
  });
}

}  // namespace wasmer::tests
