#pragma once
/// \file
/// Tags (spec section 4.2.9): what exceptions are told apart by, by identity alone.

#include <memory>
#include <span>
#include <string>
#include <utility>

#include <wasmer/vm/type_id.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::vm {

/// A tag. Two tags are the same when they are one object; instances that import it share it.
class Tag : public std::enable_shared_from_this<Tag> {
 public:
  Tag(const Tag&) = delete;
  Tag& operator=(const Tag&) = delete;

  /// A tag of exceptions that carry values of these types. `name` is for people.
  static std::shared_ptr<const Tag> create(std::span<const ValueType> params, std::string name = {}) {
    return create(TypeId(FunctionType(params, {})), std::move(name));
  }
  static std::shared_ptr<const Tag> create(TypeId type, std::string name = {}) {
    return std::shared_ptr<const Tag>(new Tag(std::move(type), std::move(name)));
  }

  /// Its parameters are what an exception carries; canonical.
  const FunctionType& type() const { return *function_type_; }
  const TypeId& type_id() const { return type_; }
  /// May be empty.
  const std::string& name() const { return name_; }

 private:
  Tag(TypeId type, std::string name) : type_(std::move(type)), function_type_(&*type_), name_(std::move(name)) {}

  TypeId type_;
  const FunctionType* function_type_;  ///< of `type_`, which keeps it
  std::string name_;
};

}  // namespace wasmer::vm
