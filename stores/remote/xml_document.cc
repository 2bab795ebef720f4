#include "stores/remote/xml_document.h"

#include <charconv>

namespace arkive::remote {
namespace {

/// Element names with or without a prefix.
std::string_view local_name(const Element& element) {
  const std::string_view name = element.Name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

const Element* first_called(std::string_view name, const Element* from) {
  while (from != nullptr && local_name(*from) != name) from = from->NextSiblingElement();
  return from;
}

}  // namespace

tl::unexpected<Error> not_its_xml(const std::string& what) {
  return fail(Outcome::kCorrupt, "the answer is not the XML of an object store: " + what,
              "is this the address of one?");
}

const Element* child(const Element* parent, std::string_view name) {
  return parent == nullptr ? nullptr : first_called(name, parent->FirstChildElement());
}

const Element* next(const Element* element) {
  return first_called(local_name(*element), element->NextSiblingElement());
}

std::string text(const Element* parent, std::string_view name) {
  const Element* element = child(parent, name);
  const char* text = element == nullptr ? nullptr : element->GetText();
  return text == nullptr ? "" : text;
}

Result<std::uint64_t> size_of(const Element* parent, std::string_view name) {
  const std::string digits = text(parent, name);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return not_its_xml("a size that is no number");
  return size;
}

Result<XmlDocument> XmlDocument::read(std::string_view xml, std::string_view root) {
  XmlDocument document;
  if (document.tree_->Parse(xml.data(), xml.size()) != tinyxml2::XML_SUCCESS)
    return not_its_xml(tinyxml2::XMLDocument::ErrorIDToName(document.tree_->ErrorID()));
  document.root_ = document.tree_->RootElement();
  if (document.root_ == nullptr || local_name(*document.root_) != root)
    return not_its_xml("it holds no " + std::string(root));
  return document;
}

}  // namespace arkive::remote
