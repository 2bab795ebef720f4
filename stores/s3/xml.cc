#include "stores/s3/xml.h"

#include <tinyxml2.h>

#include <charconv>
#include <memory>

#include "stores/http/url.h"

namespace arkive::s3 {
namespace {

using Element = tinyxml2::XMLElement;

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(Outcome::kCorrupt, "the answer is not the XML of an object store: " + what,
              "is this the address of one?");
}

/// Element names with or without a prefix.
std::string_view local_name(const Element& element) {
  const std::string_view name = element.Name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

const Element* child(const Element* parent, std::string_view name) {
  if (parent == nullptr) return nullptr;
  for (const Element* each = parent->FirstChildElement(); each != nullptr;
       each = each->NextSiblingElement()) {
    if (local_name(*each) == name) return each;
  }
  return nullptr;
}

std::string text(const Element* parent, std::string_view name) {
  const Element* element = child(parent, name);
  const char* text = element == nullptr ? nullptr : element->GetText();
  return text == nullptr ? "" : text;
}

/// A document whose root has that name.
class Document {
 public:
  static Result<Document> read(std::string_view xml, std::string_view root) {
    Document document;
    if (document.tree_->Parse(xml.data(), xml.size()) != tinyxml2::XML_SUCCESS)
      return corrupt(tinyxml2::XMLDocument::ErrorIDToName(document.tree_->ErrorID()));
    document.root_ = document.tree_->RootElement();
    if (document.root_ == nullptr || local_name(*document.root_) != root)
      return corrupt("it holds no " + std::string(root));
    return document;
  }
  const Element* root() const { return root_; }

 private:
  std::unique_ptr<tinyxml2::XMLDocument> tree_ = std::make_unique<tinyxml2::XMLDocument>();
  const Element* root_ = nullptr;
};

Result<std::string> key_of(const Element* parent, std::string_view name) {
  auto key = http::percent_decoded(text(parent, name));
  if (!key) return corrupt("a key where " + key.error().what);
  return key;
}

Result<std::uint64_t> size_of(const Element* parent) {
  const std::string digits = text(parent, "Size");
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return corrupt("a size that is no number");
  return size;
}

/// "2026-11-20T23:30:00.000Z": parse_time takes whole seconds.
Result<UnixMilliseconds> time_of(const Element* parent, std::string_view name) {
  std::string moment = text(parent, name);
  const std::size_t dot = moment.find('.');
  if (dot != std::string::npos) moment = moment.substr(0, dot) + "Z";
  auto time = parse_time(moment);
  if (!time) return corrupt("a time that is none");
  return time;
}

}  // namespace

ServerError read_error(std::string_view xml) {
  const auto document = Document::read(xml, "Error");
  if (document) {
    return {text(document->root(), "Code"), text(document->root(), "Message"),
            text(document->root(), "Region")};
  }
  const auto wrapped = Document::read(xml, "ErrorResponse");  // of the Security Token Service
  if (!wrapped) return {};
  const Element* error = child(wrapped->root(), "Error");
  return {text(error, "Code"), text(error, "Message"), {}};
}

Result<ListPage> read_list(std::string_view xml) {
  ARKIVE_ASSIGN(const Document document, Document::read(xml, "ListBucketResult"));
  ListPage page;
  for (const Element* each = document.root()->FirstChildElement(); each != nullptr;
       each = each->NextSiblingElement()) {
    if (local_name(*each) != "Contents") continue;
    ListPage::Object object;
    ARKIVE_ASSIGN(object.key, key_of(each, "Key"));
    ARKIVE_ASSIGN(object.size, size_of(each));
    page.objects.push_back(std::move(object));
  }
  const std::string truncated = text(document.root(), "IsTruncated");
  if (truncated != "true" && truncated != "false") return corrupt("it does not say whether more follows");
  if (truncated == "false") return page;
  page.next = text(document.root(), "NextContinuationToken");
  if (page.next.empty()) return corrupt("more follows, and it does not say where");
  return page;
}

Result<std::string> read_upload_id(std::string_view xml) {
  ARKIVE_ASSIGN(const Document document, Document::read(xml, "InitiateMultipartUploadResult"));
  std::string id = text(document.root(), "UploadId");
  if (id.empty()) return corrupt("it names no upload");
  return id;
}

std::string complete_upload(const std::vector<Part>& parts) {
  tinyxml2::XMLPrinter printer(nullptr);
  constexpr bool kOnOneLine = true;
  const auto element = [&](const char* name, const std::string& text) {
    printer.OpenElement(name, kOnOneLine);
    printer.PushText(text.c_str());
    printer.CloseElement(kOnOneLine);
  };
  printer.OpenElement("CompleteMultipartUpload", kOnOneLine);
  printer.PushAttribute("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    printer.OpenElement("Part", kOnOneLine);
    element("PartNumber", std::to_string(i + 1));
    element("ETag", parts[i].entity_tag);
    element("ChecksumSHA256", parts[i].sha256);
    printer.CloseElement(kOnOneLine);
  }
  printer.CloseElement(kOnOneLine);
  return printer.CStr();
}

Result<UploadPage> read_uploads(std::string_view xml) {
  ARKIVE_ASSIGN(const Document document, Document::read(xml, "ListMultipartUploadsResult"));
  UploadPage page;
  for (const Element* each = document.root()->FirstChildElement(); each != nullptr;
       each = each->NextSiblingElement()) {
    if (local_name(*each) != "Upload") continue;
    UploadPage::Upload upload;
    ARKIVE_ASSIGN(upload.key, key_of(each, "Key"));
    upload.id = text(each, "UploadId");
    if (upload.id.empty()) return corrupt("an upload has no name");
    ARKIVE_ASSIGN(upload.began_ms, time_of(each, "Initiated"));
    page.uploads.push_back(std::move(upload));
  }
  if (text(document.root(), "IsTruncated") != "true") return page;
  ARKIVE_ASSIGN(page.next_key, key_of(document.root(), "NextKeyMarker"));
  page.next_id = text(document.root(), "NextUploadIdMarker");
  if (page.next_key.empty()) return corrupt("more follows, and it does not say where");
  return page;
}

Result<AssumedRole> read_assumed_role(std::string_view xml) {
  ARKIVE_ASSIGN(const Document document, Document::read(xml, "AssumeRoleWithWebIdentityResponse"));
  const Element* credentials =
      child(child(document.root(), "AssumeRoleWithWebIdentityResult"), "Credentials");
  AssumedRole role;
  role.access_key = text(credentials, "AccessKeyId");
  role.secret_key = text(credentials, "SecretAccessKey");
  role.session_token = text(credentials, "SessionToken");
  if (role.access_key.empty() || role.secret_key.empty()) return corrupt("it holds no credentials");
  ARKIVE_ASSIGN(role.expires_ms, time_of(credentials, "Expiration"));
  return role;
}

}  // namespace arkive::s3
