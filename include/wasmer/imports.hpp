#pragma once
/// \file
/// What the embedder gives a module: C++ callables, and what other instances export.

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <wasmer/support/once.hpp>
#include <wasmer/vm/extern.hpp>
#include <wasmer/vm/instance.hpp>

namespace wasmer {

/// A list of named external values: `Imports{{"env", "log", [](std::int32_t v) { … }}, {"lib", instance}}`. Copies share the callables.
class Imports {
 public:
  class Item {
   public:
    /// A callable of C++: any of vm::HostCallable.
    template <class F> requires vm::HostCallable<std::decay_t<F>>
    Item(std::string_view module, std::string_view name, F&& function) : Item(module, name, Extern(HostFunction(std::forward<F>(function)))) {}
    /// A Function, Memory, Table or Global.
    template <class T> requires(std::is_convertible_v<T&&, Extern> && !vm::HostCallable<std::decay_t<T>>)
    Item(std::string_view module, std::string_view name, T&& value) : module_(module), name_(name), value_(std::forward<T>(value)) {}
    /// All that an instance of the same store exports.
    Item(std::string_view module, Instance& instance) : module_(module), instance_(&instance) {}

   private:
    friend class Imports;
    std::string module_, name_;
    Extern value_;
    Instance* instance_ = nullptr;
  };

  Imports() = default;
  Imports(std::initializer_list<Item> items) : items_(items) {}

  /// Adds one more; takes what the constructors of Item take.
  template <class... Args> Imports& add(std::string_view module, Args&&... args) {
    items_.emplace_back(module, std::forward<Args>(args)...);
    return *this;
  }

  /// What stands for a name, the last that was added first; nothing when nothing does.
  Extern find(std::string_view module, std::string_view name) const;

 private:
  std::vector<Item> items_;
};

#if !defined(WASMER_COMPILED)

WASMER_ONCE Extern Imports::find(std::string_view module, std::string_view name) const {
  for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
    if (item->module_ != module) continue;
    if (item->instance_ == nullptr && item->name_ == name) return item->value_;
    if (item->instance_ == nullptr) continue;
    Extern found = item->instance_->find(name);
    if (!std::holds_alternative<std::monostate>(found)) return found;
  }
  return {};
}

#endif

}  // namespace wasmer
