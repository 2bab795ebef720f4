#include "stores/azure/xml.h"

#include "stores/http/url.h"
#include "stores/remote/xml_document.h"

namespace arkive::azure {

using remote::child;
using remote::Element;
using remote::text;

ServerError read_error(const http::Response& response) {
  ServerError error;
  const auto document = remote::XmlDocument::read(response.body, "Error");
  if (document) {
    error.code = text(document->root(), "Code");
    error.message = text(document->root(), "Message");
    error.message = error.message.substr(0, error.message.find('\n'));
    error.detail = text(document->root(), "AuthenticationErrorDetail");
  }
  if (error.code.empty()) error.code = response.header("x-ms-error-code");
  return error;
}

Result<remote::KeyPage> read_list(std::string_view xml) {
  ARKIVE_ASSIGN(const auto document, remote::XmlDocument::read(xml, "EnumerationResults"));
  const Element* blobs = child(document.root(), "Blobs");
  if (blobs == nullptr) return remote::not_its_xml("a list without <Blobs>");
  remote::KeyPage page;
  for (const Element* each = child(blobs, "Blob"); each != nullptr; each = remote::next(each)) {
    const Element* properties = child(each, "Properties");
    if (text(properties, "ResourceType") == "directory") continue;
    remote::KeyPage::Key blob;
    blob.whole = text(each, "Name");
    if (blob.whole.empty()) return remote::not_its_xml("a blob without a name");
    // Names with characters that XML cannot hold come percent-encoded.
    if (child(each, "Name")->BoolAttribute("Encoded")) {
      auto name = http::percent_decoded(blob.whole);
      if (!name) return remote::not_its_xml("a name where " + name.error().what);
      blob.whole = std::move(*name);
    }
    ARKIVE_ASSIGN(blob.size, remote::size_of(properties, "Content-Length"));
    page.keys.push_back(std::move(blob));
  }
  // It is always there; on the last page it is empty.
  if (child(document.root(), "NextMarker") == nullptr)
    return remote::not_its_xml("it does not say whether more follows");
  page.next = text(document.root(), "NextMarker");
  return page;
}

std::string block_list(const std::vector<remote::SentPart>& blocks) {
  tinyxml2::XMLPrinter printer(nullptr);
  constexpr bool kOnOneLine = true;
  printer.OpenElement("BlockList", kOnOneLine);
  for (const remote::SentPart& block : blocks) {
    // Latest: a block that an earlier try has put in place already is as good as one that waits.
    printer.OpenElement("Latest", kOnOneLine);
    printer.PushText(block.id.c_str());
    printer.CloseElement(kOnOneLine);
  }
  printer.CloseElement(kOnOneLine);
  return printer.CStr();
}

}  // namespace arkive::azure
