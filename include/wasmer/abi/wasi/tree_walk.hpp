#pragma once
/// \file
/// Paths through a tree that is not the kernel's, resolved as Linux resolves them: component by component, `..` back to a directory that was come through,
/// symbolic links expanded in place. Nothing leads out of the directory where a walk begins.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/abi/wasi/errno.hpp>
#include <wasmer/abi/wasi/filesystem.hpp>
#include <wasmer/abi/wasi/path.hpp>
#include <wasmer/abi/wasi/types.hpp>

namespace wasmer::wasi {

/// A tree in which names can be looked up one at a time.
template <class T>
concept Tree = std::copyable<typename T::Directory> && std::movable<typename T::Node> &&
               requires(const T tree, const typename T::Directory& directory, std::string_view name, const typename T::Node& node) {
                 // What stands under a name; noent: nothing.
                 { tree.child(directory, name) } -> std::same_as<Expected<typename T::Node>>;
                 { tree.type(node) } -> std::same_as<Filetype>;
                 // A directory that stands there, to look in, and what a symbolic link says.
                 { tree.enter(directory, name, node) } -> std::same_as<Expected<typename T::Directory>>;
                 { tree.link_text(directory, name, node) } -> std::same_as<Expected<std::string>>;
                 // How deep below its beginning a walk may get, where each level holds something open.
                 { T::max_depth } -> std::convertible_to<std::size_t>;
               };

/// What kind of last component a path has.
enum class Last : std::uint8_t { name, dot, dot_dot };

/// The directory that holds, or will hold, a name. For `.` and `..`: the directory that the path itself names.
template <class Directory> struct TreePlace {
  Directory directory;
  std::string name;
  Last last = Last::name;
  bool slash = false;  ///< a slash follows the name

  bool is_name() const { return last == Last::name; }
};

/// Where a path leads: to a node, to a place where none is, or (last is `.` or `..`) to the place's directory itself.
template <class Directory, class Node> struct TreeTarget {
  TreePlace<Directory> place;
  std::optional<Node> node;
};

template <Tree T> class TreeWalk {
 public:
  using Place = TreePlace<typename T::Directory>;
  using Target = TreeTarget<typename T::Directory, typename T::Node>;

  static constexpr std::size_t max_name = 255;  // as every file system of Linux

  TreeWalk(const T& tree, typename T::Directory start, std::string_view path) : tree_(tree), start_(std::move(start)), rest_(path) {}

  /// Resolves all but the last component. perm: the path leads out; noent, notdir, loop, nametoolong: as of open(2).
  Expected<Place> to_place() {
    for (;;) {
      const Component component = take_component(rest_);
      if (component.name.size() > max_name) return Errno::nametoolong;
      if (component.name == "..") {
        if (passed_.empty()) return Errno::perm;
        passed_.pop_back();
      }
      const Last kind = component.name == "." ? Last::dot : component.name == ".." ? Last::dot_dot : Last::name;
      if (component.last) return Place{here(), component.name, kind, component.slash};
      if (kind != Last::name) continue;
      WASMER_TRY(const typename T::Node node, tree_.child(here(), component.name));
      if (tree_.type(node) == Filetype::symbolic_link) {
        WASMER_CHECK(expand(component.name, node, true));
        continue;
      }
      if (tree_.type(node) != Filetype::directory) return Errno::notdir;
      WASMER_TRY(typename T::Directory directory, tree_.enter(here(), component.name, node));
      passed_.push_back(std::move(directory));
      if (passed_.size() > T::max_depth) return Errno::nametoolong;
    }
  }

  /// Resolves the whole path; a last component that is a symbolic link is followed if it is asked for, or if a slash follows it.
  Expected<Target> to_target(Follow follow) {
    for (;;) {
      WASMER_TRY(Place place, to_place());
      if (!place.is_name()) return Target{std::move(place), std::nullopt};
      Expected<typename T::Node> node = tree_.child(place.directory, place.name);
      if (!node) {
        if (node.assume_error() != Errno::noent) return node.assume_error();
        return Target{std::move(place), std::nullopt};
      }
      const Filetype type = tree_.type(node.assume_value());
      if (type == Filetype::symbolic_link && (follow == Follow::yes || place.slash)) {
        WASMER_CHECK(expand(place.name, node.assume_value(), place.slash));
        continue;
      }
      if (place.slash && type != Filetype::directory) return Errno::notdir;
      return Target{std::move(place), std::move(node).assume_value()};
    }
  }

 private:
  static constexpr int max_links = 40;  // as Linux

  const typename T::Directory& here() const { return passed_.empty() ? start_ : passed_.back(); }

  Expected<void> expand(const std::string& name, const typename T::Node& link, bool slash) {
    if (++links_ > max_links) return Errno::loop;
    WASMER_TRY(std::string text, tree_.link_text(here(), name, link));
    if (text.empty()) return Errno::noent;
    if (text.front() == '/') return Errno::perm;
    if (slash) text += '/';
    rest_.insert(0, text);
    return success();
  }

  const T& tree_;
  typename T::Directory start_;
  std::string rest_;
  std::vector<typename T::Directory> passed_;  // from the start down to here; the start itself is not among them
  int links_ = 0;
};

}  // namespace wasmer::wasi
