#pragma once

namespace inquest {

// std::visit(Overload{[](const A&) {…}, [](const B&) {…}}, variant)
template <typename... F>
struct Overload : F... {
  using F::operator()...;
};
template <typename... F>
Overload(F...) -> Overload<F...>;

}  // namespace inquest
