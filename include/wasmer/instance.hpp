#pragma once
/// \file
/// An instance as a Runtime makes it: with the states of the runtime's ABIs, and with a store of its own when it was given none.

#include <memory>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <wasmer/abi/abi.hpp>
#include <wasmer/error.hpp>
#include <wasmer/vm/instance.hpp>
#include <wasmer/vm/store.hpp>

namespace wasmer {

/// A handle on an instance, good while it or a copy of it lives, or while the store lives that was given.
template <Abi... Abis> class BasicInstance {
 public:
  BasicInstance(std::shared_ptr<Store> own_store, Instance& instance, std::tuple<std::shared_ptr<typename Abis::State>...> states)
      : own_store_(std::move(own_store)), instance_(&instance), states_(std::move(states)) {}

  /// The export `name` as a C++ function; its signature is checked here, once.
  template <class Signature> Result<TypedFunction<Signature>> function(std::string_view name) const { return instance_->function<Signature>(name); }
  Result<Function> function(std::string_view name) const { return instance_->function(name); }
  Result<std::shared_ptr<vm::Memory>> memory(std::string_view name) const { return instance_->memory(name); }
  Result<std::shared_ptr<vm::Table>> table(std::string_view name) const { return instance_->table(name); }
  Result<std::shared_ptr<vm::Global>> global(std::string_view name) const { return instance_->global(name); }
  Result<std::shared_ptr<const vm::Tag>> tag(std::string_view name) const { return instance_->tag(name); }
  Extern find(std::string_view name) const { return instance_->find(name); }
  std::span<const Export> exports() const { return instance_->exports(); }

  /// Runs the program as the ABI that it was built for starts programs, and gives its exit code.
  Result<ExitCode> start() const requires(sizeof...(Abis) > 0);
  /// What the host functions of A work on.
  template <Abi A> const std::shared_ptr<typename A::State>& state() const { return std::get<index_of<A>()>(states_); }

  /// Stops the guest code of the instance's store with the trap `interrupted`; for any thread.
  void interrupt() const { instance_->interrupt(); }
  Store& store() const { return instance_->store(); }
  operator Instance&() const { return *instance_; }

 private:
  template <Abi A> Result<ExitCode> start_as() const { return A::start(*instance_, *state<A>()); }
  template <Abi A> static consteval std::size_t index_of() {
    std::size_t index = 0;
    static_cast<void>((... || (std::is_same_v<A, Abis> || (++index, false))));
    return index;
  }

  std::shared_ptr<Store> own_store_;
  Instance* instance_;
  std::tuple<std::shared_ptr<typename Abis::State>...> states_;
};

template <Abi... Abis> Result<ExitCode> BasicInstance<Abis...>::start() const requires(sizeof...(Abis) > 0) {
  Result<ExitCode> code = Error(ErrorId::wrong_abi);
  const bool matched = (... || (Abis::matches(instance_->module()) && (code = start_as<Abis>(), true)));
  if (!matched) code = start_as<std::tuple_element_t<0, std::tuple<Abis...>>>();  // a program that asks nothing of its host
  return code;
}

}  // namespace wasmer
