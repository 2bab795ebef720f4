/// XML that a server answers with. Nothing in it is trusted: whatever has not the expected form is kCorrupt.
#pragma once

#include <tinyxml2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "stores/core/result.h"

namespace arkive::remote {

using Element = tinyxml2::XMLElement;

/// kCorrupt: "the answer is not the XML of an object store: ...".
tl::unexpected<Error> not_its_xml(const std::string& what);

/// Their names with or without a prefix. Nothing when there is none, or no parent.
const Element* child(const Element* parent, std::string_view name);
/// The next one of the same name.
const Element* next(const Element* element);
/// Of a child; empty when there is none.
std::string text(const Element* parent, std::string_view name);
/// kCorrupt when it is no number.
Result<std::uint64_t> size_of(const Element* parent, std::string_view name);

/// A document whose root has that name.
class XmlDocument {
 public:
  static Result<XmlDocument> read(std::string_view xml, std::string_view root);
  const Element* root() const { return root_; }

 private:
  std::unique_ptr<tinyxml2::XMLDocument> tree_ = std::make_unique<tinyxml2::XMLDocument>();
  const Element* root_ = nullptr;
};

}  // namespace arkive::remote
