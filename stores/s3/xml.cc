#include "stores/s3/xml.h"

#include <tinyxml2.h>

#include <algorithm>

#include "stores/http/url.h"
#include "stores/remote/xml_document.h"

namespace arkive::s3 {
namespace {

using remote::child;
using remote::Element;
using remote::next;
using remote::not_its_xml;
using remote::text;
using Document = remote::XmlDocument;

constexpr bool kOnOneLine = true;

void open_document(tinyxml2::XMLPrinter& printer, const char* root) {
  printer.OpenElement(root, kOnOneLine);
  printer.PushAttribute("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/");
}

void add_element(tinyxml2::XMLPrinter& printer, const char* name, const std::string& text) {
  printer.OpenElement(name, kOnOneLine);
  printer.PushText(text.c_str());
  printer.CloseElement(kOnOneLine);
}

/// Encoded as the fields of a form are: a space is a +, and a + is %2B.
Result<std::string> key_of(const Element* parent, std::string_view name) {
  std::string encoded = text(parent, name);
  std::replace(encoded.begin(), encoded.end(), '+', ' ');
  auto key = http::percent_decoded(encoded);
  if (!key) return not_its_xml("a key where " + key.error().what);
  return key;
}

/// "2026-11-20T23:30:00.000Z": parse_time takes whole seconds.
Result<UnixMilliseconds> time_of(const Element* parent, std::string_view name) {
  std::string moment = text(parent, name);
  const std::size_t dot = moment.find('.');
  if (dot != std::string::npos) moment = moment.substr(0, dot) + "Z";
  auto time = parse_time(moment);
  if (!time) return not_its_xml("a time that is none");
  return time;
}

}  // namespace

bool is_without_lock(const ServerError& error) {
  return error.code == "NoSuchObjectLockConfiguration";
}

std::string described(int status, const ServerError& error) {
  std::string told = "status " + std::to_string(status);
  if (!error.code.empty()) told += ", " + printable(error.code);
  if (!error.message.empty()) told += ": " + printable(error.message);
  return told;
}

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

Result<remote::KeyPage> read_list(std::string_view xml) {
  ARKIVE_ASSIGN(const Document document, Document::read(xml, "ListBucketResult"));
  remote::KeyPage page;
  for (const Element* each = child(document.root(), "Contents"); each != nullptr; each = next(each)) {
    remote::KeyPage::Key key;
    ARKIVE_ASSIGN(key.whole, key_of(each, "Key"));
    ARKIVE_ASSIGN(key.size, remote::size_of(each, "Size"));
    page.keys.push_back(std::move(key));
  }
  const std::string truncated = text(document.root(), "IsTruncated");
  if (truncated != "true" && truncated != "false") return not_its_xml("it does not say whether more follows");
  if (truncated == "false") return page;
  page.next = text(document.root(), "NextContinuationToken");
  if (page.next.empty()) return not_its_xml("more follows, and it does not say where");
  return page;
}

Result<std::string> read_upload_id(std::string_view xml) {
  ARKIVE_ASSIGN(const Document document, Document::read(xml, "InitiateMultipartUploadResult"));
  std::string id = text(document.root(), "UploadId");
  if (id.empty()) return not_its_xml("it names no upload");
  return id;
}

std::string complete_upload(const std::vector<remote::SentPart>& parts, bool with_checksums) {
  tinyxml2::XMLPrinter printer(nullptr);
  open_document(printer, "CompleteMultipartUpload");
  for (std::size_t i = 0; i < parts.size(); ++i) {
    printer.OpenElement("Part", kOnOneLine);
    add_element(printer, "PartNumber", std::to_string(i + 1));
    add_element(printer, "ETag", parts[i].id);
    if (with_checksums) add_element(printer, "ChecksumSHA256", parts[i].checksum);
    printer.CloseElement(kOnOneLine);
  }
  printer.CloseElement(kOnOneLine);
  return printer.CStr();
}

std::string object_retention(const std::string& mode, UnixMilliseconds until) {
  tinyxml2::XMLPrinter printer(nullptr);
  open_document(printer, "Retention");
  add_element(printer, "Mode", mode);
  add_element(printer, "RetainUntilDate", format_time(until));
  printer.CloseElement(kOnOneLine);
  return printer.CStr();
}

Result<UploadPage> read_uploads(std::string_view xml) {
  ARKIVE_ASSIGN(const Document document, Document::read(xml, "ListMultipartUploadsResult"));
  UploadPage page;
  for (const Element* each = child(document.root(), "Upload"); each != nullptr; each = next(each)) {
    UploadPage::Upload upload;
    ARKIVE_ASSIGN(upload.key, key_of(each, "Key"));
    upload.id = text(each, "UploadId");
    if (upload.id.empty()) return not_its_xml("an upload has no name");
    ARKIVE_ASSIGN(upload.began_ms, time_of(each, "Initiated"));
    page.uploads.push_back(std::move(upload));
  }
  if (text(document.root(), "IsTruncated") != "true") return page;
  ARKIVE_ASSIGN(page.next_key, key_of(document.root(), "NextKeyMarker"));
  page.next_id = text(document.root(), "NextUploadIdMarker");
  if (page.next_key.empty()) return not_its_xml("more follows, and it does not say where");
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
  if (role.access_key.empty() || role.secret_key.empty()) return not_its_xml("it holds no credentials");
  ARKIVE_ASSIGN(role.expires_ms, time_of(credentials, "Expiration"));
  return role;
}

}  // namespace arkive::s3
