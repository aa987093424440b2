#pragma once
/// \file
/// How an instance is made (spec section 4.7.1), step by step.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/support/once.hpp>
#include <wasmer/vm/bulk.hpp>
#include <wasmer/vm/constant.hpp>
#include <wasmer/vm/exceptions.hpp>
#include <wasmer/vm/instance.hpp>
#include <wasmer/vm/instantiate.hpp>
#include <wasmer/vm/libcall.hpp>
#include <wasmer/vm/trap.hpp>

namespace wasmer::vm {

/// Builds one instance. The steps stand in the order of `run`.
class InstanceBuilder {
 public:
  /// As Instantiation::run.
  static Result<Instance*> run(Store& store, const std::shared_ptr<const Code>& code, std::span<const Extern> imports, const std::shared_ptr<Pool>& pool);

 private:
  InstanceBuilder(Store& store, const std::shared_ptr<const Code>& code, std::span<const Extern> imports)
      : module_(code->module()), store_(store), imports_(imports), owner_(new Instance(code, store)), instance_(*owner_) {}

  Result<void> match() const {
    for (std::size_t i = 0; i < module_.imports.size(); ++i) {
      const Import& import = module_.imports[i];
      if (!fits(module_, instance_.code().types(), import, instance_.code().bounds(), imports_[i])) return link_error(module_, import, imports_[i]);
      if (const Store* const owner = store_of(imports_[i]); owner != nullptr && owner != &store_)
        return Error(ErrorId::incompatible_import_type, Error::no_offset,
                     '"' + std::string(import.module) + "\" \"" + std::string(import.name) + "\" belongs to another store");
    }
    return success();
  }

  /// The store that references in `value`, or what it calls, belong to; null when there is none.
  static const Store* store_of(const Extern& value) {
    if (const auto* function = std::get_if<Function>(&value)) return &function->store();
    if (const auto* table = std::get_if<std::shared_ptr<Table>>(&value)) return (*table)->store();
    if (const auto* global = std::get_if<std::shared_ptr<Global>>(&value)) return (*global)->type().value.is_reference() ? (*global)->store() : nullptr;
    return nullptr;
  }

  /// One block: argument words, the context, then each host record below its own argument words.
  void make_context() {
    const ContextLayout& layout = instance_.code().layout();
    const std::size_t here = ContextBlock::below(layout.words_below());
    std::size_t bytes = here + layout.size();
    for_functions([&](std::uint32_t index, const Extern& value) {
      if (std::holds_alternative<HostFunction>(value)) bytes += record_size(index);
    });
    instance_.block_ = ContextBlock(bytes);
    next_record_ = here + layout.size();

    Context* const context = new (instance_.block_.at(here)) Context;
    instance_.context_ = context;
    context->libcalls = libcalls();
    context->store = &store_;
    context->instance = &instance_;
    for (std::uint32_t i = 0; i < module_.types.size(); ++i) instance_.field<std::uint32_t>(layout.type_id(i)) = instance_.code().types()[i].value();
    store_.attach(*context);
    instance_.dropped_elements_.resize(module_.elements.size());
    instance_.dropped_data_.resize(module_.data.size());
  }

  void import_functions() {
    for_functions([&](std::uint32_t index, const Extern& value) {
      auto& slot = instance_.field<ImportedFunction>(instance_.code().layout().import(index));
      if (const auto* function = std::get_if<Function>(&value)) {
        slot = {function->reference().entry, function->reference().context};
        const std::uint32_t type = function->reference().type;
        if (type != instance_.code().types()[module_.functions[index]].value()) [[unlikely]] {
          instance_.import_types_.resize(std::max<std::size_t>(instance_.import_types_.size(), index + 1));
          instance_.import_types_[index] = type;
        }
      } else {
        const HostFunction& host = std::get<HostFunction>(value);
        slot = {host.entry(), &add_record(index, host).header};
      }
    });
  }

  HostRecord& add_record(std::uint32_t index, const HostFunction& host) {
    const std::size_t below = record_size(index) - sizeof(HostRecord);
    auto* const record = new (instance_.block_.at(next_record_ + below)) HostRecord;
    next_record_ += below + sizeof(HostRecord);
    record->header.store = &store_;
    record->state = host.state().get();
    record->importer = instance_.context_;
    if (instance_.kept_.empty() || instance_.kept_.back() != host.state()) instance_.kept_.push_back(host.state());
    return *record;
  }
  std::size_t record_size(std::uint32_t function) const {
    static_assert(sizeof(HostRecord) % 16 == 0);
    return ContextBlock::below(ContextLayout::argument_words(module_.function_type(function))) + sizeof(HostRecord);
  }

  Result<void> make_memories(const std::shared_ptr<Pool>& pool) {
    instance_.memories_.reserve(module_.memories.size());
    for_imports<std::shared_ptr<Memory>>([&](const std::shared_ptr<Memory>& memory) {
      if (memory->is_shared() && instance_.imports_.empty()) instance_.imports_.assign(imports_.begin(), imports_.end());
      add(memory);
    });
    for (std::size_t i = module_.imported_memories; i < module_.memories.size(); ++i) {
      WASMER_TRY(auto memory, Memory::create(module_.memories[i], instance_.code().bounds(), pool));
      add(memory);
    }
    return success();
  }
  void add(const std::shared_ptr<Memory>& memory) {
    instance_.memories_.push_back(memory);
    memory->attach(instance_.memory_view(static_cast<std::uint32_t>(instance_.memories_.size() - 1)));
    store_.guard(memory);
  }

  /// Tables start out null; an initial value of theirs may refer to a global that is not defined yet.
  Result<void> make_tables() {
    instance_.tables_.reserve(module_.tables.size());
    for_imports<std::shared_ptr<Table>>([&](const std::shared_ptr<Table>& table) { add(table); });
    for (std::size_t i = module_.imported_tables; i < module_.tables.size(); ++i) {
      TableType type = module_.tables[i].type;
      type.element = canonical(type.element, instance_.code().types());
      WASMER_TRY(auto table, Table::create(type));
      add(table);
    }
    return success();
  }
  void add(const std::shared_ptr<Table>& table) {
    instance_.tables_.push_back(table);
    table->belong_to(store_);
    table->attach(instance_.table_view(static_cast<std::uint32_t>(instance_.tables_.size() - 1)));
  }

  void import_globals() {
    std::uint32_t index = 0;
    for_imports<std::shared_ptr<Global>>([&](const std::shared_ptr<Global>& global) {
      if (ContextLayout::access(module_, index) == GlobalAccess::inline_) {
        std::memcpy(instance_.global_cell(index), global->cell(), module_.globals[index].type.value.is_vector() ? 16 : 8);
      } else {
        instance_.field<void*>(instance_.code().layout().global(index)) = global->cell();
        instance_.kept_.push_back(global);
        global->belong_to(store_);
      }
      ++index;
    });
  }
  void define_globals() {
    for (std::uint32_t i = module_.imported_globals; i < module_.globals.size(); ++i) {
      const V128 value = evaluate(instance_, module_.globals[i].init);
      std::memcpy(instance_.global_cell(i), value.bytes, module_.globals[i].type.value.is_vector() ? 16 : 8);
    }
  }

  void make_tags() {
    for_imports<std::shared_ptr<const Tag>>([&](const std::shared_ptr<const Tag>& tag) { instance_.tags_.push_back(tag); });
    for (std::uint32_t i = module_.imported_tags; i < module_.tags.size(); ++i) {
      const auto is_it = [&](const Export& each) { return each.kind == ExternKind::tag && each.index == i; };
      const auto exported = std::ranges::find_if(module_.exports, is_it);
      instance_.tags_.push_back(Tag::create(instance_.code().types()[module_.tags[i].type], exported == module_.exports.end() ? "" : std::string(exported->name)));
    }
    for (std::uint32_t i = 0; i < module_.tags.size(); ++i) instance_.field<const Tag*>(instance_.code().layout().tag(i)) = instance_.tags_[i].get();
  }
  /// Tells the store where exceptions are referred to. By now the instance stays.
  void watch_exceptions() {
    for (std::uint32_t i = 0; i < module_.tables.size(); ++i)
      if (may_hold_exception(module_.tables[i].type.element)) store_.exceptions().watch(*instance_.tables_[i]);
    for (std::uint32_t i = 0; i < module_.globals.size(); ++i)
      if (may_hold_exception(module_.globals[i].type.value)) store_.exceptions().watch(instance_.global_cell(i));
  }

  Result<void> fill_tables() {
    for (std::uint32_t i = module_.imported_tables; i < module_.tables.size(); ++i)
      if (module_.tables[i].init) std::ranges::fill(instance_.tables_[i]->elements(), evaluate_word(instance_, *module_.tables[i].init));
    return success();
  }

  /// An expression that makes an object does so once, not at each use of its segment.
  void evaluate_elements() {
    const auto makes_objects = [&](const ConstantExpression& expression) {
      for (std::uint32_t i = expression.begin; i < expression.end; ++i)
        if (info(module_.constants[i].op).since == Proposal::gc) return true;
      return false;
    };
    for (std::uint32_t i = 0; i < module_.elements.size(); ++i) {
      const ElementSegment& segment = module_.elements[i];
      if (!std::ranges::any_of(segment.expressions, makes_objects)) continue;
      instance_.evaluated_.resize(i + 1);
      instance_.evaluated_[i].reserve(segment.expressions.size());
      for (const ConstantExpression& expression : segment.expressions) instance_.evaluated_[i].push_back(evaluate_word(instance_, expression));
    }
  }

  Result<void> copy_elements() {
    for (std::uint32_t i = 0; i < module_.elements.size(); ++i) {
      const ElementSegment& segment = module_.elements[i];
      if (segment.mode == SegmentMode::passive) continue;
      if (segment.mode == SegmentMode::active) {
        const std::uint64_t to = address(segment.offset, module_.tables[segment.table].type.limits.address);
        WASMER_CHECK(no_trap_of(table_init(instance_, segment.table, i, to, 0, segment.size())));
      }
      instance_.drop_element(i);
    }
    return success();
  }
  Result<void> copy_data() {
    std::uint32_t ready = 0;  // segments whose pages were asked for
    for (std::uint32_t i = 0; i < module_.data.size(); ++i) {
      const DataSegment& segment = module_.data[i];
      if (segment.mode != SegmentMode::active) continue;
      if (i >= ready) ready = populate(i);
      WASMER_CHECK(no_trap_of(memory_init(instance_, segment.memory, i, address(segment), 0, segment.bytes.size())));
      instance_.drop_data(i);
    }
    return success();
  }
  /// Asks for the pages of the active segments from `first` on that lie one behind the other, all at once: that costs a third of a fault for each.
  /// The number of the segment behind them.
  std::uint32_t populate(std::uint32_t first) {
    constexpr std::uint64_t near = 4096, worthwhile = 4 * near;  // bytes
    const std::uint32_t memory = module_.data[first].memory;
    const std::uint64_t size = instance_.memories()[memory]->bytes().size(), begin = address(module_.data[first]);
    std::uint64_t end = begin;
    std::uint32_t i = first;
    for (; i < module_.data.size(); ++i) {
      const DataSegment& next = module_.data[i];
      if (next.mode != SegmentMode::active || next.memory != memory) break;
      const std::uint64_t to = address(next);
      if (to < begin || !in_range(to, next.bytes.size(), size) || to > end + near) break;
      end = std::max(end, to + next.bytes.size());
    }
    if (end - begin >= worthwhile) instance_.memories()[memory]->populate(begin, end - begin);
    return std::max(i, first + 1);
  }
  std::uint64_t address(const DataSegment& segment) { return address(segment.offset, module_.memories[segment.memory].limits.address); }
  std::uint64_t address(ConstantExpression offset, AddressType type) {
    const std::uint64_t word = evaluate_word(instance_, offset);
    return type == AddressType::i32 ? static_cast<std::uint32_t>(word) : word;
  }
  static Result<void> no_trap_of(std::uint32_t id) {
    if (id != no_trap) return Error(static_cast<ErrorId>(id));
    return success();
  }

  Result<void> start() {
    if (!module_.start) return success();
    const FuncRef function = instance_.target(*module_.start);
    WASMER_CHECK(Function(function).call({}));
    return success();
  }

  template <class Visit> void for_functions(Visit&& visit) const {
    for (std::size_t i = 0; i < module_.imports.size(); ++i)
      if (module_.imports[i].kind == ExternKind::function) visit(module_.imports[i].index, imports_[i]);
  }
  template <class T, class Visit> void for_imports(Visit&& visit) const {
    for (const Extern& value : imports_)
      if (const T* const found = std::get_if<T>(&value)) visit(*found);
  }

  const Module& module_;
  Store& store_;
  std::span<const Extern> imports_;
  std::shared_ptr<Instance> owner_;
  Instance& instance_;
  std::size_t next_record_ = 0;
};

inline Result<Instance*> InstanceBuilder::run(Store& store, const std::shared_ptr<const Code>& code, std::span<const Extern> imports,
                                              const std::shared_ptr<Pool>& pool) {
  TrapHandler::renew();
  InstanceBuilder task(store, code, imports);
  WASMER_CHECK(task.match());
  task.make_context();
  task.import_functions();
  WASMER_CHECK(task.make_memories(pool));
  task.import_globals();
  WASMER_CHECK(task.make_tables());
  if (!code->module().tags.empty()) task.make_tags();
  try {
    task.define_globals();
    WASMER_CHECK(task.fill_tables());
    task.evaluate_elements();
  } catch (const std::bad_alloc&) {  // the heap's limit
    store.keep(task.owner_);  // there are objects of its types
    return Error(ErrorId::out_of_memory);
  }
  store.keep(task.owner_);
  task.watch_exceptions();
  WASMER_CHECK(task.copy_elements());
  WASMER_CHECK(task.copy_data());
  WASMER_CHECK(task.start());
  return task.owner_.get();
}

#if !defined(WASMER_COMPILED)
WASMER_ONCE Result<Instance*> Instantiation::run(Store& store, const std::shared_ptr<const Code>& code, std::span<const Extern> imports,
                                                 const std::shared_ptr<Pool>& pool) {
  return InstanceBuilder::run(store, code, imports, pool);
}
#endif

}  // namespace wasmer::vm
