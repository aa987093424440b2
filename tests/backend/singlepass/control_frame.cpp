#include <wasmer/backend/singlepass/control_frame.hpp>

#include <algorithm>
#include <array>

#include "../../catch.hpp"

using namespace wasmer;
using singlepass::ControlFrame;

namespace {

constexpr std::array<ValueType, 2> params{ValueType::i32, ValueType::f64};
constexpr std::array<ValueType, 1> result_types{ValueType::i64};

}  // namespace

TEST_CASE("a new frame is a block whose label nobody has branched to", "[singlepass]") {
  ControlFrame frame;
  CHECK(frame.op == Op::block);
  CHECK_FALSE(frame.is_function);
  CHECK_FALSE(frame.has_state);
  CHECK_FALSE(frame.label.is_bound());
  CHECK_FALSE(frame.otherwise.is_used());
  CHECK(frame.label_types().empty());
}

TEST_CASE("a branch to a loop carries its parameters, to anything else its results", "[singlepass]") {
  ControlFrame frame;
  frame.type = {params, result_types};
  for (const Op op : {Op::block, Op::if_, Op::else_}) {
    frame.op = op;
    CHECK(std::ranges::equal(frame.label_types(), result_types));
  }
  frame.op = Op::loop;
  CHECK(std::ranges::equal(frame.label_types(), params));
}
