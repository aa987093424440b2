#pragma once
/// \file
/// An exception as the embedder sees it: a tag and values. A host function throws one into the guest; one that nothing catches comes back in an Error.

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/vm/tag.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer {

/// A WebAssembly exception. A host function that throws it (`throw Exception(tag, {1})`), or returns its Error, throws it into the guest that called. References among
/// its values are good while their Store lives.
class Exception final {
 public:
  /// The values are of the tag's types.
  explicit Exception(std::shared_ptr<const vm::Tag> tag, std::vector<Value> values = {}) : tag_(std::move(tag)), values_(std::move(values)) {}

  const std::shared_ptr<const vm::Tag>& tag() const { return tag_; }
  std::span<const Value> values() const { return values_; }

  /// The error that it is where nothing has caught it: `uncaught_exception`, which names the tag and tells the numbers.
  Error error() && {
    std::string detail = description();
    return Error(ErrorId::uncaught_exception, Error::no_offset, std::move(detail)).with_exception(std::make_shared<const Exception>(std::move(*this)));
  }

 private:
  std::string description() const {
    std::string text = "tag " + (tag_->name().empty() ? std::string("without a name") : '"' + tag_->name() + '"');
    for (const char* separator = ": "; const Value& value : values_) {
      text.append(separator).append(to_string(value.type()));
      if (value.type() == ValueType::i32) text.append(" ").append(std::to_string(value.i32()));
      else if (value.type() == ValueType::i64) text.append(" ").append(std::to_string(value.i64()));
      else if (value.type() == ValueType::f32) text.append(" ").append(std::to_string(value.f32()));
      else if (value.type() == ValueType::f64) text.append(" ").append(std::to_string(value.f64()));
      separator = ", ";
    }
    return text;
  }

  std::shared_ptr<const vm::Tag> tag_;
  std::vector<Value> values_;
};

}  // namespace wasmer
