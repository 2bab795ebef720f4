#include "tools/configuration/store_variables.h"

#include <algorithm>

namespace arkive::tools {
namespace {

using V = StoreVariable::Kind;

// What stores/s3, stores/gcs and stores/azure read; a test holds the table against them.
const StoreVariable kVariables[] = {
    {"s3://", "AWS_ACCESS_KEY_ID", V::kName},
    {"s3://", "AWS_SECRET_ACCESS_KEY", V::kSecret},
    {"s3://", "AWS_SESSION_TOKEN", V::kSecret},
    {"s3://", "AWS_WEB_IDENTITY_TOKEN_FILE"},
    {"s3://", "AWS_ROLE_ARN"},
    {"s3://", "AWS_ROLE_SESSION_NAME"},
    {"s3://", "AWS_ENDPOINT_URL_STS"},
    {"s3://", "AWS_PROFILE"},
    {"s3://", "AWS_SHARED_CREDENTIALS_FILE"},
    {"s3://", "AWS_CONFIG_FILE"},
    {"s3://", "AWS_CONTAINER_CREDENTIALS_FULL_URI"},
    {"s3://", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"},
    {"s3://", "AWS_CONTAINER_AUTHORIZATION_TOKEN", V::kSecret},
    {"s3://", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"},
    {"s3://", "AWS_EC2_METADATA_DISABLED"},
    {"s3://", "AWS_EC2_METADATA_SERVICE_ENDPOINT"},
    {"s3://", "AWS_REGION"},
    {"s3://", "AWS_DEFAULT_REGION"},
    {"s3://", "AWS_ENDPOINT_URL_S3"},
    {"s3://", "AWS_ENDPOINT_URL"},
    {"s3://", "AWS_CA_BUNDLE"},
    {"s3://", "ARKIVE_S3_ADDRESSING"},
    {"s3://", "ARKIVE_S3_STORAGE_CLASS"},
    {"s3://", "ARKIVE_S3_ENCRYPTION"},
    {"s3://", "ARKIVE_S3_KMS_KEY"},
    {"s3://", "ARKIVE_S3_RETENTION"},
    {"s3://", "ARKIVE_S3_PART_SIZE"},
    {"s3://", "ARKIVE_S3_LEASE"},
    {"s3://", "ARKIVE_S3_PLAIN_HTTP"},
    {"gs://", "GS_ACCESS_KEY_ID", V::kName},
    {"gs://", "GS_SECRET_ACCESS_KEY", V::kSecret},
    {"gs://", "GOOGLE_APPLICATION_CREDENTIALS"},
    {"gs://", "STORAGE_EMULATOR_HOST"},
    {"gs://", "CLOUDSDK_CONFIG"},
    {"gs://", "NO_GCE_CHECK"},
    {"gs://", "GCE_METADATA_HOST"},
    {"gs://", "ARKIVE_GCS_ENDPOINT"},
    {"gs://", "ARKIVE_GCS_CA_BUNDLE"},
    {"gs://", "ARKIVE_GCS_STORAGE_CLASS"},
    {"gs://", "ARKIVE_GCS_PART_SIZE"},
    {"gs://", "ARKIVE_GCS_LEASE"},
    {"gs://", "ARKIVE_GCS_PLAIN_HTTP"},
    {"az://", "AZURE_STORAGE_CONNECTION_STRING", V::kSecret},
    {"az://", "AZURE_STORAGE_ACCOUNT"},
    {"az://", "AZURE_STORAGE_KEY", V::kSecret},
    {"az://", "AZURE_STORAGE_SAS_TOKEN", V::kSecret},
    {"az://", "AZURE_FEDERATED_TOKEN_FILE"},
    {"az://", "AZURE_CLIENT_ID"},
    {"az://", "AZURE_TENANT_ID"},
    {"az://", "AZURE_AUTHORITY_HOST"},
    {"az://", "AZURE_STORAGE_SERVICE_ENDPOINT"},
    {"az://", "ARKIVE_AZURE_CA_BUNDLE"},
    {"az://", "ARKIVE_AZURE_ACCESS_TIER"},
    {"az://", "ARKIVE_AZURE_PART_SIZE"},
    {"az://", "ARKIVE_AZURE_LEASE"},
    {"az://", "ARKIVE_AZURE_PLAIN_HTTP"},
};

}  // namespace

std::span<const StoreVariable> store_variables() {
  return kVariables;
}

const StoreVariable* find_store_variable(std::string_view name) {
  const auto found = std::find_if(std::begin(kVariables), std::end(kVariables),
                                  [&](const StoreVariable& each) { return each.name == name; });
  return found == std::end(kVariables) ? nullptr : found;
}

std::string file_variable_of(const StoreVariable& variable) {
  if (variable.kind != V::kSecret) return {};
  std::string name = std::string(variable.name) + "_FILE";
  return find_store_variable(name) == nullptr ? name : std::string();
}

std::vector<std::string> secret_variables() {
  std::vector<std::string> names;
  for (const StoreVariable& each : kVariables) {
    if (each.kind != V::kPlain) names.emplace_back(each.name);
  }
  return names;
}

}  // namespace arkive::tools
